// Toasts are announced because they are inserted after the page was loaded, and stay until the next action or until closed.

const CONTROLS = "a, button, summary, input, select, textarea, label";
const box = document.querySelector("[data-toasts]");

function closeAfterAction(event) {
  // What was entered before this module was loaded is repeated by app.js.
  if (!event.isTrusted || box.contains(event.target) || !event.target.closest(CONTROLS)) return;
  box.querySelectorAll('[data-toast]:not([data-toast="error"])').forEach((toast) => toast.remove());
}

export function start() {
  // The screen reader must know the empty region before its text changes. Until then the toasts stay in the page,
  // hidden, so that key Z finds their Undo.
  const waiting = Object.assign(document.createElement("div"), { hidden: true });
  waiting.append(...box.children);
  box.after(waiting);
  box.dataset.on = "1";
  setTimeout(() => {
    box.append(...waiting.children);
    waiting.remove();
  }, 100);
  box.addEventListener("click", (event) => event.target.closest("[data-toast-close]")?.closest("[data-toast]").remove());
  ["click", "input"].forEach((kind) => document.addEventListener(kind, closeAfterAction));
}

export function begin() {}
