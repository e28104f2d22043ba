// The page of one unit, at /unit/N.

import { h } from "./dom.js";
import { ServerEngine } from "./engines/server.js";
import { unitArticle } from "./parts/unitview.js";

async function startUnit() {
  const main = document.getElementById("main");
  const unit = Number(location.pathname.split("/").at(-1));
  const layer = new URLSearchParams(location.search).get("layer");
  try {
    const engine = new ServerEngine();
    const about = await engine.open(layer);
    const [facts, picture] = await Promise.all([engine.unit(unit), engine.unitPicture(unit)]);
    document.getElementById("title").textContent = about.title;
    document.title = `unit ${unit} of ${about.layer} · ${about.title} · GANatomy`;
    main.replaceChildren(unitArticle(facts, picture), h("p", {}, h("a", { href: layer ? `/?layer=${encodeURIComponent(layer)}` : "/" }, "Paint with it")));
    document.documentElement.dataset.ready = "yes";
  } catch (error) {
    main.replaceChildren(h("p", { class: "status problem", role: "alert" }, error.message));
  }
}

startUnit();
