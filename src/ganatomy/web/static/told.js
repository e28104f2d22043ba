// How much of the asked change happened, within the strokes and beyond them, in numbers and in words.

import { coveredPixels } from "./edit.js";

const REFUSED = 0.1;
const LARGELY = 0.6;

/** What each concept that was drawn or removed came to: a row each, in pixels.
 * Asked for is what within the strokes did not show it yet when drawn, and did when removed. */
export function outcomes(seen, about) {
  const names = about.segmenter.concepts;
  const groups = new Map();
  for (const stroke of seen.strokes) {
    if (!stroke.on || !names.includes(stroke.concept)) continue;
    const key = `${stroke.mode} ${stroke.concept}`;
    groups.set(key, [...(groups.get(key) ?? []), stroke]);
  }
  return [...groups.values()].map((strokes) => outcome(strokes, seen, about));
}

function outcome(strokes, { labels, labelsBefore }, about) {
  const [{ mode, concept }] = strokes;
  const number = about.segmenter.concepts.indexOf(concept);
  const inside = coveredPixels(strokes, about.cells, about.segmenter.size);
  const result = { mode, concept, asked: 0, happened: 0, outside: 0, beyond: 0, covered: 0 };
  labels.forEach((after, pixel) => {
    const [was, is] = [labelsBefore[pixel] === number, after === number];
    if (!inside[pixel]) {
      result.outside += 1;
      result.beyond += labelsBefore[pixel] === after ? 0 : 1;
      return;
    }
    result.covered += 1;
    if (mode === "draw" ? was : !was) return;
    result.asked += 1;
    result.happened += was === is ? 0 : 1;
  });
  return result;
}

/** An outcome in a heading and a sentence. */
export function said({ mode, concept, asked, happened, covered }) {
  const share = asked ? happened / asked : 0;
  if (!covered) return { heading: "Nothing was painted", sentence: "The strokes cover no whole cell." };
  if (!asked) {
    return mode === "draw"
      ? { heading: `It is ${concept} already`, sentence: `All that was painted showed ${concept} before.` }
      : { heading: `There was no ${concept}`, sentence: `Nothing that was painted showed ${concept}.` };
  }
  const pixels = `${happened} of ${asked} pixels`;
  if (share < REFUSED) {
    return mode === "draw"
      ? { heading: "The generator refused", sentence: `${pixels} became ${concept}: it does not draw one there.` }
      : { heading: "The generator refused", sentence: `${pixels} of ${concept} went away: it keeps the rest.` };
  }
  const heading = share >= LARGELY ? "It did what you asked" : "It did a part of it";
  return { heading, sentence: mode === "draw" ? `${pixels} became ${concept}.` : `${pixels} of ${concept} went away.` };
}

/** How much the picture itself changed, on average, of what it could: within the strokes and beyond them. */
export function changes(before, after, strokes, cells, size) {
  const inside = coveredPixels(strokes, cells, size);
  const sums = [0, 0];
  const counts = [0, 0];
  inside.forEach((within, pixel) => {
    counts[within] += 3;
    for (let at = 3 * pixel; at < 3 * pixel + 3; at += 1) sums[within] += Math.abs(after[at] - before[at]) / 255;
  });
  return { inside: counts[1] ? sums[1] / counts[1] : 0, outside: counts[0] ? sums[0] / counts[0] : 0 };
}
