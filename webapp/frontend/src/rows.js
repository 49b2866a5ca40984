// A long drawing broken into rows, like text, so that it is whole and readable at once. The layout stays as it was drawn: each row is a
// copy of what the viewer drew, seen through a window of its own. Lanes are told by name above their rows.
const SVG = "http://www.w3.org/2000/svg";
const MARGIN = 18;
const READABLE = 0.68; // below this zoom the letters are small
const WHOLE = 0.62; // and down to this they are rather small than the drawing broken

function made(name, attributes, text) {
  const one = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
  if (text) one.textContent = text;
  return one;
}

function around(boxes) {
  const x = Math.min(...boxes.map((one) => one.x));
  const y = Math.min(...boxes.map((one) => one.y));
  return { x, y, width: Math.max(...boxes.map((one) => one.x + one.width)) - x, height: Math.max(...boxes.map((one) => one.y + one.height)) - y };
}

/** The steps, with their labels and the bends of what joins them, as boxes. */
function drawn(registry, holds) {
  const inside = (shape) => holds(shape.y + shape.height / 2);
  const found = registry.filter((one) => !one.waypoints && one.parent && !/Lane|Participant/.test(one.type) && inside(one));
  const bends = registry.filter((one) => one.waypoints && one.source && one.target && inside(one.source) && inside(one.target))
    .flatMap((one) => one.waypoints.map((point) => ({ x: point.x, y: point.y, width: 0, height: 0 })));
  return { shapes: found, all: [...found, ...bends] };
}

/** One band a lane, from the top; a drawing without lanes is one. */
function bands(registry) {
  const lanes = registry.filter((one) => one.type === "bpmn:Lane" && !one.children.some((child) => child.type === "bpmn:Lane"));
  const places = lanes.length
    ? lanes.sort((one, other) => one.y - other.y).map((lane) => ({ name: lane.businessObject.name, holds: (y) => y >= lane.y && y < lane.y + lane.height }))
    : [{ name: "", holds: () => true }];
  return places.map((place) => ({ name: place.name, ...drawn(registry, place.holds) })).filter((one) => one.shapes.length);
}

/** Where a band may be cut so that as few steps and words as possible are cut through, near equal parts. */
function cuts(band, box, parts) {
  const solid = band.shapes.filter((one) => !one.children?.length);
  const through = (x) => solid.filter((one) => one.x - 6 < x && x < one.x + one.width + 6).length;
  const length = box.width / parts;
  const found = [box.x - MARGIN];
  for (let part = 1; part < parts; part += 1) {
    const wanted = box.x + part * length;
    let best = wanted;
    for (let away = 0; away <= length * 0.25; away += 4) {
      for (const x of [wanted - away, wanted + away]) if (through(x) < through(best)) best = x;
    }
    found.push(best);
  }
  return [...found, box.x + box.width + MARGIN];
}

/** The windows of all rows: {name, continues, x, y, width, height}; `name` on the first of a band. */
function windows(registry, available) {
  return bands(registry).flatMap((band) => {
    const box = around(band.all);
    const width = box.width + 2 * MARGIN;
    const parts = width * WHOLE <= available ? 1 : Math.ceil((width * READABLE) / available);
    const at = cuts(band, box, parts);
    return at.slice(1).map((end, index) => ({
      name: index ? "" : band.name, continues: index + 2 < at.length,
      x: at[index], y: box.y - MARGIN - 8, width: end - at[index], height: box.height + 2 * MARGIN + 8,
    }));
  });
}

/** Numbers at steps, shares on ways and what was late at timers, put into the drawing itself. */
function told(registry, places) {
  const group = made("g", { class: "heat-marks" });
  for (const step of places.heat ?? []) {
    const shape = registry.get(step.element);
    if (!shape) continue;
    const width = Math.max(30, 14 + step.words.length * 7.4);
    const x = shape.x + shape.width / 2;
    group.append(
      made("rect", { class: "heat-pill", x: x - width / 2, y: shape.y - 12, width, height: 23, rx: 11.5 }),
      made("text", { class: "heat-count", x, y: shape.y + 4, "text-anchor": "middle" }, step.words),
    );
  }
  for (const [rows, name] of [[places.shares, "share-words"], [places.late, "late-words"]]) {
    for (const one of rows ?? []) {
      const shape = registry.get(one.element);
      if (!shape) continue;
      const label = shape.labels?.[0];
      const [from, to] = shape.waypoints ?? [];
      const x = label ? label.x + label.width / 2 : from ? (from.x + to.x) / 2 : shape.x + shape.width / 2;
      const y = label ? label.y + label.height + 10 : from ? (from.y + to.y) / 2 - 6 : shape.y + shape.height + 14;
      group.append(made("text", { class: name, x, y, "text-anchor": "middle" }, one.words));
    }
  }
  return group;
}

/** A copy of the drawing with what the window shows of it. */
function seen(layer, registry, row) {
  const copy = layer.cloneNode(true);
  for (const one of copy.querySelectorAll("[data-element-id]")) {
    const shape = registry.get(one.dataset.elementId);
    const box = shape?.waypoints ? around(shape.waypoints.map((point) => ({ ...point, width: 0, height: 0 }))) : shape;
    if (!Number.isFinite(box?.x)) continue; // the drawing itself, which holds the others
    const meets = box.x <= row.x + row.width && box.x + box.width >= row.x && box.y <= row.y + row.height && box.y + box.height >= row.y;
    if (!meets) one.remove();
  }
  return copy;
}

/** Draws the rows into the frame, above the viewer's own mark. `chosen(id)` is told which element was clicked. */
export default function inRows(viewer, frame, places, chosen) {
  const [canvas, registry] = [viewer.get("canvas"), viewer.get("elementRegistry")];
  for (const step of places.heat ?? []) if (registry.get(step.element)) canvas.addMarker(step.element, `is-heat-${step.level}`);
  for (const one of registry.filter((shape) => /Lane|Participant/.test(shape.type))) canvas.addMarker(one, "is-lane");
  const layer = frame.querySelector(".djs-container svg .viewport");
  layer.removeAttribute("transform");
  layer.append(told(registry, places));
  const available = frame.clientWidth - 26;
  const rows = windows(registry, available);
  const zoom = Math.min(1, ...rows.map((row) => available / row.width));
  const holder = document.createElement("div");
  holder.className = "diagram-rows djs-container";
  for (const row of rows) {
    if (row.name) holder.append(Object.assign(document.createElement("p"), { className: "row-name", textContent: row.name }));
    const view = made("svg", {
      viewBox: `${row.x} ${row.y} ${row.width} ${row.height}`, width: Math.round(row.width * zoom), height: Math.round(row.height * zoom), "aria-hidden": "true",
    });
    view.append(seen(layer, registry, row));
    holder.append(view);
    if (row.continues) holder.append(Object.assign(document.createElement("p"), { className: "row-goes-on", textContent: frame.dataset.continues }));
  }
  holder.addEventListener("click", (event) => {
    const one = event.target.closest("[data-element-id]");
    if (one) chosen(one.dataset.elementId);
  });
  frame.dataset.rows = String(rows.length);
  frame.prepend(holder);
}
