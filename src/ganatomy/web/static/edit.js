// An edit: a sample, a layer and strokes over its cells; the same JSON in the page, over HTTP, in links and in files.
// Source: GAN Dissection (arXiv 1811.10597), equation 3, r' = (1 - a) r + a v; a later stroke lies over an earlier one.

import { base64ToBytes, bytesToBase64 } from "./dom.js";

export const SCHEMA = 1;
const MODES = ["draw", "remove"];
const VALUES = ["insert", "insert_high", "zero", "outside"];
const MOST_STROKES = 200;

/** The edit as JSON: cells as base64. */
export function toJson(edit) {
  const strokes = edit.strokes.map((stroke) => ({ ...stroke, cells: bytesToBase64(stroke.cells) }));
  return { schema: SCHEMA, sample: edit.sample, class: edit.class, layer: edit.layer, strokes };
}

/** The edit that JSON means; an Error in one sentence where it is none of this generator. */
export function fromJson(json, about) {
  if (json?.schema !== SCHEMA) throw new Error(`This is no edit of schema ${SCHEMA}.`);
  if (json.layer !== about.layer) throw new Error(`The edit is of layer ${json.layer}; here ${about.layer} is painted.`);
  if (!Array.isArray(json.strokes) || json.strokes.length > MOST_STROKES) throw new Error("The edit has no strokes.");
  return {
    sample: sampleOf(json.sample, about),
    class: Number.isInteger(json.class) && json.class in about.class_names ? json.class : null,
    layer: json.layer,
    strokes: json.strokes.map((stroke) => strokeOf(stroke, about)),
  };
}

function sampleOf(sample, about) {
  if (Number.isInteger(sample?.id) && sample.id >= 0 && sample.id < about.samples) return { id: sample.id };
  if (isSeed(sample?.seed)) return { seed: sample.seed };
  if (about.photos.some((photo) => photo.name === sample?.photo)) return { photo: sample.photo };
  throw new Error("The edit is of a sample that is not here.");
}

export function isSeed(seed) {
  return Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32;
}

function strokeOf(stroke, about) {
  const cells = base64ToBytes(stroke.cells);
  const units = stroke.units.filter((unit) => Number.isInteger(unit) && unit >= 0 && unit < about.units);
  if (!MODES.includes(stroke.mode) || !hasValue(stroke, about) || !units.length
    || cells.length !== about.cells[0] * about.cells[1]) throw new Error("A stroke of the edit does not fit this generator.");
  const strength = Math.min(Math.max(Number(stroke.strength) || 0, 0), 1);
  return { mode: stroke.mode, concept: stroke.concept, units, value: stroke.value, strength, on: stroke.on !== false, cells };
}

/** Whether there is something that a stroke sets its units to. */
function hasValue({ concept, value }, about) {
  if (concept === null) return value === "zero" || value === "insert_high";
  const known = about.concepts.find((one) => one.name === concept);
  return Boolean(known) && VALUES.includes(value) && (value !== "outside" || known.outside !== null);
}

/** What tells one sample from another. */
export function sampleKey(sample) {
  return JSON.stringify(sample);
}

export function sampleName(sample) {
  if ("id" in sample) return `sample ${sample.id}`;
  return "seed" in sample ? `seed ${sample.seed}` : sample.photo;
}

/** What a stroke sets each of its units to. */
function valuesOf(stroke, about) {
  if (stroke.value === "zero") return () => 0;
  if (stroke.value === "insert_high") return (unit) => about.insert_high[unit];
  const values = about.concepts.find((one) => one.name === stroke.concept)[stroke.value];
  return (unit) => values[unit];
}

/** Featuremaps (u, h, w), row by row, under the strokes that are on; the given ones stay as they are. */
export function painted(featuremaps, strokes, about) {
  const cells = about.cells[0] * about.cells[1];
  const result = Float32Array.from(featuremaps);
  for (const stroke of strokes) {
    if (!stroke.on) continue;
    const value = valuesOf(stroke, about);
    for (const unit of stroke.units) {
      const to = value(unit);
      for (let cell = 0, at = unit * cells; cell < cells; cell += 1, at += 1) {
        const alpha = (stroke.cells[cell] / 255) * stroke.strength;
        if (alpha) result[at] += alpha * (to - result[at]);
      }
    }
  }
  return result;
}

/** Whether a stroke covers anything. */
export function coversSomething(stroke) {
  return stroke.cells.some((alpha) => alpha > 0);
}

/** The pixels (size, size) that strokes cover by half or more, as 0 and 1. */
export function coveredPixels(strokes, cells, size) {
  const [rows, columns] = cells;
  const covered = new Uint8Array(size * size);
  for (let y = 0, pixel = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1, pixel += 1) {
      const cell = Math.floor((y * rows) / size) * columns + Math.floor((x * columns) / size);
      covered[pixel] = strokes.some((stroke) => stroke.cells[cell] >= 128) ? 1 : 0;
    }
  }
  return covered;
}
