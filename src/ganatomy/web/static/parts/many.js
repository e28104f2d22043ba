// The same strokes over other samples, so that a lucky one is known for what it is.

import { h, pictureCanvas, putRgb } from "../dom.js";

const OTHERS = 64;
const PAINTED_AT_ONCE = 8;

export class PaintMany extends HTMLElement {
  set studio(studio) {
    this.own = studio;
    const count = Math.min(OTHERS, studio.about.samples);
    this.ids = Array.from({ length: count }, (_, id) => id);
    this.grid = h("div", { class: "many", hidden: true });
    this.before = h("input", { type: "checkbox", onchange: () => this.fill() });
    this.button = h("button", { type: "button", onclick: () => this.fill() }, `Paint it on ${count} samples`);
    this.append(h("section", { "aria-labelledby": "many-title" },
      h("h2", { id: "many-title" }, "The same edit elsewhere"),
      h("div", { class: "choice" }, this.button, h("label", {}, this.before, " before"), (this.told = h("output", { class: "note" }))),
      this.grid));
    studio.addEventListener("history", () => this.stale());
  }

  stale() {
    this.told.textContent = this.grid.hidden ? "" : "The strokes have changed since.";
  }

  async fill() {
    const { engine, about, edit } = this.own;
    const run = (this.run = Symbol("run"));
    this.grid.hidden = false;
    this.button.disabled = true;
    if (!this.grid.children.length) this.grid.append(...this.ids.map((id) => this.tile(id)));
    try {
      for (let from = 0; from < this.ids.length && run === this.run; from += PAINTED_AT_ONCE) {
        const ids = this.ids.slice(from, from + PAINTED_AT_ONCE);
        const images = await engine.many(edit, ids, this.before.checked);
        images.forEach((rgb, at) => putRgb(this.grid.children[from + at].firstChild, rgb, about.image_size));
        this.told.textContent = `${from + ids.length} of ${this.ids.length}`;
      }
      this.told.textContent = this.before.checked ? "before the edit" : "after the edit";
    } catch (error) {
      this.own.wrong(error);
    } finally {
      this.button.disabled = false;
    }
  }

  tile(id) {
    const canvas = pictureCanvas(this.own.about.image_size);
    const open = () => this.own.choose({ id }, this.own.strokes);
    return h("button", { type: "button", class: "sample drawn", "aria-label": `Open sample ${id} with these strokes`, onclick: open }, canvas);
  }
}
