// What is being painted: the sample, its strokes with their history, the brush; and the flow of pictures from the engine.
// Pictures come first: the latest edit is asked for as soon as an earlier one is there, and segmented when none waits.

import { coversSomething, sampleKey } from "./edit.js";

const MOST_STEPS = 100;

export class Studio extends EventTarget {
  #histories = new Map();
  #unedited = new Map();
  #revision = 0;
  #painting = false;
  #segmenting = false;
  #live = null;

  constructor(engine, about) {
    super();
    this.engine = engine;
    this.about = about;
    this.sample = { id: 0 };
    this.class = null;
    this.image = this.before = this.seen = null;
    const beyondChance = ({ iou, null: chance }) => iou - (chance ?? 0);
    const [best] = [...about.concepts].sort((one, other) => beyondChance(other) - beyondChance(one));
    this.brush = { mode: "draw", concept: best?.name ?? null, units: [], value: "insert", size: 0.16, strength: 1 };
    this.takeUnits(this.defaultUnits());
  }

  tell(name) {
    this.dispatchEvent(new Event(name));
  }

  /** What goes wrong is said, and does not end the flow. */
  wrong(error) {
    this.problem = error.message;
    this.tell("problem");
  }

  // ---- the brush

  get concept() {
    return this.about.concepts.find((one) => one.name === this.brush.concept) ?? null;
  }

  defaultUnits() {
    return this.concept ? this.concept.units.slice(0, this.concept.default_units) : [];
  }

  setBrush(changes) {
    Object.assign(this.brush, changes);
    if ("concept" in changes) this.brush.units = this.defaultUnits();
    this.#fitValue();
    this.tell("brush");
  }

  takeUnits(units) {
    this.brush.units = [...new Set(units)].sort((one, other) => one - other);
    this.#fitValue();
    this.tell("brush");
  }

  toggleUnit(unit) {
    const { units } = this.brush;
    this.takeUnits(units.includes(unit) ? units.filter((one) => one !== unit) : [...units, unit]);
  }

  /** A value that there is for the mode and the concept. */
  #fitValue() {
    const { brush } = this;
    const fitting = this.values();
    if (!fitting.includes(brush.value)) [brush.value] = fitting;
  }

  values() {
    if (this.brush.mode === "draw") return this.concept ? ["insert", "insert_high"] : ["insert_high"];
    return this.concept?.outside ? ["zero", "outside"] : ["zero"];
  }

  // ---- the edit

  get history() {
    const key = sampleKey(this.sample);
    if (!this.#histories.has(key)) this.#histories.set(key, { steps: [{ strokes: [], thumb: null }], at: 0 });
    return this.#histories.get(key);
  }

  get strokes() {
    const { steps, at } = this.history;
    return this.#live ? [...steps[at].strokes, this.#live] : steps[at].strokes;
  }

  get edit() {
    return { sample: this.sample, class: this.class, layer: this.about.layer, strokes: this.strokes };
  }

  get unedited() {
    return { ...this.edit, strokes: [] };
  }

  /** Begin a stroke and return its cells, which are painted into until it ends. */
  begin() {
    const { mode, concept, units, value, strength } = this.brush;
    const cells = new Uint8Array(this.about.cells[0] * this.about.cells[1]);
    this.#live = { mode, concept, units: [...units], value, strength, on: true, cells };
    return cells;
  }

  /** Let the stroke be seen as far as it is painted. */
  extend() {
    this.want();
  }

  end() {
    const stroke = this.#live;
    this.#live = null;
    if (stroke && coversSomething(stroke)) this.commit([...this.strokes, stroke]);
  }

  /** Make these the strokes, as a step that can be undone. */
  commit(strokes) {
    const history = this.history;
    history.steps = [...history.steps.slice(0, history.at + 1), { strokes, thumb: null }].slice(-MOST_STEPS);
    history.at = history.steps.length - 1;
    this.tell("history");
    this.want();
  }

  change(place, changes) {
    this.commit(this.strokes.map((stroke, at) => (at === place ? { ...stroke, ...changes } : stroke)));
  }

  discard(place) {
    this.commit(this.strokes.filter((_, at) => at !== place));
  }

  /** Go to another step of the history. */
  go(at) {
    if (at < 0 || at >= this.history.steps.length || at === this.history.at) return;
    this.history.at = at;
    this.tell("history");
    this.want();
  }

  async choose(sample, strokes = null, ofClass = this.class) {
    if (ofClass !== this.class) this.#histories.clear();
    Object.assign(this, { sample, class: ofClass, image: null, before: null, seen: null });
    if (strokes) {
      const steps = strokes.length ? [{ strokes: [], thumb: null }, { strokes, thumb: null }] : [{ strokes: [], thumb: null }];
      this.#histories.set(sampleKey(sample), { steps, at: steps.length - 1 });
    }
    this.tell("sample");
    this.tell("history");
    await this.want();
  }

  // ---- pictures

  /** Ask for the picture of the edit as it is now. */
  async want() {
    this.#revision += 1;
    this.tell("edit");
    if (this.#painting) return;
    this.#painting = true;
    for (let shown = 0; shown !== this.#revision;) {
      shown = this.#revision;
      await this.#paint(this.edit).catch((error) => this.wrong(error));
    }
    this.#painting = false;
    this.tell("settled");
    this.#segment();
  }

  async #paint(edit) {
    const key = this.#keyOf(edit);
    const known = await this.#known(key, edit);
    const rgb = edit.strokes.some((stroke) => stroke.on) ? (await this.engine.image(edit)).rgb : known.rgb;
    if (key !== this.#keyOf(this.edit)) return;
    this.before = known.rgb;
    this.image = rgb;
    if (!this.#live) this.history.steps[this.history.at].thumb ??= rgb;
    this.tell("image");
  }

  /** The unedited picture of a sample, and once it was segmented its labels. */
  async #known(key, edit) {
    if (!this.#unedited.has(key)) {
      this.#unedited.set(key, { ...(await this.engine.image({ ...edit, strokes: [] })), labels: null });
    }
    return this.#unedited.get(key);
  }

  #keyOf(edit) {
    return `${sampleKey(edit.sample)} ${edit.class}`;
  }

  async #segment() {
    if (this.#segmenting || !this.about.segmenter) return;
    this.#segmenting = true;
    for (let told = 0; told !== this.#revision && !this.#painting;) {
      told = this.#revision;
      await this.#name(this.edit).catch((error) => this.wrong(error));
    }
    this.#segmenting = false;
    if (!this.#painting) this.tell("named");
  }

  async #name(edit) {
    const key = this.#keyOf(edit);
    const known = await this.#known(key, edit);
    known.labels ??= (await this.engine.segment({ ...edit, strokes: [] })).labels;
    const seen = await this.engine.segment(edit);
    if (key !== this.#keyOf(this.edit)) return;
    this.seen = { ...seen, labelsBefore: known.labels, strokes: edit.strokes };
    this.tell("seen");
  }
}
