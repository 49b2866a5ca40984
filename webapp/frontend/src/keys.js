// Keyboard shortcuts, an extra way and never the only one. Single letters rest while somebody writes, and all rest when switched off
// (WCAG 2.1.4).

const writing = (element) => element?.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

function rows() {
  return [...document.querySelectorAll("[data-list] [data-row]")];
}

function chosen() {
  return document.activeElement?.closest("[data-row]") ?? document.querySelector("[data-row][data-chosen]");
}

function choose(row) {
  if (!row) return;
  for (const other of rows()) other.removeAttribute("data-chosen");
  row.setAttribute("data-chosen", "");
  row.querySelector("a[href]")?.focus();
  row.scrollIntoView({ block: "nearest" });
}

function move(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(chosen());
  choose(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))]);
}

function addRow() {
  const list = document.activeElement?.closest(".field-list");
  const scope = list ?? document.querySelector("[data-form]");
  [...(scope?.querySelectorAll("[data-add]") ?? [])].at(-1)?.click();
}

const PLAIN = {
  j: () => move(1),
  k: () => move(-1),
  t: () => chosen()?.querySelector("[data-take]")?.click(),
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => document.getElementById("keys-list")?.showModal(),
};

export function start() {
  if (document.body.dataset.keys !== "on") return;
  let afterG = 0;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.ctrlKey && event.key === "Enter") {
      const button = document.querySelector("[data-hand-in]");
      if (button) { event.preventDefault(); button.click(); }
      return;
    }
    if (event.altKey && !event.ctrlKey && event.code === "KeyN") {
      if (document.querySelector("[data-add]")) { event.preventDefault(); addRow(); }
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey || writing(document.activeElement)) return;
    const key = event.key.toLowerCase();
    if (key === "g") { afterG = event.timeStamp; return; }
    if (key === "p" && afterG && event.timeStamp - afterG < 1500) {
      const plan = document.querySelector("[data-tab=plan]");
      if (plan) { event.preventDefault(); plan.click(); }
      return;
    }
    if (event.key === "Escape" && document.querySelector("[data-form]")) {
      document.querySelector("a.back")?.click();
      return;
    }
    if (PLAIN[key]) { event.preventDefault(); PLAIN[key](); }
  });
}
