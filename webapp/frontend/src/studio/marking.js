// Marks a change as read where it stands: the page is not drawn anew, and the next unread change takes the focus.
import { say } from "../say.js";
import { ask, Refused } from "./server.js";

export function start() {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-mark-read]");
    if (!form || form.dataset.whole) return;
    event.preventDefault();
    try {
      await ask(form.action, Object.fromEntries(new FormData(form)));
    } catch (error) {
      if (error instanceof Refused && error.told.signedOut) { document.getElementById("signed-out")?.showModal(); return; }
      form.dataset.whole = "true"; // the page itself says what is wrong
      form.requestSubmit();
      return;
    }
    const mark = document.getElementById("read-mark").content.cloneNode(true);
    say(mark.textContent.trim());
    form.replaceWith(mark);
    count();
    document.querySelector("form[data-mark-read] button")?.focus();
  });
}

function count() {
  const told = document.querySelector("[data-read-of]");
  if (!told) return;
  const all = Number(told.dataset.readOf), left = document.querySelectorAll("form[data-mark-read]").length;
  told.textContent = told.dataset.words.replace("#", String(all - left));
  const note = document.querySelector('[data-tab="changes"]');
  if (!note) return;
  note.lastElementChild.textContent = told.textContent;
  if (left) return;
  note.dataset.state = "done";
  note.prepend(document.getElementById("read-mark").content.querySelector("svg").cloneNode(true));
}
