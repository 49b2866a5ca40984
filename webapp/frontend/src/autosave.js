// Keeps what somebody writes: two seconds after the last key, when a field is left, and when the page goes away. Nothing of a case is
// ever put in the browser's own storage. Without contact it says since when, goes on trying, and nothing written is touched.

import { answersOf } from "./answers.js";

const PAUSE = 2000;
const RETRY = 10_000;

export function autosave(form) {
  const address = form.dataset.autosave;
  const note = document.querySelector("[data-draft]");
  let dirty = false, busy = false, renewed = false, timer = 0, savedAt = "";

  function show(words, state) {
    if (!note) return;
    note.dataset.state = state;
    const icon = note.querySelector(".icon use");
    if (icon) icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, state === "late" ? "#late" : "#done"));
    const text = document.createElement("span");
    text.textContent = words;
    note.replaceChildren(...(note.querySelector(".icon") ? [note.querySelector(".icon")] : []), text);
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  function failed() {
    dirty = true;
    show(savedAt ? form.dataset.notSavedSince.replace("{time}", savedAt) : form.dataset.notSaved, "late");
    later(RETRY);
  }

  async function save() {
    clearTimeout(timer);
    if (!dirty || busy || form.dataset.sent) return;
    dirty = false;
    busy = true;
    try {
      const answer = await fetch(address, { method: "POST", body: answersOf(form), headers: { Accept: "application/json" }, redirect: "manual" });
      if (answer.status === 401 || answer.type === "opaqueredirect") { dirty = true; askToSignIn(); return; }
      if (answer.status === 400 && !renewed) { dirty = true; await renew(); return; }
      if (!answer.ok) { failed(); return; }
      renewed = false;
      const told = await answer.json();
      savedAt = told.saved_at || clock();
      show(told.words, "done");
      if (dirty) later(PAUSE);
    } catch {
      failed();
    } finally {
      busy = false;
    }
  }

  /** The session has ended or begun anew: take its token and go on, or ask to sign in. */
  async function renew() {
    const found = await freshToken();
    if (found === "signed out") { askToSignIn(); return; }
    renewed = Boolean(found);
    if (found) later(0); else failed();
  }

  function askToSignIn() {
    const dialog = document.getElementById("signed-out");
    if (!dialog || dialog.open) return;
    dialog.addEventListener("close", renew, { once: true });
    dialog.showModal();
  }

  /** A new session has a new token; the page's own is fetched anew, so that what stands in the form can still be handed in. */
  async function freshToken() {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "manual" });
      if (answer.type === "opaqueredirect" || answer.status === 401) return "signed out";
      if (!answer.ok) return "";
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const token = page.querySelector("[data-form] [name=csrf_token]")?.value ?? "";
      if (token) for (const field of document.getElementsByName("csrf_token")) field.value = token;
      return token;
    } catch {
      return "";
    }
  }

  const clock = () => { const now = new Date(); return `${now.getHours()}.${String(now.getMinutes()).padStart(2, "0")}`; };

  form.addEventListener("input", () => { dirty = true; later(PAUSE); });
  form.addEventListener("change", () => { dirty = true; later(PAUSE); });
  form.addEventListener("focusout", () => { if (dirty) later(50); });
  form.addEventListener("rows-changed", () => { dirty = true; later(200); });
  window.addEventListener("online", () => { if (dirty) later(0); });
  window.addEventListener("pagehide", () => {
    if (!dirty || form.dataset.sent) return;
    fetch(address, { method: "POST", body: answersOf(form), keepalive: true }).catch(() => {});
  });
}
