// One unit: where it is most active, how its activations are spread, what it agrees with, what it does.

import { fixed, h } from "../dom.js";
import { agreement } from "./brush.js";
import { svg } from "./svg.js";

const WIDTH = 480;
const HEIGHT = 96;

/** The picture of a unit: an address of the server's, or a canvas drawn here. */
export function unitPicture(picture, label) {
  const shown = typeof picture === "string" ? h("img", { src: picture, alt: label, loading: "lazy" }) : picture;
  if (typeof picture !== "string") {
    shown.setAttribute("role", "img");
    shown.setAttribute("aria-label", label);
  }
  shown.classList.add("unit-picture");
  return shown;
}

/** All that is known of a unit, as an article. */
export function unitArticle(facts, picture) {
  const { unit, layer, label, iou, null: chance, counts } = facts;
  const sure = counts ? "" : ", which does not count by the rules of the dissection";
  const what = label === null ? "No dissection tells what it shows." : `Its best concept is ${label}${sure}: IoU ${fixed(iou)}${
    chance === null || chance === undefined ? "" : `, and by chance ${fixed(chance)}`}.`;
  return h("article", { class: "unit" },
    h("h2", {}, `Unit ${unit}`, h("small", {}, layer)),
    h("p", {}, what),
    h("figure", {}, unitPicture(picture, `Samples on which unit ${unit} is most active, above samples at random`),
      h("figcaption", {}, "Above, the samples on which it is most active; below, samples at random. All but its most active cells are dimmed.")),
    histogram(facts.histogram),
    concepts(facts.concepts),
    effect(facts.effect),
    partners(facts.partners));
}

function histogram(told) {
  if (!told?.counts?.length) return null;
  const most = Math.max(...told.counts.map(Math.sqrt));
  const [low, high] = [told.edges[0], told.edges.at(-1)];
  const bar = WIDTH / told.counts.length;
  const bars = told.counts.map((count, at) => svg("rect", {
    x: at * bar, y: HEIGHT - (HEIGHT * Math.sqrt(count)) / most, width: bar - 1, height: (HEIGHT * Math.sqrt(count)) / most,
  }));
  const threshold = told.threshold;
  const x = (WIDTH * (threshold - low)) / (high - low);
  const line = threshold === null || threshold < low || threshold > high ? [] : [svg("path", { d: `M${x} 0V${HEIGHT}` })];
  const drawing = svg("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "histogram",
    "aria-label": `Histogram of its activations, from ${fixed(low)} to ${fixed(high)}`,
  }, [...bars, ...line]);
  const caption = `Activations from ${fixed(low)} to ${fixed(high)}, the root of how often`
    + (line.length ? `; it counts as active beyond the line, ${fixed(threshold)}.` : ".");
  return h("figure", {}, drawing, h("figcaption", {}, caption));
}

function concepts(rows) {
  if (!rows?.length) return null;
  return h("section", {}, h("h3", {}, "Concepts it agrees with"), h("table", { class: "agreed" },
    h("thead", {}, h("tr", {}, ["Concept", "IoU", "By chance"].map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, rows.slice(0, 8).map((row) => h("tr", {},
      h("th", { scope: "row" }, row.concept),
      h("td", {}, agreement(row.iou, row.null ?? null), fixed(row.iou)), h("td", {}, fixed(row.null)))))));
}

function effect(told) {
  if (!told) return null;
  const random = told.random === null || told.random === undefined ? "" : `; random units ${fixed(told.random, 3)}`;
  const range = told.low === null || told.low === undefined ? "" : ` (${fixed(told.low, 3)} to ${fixed(told.high, 3)})`;
  return h("p", {}, `Measured causal effect on ${told.concept ?? "its concept"}: ${fixed(told.ace, 3)}${range}${random}.`);
}

function partners(rows) {
  if (!rows?.length) return null;
  return h("section", {}, h("h3", {}, "Units that fire with it"),
    h("ul", { class: "partners" }, rows.map((row) => h("li", {}, `${row.layer} unit ${row.unit}`, h("small", {}, ` r ${fixed(row.correlation)}`)))));
}
