// A pressed button is locked until the answer comes, and after a moment says what is going on; open menus close when one leaves them.

const PATIENCE = 300; // ms before a wait is worth telling

function lock(form, button) {
  form.dataset.sent = "true";
  if (!button) return;
  button.setAttribute("aria-busy", "true");
  setTimeout(() => {
    if (!form.dataset.sent) return;
    button.dataset.words = button.textContent;
    button.textContent = button.dataset.busy || document.body.dataset.busy || button.textContent;
  }, PATIENCE);
}

export function unlock(form) {
  delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) {
    button.removeAttribute("aria-busy");
    if (button.dataset.words) button.textContent = button.dataset.words;
    delete button.dataset.words;
  }
}

export function start() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || form.target === "_blank" || form.matches("[hx-post], [hx-get]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    lock(form, event.submitter);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) for (const form of document.forms) unlock(form);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
    for (const menu of document.querySelectorAll("details:is(.who, .menu, .dots, .filter)[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.activeElement?.closest("details:is(.who, .menu, .dots, .filter)[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); event.preventDefault(); }
  });
}
