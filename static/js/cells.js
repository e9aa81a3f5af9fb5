// Cells that are edited in place: by a double click, by Enter or e in the current row, by the button that a tap shows.
// The server has the form of the cell and sends the new row.
import { isInForm, open as openForm } from "./editor.js";

const one = (query, within = document) => within.querySelector(query);
const table = one("table[data-cells]");
const heads = [...table.querySelectorAll("thead th")];
const columnOf = (cell) => heads[cell.cellIndex];
const isEditable = (cell) => cell?.closest("table") === table && cell.offsetParent && "edit" in (columnOf(cell)?.dataset ?? {});
const cellsOf = (row) => [...row.cells].filter(isEditable);

function urlOf(cell) {
  const params = new URLSearchParams({ list: table.dataset.list, column: columnOf(cell).dataset.column });
  const columns = one("[data-columns]")?.dataset.columns;
  if (columns) params.set("columns", columns);
  return `${table.dataset.cells.replace(/0$/, one("[data-select]", cell.parentElement).value)}?${params}`;
}

// The cell that the keys act on.
function mark(cell) {
  table.querySelectorAll("[data-current]").forEach((other) => { delete other.dataset.current; other.removeAttribute("tabindex"); });
  cell.tabIndex = -1;
  cell.dataset.current = "";
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest" });
}

function open(cell) {
  if (isEditable(cell)) openForm(cell, urlOf(cell), { leave: mark, saved: replaceRow });
}

function replaceRow(content, cell) {
  const row = cell.closest("tr"), index = cell.cellIndex, fresh = one("tbody tr", content);
  if (!fresh) return row.remove();
  const wasSelected = one("[data-select]", row).checked;
  one("[data-select]", fresh).checked = wasSelected;
  fresh.classList.toggle("at", row.classList.contains("at"));
  row.replaceWith(fresh);
  mark(fresh.cells[index]);
}

// Left and right move between the editable cells of the current row.
function step(row, by) {
  const cells = cellsOf(row), at = cells.findIndex((cell) => "current" in cell.dataset);
  const next = cells[Math.max(0, Math.min(cells.length - 1, at + by))];
  if (next) mark(next);
  return Boolean(next);
}

function onKey(event) {
  if (isInForm(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, summary, button, dialog")) return;
  const row = event.target.closest("tbody tr") ?? one("tr.at", table), cell = event.target.closest("[data-current]");
  if (!row || row.closest("table") !== table) return;
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (by) {
    if (step(row, by)) event.preventDefault();
  } else if (event.key === "Enter" && cell) {
    open(cell);
    event.preventDefault();
  } else if (event.key === "e" && document.body.dataset.keys === "on" && !one("[data-select]:checked")) {
    open(cell ?? cellsOf(row)[0]);
    event.preventDefault();
  }
}

// A tap shows a button: a double tap would zoom. On pointerup, the click of the same tap could press it.
let isTap = false;

function offer(event) {
  const cell = event.target.closest("td, th");
  if (!isTap || event.target.closest("a, button, input, form") || !isEditable(cell)) return;
  one(".cell-b", table)?.remove();
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-s cell-b" });
  button.textContent = table.dataset.editLabel;
  button.addEventListener("click", () => { button.remove(); open(cell); });
  cell.append(button);
}

export function start() {
  table.addEventListener("dblclick", (event) => {
    const cell = event.target.closest("td, th");
    if (!event.target.closest("a, button, input, form")) open(cell);
  });
  table.addEventListener("pointerup", (event) => { isTap = event.pointerType !== "mouse"; });
  table.addEventListener("click", offer);
  document.addEventListener("keydown", onKey);
}
