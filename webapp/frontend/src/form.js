// Forms that follow the answers: the server decides what is asked, this only puts it in place and keeps what is being written.
import { answersOf } from "./answers.js";
import { autosave } from "./autosave.js";
import { say, toast } from "./say.js";
import { unlock } from "./press.js";

async function drawnAnew(form, submitter) {
  const data = answersOf(form, submitter);
  const answer = await fetch(form.dataset.refresh, { method: "POST", body: data, headers: { Accept: "text/html" }, redirect: "manual" });
  if (!answer.ok) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

const body = () => document.getElementById("form-body");
const ownFields = (owner) => [...owner.querySelectorAll(".fields")].find((each) => each.closest("[id]") === owner);

/** Puts in the questions that have come and takes away those that have gone; what stays is not touched, nor what is typed in it. */
function merge(fresh) {
  mergeSections(fresh);
  for (const wanted of fresh.querySelectorAll(".fields")) {
    const owner = wanted.closest("[id]");
    const place = owner && document.getElementById(owner.id);
    const here = place && ownFields(place);
    if (!here) continue;
    const known = new Map([...here.children].map((each) => [each.id, each]));
    let before = here.firstElementChild;
    for (const child of wanted.children) {
      const kept = known.get(child.id);
      if (kept) {
        known.delete(child.id);
        if (kept === before) before = before.nextElementSibling;
        else here.insertBefore(kept, before);
        refreshChoices(kept, child);
      } else {
        here.insertBefore(document.importNode(child, true), before);
      }
    }
    for (const gone of known.values()) gone.remove();
  }
}

/** Whole sections come and go too, when the answer that drives them is given. */
function mergeSections(fresh) {
  const wanted = [...fresh.querySelectorAll("#form-body > .part")];
  const here = body();
  for (const gone of [...here.querySelectorAll(":scope > .part")].filter((each) => !wanted.some((one) => one.id === each.id))) gone.remove();
  let before = here.firstElementChild;
  for (const one of wanted) {
    const kept = [...here.children].find((each) => each.id === one.id);
    if (!kept) { here.insertBefore(document.importNode(one, true), before); continue; }
    const [mine, theirs] = [kept, one].map((each) => each.querySelector(":scope > .next-part"));
    mine?.remove();
    if (theirs) kept.append(document.importNode(theirs, true));
    before = kept.nextElementSibling;
  }
}

function refreshChoices(kept, child) {
  const [mine, theirs] = [kept, child].map((each) => (each.dataset.kind === "select" ? each.querySelector("select") : null));
  if (!mine || !theirs || mine.options.length === theirs.options.length && [...mine.options].every((one, i) => one.value === theirs.options[i].value)) return;
  const value = mine.value;
  mine.replaceChildren(...[...theirs.options].map((one) => document.importNode(one, true)));
  mine.value = [...mine.options].some((one) => one.value === value) ? value : "";
}

function refreshSections(fresh) {
  const wanted = fresh.querySelector("template[data-sections]");
  const place = document.getElementById("sections");
  if (wanted && place) place.replaceChildren(document.importNode(wanted.content, true));
}

function focusOn(id) {
  const place = id && document.getElementById(id);
  if (!place) return;
  const field = place.querySelector("[data-open] .ds-input, .fields .ds-input");
  (field ?? place.querySelector("button[name=_open], [data-add], button, [tabindex]"))?.focus();
  place.scrollIntoView({ block: "nearest" });
}

/** Where somebody writes, to be found again when the field has been drawn anew. */
function writingAt(pressed) {
  const field = document.activeElement;
  if (!field?.id || field === pressed || !body().contains(field) || !field.matches(".ds-input")) return null;
  const caret = field.matches("textarea, input[type=text]") ? [field.selectionStart, field.selectionEnd] : null;
  return () => {
    const again = document.getElementById(field.id);
    again?.focus();
    if (caret && again) again.setSelectionRange(...caret);
    return Boolean(again);
  };
}

function follow(form) {
  let asked = 0, written = 0;

  async function onChange(event) {
    if (form.dataset.rows || !event.target.matches("[data-drives]")) return; // a row that comes or goes draws all answers anew
    const mine = ++asked;
    try {
      const fresh = await drawnAnew(form);
      if (mine !== asked) return;
      const writing = document.activeElement;
      merge(fresh);
      refreshSections(fresh);
      // Who had already gone on to a question that is no longer asked stands at the one that took it away.
      if (writing !== document.activeElement) (writing.isConnected ? writing : event.target).focus();
    } catch {
      // Without contact the page stays as it is; the server asks what is missing when the form is handed in.
    }
  }

  /** The form as the row button leaves it. What is written while the server answers must be in it, so it is asked again. */
  async function afterButton(button) {
    for (;;) {
      const before = written;
      const fresh = await drawnAnew(form, button);
      if (written === before) return fresh;
    }
  }

  async function onRowButton(event) {
    const button = event.target.closest("[data-row-button]");
    if (!button || !form.dataset.refresh) return;
    event.preventDefault();
    if (form.dataset.rows || form.dataset.sent) return;
    form.dataset.rows = "busy";
    button.setAttribute("aria-busy", "true");
    asked += 1;
    try {
      const fresh = await afterButton(button);
      const old = body();
      const wanted = document.importNode(fresh.getElementById("form-body"), true);
      const goOnWriting = writingAt(button);
      old.replaceWith(wanted);
      refreshSections(fresh);
      if (!goOnWriting?.()) focusOn(wanted.dataset.focus);
      form.dispatchEvent(new Event("rows-changed"));
      if (button.name === "_remove") offerUndo(form, old, button);
    } catch {
      toast(form.dataset.noContact);
    } finally {
      delete form.dataset.rows;
      button.removeAttribute("aria-busy");
    }
  }

  form.addEventListener("input", () => { written += 1; });
  form.addEventListener("change", onChange);
  form.addEventListener("click", onRowButton);
}

function offerUndo(form, old, button) {
  old.querySelectorAll("[aria-busy]").forEach((each) => each.removeAttribute("aria-busy"));
  const take = toast(form.dataset.removed, {
    button: form.dataset.undo,
    act: () => {
      body().replaceWith(old);
      button.focus();
      form.dispatchEvent(new Event("rows-changed"));
      say(form.dataset.undone);
    },
  });
  form.addEventListener("input", take, { once: true }); // what is written now must not be thrown away by an undo
}

/** The outline of the form shows where on the page one is. */
function sections() {
  const list = document.getElementById("sections");
  if (!list || !("IntersectionObserver" in window)) return;
  const watcher = new IntersectionObserver((entries) => {
    const seen = entries.filter((entry) => entry.isIntersecting)[0];
    if (!seen) return;
    for (const item of list.querySelectorAll("li")) {
      if (item.querySelector("a").hash === `#${seen.target.id}`) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
  }, { rootMargin: "-15% 0px -70% 0px" });
  for (const part of document.querySelectorAll(".part[id]")) watcher.observe(part);
}

function copyButtons() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText);
    toast(button.dataset.copied);
  });
}

const answered = (field) => field.type === "radio" || field.type === "checkbox" ? field.checked !== field.defaultChecked
  : field.matches("select") ? [...field.options].some((one) => one.selected !== one.defaultSelected)
  : field.matches("textarea, input[type=text]") && field.value !== field.defaultValue;

/** What was answered before this script listened is followed and kept like the rest. */
function catchUp(form) {
  const early = [...form.elements].filter(answered);
  (early.find((field) => field.matches("[data-drives]")) ?? early[0])?.dispatchEvent(new Event("change", { bubbles: true }));
}

export function start() {
  for (const form of document.querySelectorAll("[data-form]")) {
    if (form.dataset.refresh) follow(form);
    if (form.dataset.autosave) autosave(form);
    catchUp(form);
    form.addEventListener("invalid", () => unlock(form), true);
  }
  document.querySelector("[data-focus]:not(#form-body)")?.focus();
  const asked = body()?.dataset.focus;
  if (asked) focusOn(asked);
  for (const link of document.querySelectorAll(".error-summary a")) {
    link.addEventListener("click", (event) => {
      const field = document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      (field.closest("[id^=field-]") ?? field).scrollIntoView({ block: "center" });
      field.focus();
    });
  }
  sections();
  copyButtons();
}
