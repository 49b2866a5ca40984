// A condition in three parts: the answers that can be chosen follow the question. Without this the server says which answers there are.

/** Puts the answers of the chosen question in the place of those of the question before. */
export function follow(question) {
  const held = question.parentElement.querySelector('[name$=":value"]');
  if (!held) return;
  const known = JSON.parse(question.selectedOptions[0]?.dataset.known ?? "null");
  const fresh = document.createElement(known ? "select" : "input");
  for (const { name, value } of held.attributes) if (name !== "value" && name !== "required") fresh.setAttribute(name, value);
  if (known) fresh.append(new Option(held.dataset.choose, ""), ...known.map((words) => new Option(words, words)));
  fresh.required = question.value !== "";
  held.replaceWith(fresh);
}

/** Whether every condition in the form has the answer that it is about. */
export const complete = (form) => [...form.querySelectorAll('.condition [name$=":value"]')].every((each) => each.checkValidity());

export function start() {
  document.addEventListener("change", (event) => { if (event.target.matches?.("[data-answers]")) follow(event.target); }, true);
}
