// What a unit does on the samples that the one file holds: its histogram, and where it is most and at random active.

import { h, putRgb } from "../dom.js";

const SHOWN = 8;
const BINS = 32;
const DIMMED = 0.28;

/** The unit's largest value in each sample, with the sample's number, the most active first. */
function ranked(unit, samples, cells) {
  return samples
    .map((maps, sample) => ({ sample, activation: Math.max(...maps.subarray(unit * cells, (unit + 1) * cells)) }))
    .sort((one, other) => other.activation - one.activation);
}

/** The same samples each time, spread over all that there are. */
function spread(count) {
  return Array.from({ length: Math.min(SHOWN, count) }, (_, at) => Math.floor((at * count) / SHOWN));
}

export function unitFacts(unit, samples, about, told) {
  const cells = about.cells[0] * about.cells[1];
  const row = about.unit_list[unit];
  const top = ranked(unit, samples, cells).slice(0, SHOWN);
  return {
    unit, layer: about.layer, label: row.label, iou: row.iou, null: row.null, counts: row.counts,
    histogram: { ...spreadOf(unit, samples, cells), threshold: told.threshold },
    top, random: spread(samples.length),
    concepts: told.concepts, partners: [],
  };
}

function spreadOf(unit, samples, cells) {
  const values = samples.flatMap((maps) => [...maps.subarray(unit * cells, (unit + 1) * cells)]);
  const [low, high] = values.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [0, 1e-6]);
  const counts = new Array(BINS).fill(0);
  for (const value of values) counts[Math.min(Math.floor((BINS * (value - low)) / (high - low)), BINS - 1)] += 1;
  return { edges: Array.from({ length: BINS + 1 }, (_, at) => low + (at * (high - low)) / BINS), counts };
}

/** A canvas with the samples on which a unit is most active above others, all but its most active cells dimmed. */
export async function drawUnit(unit, samples, engine) {
  const { image_size: size, cells: [rows, columns] } = engine.about;
  const cells = rows * columns;
  const order = ranked(unit, samples, cells);
  const level = quantile(samples, unit, cells, 0.98);
  const canvas = h("canvas", { width: SHOWN * size, height: 2 * size });
  const ids = [...order.slice(0, SHOWN).map((one) => one.sample), ...spread(samples.length)];
  const images = await engine.many({ class: null, strokes: [] }, ids);
  images.forEach((rgb, at) => {
    const maps = samples[ids[at]].subarray(unit * cells, (unit + 1) * cells);
    const lit = rgb.map((value, place) => {
      const pixel = Math.floor(place / 3);
      const row = Math.floor((Math.floor(pixel / size) * rows) / size);
      const column = Math.floor(((pixel % size) * columns) / size);
      return maps[row * columns + column] > level ? value : DIMMED * value;
    });
    putRgb(canvas, lit, size, (at % SHOWN) * size, at < SHOWN ? 0 : size);
  });
  return canvas;
}

function quantile(samples, unit, cells, level) {
  const values = samples.flatMap((maps) => [...maps.subarray(unit * cells, (unit + 1) * cells)]).sort((a, b) => a - b);
  return values[Math.floor(level * (values.length - 1))];
}
