// Fitness and its terms over the generations.

import { fixed, h } from "../dom.js";
import { svg } from "./svg.js";

const BOX = { width: 340, height: 150, left: 8, right: 54, top: 10, bottom: 22 };

export function courses(told) {
  return ["fitness", "quality", "diversity"].filter((name) => told[name]?.some((value) => value !== null))
    .map((name) => h("figure", {}, h("h3", {}, name), course(name, told.generation, told[name])));
}

function course(name, generations, values) {
  const known = generations.map((generation, at) => [generation, values[at]]).filter(([, value]) => Number.isFinite(value));
  const heights = known.map(([, value]) => value).sort((one, other) => one - other);
  const quantile = (share) => heights[Math.round(share * (heights.length - 1))];
  const [low, high] = [quantile(0.01), quantile(0.99)];
  const [first, last] = [known[0][0], known.at(-1)[0]];
  const x = (generation) => BOX.left + ((BOX.width - BOX.left - BOX.right) * (generation - first)) / (last - first || 1);
  const y = (value) => BOX.height - BOX.bottom
    - ((BOX.height - BOX.top - BOX.bottom) * (Math.min(Math.max(value, low), high) - low)) / (high - low || 1);
  const path = known.map(([generation, value], at) => `${at ? "L" : "M"}${x(generation).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const right = BOX.width - BOX.right + 6;
  return svg("svg", {
    viewBox: `0 0 ${BOX.width} ${BOX.height}`, role: "img",
    "aria-label": `${name} from ${fixed(known[0][1], 3)} at generation ${first} to ${fixed(known.at(-1)[1], 3)} at generation ${last}`,
  }, [
    ...[low, high].map((value) => svg("line", { x1: BOX.left, x2: BOX.width - BOX.right, y1: y(value), y2: y(value) })),
    svg("path", { d: path }),
    ...[low, high].map((value) => svg("text", { x: right, y: y(value) + 4 }, [fixed(value, 2)])),
    svg("text", { x: BOX.left, y: BOX.height - 4 }, [`generation ${first}`]),
    svg("text", { x: BOX.width - BOX.right, y: BOX.height - 4, "text-anchor": "end" }, [`${last}`]),
  ]);
}
