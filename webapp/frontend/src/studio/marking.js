// Marks changes as read where they stand, one or all of a group: the page is not drawn anew, and the next unread change takes the focus.
import { say } from "../say.js";
import { ask, Refused } from "./server.js";

const EACH = "form[data-mark-read]", TOGETHER = "form[data-mark-together]";

export function start() {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest(`${EACH}, ${TOGETHER}`);
    if (!form || form.dataset.whole) return;
    event.preventDefault();
    const keys = new FormData(form).getAll("change");
    try {
      await ask(form.action, { change: keys });
    } catch (error) {
      if (error instanceof Refused && error.told.signedOut) { document.getElementById("signed-out")?.showModal(); return; }
      form.dataset.whole = "true"; // the page itself says what is wrong
      form.requestSubmit();
      return;
    }
    const here = [...document.querySelectorAll(EACH)], at = here.findIndex((each) => keys.includes(each.elements.change.value));
    const next = here.slice(at).find((each) => !keys.includes(each.elements.change.value));
    for (const each of here) if (keys.includes(each.elements.change.value)) each.replaceWith(mark());
    lessen(keys);
    count();
    say(mark().textContent.trim());
    (next ?? document.querySelector(EACH))?.querySelector("button").focus();
  });
}

const mark = () => document.getElementById("read-mark").content.cloneNode(true);

/** What is read is no longer among those that one press marks; where one is left, its own button does. */
function lessen(keys) {
  for (const form of document.querySelectorAll(TOGETHER)) {
    const inputs = [...form.querySelectorAll("[name=change]")], left = inputs.filter((each) => !keys.includes(each.value));
    if (left.length === inputs.length) continue;
    for (const each of inputs) if (!left.includes(each)) each.remove();
    if (left.length < 2) form.remove();
    else form.querySelector("button").textContent = form.dataset.left.replace("#", String(left.length));
  }
}

function count() {
  const told = document.querySelector("[data-read-of]");
  if (!told) return;
  const all = Number(told.dataset.readOf), left = document.querySelectorAll(EACH).length;
  told.textContent = told.dataset.words.replace("#", String(all - left));
  const note = document.querySelector('[data-tab="changes"]');
  if (!note) return;
  note.lastElementChild.textContent = told.textContent;
  if (left) return;
  note.dataset.state = "done";
  note.prepend(document.getElementById("read-mark").content.querySelector("svg").cloneNode(true));
}
