// The strokes as layers that are switched on and off, and the steps of the history as pictures.

import { h, pictureCanvas, putRgb } from "../dom.js";

export class PaintEdits extends HTMLElement {
  set studio(studio) {
    this.own = studio;
    this.list = h("ol", { class: "strokes" });
    this.empty = h("p", { class: "hint" }, "No strokes yet.");
    this.append(h("section", { "aria-labelledby": "edits-title" }, h("h2", { id: "edits-title" }, "Strokes"), this.empty, this.list));
    studio.addEventListener("history", () => this.show());
  }

  show() {
    const { strokes } = this.own;
    this.empty.hidden = strokes.length > 0;
    this.list.hidden = !strokes.length;
    this.list.replaceChildren(...strokes.map((stroke, at) => this.row(stroke, at)).reverse());
  }

  row(stroke, at) {
    const { about } = this.own;
    const colour = about.concepts.find((one) => one.name === stroke.concept)?.colour;
    const units = `${stroke.units.length} unit${stroke.units.length === 1 ? "" : "s"}`;
    const name = `${stroke.mode} ${stroke.concept ?? units}`;
    const strength = h("input", {
      type: "range", min: 0, max: 1, step: 0.05, value: stroke.strength, "aria-label": `Strength of stroke ${at + 1}, ${name}`,
      onchange: () => this.own.change(at, { strength: Number(strength.value) }),
    });
    return h("li", { value: at + 1, vars: { "--hue": colour ?? "var(--c-rest)" } },
      h("label", {}, h("input", { type: "checkbox", checked: stroke.on, onchange: () => this.own.change(at, { on: !stroke.on }) }),
        h("span", { class: "swatch" }), h("span", { class: "name" }, name, stroke.concept ? h("small", {}, units) : null)),
      strength,
      h("button", { type: "button", class: "bare", "aria-label": `Delete stroke ${at + 1}, ${name}`, onclick: () => this.own.discard(at) }, "×"));
  }
}

export class PaintHistory extends HTMLElement {
  set studio(studio) {
    this.own = studio;
    this.strip = h("div", { class: "steps" });
    this.append(h("section", { "aria-labelledby": "history-title" }, h("h2", { id: "history-title" }, "History"), this.strip));
    for (const name of ["history", "image"]) studio.addEventListener(name, () => this.show());
  }

  show() {
    const { steps, at } = this.own.history;
    this.strip.replaceChildren(...steps.map((step, place) => this.step(step, place, place === at)));
  }

  step(step, place, current) {
    const { image_size: size } = this.own.about;
    const canvas = pictureCanvas(size);
    if (step.thumb) putRgb(canvas, step.thumb, size);
    return h("button", {
      type: "button", class: "sample drawn", "aria-label": place ? `Step ${place}` : "Unedited", "aria-current": current ? "true" : null,
      onclick: () => this.own.go(place),
    }, canvas);
  }
}
