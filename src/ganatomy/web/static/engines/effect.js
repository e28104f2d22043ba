// What becomes of a concept as one unit is set to zero everywhere, measured in the page.

import { breathe } from "../dom.js";

const MEASURED = 12;
const COMPARED = 3;

/** The part of its concept's area that goes without a unit, beside that without others; null where nothing tells. */
export async function effectOf(unit, { label }, engine) {
  const { segmenter, units: count } = engine.about;
  const number = segmenter ? segmenter.concepts.indexOf(label) : -1;
  if (number < 0) return null;
  const shown = await showing(number, engine);
  if (!shown.length) return null;
  const others = Array.from({ length: COMPARED }, (_, at) => (unit + Math.floor(((at + 1) * count) / (COMPARED + 1))) % count);
  const ace = await gone([unit], shown, number, engine);
  const random = [];
  for (const other of others) random.push(await gone([other], shown, number, engine));
  return { concept: label, ace, low: null, high: null, random: random.reduce((sum, one) => sum + one, 0) / COMPARED };
}

/** The first samples that show a concept, each with its share of the picture. */
async function showing(number, engine) {
  const found = [];
  for (let id = 0; id < engine.about.samples && found.length < MEASURED; id += 1) {
    const { areas } = await engine.labelled({ sample: { id }, class: null, strokes: [] });
    if (areas[number] > 0) found.push({ id, share: areas[number] });
    await breathe();
  }
  return found;
}

async function gone(units, shown, number, engine) {
  const [rows, columns] = engine.about.cells;
  const cells = new Uint8Array(rows * columns).fill(255);
  const strokes = [{ mode: "remove", concept: null, units, value: "zero", strength: 1, on: true, cells }];
  let [before, after] = [0, 0];
  for (const { id, share } of shown) {
    before += share;
    after += (await engine.labelled({ sample: { id }, class: null, strokes })).areas[number];
    await breathe();
  }
  return 1 - after / before;
}
