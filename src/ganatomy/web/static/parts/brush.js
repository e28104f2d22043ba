// The brush: draw or remove, of which concept, with which units, how large and how strong.

import { fixed, h } from "../dom.js";

const VALUE_NAMES = {
  insert: "as where it is",
  insert_high: "as strong as it gets",
  zero: "off",
  outside: "as elsewhere",
};

export class PaintBrush extends HTMLElement {
  set studio(studio) {
    this.own = studio;
    const { brush } = studio;
    this.append(h("section", { class: "brush", "aria-labelledby": "brush-title" },
      h("h2", { id: "brush-title" }, "Brush"),
      this.modes(),
      this.concepts(),
      this.slider("Size", "size", { min: 0.03, max: 0.5, step: 0.01, value: brush.size }, (x) => `${Math.round(200 * x)} %`),
      this.slider("Strength", "strength", { min: 0.05, max: 1, step: 0.05, value: 1 }, (x) => `${Math.round(100 * x)} %`),
      (this.count = this.units()),
      h("label", { class: "row" }, "Units become ", (this.value = h("select", {
        onchange: () => studio.setBrush({ value: this.value.value }),
      }))),
      (this.note = h("p", { class: "note" })),
    ));
    studio.addEventListener("brush", () => this.show());
    this.show();
  }

  modes() {
    const one = (mode, name, key) => h("label", {},
      h("input", {
        type: "radio", name: "mode", value: mode, checked: mode === this.own.brush.mode,
        onchange: () => this.own.setBrush({ mode }),
      }), h("span", {}, name, h("kbd", { "aria-hidden": "true" }, key)));
    return h("fieldset", { class: "modes" }, h("legend", {}, "What it does"), one("draw", "Draw", "D"), one("remove", "Remove", "R"));
  }

  concepts() {
    const { concepts } = this.own.about;
    if (!concepts.length) return h("p", { class: "note" }, "No concept has units of its own here: choose single units below.");
    const rows = concepts.map((concept) => h("label", { class: "concept", vars: { "--hue": concept.colour } },
      h("input", {
        type: "radio", name: "concept", value: concept.name, checked: concept.name === this.own.brush.concept,
        onchange: () => this.own.setBrush({ concept: concept.name }),
      }),
      h("span", { class: "swatch" }), h("span", { class: "name" }, concept.name),
      h("span", { class: "iou" }, agreement(concept.iou, concept.null), h("small", {}, ` IoU ${fixed(concept.iou)}`)),
    ));
    return h("fieldset", { class: "concepts" }, h("legend", {}, "Concept"), rows);
  }

  slider(label, key, bounds, format) {
    const output = h("output", {}, format(bounds.value));
    const input = h("input", { type: "range", ...bounds, oninput: () => this.own.setBrush({ [key]: Number(input.value) }) });
    this.own.addEventListener("brush", () => {
      input.value = this.own.brush[key];
      output.textContent = format(this.own.brush[key]);
    });
    return h("label", { class: "slider" }, h("span", {}, label), output, input);
  }

  units() {
    const output = h("output", {});
    const input = h("input", {
      type: "range", min: 1, max: 1, step: 1,
      oninput: () => this.own.takeUnits(this.own.concept.units.slice(0, Number(input.value))),
    });
    const label = h("label", { class: "slider" }, h("span", {}, "Units"), output, input);
    label.show = () => {
      const { concept, brush } = this.own;
      const best = concept ? concept.units.slice(0, brush.units.length) : [];
      const inOrder = best.length > 0 && best.every((unit) => brush.units.includes(unit));
      input.max = concept?.units.length ?? 1;
      input.disabled = !concept;
      input.value = brush.units.length;
      output.textContent = inOrder ? `the ${brush.units.length} best` : `${brush.units.length} chosen`;
    };
    return label;
  }

  show() {
    const { brush, concept } = this.own;
    for (const input of this.querySelectorAll("input[type=radio]")) {
      input.checked = input.value === (input.name === "mode" ? brush.mode : brush.concept);
    }
    this.count.show();
    this.value.replaceChildren(...this.own.values().map((value) => h("option", { value }, VALUE_NAMES[value])));
    this.value.value = brush.value;
    this.note.textContent = concept ? facts(concept) : "";
  }
}

/** A bar of the best unit's IoU, with a mark at what chance gives. */
export function agreement(iou, chance) {
  const width = (value) => `${100 * Math.min(Math.max(value ?? 0, 0), 1)}%`;
  return h("span", { class: "agreement", "aria-hidden": "true", vars: { "--iou": width(iou), "--null": width(chance) } },
    h("i", {}), chance === null ? null : h("b", {}));
}

function facts({ name, default_units: count, labelled, iou, null: chance, effect }) {
  const nothing = chance === null ? "" : `, chance gives ${fixed(chance)}`;
  const cause = effect === null || effect.ace === null ? ""
    : ` Measured effect of its causal units ${fixed(effect.ace, 3)}${range(effect)}${
      effect.random === null ? "" : `, of random ones ${fixed(effect.random, 3)}`}.`;
  return `${labelled} of its ${count} best units ${labelled === 1 ? "is" : "are"} labelled ${name}. The best has an IoU of ${fixed(iou)}${nothing}.${cause}`;
}

function range({ low, high }) {
  return low === null || high === null ? "" : ` (${fixed(low, 3)} to ${fixed(high, 3)})`;
}
