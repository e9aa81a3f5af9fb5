// The frame: theme, menus, toasts, keys, selection; pages fetch the rest. Everything works without it.

const root = document.documentElement, one = (query, within = document) => within.querySelector(query);
const all = (query, within = document) => [...within.querySelectorAll(query)];
root.classList.add("js");

// ---- theme: the server writes it on <html> from the cookie, so that no page flashes ----
function setTheme(theme) {
  const [name, secure] = location.protocol === "https:" ? ["__Host-theme", "; secure"] : ["theme", ""];
  document.cookie = `${name}=${theme}; max-age=${theme ? 31536000 : 0}; path=/; samesite=lax${secure}`;
  if (theme) root.dataset.bsTheme = theme;
  else delete root.dataset.bsTheme;
  all("[data-theme-set]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.themeSet === theme)));
}

// ---- menus: one open at a time, closed by Esc and by a click outside ----
function closeMenus(except) {
  all("details[data-menu][open]").forEach((menu) => {
    if (!except || !menu.contains(except)) menu.open = false;
  });
}

function walkMenu(event) {
  const menu = event.target.closest("details[data-menu][open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    one("summary", menu).focus();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target.matches("input, select, textarea")) return;
  const entries = all(".menu :is(a, button)", menu).filter((entry) => entry.offsetParent);
  event.preventDefault();
  entries.at((entries.indexOf(document.activeElement) + step) % entries.length)?.focus();
}

// ---- toasts: gone after 10 s unless looked at; errors stay ----
function watchToast(toast) {
  let timer;
  const start = () => { timer = setTimeout(() => toast.remove(), 10000); }, stop = () => clearTimeout(timer);
  one("[data-toast-close]", toast)?.addEventListener("click", () => toast.remove());
  if (toast.dataset.toast === "error") return;
  ["pointerenter", "focusin"].forEach((kind) => toast.addEventListener(kind, stop));
  ["pointerleave", "focusout"].forEach((kind) => toast.addEventListener(kind, () => { stop(); start(); }));
  start();
}

// ---- keys: Ctrl K always; single ones only when the person wants them, never while typing ----
const ITEMS = "[data-item], .todo, .deal, .tbl tbody tr";

const shownItems = () => all(ITEMS).filter((item) => item.offsetParent);
function move(step) {
  const items = shownItems();
  const now = items.findIndex((item) => item.classList.contains("at"));
  goTo(items[now < 0 ? (step > 0 ? 0 : items.length - 1) : Math.min(items.length - 1, Math.max(0, now + step))], items);
}

function goTo(next, items) {
  if (!next) return;
  items.forEach((item) => {
    item.classList.toggle("at", item === next);
    item.removeAttribute("aria-current");
  });
  if (next.matches(".todo, .deal, [data-item]")) next.setAttribute("aria-current", "true");
  (one("a[href]", next) ?? Object.assign(next, { tabIndex: -1 })).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function act(key) {
  const here = one(":is([data-item], .todo, .deal, tr).at");
  const inside = here && (one(`[data-key="${key}"]`, here) ?? (key === "o" ? one("a[href]", here) : null));
  // The box for a sentence before the button of the page, and that before the one of the frame, which knows of no record.
  const outside = all(`[data-key="${key}"]`).filter((found) => !found.closest(ITEMS) && found.offsetParent);
  const goal = inside ?? outside.find((found) => found.matches("textarea")) ?? outside.find((found) => found.closest("main")) ?? outside[0];
  if (inside) sessionStorage.setItem("at", JSON.stringify([location.pathname, shownItems().indexOf(here), Date.now()]));
  goal?.focus();
  if (!goal?.matches("textarea")) goal?.click();
  return Boolean(goal);
}

// For ten minutes the bar is where it was: on what was opened, on what follows an answer; what was taken back is named.
function stayAt() {
  const undone = document.getElementById(location.hash.slice(1))?.closest(ITEMS);
  const [path, place, since] = JSON.parse(sessionStorage.getItem("at") ?? "[]");
  if (undone) history.replaceState(null, "", location.pathname + location.search);
  else if (path !== location.pathname) return;
  sessionStorage.removeItem("at");
  const items = one("[data-focus]") || !undone && Date.now() - since > 600000 ? [] : shownItems();
  goTo(undone ?? items[Math.min(place, items.length - 1)], items);
}

function singleKey(event) {
  if (document.body.dataset.keys !== "on" || event.repeat && !"jk".includes(event.key)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) return;
  if (event.target.closest("input, textarea, select, [contenteditable], details[data-menu][open]")) return;
  const key = event.key;
  if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else if (key === "z") one("[data-undo]")?.requestSubmit();
  else if (key === "?") one("[data-keys-dialog]")?.showModal();
  else if (!/^[a-z]$/.test(key) || !act(key)) return;
  event.preventDefault();
}

async function openPalette(text = "") {
  const palette = one("[data-palette]");
  if (!palette || palette.open) return;
  closeMenus();
  // It opens before its script is here, so that the first letters land in it.
  one("[role=combobox]", palette).value = text;
  palette.showModal();
  (await import("./js/palette.js")).open(palette);
}

function onKey(event) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey || (event.target.matches(".quick textarea") && !event.shiftKey && !event.isComposing))) {
    // With Ctrl, what was read of just these words is saved.
    const read = !event.shiftKey && event.target.matches(".quick textarea") && (event.ctrlKey || event.metaKey) && one("#chips form.form");
    const form = read && read.elements.sentence.value === event.target.value.trim() ? read : event.target.closest("form.form, .quick form");
    if (form) event.preventDefault(), form.requestSubmit(one(".btn-main[type=submit]", form));
  } else {
    walkMenu(event);
    singleKey(event);
  }
}

