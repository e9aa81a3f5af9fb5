// Facts of a record are edited in place: the link beside a fact, or a double click on it, opens its field.
import { showNote } from "../app.js";
import { load, open as openForm } from "./editor.js";

const PANELS = ".who, main > .chips, :is(#details, #relations) > .sec";
const HAS_FORM = ".sec:has(form:not(.cell-f))";
const all = (query, within = document) => [...within.querySelectorAll(query)];

function open(link) {
  const fields = link.dataset.fields ?? link.hash.slice(1);
  const url = `${link.closest("[data-cells]").dataset.cells}&fields=${fields}`;
  openForm(link.parentElement, url, { leave: () => link.focus(), saved: () => refresh(link.getAttribute("href")) });
}

// Draw the header and the panels as the server has them now; those with forms stay, for what was typed in them.
async function refresh(href) {
  const page = await load(location.pathname + location.search).catch(() => showNote("data-incomplete") && null);
  if (!page) return;
  const panels = all(PANELS), fresh = all(PANELS, page);
  if (panels.length === fresh.length) {
    panels.forEach((panel, i) => { if (!panel.matches(HAS_FORM)) panel.replaceWith(fresh[i]); });
  } else ["#details", "#relations"].forEach((query) => document.querySelector(query).replaceWith(page.querySelector(query)));
  document.querySelector(`.fact-e[href="${href}"]`)?.focus();
}

export function start() {
  const main = document.querySelector("main");
  main.addEventListener("click", (event) => {
    const link = event.target.closest(".fact-e");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link);
  });
  main.addEventListener("dblclick", (event) => {
    const link = !event.target.closest("a, button, form") && event.target.closest("dd")?.querySelector(".fact-e");
    if (link) open(link);
  });
}
