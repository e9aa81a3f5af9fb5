// Toasts are announced because they are inserted after the page was loaded, and stay until the next action or until closed.

const CONTROLS = "a, button, summary, input, select, textarea, label";
const box = document.querySelector("[data-toasts]");

function closeAfterAction(event) {
  if (box.contains(event.target) || !event.target.closest(CONTROLS)) return;
  box.querySelectorAll('[data-toast]:not([data-toast="error"])').forEach((toast) => toast.remove());
}

export function start() {
  const toasts = [...box.children];
  box.replaceChildren();
  box.dataset.on = "1";
  // The screen reader must know the empty region before its text changes.
  setTimeout(() => box.append(...toasts), 100);
  box.addEventListener("click", (event) => event.target.closest("[data-toast-close]")?.closest("[data-toast]").remove());
  ["click", "input"].forEach((kind) => document.addEventListener(kind, closeAfterAction));
}

export function begin() {}
