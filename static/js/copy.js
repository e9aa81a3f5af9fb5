// Buttons that copy a text: [data-copy] has it, [data-done] what is said afterward.
import { announce } from "./words.js";

const SHOWN_FOR = 2000;

// Without https the browser has no clipboard: the text is selected in a field and copied from there.
function copyFromField(text) {
  const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true, className: "visually-hidden" });
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  focused?.focus({ preventScroll: true });
  if (!isCopied) throw new Error("copy");
}

async function copy(button) {
  const { copy: text, done, failed } = button.dataset;
  try {
    if (navigator.clipboard) await navigator.clipboard.writeText(text).catch(() => copyFromField(text));
    else copyFromField(text);
  } catch {
    announce(failed);
    return;
  }
  announce(done);
  button.classList.add("is-copied");
  setTimeout(() => button.classList.remove("is-copied"), SHOWN_FOR);
}

export function start() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
}

export function begin() {}
