// Keyboard shortcuts, an extra way and never the only one. Single letters rest while somebody writes, and all rest when switched off
// (WCAG 2.1.4).

const writing = (element) => element?.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

function rows() {
  return [...document.querySelectorAll("[data-list] [data-row]")].filter((row) => !row.hidden);
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

/** The chosen step of a routine: opened, or opened with what was asked for. */
function openStep(row, asks) {
  const link = row?.querySelector("a.step");
  if (!link) return;
  const address = new URL(link.href);
  if (asks) { address.searchParams.set(asks, "1"); address.hash = ""; } // the browser would give the focus to the line
  location.assign(address);
}

function newStep() {
  const row = document.querySelector("[data-step-list]") ? chosen() : null;
  const asked = row?.querySelector("[data-new-step]");
  if (!asked) { openStep(row, "new"); return; }
  asked.open = true;
  asked.querySelector("select, input:not([type=hidden])")?.focus();
}

/** The row changes places with its neighbour; the server says where it stands, or why not. */
function moveStep(way) {
  const row = chosen(), address = row?.closest("[data-step-list]")?.dataset.move;
  const form = document.createElement("form");
  if (!address) return;
  form.method = "post";
  form.action = address.replace("ELEMENT", row.dataset.row);
  const path = new URL(row.querySelector("a.step").href).searchParams.get("path") ?? "";
  const token = document.querySelector("[name=csrf_token]")?.value ?? "";
  for (const [name, value] of Object.entries({ csrf_token: token, path, view: "list", way })) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
}

function removeStep() {
  const row = document.activeElement?.closest("[data-step-list] [data-row]");
  const button = row?.querySelector("[data-remove]");
  if (button) button.focus();
  else openStep(row, "remove");
}

/** Only the steps with those words are shown while they stand there; Enter goes to the first of them. */
function findSteps() {
  const field = document.querySelector("[data-find-rows]"), lines = [...document.querySelectorAll("[data-step-list] > li")];
  const show = () => {
    const wanted = field.value.trim().toLocaleLowerCase();
    for (const line of lines) line.hidden = wanted !== "" && !(line.querySelector("a.step")?.textContent.toLocaleLowerCase().includes(wanted) ?? false);
  };
  field?.addEventListener("input", show);
  field?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    const first = field.value.trim() ? rows()[0] : null;
    if (!first) return;
    field.value = "";
    show();
    choose(first);
  });
}

/** What was asked for on the way here gets the focus. */
function arrive() {
  const asked = new URLSearchParams(location.search);
  const wanted = asked.has("new") ? "[data-new-step] select" : asked.has("remove") ? "#step [data-remove]" : "";
  if (wanted) (document.querySelector(wanted) ?? document.querySelector("[data-row][data-chosen] a.step"))?.focus(); // not every step has it
}

const PLAIN = {
  n: () => newStep(),
  j: () => move(1),
  k: () => move(-1),
  t: () => chosen()?.querySelector("[data-take]")?.click(),
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => document.getElementById("keys-list")?.showModal(),
};

export function start() {
  arrive();
  findSteps();
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
    if (event.ctrlKey || event.metaKey || writing(document.activeElement)) return;
    if (event.altKey) {
      const way = { ArrowUp: "earlier", ArrowDown: "later" }[event.key];
      if (way && document.querySelector("[data-step-list][data-move]")) { event.preventDefault(); moveStep(way); }
      return;
    }
    if (event.key === "Delete") { removeStep(); return; }
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
