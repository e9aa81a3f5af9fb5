// The items of a page, such as the rows of a list: moving between them by keys, acting on the current one, and returning
// to its position after an action.

const one = (query, within = document) => within.querySelector(query);
const all = (query, within = document) => [...within.querySelectorAll(query)];
const ITEMS = "[data-item], .todo, .deal, .tbl tbody tr";
const visibleItems = () => all(ITEMS).filter((item) => item.offsetParent);

export function move(step) {
  const items = visibleItems();
  const current = items.findIndex((item) => item.classList.contains("at"));
  goTo(items[current < 0 ? (step > 0 ? 0 : items.length - 1) : Math.min(items.length - 1, Math.max(0, current + step))], items);
}

function goTo(next, items) {
  if (!next) return;
  items.forEach((item) => { item.classList.toggle("at", item === next); item.removeAttribute("aria-current"); });
  if (next.matches(".todo, .deal, [data-item]")) next.setAttribute("aria-current", "true");
  (one("a[href]", next) ?? Object.assign(next, { tabIndex: -1 })).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

export function act(key) {
  const item = one(":is([data-item], .todo, .deal, tr).at");
  const inside = item && (one(`[data-key="${key}"]`, item) ?? (key === "o" ? one("a[href]", item) : null));
  // First in the current item, then the quick log, a button of the page, one of the layout (no record prefilled).
  const outside = all(`[data-key="${key}"]`).filter((element) => !element.closest(ITEMS) && element.offsetParent);
  const target = inside ?? outside.find((element) => element.matches("textarea"))
    ?? outside.find((element) => element.closest("main")) ?? outside[0];
  if (inside) rememberItem(item);
  target?.focus();
  if (!target?.matches("textarea")) target?.click();
}

// A list with other filters is another list; the rows whose boxes are checked don't count.
function listAddress() {
  const params = new URLSearchParams(location.search);
  params.delete("marked");
  params.sort();
  return `${location.pathname}?${params}`;
}

// Note the row of an action: afterward the focus goes to the row that took its place.
export function rememberItem(item) {
  if (item) sessionStorage.setItem("at", JSON.stringify([listAddress(), visibleItems().indexOf(item), Date.now()]));
}

export function rememberAction(event) {
  const control = event.type === "submit" ? event.submitter : event.target.closest("a[data-key], .acts a");
  rememberItem(control?.closest(ITEMS) ?? (event.target.matches("[data-undo], [data-undo-last]") ? one(".at") : null));
}

// Return to a row of this page: the one in the address, such as a moved card, else the position stored in the last ten minutes.
// A user who is typing already stays where they are.
export function restorePosition() {
  const target = document.getElementById(location.hash.slice(1))?.closest(ITEMS);
  const [address, position, since] = JSON.parse(sessionStorage.getItem("at") ?? "[]");
  if (target) history.replaceState(null, "", location.pathname + location.search);
  else if (address !== listAddress()) return;
  sessionStorage.removeItem("at");
  if (document.activeElement !== document.body && !one("[data-focus]")) return;
  const items = one("[data-focus]") || !target && Date.now() - since > 600000 ? [] : visibleItems();
  goTo(target ?? items[Math.min(position, items.length - 1)], items);
}
