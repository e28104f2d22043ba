// The samples to choose from: thumbnails, any seed, a class, and photographs where the generator has been shown some.

import { breathe, h, pictureCanvas, putRgb } from "../dom.js";
import { isSeed, sampleKey } from "../edit.js";

const THUMBNAILS = 64;
const THUMBNAILS_AT_ONCE = 8;

export class PaintSamples extends HTMLElement {
  set studio(studio) {
    this.own = studio;
    const { about } = studio;
    this.buttons = Array.from({ length: Math.min(THUMBNAILS, about.samples) }, (_, id) => this.button({ id }));
    this.append(
      h("section", { class: "samples", "aria-label": "Samples" },
        h("div", { class: "strip" }, this.buttons),
        h("form", { class: "choice", onsubmit: (event) => this.seeded(event) },
          h("label", {}, "Seed ", (this.seed = h("input", { type: "number", min: 0, max: 2 ** 32 - 1, step: 1, value: 0 }))),
          h("button", { type: "submit", class: "quiet" }, "Draw it"),
          h("button", { type: "button", class: "quiet", onclick: () => this.any() }, "Any"),
          this.menu("Class", about.class_names, (name) => this.classed(name), "any"),
          this.menu("Photo", about.photos.map((photo) => photo.name), (photo) => photo && studio.choose({ photo }), "none"),
        )));
    studio.addEventListener("sample", () => this.mark());
  }

  button(sample) {
    const { about } = this.own;
    const canvas = pictureCanvas(about.image_size);
    const choose = () => this.own.choose(sample);
    return h("button", { class: "sample", type: "button", "aria-label": `Sample ${sample.id}`, onclick: choose }, canvas);
  }

  menu(label, names, choose, none) {
    if (!names.length) return null;
    const options = [none, ...names].map((name, at) => h("option", { value: at }, name));
    const changed = (event) => choose(names[Number(event.target.value) - 1] ?? null);
    return h("label", {}, `${label} `, h("select", { onchange: changed }, options));
  }

  classed(name) {
    const place = this.own.about.class_names.indexOf(name);
    this.own.choose(this.own.sample, null, place < 0 ? null : place);
  }

  seeded(event) {
    event.preventDefault();
    const seed = Number(this.seed.value);
    if (isSeed(seed)) this.own.choose({ seed });
  }

  any() {
    this.seed.value = Math.floor(Math.random() * 2 ** 32);
    this.own.choose({ seed: Number(this.seed.value) });
  }

  mark() {
    const key = sampleKey(this.own.sample);
    this.buttons.forEach((button, id) => {
      const current = key === sampleKey({ id });
      if (current) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
    if ("seed" in this.own.sample) this.seed.value = this.own.sample.seed;
  }

  /** Draw the thumbnails, a few at a time, so that painting is not held up. */
  async fill() {
    const { engine, about } = this.own;
    for (let from = 0; from < this.buttons.length; from += THUMBNAILS_AT_ONCE) {
      const count = Math.min(THUMBNAILS_AT_ONCE, this.buttons.length - from);
      const images = await engine.thumbnails(from, count);
      images.forEach((rgb, at) => {
        putRgb(this.buttons[from + at].firstChild, rgb, about.image_size);
        this.buttons[from + at].classList.add("drawn");
      });
      await breathe();
    }
  }
}
