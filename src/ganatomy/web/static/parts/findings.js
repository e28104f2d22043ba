// What an edit did: in words, inside and outside the strokes; the concepts of the picture before and after; their areas.

import { h, percent, pictureCanvas, points, putLabels } from "../dom.js";
import { changes, outcomes, said } from "../told.js";

export class PaintTold extends HTMLElement {
  set studio(studio) {
    this.own = studio;
    studio.addEventListener("seen", () => this.show());
    studio.addEventListener("image", () => { if (!studio.about.segmenter || !studio.strokes.length) this.show(); });
    studio.addEventListener("sample", () => this.show());
  }

  show() {
    const { own } = this;
    const strokes = own.strokes.filter((stroke) => stroke.on);
    if (!strokes.length || !own.image) {
      this.replaceChildren(h("p", { class: "hint" }, own.concept
        ? `Paint on the picture to ${own.brush.mode} ${own.brush.concept}.` : "Choose units below, then paint on the picture."));
      return;
    }
    const rows = own.seen ? outcomes(own.seen, own.about) : [];
    this.replaceChildren(...rows.slice(-3).map((row) => outcomeOf(row)), this.pixels(strokes));
  }

  /** How far the picture itself moved, for edits of any kind. */
  pixels(strokes) {
    const { image, before, about } = this.own;
    const moved = changes(before, image, strokes, about.cells, about.image_size);
    return h("p", { class: "moved" },
      `The picture changed by ${percent(moved.inside)} of full scale within the strokes and by ${percent(moved.outside)} beyond them.`);
  }
}

function outcomeOf(row) {
  const { heading, sentence } = said(row);
  const share = row.asked ? row.happened / row.asked : 0;
  const beyond = row.outside ? row.beyond / row.outside : 0;
  return h("article", { class: "outcome" },
    h("h3", {}, heading, h("small", {}, `${row.mode} ${row.concept}`)),
    h("p", {}, sentence),
    meter("within the strokes, of what was asked", share),
    meter("beyond them, labelled otherwise", beyond));
}

function meter(label, share) {
  return h("div", { class: "meter", vars: { "--share": `${100 * Math.min(share, 1)}%` } },
    h("span", {}, label), h("b", {}, percent(share)), h("i", { "aria-hidden": "true" }));
}

export class PaintAreas extends HTMLElement {
  set studio(studio) {
    this.own = studio;
    const { segmenter } = studio.about;
    if (!segmenter) return;
    this.maps = ["before", "after"].map((name) => pictureCanvas(segmenter.size, `Concepts of the picture ${name}`));
    this.append(h("section", { class: "areas", "aria-labelledby": "areas-title" },
      h("h2", { id: "areas-title" }, "What it shows"),
      h("div", { class: "maps" }, this.maps.map((map, at) => h("figure", {}, map, h("figcaption", {}, at ? "after" : "before")))),
      (this.table = h("table", { class: "bars" }))));
    studio.addEventListener("seen", () => this.show());
    studio.addEventListener("edit", () => this.setAttribute("aria-busy", "true"));
    studio.addEventListener("named", () => this.setAttribute("aria-busy", "false"));
  }

  show() {
    const { seen, about } = this.own;
    this.dataset.strokes = seen.strokes.length;
    const { concepts, colours, size } = about.segmenter;
    putLabels(this.maps[0], seen.labelsBefore, size, colours);
    putLabels(this.maps[1], seen.labels, size, colours);
    const most = Math.max(...seen.areas, ...seen.before, 0.01);
    const rows = concepts
      .map((name, at) => ({ name, colour: colours[at], before: seen.before[at], after: seen.areas[at] }))
      .filter(({ before, after }) => Math.max(before, after) > 0.0005)
      .map((row) => bar(row, most));
    this.table.replaceChildren(
      h("caption", {}, "Share of the picture; the line is where it was before."),
      h("thead", { class: "hidden" }, h("tr", {}, ["Concept", "Bar", "After", "Change, points"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, rows));
  }
}

function bar({ name, colour, before, after }, most) {
  const change = after - before;
  const vars = { "--hue": colour, "--after": `${(100 * after) / most}%`, "--was": `${(100 * before) / most}%` };
  const kind = Math.abs(change) < 0.0005 ? "same" : change > 0 ? "more" : "less";
  return h("tr", { vars },
    h("th", { scope: "row" }, h("span", { class: "swatch" }), name),
    h("td", { class: "track" }, h("span", { class: "track-bar", "aria-hidden": "true" }, h("i", {}), h("b", {}))),
    h("td", {}, percent(after)),
    h("td", { class: kind }, points(change)));
}
