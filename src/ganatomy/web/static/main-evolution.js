// The page of a run's population, at /evolution; it follows the run's files while another process trains.

import { fixed, h } from "./dom.js";
import { ServerEngine } from "./engines/server.js";
import { courses } from "./parts/course.js";
import { tree } from "./parts/lineage.js";

const EVERY_MS = 3000;
const HUED = [
  "minimax", "heuristic", "least_squares", "least_squares_logit", "hinge", "wasserstein", "relativistic_average",
  "relativistic_paired", "crossover", "parent",
];
const GRID = "/api/evolution/grid.png";

/** The colour of each objective that there was: that of the reports. */
function hues(told) {
  const names = [...new Set([...told.objectives, ...told.lineage.flatMap((row) => row.children.map((one) => one.objective))])];
  return Object.fromEntries(names.map((name) => [name, HUED.includes(name) ? `var(--o${HUED.indexOf(name)})` : "var(--c-rest)"]));
}

function words(objective) {
  return objective.replaceAll("_", " ");
}

/** The samples of all children, a row each; none where the run keeps none. */
async function gridImage(told) {
  if (!told.grid) return null;
  const image = new Image();
  image.src = `${GRID}?generation=${told.generation}`;
  await image.decode();
  return image;
}

function childRow(one, told, image, colours) {
  const { columns, size } = told.grid ?? {};
  const terms = ["fitness", "quality", "diversity"].flatMap((name) => [h("dt", {}, name), h("dd", {}, fixed(one[name], 3))]);
  const samples = image && one.row !== null ? h("canvas", {
    width: columns * size, height: size, role: "img", "aria-label": `Samples of child ${one.child}, ${words(one.objective)}`,
  }) : null;
  samples?.getContext("2d").drawImage(image, 0, one.row * size, columns * size, size, 0, 0, columns * size, size);
  return h("article", { class: one.survived ? "child survived" : "child", vars: { "--hue": colours[one.objective] } },
    h("div", {}, h("h3", {}, h("span", { class: "swatch" }), words(one.objective), one.survived ? h("small", {}, "survives") : null),
      h("dl", {}, h("dt", {}, "parent"), h("dd", {}, `${one.parent}`), terms)),
    samples ?? h("p", { class: "hint" }, "Its samples are not kept."));
}

function watchdog({ name, value, limit, fine, said }) {
  const bound = limit === null ? "" : ` of ${fixed(limit, 3)}`;
  const seen = value === null ? "" : h("small", {}, `${fixed(value, 3)}${bound}`);
  return h("li", { class: fine ? null : "barking" }, h("b", {}, `${fine ? "Fine" : "Warns"}: ${name} `, seen), said);
}

async function show(told) {
  const colours = hues(told);
  const image = await gridImage(told).catch(() => null);
  const kimg = told.kimg === null ? "" : `, ${Math.round(told.kimg).toLocaleString("en")} thousand images`;
  document.getElementById("title").textContent = told.run;
  document.title = `${told.run} · evolution · GANatomy`;
  document.getElementById("status").textContent =
    `Generation ${told.generation.toLocaleString("en")}${kimg}; ${told.live ? "it is being trained, and this page follows." : "nothing trains it now."}`;
  document.getElementById("watch").replaceChildren(...told.watchdogs.map(watchdog));
  document.getElementById("children").replaceChildren(...told.children.map((one) => childRow(one, told, image, colours)));
  document.getElementById("course").replaceChildren(...courses(told.course));
  document.getElementById("tree").replaceChildren(tree(told.lineage, colours), h("ul", { class: "legend" },
    Object.entries(colours).map(([name, colour]) => h("li", { vars: { "--hue": colour } }, h("span", { class: "swatch" }), words(name)))));
  document.getElementById("main").hidden = false;
  document.documentElement.dataset.ready = String(told.generation);
}

async function follow(engine, shown = null) {
  const status = document.getElementById("status");
  try {
    const told = await engine.evolution();
    if (!told) {
      status.textContent = "This run was not grown by evolution, so that there is no population to show.";
      document.documentElement.dataset.ready = "none";
      return;
    }
    if (told.generation !== shown) await show(told);
    if (told.live) setTimeout(() => follow(engine, told.generation), EVERY_MS);
  } catch (error) {
    status.textContent = error.message;
    status.className = "status problem";
    setTimeout(() => follow(engine, shown), EVERY_MS);
  }
}

follow(new ServerEngine());
