// The engine behind HTTP: `ganatomy paint` computes, this asks.

import { base64ToBytes } from "../dom.js";
import { toJson } from "../edit.js";

const TRIES = 20;

/** What the server answers; where it is busy it is asked again, when it says so. */
async function ask(path, body) {
  const options = body === undefined
    ? { headers: { Accept: "application/json, */*" } }
    : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  for (let attempt = 0; ; attempt += 1) {
    const answer = await fetch(path, { ...options, credentials: "same-origin" });
    if (answer.ok) return answer;
    if (answer.status !== 429 || attempt === TRIES) throw new Error(await problemOf(answer));
    const seconds = Number(answer.headers.get("Retry-After")) || 0.2;
    await new Promise((resolve) => setTimeout(resolve, 1000 * Math.min(seconds, 2)));
  }
}

async function problemOf(answer) {
  try {
    return (await answer.json()).error;
  } catch {
    return `The server answered ${answer.status}.`;
  }
}

async function bytes(path, body) {
  return new Uint8Array(await (await ask(path, body)).arrayBuffer());
}

export class ServerEngine {
  can = { save: true, evolution: true, pages: true };

  async open(layer = null) {
    this.about = await (await ask(`/api/about${layer ? `?layer=${encodeURIComponent(layer)}` : ""}`)).json();
    return this.about;
  }

  async image(edit) {
    return { rgb: await bytes("/api/image", { edit: toJson(edit), revision: 0 }) };
  }

  async segment(edit) {
    const told = await (await ask("/api/segment", { edit: toJson(edit), revision: 0 })).json();
    return { labels: base64ToBytes(told.labels), areas: told.areas, before: told.before };
  }

  async many(edit, ids, before = false) {
    return this.divided(await bytes("/api/many", { edit: toJson(edit), ids, before }));
  }

  async thumbnails(from, count) {
    return this.divided(await bytes(`/api/thumbnails?from=${from}&count=${count}`));
  }

  async unit(unit) {
    return (await ask(`/api/unit/${unit}?layer=${encodeURIComponent(this.about.layer)}`)).json();
  }

  /** The address of a picture of the samples on which a unit is most active, above others at random. */
  async unitPicture(unit) {
    return `/api/unit/${unit}/top.png?layer=${encodeURIComponent(this.about.layer)}`;
  }

  async save(name, edit) {
    return (await ask("/api/save", { name, edit: toJson(edit) })).json();
  }

  async evolution() {
    return (await ask("/api/evolution")).json();
  }

  divided(rgb) {
    const length = 3 * this.about.image_size ** 2;
    return Array.from({ length: rgb.length / length }, (_, at) => rgb.subarray(at * length, (at + 1) * length));
  }
}
