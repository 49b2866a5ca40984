// Draws a drawing with the numbers of its changes: added, removed, changed. The same numbers stand at the sentences below it. Where it is
// to be taken along, the picture can be saved.
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
    if (shape.waypoints) continue;
    const place = at.get(mark.element) ?? 0;
    at.set(mark.element, place + 1);
    const sign = document.createElement("div");
    sign.className = `change-number is-${mark.state}`;
    sign.textContent = mark.number;
    overlays.add(shape, { position: { top: -13, right: 13 + place * 26 }, html: sign });
  }
  canvas.zoom("fit-viewport", "auto");
  const first = told.marks.map((mark) => registry.get(mark.element)).find(Boolean);
  if (canvas.zoom() < 0.6 && first) {
    canvas.zoom(0.85, "auto");
    canvas.scrollToElement(first, { top: 100, bottom: 100, left: 200, right: 200 });
  }
  if (frame.dataset.svg) offer(viewer, frame.dataset.svg);
  viewer.get("eventBus").on("element.click", ({ element }) => {
    const mark = told.marks.find((each) => each.element === element.id);
    const line = mark && document.getElementById(`change-${mark.number}`);
    if (line) { line.scrollIntoView({ block: "center" }); line.tabIndex = -1; line.focus(); }
  });
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
