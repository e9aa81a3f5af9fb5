// Columns of a list: buttons that move them in the menu, and handles in the head of the table that set their width.

const STEP = 16, LEAST = 48, MOST = 1000;
const form = document.querySelector("form[data-columns]");
const heads = () => [...document.querySelectorAll("th[data-column]")];

function button(text, icon, action) {
  const element = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-bare btn-i", textContent: icon });
  element.setAttribute("aria-label", text);
  element.addEventListener("click", () => { action(); element.focus(); });
  return element;
}

function addButtons() {
  form.querySelectorAll("li:not([hidden])").forEach((row) => {
    const name = row.textContent.trim(), box = Object.assign(document.createElement("span"), { className: "push row-x" });
    const up = () => row.previousElementSibling && !row.previousElementSibling.hidden && row.previousElementSibling.before(row);
    const down = () => row.nextElementSibling?.after(row);
    box.append(button(`${form.dataset.up}: ${name}`, "↑", up), button(`${form.dataset.down}: ${name}`, "↓", down));
    row.append(box);
  });
}

// Load the list with the widths as they are now: they belong to its address, and so to a saved view.
function store() {
  const columns = heads().map((head) => head.dataset.width ? `${head.dataset.column}:${head.dataset.width}` : head.dataset.column);
  const params = new URLSearchParams(location.search);
  params.set("columns", columns.join(","));
  location.replace(`${location.pathname}?${params}`);
}

function setWidth(head, width) {
  head.dataset.width = Math.round(Math.max(LEAST, Math.min(MOST, width)));
  head.style.width = head.style.minWidth = head.style.maxWidth = `${head.dataset.width}px`;
  head.querySelector("[role=separator]")?.setAttribute("aria-valuenow", head.dataset.width);
}

function addHandle(head) {
  const handle = Object.assign(document.createElement("span"), { className: "col-handle", tabIndex: 0 });
  const values = { role: "separator", "aria-orientation": "vertical", "aria-valuemin": LEAST, "aria-valuemax": MOST };
  Object.entries(values).forEach(([name, value]) => handle.setAttribute(name, value));
  handle.setAttribute("aria-label", `${form.dataset.width}: ${head.textContent.trim()}`);
  handle.setAttribute("aria-valuenow", head.dataset.width ?? Math.round(head.offsetWidth));
  head.append(handle);
  handle.addEventListener("pointerdown", (event) => drag(head, handle, event));
  handle.addEventListener("keydown", (event) => {
    const by = { ArrowRight: STEP, ArrowLeft: -STEP }[event.key];
    if (by) setWidth(head, head.offsetWidth + by);
    else if (event.key === "Enter") store();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  handle.addEventListener("blur", () => { if (handle.dataset.moved) store(); });
  handle.addEventListener("keyup", (event) => { if (event.key.startsWith("Arrow")) handle.dataset.moved = "1"; });
}

function drag(head, handle, event) {
  const start = event.clientX, width = head.offsetWidth;
  const move = (later) => setWidth(head, width + later.clientX - start);
  handle.setPointerCapture(event.pointerId);
  handle.addEventListener("pointermove", move);
  handle.addEventListener("pointerup", (later) => {
    handle.removeEventListener("pointermove", move);
    if (later.clientX !== start) store();
  }, { once: true });
  event.preventDefault();
}

export function start() {
  addButtons();
  heads().forEach((head) => {
    if (head.dataset.width) setWidth(head, Number(head.dataset.width));
    if (matchMedia("(min-width: 768px)").matches) addHandle(head);
  });
}
