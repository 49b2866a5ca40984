// Draws the routine's own diagram with where the case stands: done, here, still ahead, stopped. The same stands in words below it, so
// nothing is told here alone. All words are put in as text, never as markup: names come from diagrams that people upload.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./css/diagram.css";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import inRows, { ring } from "./rows.js";

const READABLE = 0.7; // below this zoom the letters are too small: better to scroll

function element(name, text) {
  const made = document.createElement("div");
  made.className = name;
  if (text) made.textContent = text;
  return made;
}

function mark(viewer, places, words) {
  const [canvas, overlays, registry] = ["canvas", "overlays", "elementRegistry"].map((name) => viewer.get(name));
  let flags = 0;
  for (const place of places.steps ?? []) {
    const shape = registry.get(place.element);
    if (!shape) continue;
    canvas.addMarker(shape, `is-${place.state}`);
    if (shape.waypoints) continue;
    if (place.state === "done" && shape.width >= 60) {
      overlays.add(shape, { position: { top: -10, right: 12 }, show: { minZoom: 0.3 }, html: element("mark-done", "✓") });
    } else if (place.state === "now" || place.state === "stopped") {
      const stopped = place.state === "stopped";
      const said = stopped ? words.stopped : flags++ ? words.also : words.here;
      const holder = element("flag-holder");
      holder.append(element(stopped ? "flag is-stopped" : "flag", said));
      overlays.add(shape, { position: { top: -36, left: shape.width / 2 }, html: holder });
    }
  }
  for (const timer of places.timers ?? []) {
    const shape = registry.get(timer.element);
    if (shape) {
      const holder = element("due-holder");
      holder.append(element(`due-flag is-${timer.state ?? "near"}`, timer.words));
      overlays.add(shape, { position: { bottom: -2, left: shape.width / 2 }, html: holder });
      canvas.addMarker(shape, "is-timer");
    }
  }
}

/** Where a window of `size` may begin, so that it shows as little as possible beyond the drawing; a smaller drawing lies in its middle. */
function within(wanted, start, length, size) {
  const margin = 24;
  if (length + 2 * margin <= size) return start + length / 2 - size / 2;
  return Math.min(start + length + margin - size, Math.max(start - margin, wanted));
}

function show(viewer, places) {
  const canvas = viewer.get("canvas");
  canvas.zoom("fit-viewport", "auto");
  const now = (places.steps ?? []).find((place) => ["now", "stopped"].includes(place.state));
  const shape = now && viewer.get("elementRegistry").get(now.element);
  if (canvas.zoom() >= READABLE && canvas.zoom() <= 1.1) return;
  canvas.zoom(canvas.zoom() > 1.1 ? 1 : 0.9, "auto");
  const box = canvas.viewbox();
  if (!shape) return;
  canvas.viewbox({
    x: within(shape.x + shape.width / 2 - box.width / 2, box.inner.x, box.inner.width, box.width),
    y: within(shape.y + shape.height / 2 - box.height / 2, box.inner.y, box.inner.height, box.height),
    width: box.width, height: box.height,
  });
}

function zoomButtons(viewer, frame, words) {
  const bar = element("zoom-bar");
  for (const [sign, label, factor] of [["+", words.closer, 1.25], ["−", words.further, 0.8]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", () => {
      const canvas = viewer.get("canvas");
      canvas.zoom(Math.min(3, Math.max(0.2, canvas.zoom() * factor)), "auto");
    });
    bar.append(button);
  }
  frame.append(bar);
}

/** To what the page says in words of an element. */
function wordsOf(id) {
  const line = document.getElementById(`step-${id}`);
  if (!line) return;
  for (const other of document.querySelectorAll(".is-chosen")) other.classList.remove("is-chosen");
  line.classList.add("is-chosen");
  const beside = line.closest(".heat-table");
  const own = beside && beside.scrollHeight > beside.clientHeight; // the table stands beside the picture and is moved alone
  if (own) beside.scrollTop += line.getBoundingClientRect().top - beside.getBoundingClientRect().top - beside.clientHeight / 2;
  else line.scrollIntoView({ block: "center" });
  line.tabIndex = -1;
  line.focus({ preventScroll: true });
}

async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}

async function draw(frame) {
  const words = frame.dataset;
  const viewer = new NavigatedViewer({
    container: frame,
    zoomScroll: { enabled: false }, // the wheel belongs to the page
    textRenderer: { defaultStyle: { fontFamily: "'Source Sans 3 Variable', sans-serif", fontSize: 13, lineHeight: 1.15 }, externalStyle: { fontSize: 13 } },
    bpmnRenderer: { defaultFillColor: "#ffffff", defaultStrokeColor: "#7d898c", defaultLabelColor: "#242a2c" },
  });
  await document.fonts.load("13px 'Source Sans 3 Variable'").catch(() => {});
  const [xml, places] = await Promise.all([
    fetched(words.src).then((answer) => answer.text()),
    words.marks ? JSON.parse(words.marks) : words.places ? fetched(words.places).then((answer) => answer.json()) : { steps: [], timers: [] },
  ]);
  await viewer.importXML(xml);
  if (places.heat) {
    inRows(viewer, frame, places, wordsOf);
    document.querySelector(".heat-table")?.addEventListener("focusin", (event) => {
      const line = event.target.closest("[id^=step-]");
      if (!line) return;
      for (const other of document.querySelectorAll(".is-chosen")) other.classList.toggle("is-chosen", other === line);
      line.classList.add("is-chosen");
      ring(frame, line.id.slice("step-".length));
    });
    return;
  }
  mark(viewer, places, words);
  show(viewer, places);
  zoomButtons(viewer, frame, words);
  viewer.get("eventBus").on("element.click", ({ element: shape }) => wordsOf(shape.id));
}

for (const frame of document.querySelectorAll(".diagram[data-src]")) {
  try {
    await draw(frame);
    frame.dataset.ready = "drawn";
  } catch {
    const told = document.createElement("p");
    told.className = "diagram-failed";
    told.textContent = frame.dataset.failed;
    frame.replaceChildren(told);
    frame.dataset.ready = "failed";
  }
}
