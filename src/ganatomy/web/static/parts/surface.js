// The picture that is painted on, by pointer or by keys; before and after by a slider or while a key is held.

import { h, pictureCanvas, putRgb } from "../dom.js";
import { sweep } from "../brush.js";
import { sampleName } from "../edit.js";

const MARKS = 512;
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class PaintSurface extends HTMLElement {
  set studio(studio) {
    this.own = studio;
    const { image_size: size } = studio.about;
    this.at = null;
    this.stroke = null;
    this.after = pictureCanvas(size);
    this.earlier = pictureCanvas(size);
    this.marks = pictureCanvas(MARKS);
    this.after.className = "after";
    this.earlier.className = "before";
    this.marks.className = "marks";
    this.board = h("div", {
      id: "surface", class: "surface", tabindex: 0, role: "application",
      "aria-label": "The picture. Arrow keys move the brush, Space paints, Shift with arrow keys paints along, B shows the picture before.",
      onpointerdown: (event) => this.press(event), onpointermove: (event) => this.move(event),
      onpointerup: () => this.lift(), onpointercancel: () => this.lift(),
      onpointerleave: () => this.leave(), onkeydown: (event) => this.key(event), onkeyup: (event) => this.release(event),
      onblur: () => { this.lift(); this.leave(); this.board.classList.remove("by-pointer"); },
    }, this.after, this.earlier, this.marks, h("span", { class: "divide", "aria-hidden": "true" }));
    this.append(this.board, this.controls());
    studio.addEventListener("image", () => this.show());
    studio.addEventListener("edit", () => this.setAttribute("aria-busy", "true"));
    studio.addEventListener("settled", () => this.setAttribute("aria-busy", "false"));
    studio.addEventListener("brush", () => this.mark());
    studio.addEventListener("history", () => this.mark());
  }

  controls() {
    const hold = { onpointerdown: () => this.peek(true), onpointerup: () => this.peek(false), onpointerleave: () => this.peek(false) };
    const byKey = (down) => (event) => { if (event.key === " " || event.key === "Enter") this.peek(down); };
    this.slider = h("input", {
      type: "range", min: 0, max: 100, value: 0, "aria-label": "How much of the picture before is shown, from the left",
      oninput: () => this.compare(Number(this.slider.value)),
    });
    this.outline = h("input", { type: "checkbox", onchange: () => this.mark() });
    return h("div", { class: "compare" },
      h("label", { class: "wipe" }, h("span", {}, "After"), this.slider, h("span", {}, "Before")),
      h("button", { type: "button", class: "quiet", ...hold, onkeydown: byKey(true), onkeyup: byKey(false) },
        "Hold for before", h("kbd", { "aria-hidden": "true" }, "B")),
      h("label", {}, this.outline, " outline strokes"));
  }

  show() {
    const { image, before, about } = this.own;
    putRgb(this.after, image, about.image_size);
    putRgb(this.earlier, before, about.image_size);
    Object.assign(this.dataset, { sample: sampleName(this.own.sample), strokes: this.own.strokes.length });
    this.mark();
  }

  compare(share) {
    this.board.style.setProperty("--before", `${share}%`);
    this.board.classList.toggle("comparing", share > 0);
  }

  peek(held) {
    this.board.classList.toggle("peeking", held);
  }

  // ---- painting; places are parts of the picture's side

  place(event) {
    const box = this.board.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  }

  press(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.board.classList.add("by-pointer");
    this.board.focus({ preventScroll: true });
    this.board.setPointerCapture?.(event.pointerId);
    this.start(this.place(event));
  }

  /** Begin a stroke, if there is something to paint on and to paint with. */
  start(at) {
    this.at = at;
    if (!this.own.image) return;
    if (!this.own.brush.units.length) {
      this.own.say("The brush has no units: choose a concept, or single units below.", "problem");
      return;
    }
    this.stroke = this.own.begin();
    this.paint(at, at);
  }

  move(event) {
    const places = (event.getCoalescedEvents?.() ?? []).map((one) => this.place(one));
    for (const at of places.length ? places : [this.place(event)]) {
      if (this.stroke) this.paint(this.at, at);
      this.at = at;
    }
    this.mark();
  }

  paint(from, to) {
    sweep(this.stroke, this.own.about.cells, from, to, this.own.brush.size);
    this.own.extend();
    this.mark();
  }

  lift() {
    if (!this.stroke) return;
    this.stroke = null;
    this.own.end();
    this.mark();
  }

  leave() {
    if (!this.stroke) this.at = null;
    this.mark();
  }

  key(event) {
    const step = STEPS[event.key];
    this.board.classList.remove("by-pointer");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (step) this.walk(step, event.shiftKey);
    else if (event.key === " " || event.key === "Enter") this.dab(event);
    else if (event.key === "b" || event.key === "B") this.peek(true);
    else if (event.key === "d" || event.key === "r") this.own.setBrush({ mode: event.key === "d" ? "draw" : "remove" });
    else if (event.key === "[" || event.key === "]") this.resize(event.key === "]" ? 1 : -1);
    else return;
    event.preventDefault();
  }

  release(event) {
    if (event.key === "b" || event.key === "B") this.peek(false);
    if (event.key === " " || event.key === "Enter" || event.key === "Shift") this.lift();
  }

  /** Move the brush by a cell, painting where Shift is held. */
  walk([dx, dy], painting) {
    const [rows, columns] = this.own.about.cells;
    const from = this.at ?? { x: 0.5, y: 0.5 };
    const within = (part) => Math.min(Math.max(part, 0), 1);
    const to = { x: within(from.x + dx / columns), y: within(from.y + dy / rows) };
    if (painting && !this.stroke) this.start(from);
    if (painting && this.stroke) this.paint(from, to);
    this.at = to;
    this.mark();
  }

  dab(event) {
    if (!event.repeat) this.start(this.at ?? { x: 0.5, y: 0.5 });
  }

  resize(steps) {
    this.own.setBrush({ size: Math.min(Math.max(this.own.brush.size + 0.02 * steps, 0.03), 0.5) });
  }

  // ---- marks over the picture: the brush, and the cells of strokes

  mark() {
    const context = this.marks.getContext("2d");
    context.clearRect(0, 0, MARKS, MARKS);
    const strokes = this.stroke ? this.own.strokes.slice(-1) : this.outline.checked ? this.own.strokes : [];
    strokes.filter((stroke) => stroke.on).forEach((stroke) => this.border(context, stroke));
    if (this.at) this.circle(context);
  }

  circle(context) {
    for (const [width, ink] of [[5, "rgb(0 0 0 / .55)"], [2, "#fff"]]) {
      context.lineWidth = width;
      context.strokeStyle = ink;
      context.beginPath();
      context.arc(this.at.x * MARKS, this.at.y * MARKS, this.own.brush.size * MARKS, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  /** The border of what a stroke covers by half or more. */
  border(context, stroke) {
    const [rows, columns] = this.own.about.cells;
    const [height, width] = [MARKS / rows, MARKS / columns];
    const covered = (row, column) => row >= 0 && row < rows && column >= 0 && column < columns
      && stroke.cells[row * columns + column] >= 128;
    context.beginPath();
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        if (!covered(row, column)) continue;
        const [left, top, right, bottom] = [column * width, row * height, (column + 1) * width, (row + 1) * height];
        if (!covered(row - 1, column)) line(context, left, top, right, top);
        if (!covered(row + 1, column)) line(context, left, bottom, right, bottom);
        if (!covered(row, column - 1)) line(context, left, top, left, bottom);
        if (!covered(row, column + 1)) line(context, right, top, right, bottom);
      }
    }
    for (const [thick, ink] of [[5, "rgb(0 0 0 / .5)"], [2, "#fff"]]) {
      context.lineWidth = thick;
      context.strokeStyle = ink;
      context.setLineDash(stroke.mode === "remove" && thick === 2 ? [9, 7] : []);
      context.stroke();
    }
    context.setLineDash([]);
  }
}

function line(context, x0, y0, x1, y1) {
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
}
