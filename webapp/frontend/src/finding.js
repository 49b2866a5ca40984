// Plays the run of a finding on the drawing: tokens where the case stands, the way it came, and where it ends. The same steps stand below
// as sentences, and each shows its step. One step a second; nothing moves by itself where less motion is asked for.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./css/studio.css";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

const EACH = 1000;
const READABLE = 0.6;

function sign(name, text) {
  const made = document.createElement("div");
  made.className = name;
  made.textContent = text;
  return made;
}

class Run {
  constructor(frame) {
    this.frame = frame;
    this.told = JSON.parse(frame.dataset.play);
    this.steps = this.told.steps;
    this.at = -1;
    this.texts = new Map();
    this.lines = [...document.querySelectorAll("[data-step]")];
    this.viewer = new NavigatedViewer({
      container: frame.querySelector(".finding-canvas"),
      zoomScroll: { enabled: false },
      textRenderer: { defaultStyle: { fontFamily: "'Source Sans 3 Variable', sans-serif", fontSize: 13, lineHeight: 1.15 }, externalStyle: { fontSize: 13 } },
      bpmnRenderer: { defaultFillColor: "#ffffff", defaultStrokeColor: "#7d898c", defaultLabelColor: "#242a2c" },
    });
  }

  async start() {
    await document.fonts.load("13px 'Source Sans 3 Variable'").catch(() => {});
    if (!this.steps.length) {
      await this.open(this.frame.dataset.src);
      const shape = this.viewer.get("elementRegistry").get(this.told.fault);
      if (shape) { this.viewer.get("canvas").addMarker(shape, "is-fault"); this.toward(shape); }
      return;
    }
    const controls = this.frame.querySelector("[data-controls]");
    controls.hidden = false;
    this.buttons = Object.fromEntries([...controls.querySelectorAll("[data-go]")].map((each) => [each.dataset.go, each]));
    this.buttons.back.addEventListener("click", () => this.stopAt(this.at - 1));
    this.buttons.on.addEventListener("click", () => this.stopAt(this.at + 1));
    this.buttons.again.addEventListener("click", () => this.play());
    for (const line of this.lines) line.addEventListener("click", () => this.stopAt(Number(line.dataset.step)));
    this.frame.addEventListener("keydown", (event) => this.key(event));
    document.querySelector(".run-steps")?.addEventListener("keydown", (event) => this.key(event));
    await this.show(this.steps.length - 1);
  }

  key(event) {
    const way = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.stopAt(this.at + way).then(() => { if (event.target.dataset.step) this.lines[this.at]?.focus(); });
  }

  stopAt(number) {
    clearTimeout(this.timer);
    return this.show(Math.min(this.steps.length - 1, Math.max(0, number)));
  }

  /** From the first step; by itself only where motion is welcome. */
  async play() {
    await this.stopAt(0);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const on = async () => {
      await this.show(this.at + 1);
      if (this.at < this.steps.length - 1) this.timer = setTimeout(on, EACH);
    };
    this.timer = setTimeout(on, EACH);
  }

  async open(src) {
    if (src === this.src) return;
    if (!this.texts.has(src)) {
      const answer = await fetch(src);
      if (!answer.ok) throw new Error(String(answer.status));
      this.texts.set(src, await answer.text());
    }
    await this.viewer.importXML(this.texts.get(src));
    this.src = src;
    this.viewer.get("canvas").zoom("fit-viewport", "auto");
  }

  async show(number) {
    const step = this.steps[number];
    this.at = number;
    this.tell();
    await this.open(step.src);
    if (this.at !== number) return;
    const [canvas, overlays, registry] = ["canvas", "overlays", "elementRegistry"].map((name) => this.viewer.get(name));
    overlays.remove({ type: "run" });
    for (const each of registry.getAll()) for (const name of ["is-gone", "is-here", "is-fault"]) canvas.removeMarker(each, name);
    for (const gone of this.steps.slice(0, number + 1)) {
      if (gone.src !== step.src) continue;
      for (const id of [gone.element, ...gone.flows]) if (registry.get(id)) canvas.addMarker(id, "is-gone");
    }
    for (const token of step.tokens) this.token(token);
    const last = number === this.steps.length - 1;
    const shape = registry.get(step.element);
    if (!shape) return;
    canvas.addMarker(shape, last ? "is-fault" : "is-here");
    if (last && this.told.rule === "deadlock") this.missing(shape, step.tokens);
    this.toward(shape);
  }

  /** A token at its step, or at the end of the flow where it waits for others. */
  token(token) {
    const registry = this.viewer.get("elementRegistry");
    const shape = registry.get(token.element), flow = token.flow && registry.get(token.flow);
    if (flow) this.onFlow(flow, sign("run-token", String(token.count)));
    else if (shape && !shape.waypoints) this.viewer.get("overlays").add(shape, "run", { position: { top: -13, left: -13 }, html: sign("run-token", String(token.count)) });
  }

  missing(shape, tokens) {
    const come = new Set(tokens.map((each) => each.flow));
    for (const flow of shape.incoming ?? []) {
      if (come.has(flow.id)) continue;
      const mark = sign("run-missing", "");
      mark.title = this.frame.dataset.missing;
      this.onFlow(flow, mark);
    }
  }

  onFlow(flow, html) {
    const [from, to] = flow.waypoints.slice(-2);
    const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    const back = Math.min(26, length / 2);
    const left = Math.min(...flow.waypoints.map((each) => each.x)), top = Math.min(...flow.waypoints.map((each) => each.y));
    const x = to.x + ((from.x - to.x) * back) / length, y = to.y + ((from.y - to.y) * back) / length;
    this.viewer.get("overlays").add(flow, "run", { position: { left: x - left - 12, top: y - top - 12 }, html });
  }

  /** Where the whole drawing would be too small to read, the step stands in the middle. */
  toward(shape) {
    const canvas = this.viewer.get("canvas");
    if (canvas.zoom() > 1.1) canvas.zoom(1, "auto");
    if (canvas.zoom() < READABLE) canvas.zoom(0.85, "auto");
    const box = canvas.viewbox(), x = shape.waypoints ? shape.waypoints[0].x : shape.x + shape.width / 2, y = shape.waypoints ? shape.waypoints[0].y : shape.y + shape.height / 2;
    if (box.inner.width <= box.width && box.inner.height <= box.height) return;
    canvas.viewbox({ x: x - box.width / 2, y: y - box.height / 2, width: box.width, height: box.height });
  }

  tell() {
    const count = this.steps.length;
    this.lines.forEach((line, number) => {
      if (number === this.at) line.setAttribute("aria-current", "step");
      else line.removeAttribute("aria-current");
    });
    this.frame.querySelector("[data-count]").textContent = this.frame.dataset.at.replace("{number}", this.at + 1).replace("{count}", count);
    this.frame.querySelector(".run-bar > span").style.inlineSize = `${((this.at + 1) / count) * 100}%`;
    this.buttons.back.disabled = this.at === 0;
    this.buttons.on.disabled = this.at === count - 1;
  }
}

for (const frame of document.querySelectorAll("[data-play]")) {
  try {
    await new Run(frame).start();
    frame.dataset.ready = "drawn";
  } catch (error) {
    console.error(error);
    frame.dataset.ready = "failed";
    const told = document.createElement("p");
    told.className = "pad";
    told.textContent = frame.dataset.failed;
    frame.querySelector(".finding-canvas").replaceChildren(told);
  }
}
