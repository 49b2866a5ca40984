// The panel beside the canvas, drawn anew by the server while somebody may be writing in it: what they have opened, written and reached stays.
import { follow } from "./condition.js";

/** Whether somebody has written something else in the field than what the server drew. */
export function differs(field) {
  if (!field.name || field.type === "hidden") return false;
  if (field.options) return [...field.options].some((each) => each.selected !== each.defaultSelected);
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

const fields = (panel) => [...panel.querySelectorAll("input, select, textarea")].filter((each) => each.name && each.type !== "hidden");
const place = (field) => `${field.form?.action} ${field.name}`;

/** Puts `fresh` in the place of what the panel holds; `same` says that it is about the same step. */
export function redraw(panel, fresh, same) {
  const opened = [...panel.querySelectorAll("details")].map((each) => each.open);
  const written = new Map(fields(panel).filter(differs).map((each) => [place(each), each.value]));
  const held = panel.contains(document.activeElement) ? document.activeElement : null;
  panel.replaceChildren(...[...fresh.childNodes].map((each) => document.importNode(each, true)));
  if (!same) { panel.scrollTop = 0; return; }
  panel.querySelectorAll("details").forEach((each, index) => { each.open ||= opened[index] ?? false; });
  for (const field of panel.querySelectorAll("[data-answers]")) if (written.has(place(field))) { field.value = written.get(place(field)); follow(field); }
  for (const field of fields(panel)) if (written.has(place(field))) field.value = written.get(place(field));
  const again = held && (held.id ? document.getElementById(held.id) : fields(panel).find((each) => place(each) === place(held)) ?? null);
  again?.focus({ preventScroll: true });
}
