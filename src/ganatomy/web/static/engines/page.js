// The engine in the page: the generator's two parts and the segmenter as ONNX, run by ONNX Runtime Web (global `ort`).

import { breathe } from "../dom.js";
import { coversSomething, painted, sampleKey } from "../edit.js";
import { effectOf } from "./effect.js";
import { latentOfSeed } from "./latents.js";
import { drawUnit, unitFacts } from "./scan.js";
import { graphsOf, unzipped } from "./unpack.js";

const KEPT = 24;

export class PageEngine {
  can = { save: false, evolution: false, pages: false };

  /** Waits for what runs now; images are asked for one at a time and go before what follows them. */
  #turn = Promise.resolve();
  #maps = new Map();
  #segmented = new Map();
  #unedited = new Map();

  async open() {
    const told = JSON.parse(document.getElementById("about").textContent);
    this.about = told.about;
    this.units = told.units;
    this.bytes = told.labels;
    this.latents = told.latents.map((row) => Float32Array.from(row));
    const [wasm, container] = await Promise.all([unzipped("wasm"), unzipped("model")]);
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.wasmBinary = wasm.buffer;
    ort.env.logLevel = "error";
    this.sessions = {};
    for (const [name, { model, weights }] of Object.entries(graphsOf(container))) {
      this.sessions[name] = await ort.InferenceSession.create(model, {
        executionProviders: ["wasm"],
        externalData: weights.length ? [{ path: "weights", data: weights }] : [],
      });
    }
    return this.about;
  }

  /** Run one graph, after those that were asked for before it: the runtime takes one at a time. */
  run(name, inputs) {
    const session = this.sessions[name];
    const given = Object.fromEntries(session.inputNames.map((input) => [input, inputs[input]]));
    const result = this.#turn.then(() => session.run(given));
    this.#turn = result.catch(() => {});
    return result.then((outputs) => outputs[session.outputNames[0]]);
  }

  latent(edit) {
    const { sample } = edit;
    const latent = Float32Array.from("id" in sample ? this.latents[sample.id] : latentOfSeed(sample.seed, this.about));
    if (edit.class !== null && this.about.class_names.length) latent[latent.length - 1] = edit.class;
    return new ort.Tensor("float32", latent, [1, latent.length]);
  }

  /** Featuremaps of a sample, unedited; those of the last few are kept. */
  async maps(edit) {
    const key = `${sampleKey(edit.sample)} ${edit.class}`;
    if (!this.#maps.has(key)) {
      this.#maps.set(key, await this.run("lower", { z: this.latent(edit) }));
      if (this.#maps.size > KEPT) this.#maps.delete(this.#maps.keys().next().value);
    }
    return this.#maps.get(key);
  }

  /** The image as numbers, (3, s, s) in [-1, 1]. */
  async numbers(edit) {
    const maps = await this.maps(edit);
    const data = edit.strokes.some(coversSomething) ? painted(maps.data, edit.strokes, this.about) : maps.data;
    const features = new ort.Tensor("float32", data, maps.dims);
    return this.run("upper", { features, z: this.latent(edit) });
  }

  async image(edit) {
    return { rgb: toRgb((await this.numbers(edit)).data) };
  }

  async segment(edit) {
    const before = await this.labelled({ ...edit, strokes: [] });
    const after = edit.strokes.length ? await this.labelled(edit) : before;
    return { labels: after.labels, areas: after.areas, before: before.areas };
  }

  async labelled(edit) {
    const key = edit.strokes.length ? null : `${sampleKey(edit.sample)} ${edit.class}`;
    if (this.#segmented.has(key)) return this.#segmented.get(key);
    const logits = await this.run("segmenter", { images: await this.numbers(edit) });
    const result = best(logits.data, this.bytes, this.about.segmenter.concepts.length);
    if (key) this.#segmented.set(key, result);
    return result;
  }

  async many(edit, ids, before = false) {
    const strokes = before ? [] : edit.strokes;
    const images = [];
    for (const id of ids) {
      const key = strokes.length ? null : `${id} ${edit.class}`;
      const rgb = this.#unedited.get(key) ?? (await this.image({ ...edit, sample: { id }, strokes })).rgb;
      if (key) this.#unedited.set(key, rgb);
      images.push(rgb);
      await breathe();
    }
    return images;
  }

  async thumbnails(from, count) {
    const ids = Array.from({ length: Math.min(count, this.about.samples - from) }, (_, at) => from + at);
    return this.many({ class: null, strokes: [] }, ids);
  }

  /** What a unit does on the samples of this file; counted when first asked for. */
  async unit(unit) {
    const facts = unitFacts(unit, await this.scanned(), this.about, this.units[unit]);
    return { ...facts, effect: await effectOf(unit, facts, this) };
  }

  async unitPicture(unit) {
    return drawUnit(unit, await this.scanned(), this);
  }

  /** Featuremaps of all samples, (u, h, w) each. */
  scanned() {
    this.all ??= (async () => {
      const rows = [];
      for (let id = 0; id < this.about.samples; id += 1) {
        rows.push((await this.run("lower", { z: this.latent({ sample: { id }, class: null }) })).data);
        await breathe();
      }
      return rows;
    })();
    return this.all;
  }
}

/** Bytes (s, s, 3) of numbers (3, s, s) in [-1, 1]. */
function toRgb(numbers) {
  const pixels = numbers.length / 3;
  const rgb = new Uint8Array(numbers.length);
  for (let channel = 0, at = 0; channel < 3; channel += 1) {
    for (let pixel = 0; pixel < pixels; pixel += 1, at += 1) {
      rgb[3 * pixel + channel] = Math.min(Math.max(Math.round(127.5 * numbers[at] + 127.5), 0), 255);
    }
  }
  return rgb;
}

/** The byte of the best concept of each pixel, and the share of each concept in the picture. */
function best(logits, bytes, concepts) {
  const pixels = logits.length / bytes.length;
  const labels = new Uint8Array(pixels);
  const areas = new Array(concepts).fill(0);
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    let first = 0;
    for (let concept = 1; concept < bytes.length; concept += 1) {
      if (logits[concept * pixels + pixel] > logits[first * pixels + pixel]) first = concept;
    }
    labels[pixel] = bytes[first];
    if (bytes[first] < concepts) areas[bytes[first]] += 1 / pixels;
  }
  return { labels, areas };
}
