// A long drawing broken into rows, like text, so that it is whole and readable at once. The layout stays as it was drawn: each row is a
// copy of what the viewer drew, seen through a window of its own. Lanes are told by name above their rows.
const SVG = "http://www.w3.org/2000/svg";
const MARGIN = 18;
const READABLE = 0.78; // below this zoom the letters are small
const WHOLE = 0.74; // and down to this they are rather small than the drawing broken

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

/** The steps, with their labels and each stretch of what joins them, as boxes. */
function drawn(registry, holds) {
  const inside = (shape) => holds(shape.y + shape.height / 2);
  const found = registry.filter((one) => !one.waypoints && one.parent && !/Lane|Participant/.test(one.type) && inside(one));
  const stretches = registry.filter((one) => one.waypoints && one.source && one.target && inside(one.source) && inside(one.target))
    .flatMap((one) => one.waypoints.slice(1).map((point, index) => around([one.waypoints[index], point].map(({ x, y }) => ({ x, y, width: 0, height: 0 })))));
  return { shapes: found, all: [...found, ...stretches] };
}

/** What hangs together from side to side: parts of a band with nothing but paper between them, from the top. */
function strands(band) {
  const found = [];
  for (const one of band.all.toSorted((a, b) => a.y - b.y)) {
    const last = found.at(-1);
    if (last && one.y <= last.end) last.all.push(one);
    else found.push({ all: [one], end: one.y });
    found.at(-1).end = Math.max(found.at(-1).end, one.y + one.height);
  }
  return found.map((one, index) => ({ name: index ? "" : band.name, all: one.all, shapes: band.shapes.filter((shape) => one.all.includes(shape)) }));
}

/** One band a lane, from the top; a drawing without lanes is one. */
function bands(registry) {
  const lanes = registry.filter((one) => one.type === "bpmn:Lane" && !one.children.some((child) => child.type === "bpmn:Lane"));
  const places = lanes.length
    ? lanes.sort((one, other) => one.y - other.y).map((lane) => ({ name: lane.businessObject.name, holds: (y) => y >= lane.y && y < lane.y + lane.height }))
    : [{ name: "", holds: () => true }];
  return places.map((place) => ({ name: place.name, ...drawn(registry, place.holds) })).filter((one) => one.shapes.length).flatMap(strands);
}

/** Where a band is cut: as far on as a row holds, and a little before where fewer steps and words are cut through there. */
function cuts(band, box, most) {
  const solid = band.shapes.filter((one) => !one.children?.length);
  const through = (x) => solid.filter((one) => one.x - 2 < x && x < one.x + one.width + 2).length;
  const [found, end] = [[box.x - MARGIN], box.x + box.width + MARGIN];
  while (end - found.at(-1) > most) {
    const furthest = found.at(-1) + most;
    let best = furthest;
    for (let x = furthest; x > furthest - most * 0.4; x -= 4) if (through(x) < through(best)) best = x;
    found.push(best);
  }
  return [...found, end];
}

/** Whether a frame around steps only begins or ends here: then the row is not made high for its sake. */
function barely(one, from, to) {
  return Boolean(one.children?.length) && Math.min(to, one.x + one.width) - Math.max(from, one.x) < one.width / 3;
}

/** The windows of all rows: {name, continues, x, y, width, height}; `name` on the first of a band. */
function windows(registry, available) {
  return bands(registry).flatMap((band) => {
    const box = around(band.all);
    const whole = (box.width + 2 * MARGIN) * WHOLE <= available;
    const at = cuts(band, box, available / (whole ? WHOLE : READABLE));
    return at.slice(1).map((end, index) => {
      const inside = band.all.filter((one) => one.x < end && one.x + one.width > at[index] && !barely(one, at[index], end));
      const part = inside.length ? around(inside) : box; // no higher than what is drawn in it
      return {
        name: index ? "" : band.name, continues: index + 2 < at.length,
        x: at[index], y: part.y - MARGIN - 8, width: end - at[index], height: part.height + 2 * MARGIN + 8,
      };
    });
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

/** Shows in all rows which step is chosen in words. */
export function ring(frame, id) {
  for (const one of frame.querySelectorAll(".diagram-rows .is-ringed")) one.classList.remove("is-ringed");
  for (const one of frame.querySelectorAll(`.diagram-rows [data-element-id="${CSS.escape(id)}"]`)) one.classList.add("is-ringed");
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
