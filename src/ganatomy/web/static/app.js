// Opens an engine, puts the parts of the page together, and keeps the edit in the address.

import { h } from "./dom.js";
import { Actions } from "./parts/actions.js";
import { PaintBrush } from "./parts/brush.js";
import { PaintEdits, PaintHistory } from "./parts/edits.js";
import { PaintAreas, PaintTold } from "./parts/findings.js";
import { PaintMany } from "./parts/many.js";
import { PaintSamples } from "./parts/samples.js";
import { PaintSurface } from "./parts/surface.js";
import { PaintUnits } from "./parts/units.js";
import { editOfHash, hashOf } from "./link.js";
import { Studio } from "./studio.js";

const PARTS = {
  "paint-samples": PaintSamples, "paint-brush": PaintBrush, "paint-surface": PaintSurface, "paint-told": PaintTold,
  "paint-areas": PaintAreas, "paint-edits": PaintEdits, "paint-history": PaintHistory, "paint-many": PaintMany,
  "paint-units": PaintUnits,
};

/** Open the page with an engine. */
export async function start(engine, layer = null) {
  const status = document.getElementById("status");
  const say = (text, kind = "") => {
    status.textContent = text;
    status.className = `status ${kind}`;
  };
  try {
    const about = await engine.open(layer);
    const studio = new Studio(engine, about);
    studio.say = say;
    studio.addEventListener("problem", () => say(studio.problem, "problem"));
    head(studio);
    document.getElementById("main").hidden = false;
    for (const [name, part] of Object.entries(PARTS)) customElements.define(name, part);
    for (const name of Object.keys(PARTS)) document.querySelector(name).studio = studio;
    say(about.notes.join(" "));
    await begin(studio);
    await document.querySelector("paint-samples").fill();
    document.documentElement.dataset.ready = "yes";
  } catch (error) {
    say(`The page could not be opened. ${error.message}`, "problem");
  }
}

function head(studio) {
  const { about } = studio;
  document.title = `${about.title} · paint · GANatomy`;
  document.getElementById("title").textContent = about.title;
  const actions = document.getElementById("actions");
  if (about.layers.length > 1) {
    const options = about.layers.map((layer) => h("option", { selected: layer === about.layer }, layer));
    const change = (event) => { location.assign(`?layer=${encodeURIComponent(event.target.value)}`); };
    actions.append(h("label", {}, "Layer ", h("select", { onchange: change }, options)));
  }
  studio.actions = new Actions(studio, actions);
}

/** Restore the edit of the address, and keep the address up to date from then on. */
async function begin(studio) {
  const restore = async () => {
    const edit = await editOfHash(location.hash, studio.about);
    await (edit ? studio.choose(edit.sample, edit.strokes, edit.class) : studio.choose({ id: 0 }, []));
  };
  const keep = async () => history.replaceState(null, "", await hashOf(studio.edit));
  await restore().catch(async (error) => {
    studio.wrong(error);
    await studio.choose({ id: 0 });
  });
  studio.addEventListener("history", keep);
  window.addEventListener("hashchange", () => restore().catch((error) => studio.wrong(error)));
}
