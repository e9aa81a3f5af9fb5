// Selection of rows: the count, whole ranges, and the keys of the list. CSS shows the bar.
// By keyboard the bar is next to the box that was changed last, and Esc leads back. After a change the list opens at its row.
import { isComposing } from "../app.js";
import { rememberItem } from "./items.js";

const boxes = () => [...document.querySelectorAll("[data-select]")];
const matching = () => document.querySelector("[data-select-matching]");
const link = document.querySelector("[data-select-bar]");
let last = null;

function placeLink() {
  const box = last?.checked && last.isConnected ? last : boxes().findLast((other) => other.checked);
  if (link) link.hidden = !box;
  if (link) box?.after(link);
}

// Count the selected rows. The bar appears with the first one, too late for a live region of its own.
function update(isChange = true) {
  const count = boxes().filter((box) => box.checked).length;
  const all = matching();
  if (all && count < boxes().length) all.checked = false;
  document.querySelectorAll("[data-picked]").forEach((element) => {
    const shown = all?.checked ? all.dataset.selectMatching : count;
    const text = element.dataset.picked.replace("0", shown);
    if (isChange && element.textContent !== text) import("./words.js").then(({ announce }) => announce(text));
    element.textContent = text;
  });
  // What needs a pair is offered for exactly two rows.
  document.querySelectorAll("[data-select-two]").forEach((button) => { button.hidden = count !== 2 || Boolean(all?.checked); });
  placeLink();
  const master = document.querySelector("[data-select-all]");
  if (!master) return;
  master.checked = count > 0 && count === boxes().length;
  master.indeterminate = count > 0 && !master.checked;
}

function select(checked) {
  boxes().forEach((box) => { box.checked = checked; });
  update();
}

// Give all boxes from the last one to this one the same state.
function selectRange(box) {
  const all = boxes(), [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
  if (from < 0) return;
  all.slice(from, to + 1).forEach((other) => { other.checked = box.checked; });
}

// x selects the current row, shift x all rows from the last one to it.
function onKey(event) {
  if (document.body.dataset.keys !== "on" || event.key.toLowerCase() !== "x" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]")) return;
  const box = (event.target.closest("tr") ?? document.querySelector("tr.at"))?.querySelector("[data-select]");
  if (!box) return;
  event.preventDefault();
  box.checked = event.shiftKey || !box.checked;
  if (event.shiftKey) selectRange(box);
  last = box;
  update();
}

// Enter in a box would send the form of the bar, with the first change in it.
function onEnter(event) {
  if (event.key !== "Enter" || !event.target.matches("[data-select], [data-select-all], [data-select-matching]")) return;
  event.preventDefault();
  event.target.click();
}

// Esc in the bar leads back to the row.
function leaveBar(event) {
  if (event.key !== "Escape" || isComposing(event) || !event.target.closest(".selbar")) return;
  placeLink();
  link?.previousElementSibling.focus();
}

// A button with an address of its own leads to a file, an email or a merge, not to a change after which this list opens.
function noteRow({ target, submitter }) {
  if (target.id === "bulk" && !submitter?.hasAttribute("formaction")) rememberItem(last?.closest("tr"));
}

export function start() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", onEnter);
  document.addEventListener("keydown", leaveBar);
  document.addEventListener("submit", noteRow);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-select-bar]")) document.querySelector(".selbar :is(button, input):not([hidden])").focus();
    if (event.target.closest("[data-select-none]")) {
      select(false);
      link?.previousElementSibling?.focus({ preventScroll: true });
    }
    const box = event.target.closest("[data-select]");
    if (!box) return;
    if (event.shiftKey) selectRange(box);
    last = box;
    update();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-all]")) select(event.target.checked);
    else if (event.target.matches("[data-select-matching]")) event.target.checked ? select(true) : update();
    else if (event.target.matches("[data-select]")) update();
  });
  // All were selected before this module was loaded.
  if (document.querySelector("[data-select-all]:checked, [data-select-matching]:checked")) select(true);
  else update(false);
}
