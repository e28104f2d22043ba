// Single units: searched, looked at, and switched into the brush one by one.

import { fixed, h } from "../dom.js";
import { agreement } from "./brush.js";
import { unitArticle, unitPicture } from "./unitview.js";

const FIRST = 24;

export class PaintUnits extends HTMLElement {
  set studio(studio) {
    this.own = studio;
    this.limit = FIRST;
    this.search = h("input", { type: "search", placeholder: "door, 12 …", oninput: () => this.show(FIRST) });
    this.counting = h("input", { type: "checkbox", onchange: () => this.show(FIRST) });
    this.chosen = h("input", { type: "checkbox", onchange: () => this.show(FIRST) });
    this.list = h("ul", { class: "units" });
    this.more = h("button", { type: "button", class: "quiet", onclick: () => this.show(this.limit + 2 * FIRST) });
    this.told = h("output", { class: "note" });
    this.dialog = h("dialog", { class: "unit-dialog", "aria-label": "Unit" });
    this.append(h("section", { "aria-labelledby": "units-title" },
      h("h2", { id: "units-title" }, "Units of ", studio.about.layer),
      h("div", { class: "choice" },
        h("label", {}, "Search ", this.search),
        h("label", {}, this.counting, " only units that count"),
        h("label", {}, this.chosen, " only those of the brush"),
        h("button", { type: "button", class: "quiet", onclick: () => studio.takeUnits([]) }, "None in the brush"),
        this.told),
      this.list, this.more), this.dialog);
    this.seen = new IntersectionObserver((entries) => this.lookAt(entries), { rootMargin: "300px" });
    studio.addEventListener("brush", () => this.mark());
    this.show(FIRST);
  }

  fitting() {
    const words = this.search.value.trim().toLowerCase();
    const { unit_list: units } = this.own.about;
    const order = (one) => (one.counts ? 1 : 0) + (one.iou ?? 0);
    return units
      .filter((one) => !words || String(one.unit) === words || (one.label ?? "").toLowerCase().includes(words))
      .filter((one) => !this.counting.checked || one.counts)
      .filter((one) => !this.chosen.checked || this.own.brush.units.includes(one.unit))
      .sort((one, other) => order(other) - order(one));
  }

  show(limit) {
    this.limit = limit;
    const fitting = this.fitting();
    this.seen.disconnect();
    this.list.replaceChildren(...fitting.slice(0, limit).map((one) => this.row(one)));
    for (const row of this.list.children) this.seen.observe(row);
    this.more.hidden = fitting.length <= limit;
    this.more.textContent = `Show more of ${fitting.length}`;
    this.told.textContent = fitting.length ? `${fitting.length} of ${this.own.about.units} units` : "No unit fits.";
  }

  row(one) {
    const box = h("input", { type: "checkbox", checked: this.own.brush.units.includes(one.unit), onchange: () => this.own.toggleUnit(one.unit) });
    const what = one.label === null ? "not dissected" : one.label;
    const row = h("li", { class: one.counts ? null : "doubtful" },
      h("button", { type: "button", class: "look", "aria-label": `Look at unit ${one.unit}, ${what}`, onclick: () => this.open(one.unit) },
        (h("span", { class: "top" }))),
      h("label", {}, box, h("span", {}, h("b", {}, `${one.unit}`), ` ${what}`)),
      one.iou === null ? null : h("span", { class: "iou" }, agreement(one.iou, one.null), h("small", {}, `IoU ${fixed(one.iou)}`)));
    row.unit = one.unit;
    row.box = box;
    return row;
  }

  mark() {
    if (this.chosen.checked) this.show(this.limit);
    for (const row of this.list.children) row.box.checked = this.own.brush.units.includes(row.unit);
  }

  /** Draw the top images of the rows that come into sight. */
  lookAt(entries) {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting || !this.own.about.top_images) continue;
      this.seen.unobserve(target);
      this.own.engine.unitPicture(target.unit)
        .then((picture) => target.querySelector(".top").append(unitPicture(picture, "")))
        .catch((error) => this.own.wrong(error));
    }
  }

  /** Show the page of a unit. */
  async open(unit) {
    const { engine } = this.own;
    this.dialog.replaceChildren(h("p", { role: "status" }, `Looking at what unit ${unit} does …`));
    this.dialog.showModal();
    try {
      const [facts, picture] = await Promise.all([engine.unit(unit), engine.unitPicture(unit)]);
      const toggle = h("button", { type: "button", onclick: () => { this.own.toggleUnit(unit); label(); } });
      const label = () => { toggle.textContent = this.own.brush.units.includes(unit) ? "Take it out of the brush" : "Put it into the brush"; };
      label();
      this.dialog.replaceChildren(unitArticle(facts, picture), h("form", { method: "dialog", class: "choice" }, toggle,
        engine.can.pages ? h("a", { href: `/unit/${unit}?layer=${encodeURIComponent(this.own.about.layer)}` }, "Its own page") : null,
        h("button", { class: "quiet" }, "Close")));
    } catch (error) {
      this.dialog.close();
      this.own.wrong(error);
    }
  }
}
