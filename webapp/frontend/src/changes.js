// Draws a drawing with the numbers of its changes: added, removed, changed. The same numbers stand at the sentences below it, and each leads to
// the other, by mouse and by keyboard. Where it is to be taken along, the picture can be saved.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./css/studio.css";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { start } from "./studio/marking.js";

async function draw(frame) {
  const viewer = new NavigatedViewer({
    container: frame,
    zoomScroll: { enabled: false },
    textRenderer: { defaultStyle: { fontFamily: "'Source Sans 3 Variable', sans-serif", fontSize: 13, lineHeight: 1.15 }, externalStyle: { fontSize: 13 } },
    bpmnRenderer: { defaultFillColor: "#ffffff", defaultStrokeColor: "#7d898c", defaultLabelColor: "#242a2c" },
  });
  await document.fonts.load("13px 'Source Sans 3 Variable'").catch(() => {});
  const [xml, told] = await Promise.all([
    fetch(frame.dataset.src).then((answer) => answer.text()),
    frame.dataset.marks ? fetch(frame.dataset.marks).then((answer) => answer.json()) : { marks: [] },
  ]);
  await viewer.importXML(xml);
  const canvas = viewer.get("canvas"), overlays = viewer.get("overlays"), registry = viewer.get("elementRegistry");
  const at = new Map();
  for (const mark of told.marks) {
    const shape = registry.get(mark.element);
    if (!shape) continue;
    canvas.addMarker(shape, `is-${mark.state}`);
    if (!mark.number) continue;
    if (!shown.has(mark.number)) shown.set(mark.number, () => toPicture(frame, viewer, shape));
    if (shape.waypoints) continue;
    const place = at.get(mark.element) ?? 0;
    at.set(mark.element, place + 1);
    const sign = numbered(mark, frame.dataset.name);
    sign.addEventListener("click", (event) => { event.stopPropagation(); toSentence(mark.number); });
    overlays.add(shape, { position: { top: -13, right: 13 + place * 26 }, html: sign });
  }
  canvas.zoom("fit-viewport", "auto");
  const first = told.marks.filter((mark) => mark.number).map((mark) => registry.get(mark.element)).find(Boolean);
  if (canvas.zoom() < 0.6 && first) {
    canvas.zoom(0.85, "auto");
    canvas.scrollToElement(first, { top: 100, bottom: 100, left: 200, right: 200 });
  }
  if (frame.dataset.svg) offer(viewer, frame.dataset.svg);
  viewer.get("eventBus").on("element.click", ({ element }) => {
    const mark = told.marks.find((each) => each.number && each.element === element.id);
    if (mark) toSentence(mark.number);
  });
}

/** By number of a change how it is shown on its drawing. */
const shown = new Map();

/** A number that can be pressed; where the page has no words for it (a picture of a version) it is one to look at. */
function numbered(mark, words) {
  const sign = document.createElement(words ? "button" : "div");
  sign.className = `change-number is-${mark.state}`;
  sign.textContent = mark.number;
  if (words) Object.assign(sign, { type: "button", ariaLabel: words.replace("{number}", mark.number) });
  return sign;
}

function toSentence(number) {
  const line = document.getElementById(`change-${number}`);
  if (!line) {
    const all = document.querySelector("[data-show-all]"); // it is read, and only the others are shown
    if (all) location.assign(`${all.href}#change-${number}`);
    return;
  }
  line.scrollIntoView({ block: "center" });
  const button = line.querySelector("button[data-number]");
  if (!button) line.tabIndex = -1;
  (button ?? line).focus();
}

function toPicture(frame, viewer, shape) {
  const canvas = viewer.get("canvas"), at = shape.waypoints ? shape.waypoints[0] : { x: shape.x + shape.width / 2, y: shape.y + shape.height / 2 };
  if (canvas.zoom() < 0.6) canvas.zoom(0.85, "auto");
  const box = canvas.viewbox();
  canvas.viewbox({ x: at.x - box.width / 2, y: at.y - box.height / 2, width: box.width, height: box.height });
  frame.scrollIntoView({ block: "center" });
  (viewer.get("overlays").get({ element: shape })[0]?.html ?? frame).focus({ preventScroll: true });
}

/** The numbers of the sentences lead back to the picture, where it shows them. */
function lead() {
  for (const sign of document.querySelectorAll("span[data-number]")) {
    const show = shown.get(Number(sign.dataset.number));
    const words = document.querySelector("[data-changes][data-show]")?.dataset.show;
    if (!show || !words) continue;
    const button = numbered({ state: "", number: sign.dataset.number }, words);
    button.className = sign.className;
    button.dataset.number = sign.dataset.number;
    button.addEventListener("click", show);
    sign.replaceWith(button);
  }
}

/** The picture as a file; made here, where it is drawn. */
function offer(viewer, name) {
  const button = document.querySelector("[data-save-svg]");
  button.disabled = false;
  button.addEventListener("click", async () => {
    const { svg } = await viewer.saveSVG();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  });
}

start();
for (const frame of document.querySelectorAll("[data-changes]")) {
  try {
    await draw(frame);
    frame.dataset.ready = "drawn";
  } catch {
    frame.dataset.ready = "failed";
  }
}
lead();
