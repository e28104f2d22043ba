// What stands at the top: undo and redo, start again, link, PNG, JSON in and out, save as a test.

import { download, h, pictureCanvas, putRgb } from "../dom.js";
import { fromJson, sampleName, toJson } from "../edit.js";

export class Actions {
  constructor(studio, place) {
    this.own = studio;
    this.undo = button("Undo", () => studio.go(studio.history.at - 1), "Ctrl+Z");
    this.redo = button("Redo", () => studio.go(studio.history.at + 1), "Ctrl+Shift+Z");
    this.clear = button("Clear", () => studio.commit([]));
    this.file = h("input", { type: "file", accept: "application/json,.json", hidden: true, "aria-label": "Edit as JSON", onchange: () => this.open() });
    place.append(
      this.undo, this.redo, this.clear,
      button("Copy link", () => this.copy()),
      button("PNG", () => this.png()),
      button("JSON", () => this.json()),
      button("Open", () => this.file.click()), this.file);
    if (studio.engine.can.save) place.append(button("Save as test", () => this.ask()), (this.dialog = this.naming()));
    if (studio.engine.can.evolution) place.append(h("a", { href: "/evolution", class: "button quiet" }, "Evolution"));
    studio.addEventListener("history", () => this.mark());
    document.addEventListener("keydown", (event) => this.key(event));
    this.mark();
  }

  mark() {
    const { steps, at } = this.own.history;
    this.undo.disabled = at === 0;
    this.redo.disabled = at === steps.length - 1;
    this.clear.disabled = !steps[at].strokes.length;
  }

  key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.target.matches("input[type=search], input[type=text], input[type=number]")) return;
    const back = event.key === "z" && !event.shiftKey;
    const forth = event.key === "y" || ((event.key === "z" || event.key === "Z") && event.shiftKey);
    if (!back && !forth) return;
    event.preventDefault();
    this.own.go(this.own.history.at + (back ? -1 : 1));
  }

  get name() {
    return `${this.own.about.run.split(/[\\/]/).at(-1)} ${sampleName(this.own.sample)}`.replaceAll(/[^\w-]+/g, "-");
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(location.href);
      this.own.say("The link is copied: it restores this edit.");
    } catch {
      this.own.say("The address of this page is the link: it restores this edit.");
    }
  }

  png() {
    if (!this.own.image) return;
    const { image_size: size } = this.own.about;
    const canvas = pictureCanvas(size);
    putRgb(canvas, this.own.image, size);
    canvas.toBlob((blob) => download(blob, `${this.name}.png`), "image/png");
  }

  json() {
    const text = `${JSON.stringify(toJson(this.own.edit), null, 1)}\n`;
    download(new Blob([text], { type: "application/json" }), `${this.name}.json`);
  }

  async open() {
    try {
      const edit = fromJson(JSON.parse(await this.file.files[0].text()), this.own.about);
      await this.own.choose(edit.sample, edit.strokes, edit.class);
    } catch (error) {
      this.own.wrong(error instanceof SyntaxError ? new Error("This file is no JSON.") : error);
    }
    this.file.value = "";
  }

  // ---- an edit as a test

  naming() {
    this.title = h("input", { type: "text", required: true, pattern: "[A-Za-z0-9][A-Za-z0-9_\\-]*", maxlength: 80, autocomplete: "off" });
    return h("dialog", { "aria-labelledby": "save-title" }, h("form", { method: "dialog", onsubmit: () => this.save() },
      h("h2", { id: "save-title" }, "Save as a test"),
      h("p", {}, "The edit is written with the effect seen now; `ganatomy edit RUN --check edits/` plays it on any later checkpoint."),
      h("label", { class: "row" }, "Name ", this.title),
      h("div", { class: "choice" }, h("button", {}, "Save"),
        h("button", { type: "button", class: "quiet", onclick: () => this.dialog.close() }, "Cancel"))));
  }

  ask() {
    const last = this.own.strokes.at(-1);
    this.title.value = last ? `${last.mode}-${(last.concept ?? "units").replaceAll(/[^\w-]+/g, "-")}` : "unedited";
    this.dialog.showModal();
  }

  async save() {
    try {
      const told = await this.own.engine.save(this.title.value, this.own.edit);
      this.own.say(`${told.path}: ${told.said}`);
    } catch (error) {
      this.own.wrong(error);
    }
  }
}

function button(label, act, keys = null) {
  return h("button", { type: "button", class: "quiet", onclick: act, title: keys, "aria-keyshortcuts": keys?.replace("Ctrl", "Control") }, label);
}
