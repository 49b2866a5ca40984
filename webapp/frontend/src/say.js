// Tells something: to screen readers in the page's one live region, and, where asked for, in a note that goes away.

export function say(text) {
  const region = document.getElementById("say");
  if (region) region.textContent = text;
}

/** Shows `text` with an optional button for `seconds`; whatever was shown before goes. Returns a function that takes it away. */
export function toast(text, { button, act, seconds = 10 } = {}) {
  document.querySelector(".toast")?.remove();
  const box = document.createElement("div");
  box.className = "toast";
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  if (button) {
    const press = document.createElement("button");
    press.type = "button";
    press.className = "linkish";
    press.textContent = button;
    press.addEventListener("click", () => { box.remove(); act(); });
    box.append(press);
  }
  document.body.append(box);
  say(text);
  setTimeout(() => box.remove(), seconds * 1000);
  return () => box.remove();
}