// ---- selection of rows: the bar shows by itself, here is the count ----
function countPicked() {
  const picked = all("[data-select]:checked").length;
  all("[data-picked]").forEach((place) => { place.textContent = place.dataset.picked.replace("0", picked); });
  const master = one("[data-select-all]");
  if (!master) return;
  master.checked = picked > 0 && picked === all("[data-select]").length;
  master.indeterminate = picked > 0 && !master.checked;
}

function pick(boxes, on) {
  boxes.forEach((box) => { box.checked = on; });
  countPicked();
}

// ---- one submit a form: a second click changes nothing ----
function guardSubmit(event) {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = "1";
  if (form.matches("[data-signout]")) sessionStorage.clear();
}

// A filter that was left empty need not stand in the address.
function leaveOutEmpty(event) {
  if (event.target.method !== "get") return;
  [...event.formData.entries()].forEach(([name, value]) => value === "" && event.formData.delete(name));
}

document.addEventListener("keydown", onKey);
document.addEventListener("formdata", leaveOutEmpty);
document.addEventListener("submit", guardSubmit);
document.addEventListener("submit", (event) => {
  // A form sent again from another page stands for the one that kept its text.
  if (!event.target.matches("[data-resend]")) return;
  const key = Object.keys(sessionStorage).find((name) => name.startsWith("keep:") && name.endsWith(`:${new URL(event.target.action).pathname}`));
  if (key) sessionStorage.setItem("sent", JSON.stringify([key, location.pathname]));
});
window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));
document.addEventListener("click", (event) => {
  const at = event.target.closest("[data-theme-set], [data-keys-open], [data-select-none], [data-print], [data-palette-open] input");
  closeMenus(event.target);
  if (!at) return;
  if ("themeSet" in at.dataset) setTheme(at.dataset.themeSet);
  else if ("keysOpen" in at.dataset) { closeMenus(); one("[data-keys-dialog]").showModal(); }
  else if ("selectNone" in at.dataset) pick(all("[data-select]"), false);
  else if ("print" in at.dataset) window.print();
  else openPalette(at.value);
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-all]")) pick(all("[data-select]"), event.target.checked);
  else if (event.target.matches("[data-select]")) countPicked();
});
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-palette-open] input")) openPalette(event.target.value);
});
document.addEventListener("toggle", (event) => {
  if (event.target.matches("details[data-menu]") && event.target.open) closeMenus(event.target);
}, true);

// ---- htmx, only where a page uses it; every request of it carries the token ----
function loadHtmx() {
  const source = one("meta[name=htmx]")?.content;
  if (!source || !one("[hx-get], [hx-post], [hx-put], [hx-delete]")) return;
  document.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = one("meta[name=csrf]").content; });
  // What was refused, or never arrived, is sent as a page is: the answer says what is wrong and keeps the text.
  ["htmx:responseError", "htmx:sendError"].forEach((kind) => document.addEventListener(kind, (event) => event.target.closest("form")?.submit()));
  // What was answered within the page has arrived; its kept text is not needed any more.
  document.addEventListener("htmx:afterRequest", (event) => {
    const [key] = JSON.parse(sessionStorage.getItem("sent") ?? "[]");
    if (!key || !event.detail.successful || !event.target.closest("form[data-keep]")) return;
    sessionStorage.removeItem("sent");
    sessionStorage.removeItem(key);
  });
  // It looks for its elements when the page is complete: put in earlier, it could miss that moment.
  const load = () => document.head.append(Object.assign(document.createElement("script"), { src: source }));
  if (document.readyState === "complete") load();
  else window.addEventListener("load", load);
}

// ---- what became of the form that was sent last: saved, refused, or never arrived (js/keep.js keeps its text).
// Saved is what leads to another page, or to any page with the word that it is done. ----
function settle() {
  const [key, path] = JSON.parse(sessionStorage.getItem("sent") ?? "[]");
  sessionStorage.removeItem("sent");
  if (!key || one("[data-refused], form .errors")) return;
  const done = one("[data-toast=done]");
  const elsewhere = location.pathname !== path && document.referrer && new URL(document.referrer).pathname === path;
  if (done || elsewhere) sessionStorage.removeItem(key);
}

// Rows first, since kept text may need more of them; pickers last, since they take over filled selects.
async function enhance() {
  all("[data-toast]").forEach(watchToast);
  countPicked();
  loadHtmx();
  settle();
  one("[data-focus]")?.focus();
  stayAt();
  await wake();
}

// What a page lacked at first may come with a part of it: a form read from a sentence brings pickers and rows.
const awake = new Set();
async function wake() {
  const parts = await Promise.all([
    one("[data-rows]") && import("./js/rows.js"),
    one("form[data-keep]") && import("./js/keep.js"),
    one("[data-pick]") && import("./js/pick.js"),
    one("[data-both], [data-clock], [data-when]") && import("./js/clocks.js"),
    one("form[data-passkey]") && import("./js/passkey.js"),
  ]);
  parts.filter(Boolean).forEach((part) => {
    if (awake.has(part)) part.begin?.(document);
    else part.start();
    awake.add(part);
  });
}
document.addEventListener("htmx:afterSwap", wake);

enhance();
