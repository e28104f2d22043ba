// The last generations as a tree: who came of whom, by which objective, and who survived.

import { svg } from "./svg.js";

const STEP = { x: 26, y: 22 };
const EDGE = { left: 14, top: 14, bottom: 24 };

export function tree(lineage, colours) {
  const most = Math.max(...lineage.map((row) => row.children.length), 1);
  const x = (at) => EDGE.left + at * STEP.x;
  const y = (place) => EDGE.top + place * STEP.y;
  const height = y(most - 1) + EDGE.bottom;
  const lines = [];
  const dots = [];
  lineage.forEach((row, at) => row.children.forEach((one, place) => {
    const parent = at ? placeOfParent(lineage[at - 1], one.parent) : null;
    const kind = one.survived ? "survived" : null;
    if (parent !== null) lines.push(svg("path", { class: kind, d: `M${x(at - 1)} ${y(parent)}L${x(at)} ${y(place)}` }));
    dots.push(svg("circle", { class: kind, cx: x(at), cy: y(place), r: one.survived ? 6 : 4.5, hue: colours[one.objective] }, [
      svg("title", {}, [`generation ${row.generation}, child ${one.child} by ${one.objective.replaceAll("_", " ")}`]),
    ]));
  }));
  const labels = lineage.map((row, at) => ({ at, generation: row.generation }))
    .filter(({ at }) => at % 5 === 0)
    .map(({ at, generation }) => svg("text", { x: x(at), y: height - 4, "text-anchor": at ? "middle" : "start" }, [`${generation}`]));
  const width = x(lineage.length - 1) + 20;
  return svg("svg", {
    viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": lineageWords(lineage),
  }, [...lines, ...dots, ...labels]);
}

/** The place among its generation of a parent: parents are numbered among those that survived. */
function placeOfParent(before, parent) {
  const survivors = before.children.map((one, place) => [one, place]).filter(([one]) => one.survived);
  return survivors[parent]?.[1] ?? null;
}

function lineageWords(lineage) {
  const counts = new Map();
  for (const one of lineage.flatMap((row) => row.children)) {
    if (one.survived) counts.set(one.objective, (counts.get(one.objective) ?? 0) + 1);
  }
  const words = [...counts].map(([name, count]) => `${name.replaceAll("_", " ")} ${count}`).join(", ");
  return `Survivors of the last ${lineage.length} generations by objective: ${words || "none"}`;
}
