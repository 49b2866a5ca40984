// The drawing as it is edited: the modeler with our words and only the shapes that can run. Knows nothing of the server.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import "diagram-js-minimap/assets/diagram-js-minimap.css";
import Modeler from "bpmn-js/lib/Modeler";
import minimapModule from "diagram-js-minimap";
import allowed from "./allowed.js";
import { translation } from "./words.js";

const READABLE = 0.7, AT_START = 0.85, BESIDE_PALETTE = 90, MARGIN = 24;
const FONT = "'Source Sans 3 Variable', sans-serif";

export async function openCanvas(frame, language) {
  await document.fonts.load(`13px ${FONT}`).catch(() => {});
  const modeler = new Modeler({
    container: frame,
    additionalModules: [minimapModule, allowed, translation(language)],
    textRenderer: { defaultStyle: { fontFamily: FONT, fontSize: 13, lineHeight: 1.15 }, externalStyle: { fontSize: 13 } },
    bpmnRenderer: { defaultFillColor: "#ffffff", defaultStrokeColor: "#444f53", defaultLabelColor: "#242a2c" },
  });
  return modeler;
}

const CHANGES = [
  "shape.create", "elements.create", "elements.move", "shape.resize", "shape.attach", "connection.start", "connection.create", "connection.reconnect",
  "connection.updateWaypoints", "elements.delete", "elements.align", "elements.distribute",
];

/** While `looks` says so the drawing is there to be read: steps can be chosen, and nothing of it changes. */
export function lookOnly(modeler, looks) {
  const bus = modeler.get("eventBus");
  const refuse = () => (looks() ? false : undefined);
  for (const change of CHANGES) bus.on(`commandStack.${change}.canExecute`, 5000, refuse);
  bus.on("element.dblclick", 5000, refuse);
}

/** Shows the drawing; where one was shown before, from the same place and with the same steps chosen. */
export async function show(modeler, xml, { keep = false } = {}) {
  const canvas = modeler.get("canvas");
  const box = keep ? canvas.viewbox() : null;
  const chosen = keep ? modeler.get("selection").get().map((each) => each.id) : [];
  await modeler.importXML(xml);
  if (box) canvas.viewbox({ x: box.x, y: box.y, width: box.width, height: box.height });
  else first(modeler);
  const registry = modeler.get("elementRegistry");
  modeler.get("selection").select(chosen.map((id) => registry.get(id)).filter(Boolean));
}

/** All of the drawing where it can be read so, else where the routine begins, large enough to read. */
function first(modeler) {
  const canvas = modeler.get("canvas");
  canvas.zoom("fit-viewport", "auto");
  if (canvas.zoom() > 1) canvas.zoom(1, "auto");
  if (canvas.zoom() >= READABLE) return;
  canvas.zoom(AT_START, "auto");
  const { inner, width, height } = canvas.viewbox(), beside = BESIDE_PALETTE / canvas.zoom();
  const starts = modeler.get("elementRegistry").filter((each) => each.type === "bpmn:StartEvent" && each.parent?.type !== "bpmn:SubProcess");
  const start = starts.sort((one, other) => one.y - other.y)[0];
  const middle = start ? start.y + start.height / 2 - height / 2 : inner.y;
  const lowest = Math.max(inner.y - MARGIN, inner.y + inner.height + MARGIN - height);
  const y = inner.height < height ? inner.y - (height - inner.height) / 2 : Math.min(Math.max(middle, inner.y - MARGIN), lowest);
  canvas.viewbox({ x: Math.min(inner.x, start?.x ?? inner.x) - beside, y, width, height });
}

export function reveal(modeler, id) {
  const shape = modeler.get("elementRegistry").get(id);
  if (!shape) return false;
  modeler.get("selection").select(shape);
  modeler.get("canvas").scrollToElement(shape, { top: 120, bottom: 160, left: 160, right: 160 });
  return true;
}

/** Puts a mark on every step that something was found at; the same is said in the list below. */
export function markFindings(modeler, findings) {
  const overlays = modeler.get("overlays"), registry = modeler.get("elementRegistry");
  overlays.remove({ type: "finding" });
  const worst = new Map();
  for (const each of findings) if (!worst.has(each.element) || each.severity === "error") worst.set(each.element, each);
  for (const [id, finding] of worst) {
    const shape = registry.get(id);
    if (!shape || shape.waypoints) continue;
    const mark = document.createElement("div");
    mark.className = `finding-mark is-${finding.severity}`;
    mark.textContent = "!";
    mark.title = finding.words;
    overlays.add(shape, "finding", { position: { top: -11, right: 11 }, show: { minZoom: 0.3 }, html: mark });
  }
}

export function markPresent(modeler, people) {
  const overlays = modeler.get("overlays"), registry = modeler.get("elementRegistry");
  overlays.remove({ type: "present" });
  for (const each of people) {
    const shape = each.element && registry.get(each.element);
    if (!shape || shape.waypoints) continue;
    const mark = document.createElement("div");
    mark.className = "present-mark";
    mark.textContent = each.initials;
    mark.title = each.words;
    overlays.add(shape, "present", { position: { top: -14, left: -10 }, html: mark });
  }
}
