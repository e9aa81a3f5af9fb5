// Page layout: theme, menus, keyboard shortcuts, sending of forms; loads the modules in js/. Pages work without script.

const root = document.documentElement, one = (query, within = document) => within.querySelector(query);
const all = (query, within = document) => [...within.querySelectorAll(query)];
root.classList.add("js");

// ---- theme: the server sets it on <html> from the cookie, so that pages don't flash ----
function setTheme(theme) {
  const [name, secure] = location.protocol === "https:" ? ["__Host-theme", "; secure"] : ["theme", ""];
  document.cookie = `${name}=${theme}; max-age=${theme ? 31536000 : 0}; path=/; samesite=lax${secure}`;
  if (theme) root.dataset.bsTheme = theme; else delete root.dataset.bsTheme;
  all("[data-theme-set]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.themeSet === theme)));
}

// ---- menus: one open at a time, closed by Esc, by a click outside, and when the focus leaves them ----
function closeMenus(except) {
  all("details[data-menu][open]").forEach((menu) => {
    if (except && menu.contains(except)) return;
    // A dialog that opens now returns the focus to where it is: in a closed menu it would be lost.
    if (menu.contains(document.activeElement)) one("summary", menu).focus();
    menu.open = false;
  });
}
function walkMenu(event) {
  const menu = event.target.closest("details[data-menu][open]");
  if (!menu) return;
  if (event.key === "Escape") { menu.open = false; one("summary", menu).focus(); }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target.matches("input, select, textarea")) return;
  const entries = all(".menu :is(a, button)", menu).filter((entry) => entry.offsetParent);
  event.preventDefault();
  entries.at((entries.indexOf(document.activeElement) + step) % entries.length)?.focus();
}
function closeLeft({ target, relatedTarget }) {
  const menu = target.closest("details[data-menu][open]");
  if (menu && relatedTarget && !menu.contains(relatedTarget)) menu.open = false;
}

// ---- shortcuts: Ctrl K always; single keys only if the user turned them on, never while typing ----
// The module of the rows and cards of a page; once it is loaded, it acts at once.
const itemsModule = load("items"), inItems = (follow) => itemsModule.then((items) => items && follow(items)).catch(reportError);
// Fields that were changed before the modules of the page were started; then null.
let early = { input: new Set(), change: new Set() }, leavingUntil = 0, navigations = 0;
export const isEarly = (field) => Boolean(early?.input.has(field) || early?.change.has(field));
const noteEarly = ({ type, target }) => { early?.[type].delete(target); early?.[type].add(target); };
function singleKey(event) {
  if (document.body.dataset.keys !== "on" || event.repeat && !"jk".includes(event.key)) return;
  // The text of a form that is about to open, or whose first field doesn't have the focus yet.
  const form = one("main form.form[data-once]");
  if (Date.now() < leavingUntil || early && form) return;
  if (event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) return;
  if (event.target.closest("input, textarea, select, [contenteditable], details[data-menu][open]") || event.target.matches("[data-result]")) return;
  const key = event.key;
  if (key === "j" || key === "k") inItems((items) => items.move(key === "j" ? 1 : -1));
  // Beside a form, the last change would be one made elsewhere, and not what was entered in the form.
  else if (key === "z") (one("[data-undo]") ?? (form ? null : one("[data-undo-last]")))?.requestSubmit();
  else if (key === "?") one("[data-keys-dialog]")?.showModal();
  else if (key === "o" || /^[a-z]$/.test(key) && one(`[data-key="${key}"]`)) inItems((items) => items.act(key));
  else return;
  event.preventDefault();
}
async function openPalette(text = "") {
  const palette = one("[data-palette]");
  if (!palette || palette.open) return;
  closeMenus();
  // Open it before its script is loaded, so that the first letters are typed into it. Without the script, Enter opens the page of results.
  one("[role=combobox]", palette).value = text;
  palette.showModal();
  (await load("palette"))?.open(palette);
}
// A key of an input method, such as the Enter that ends pinyin. Safari reports it only by its code.
export const isComposing = (event) => event.isComposing || event.keyCode === 229;
// A letter typed in the preview of a sentence continues the sentence. This waits for no module: it would lose the first letters.
function continueText({ target, key, ctrlKey, metaKey, altKey }) {
  const text = target.matches("[data-result]") && one(".quick textarea");
  if (!text || key.length !== 1 || ctrlKey || metaKey || altKey) return;
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
}
function onKey(event) {
  if (isComposing(event)) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey || (event.target.matches(".quick textarea") && !event.shiftKey))) {
    // Ctrl Enter saves the preview from the preview itself, and from the text if it is of the current one.
    const preview = one("#chips form.form");
    const isCurrent = event.target.matches(".quick textarea") && (event.ctrlKey || event.metaKey) && !event.shiftKey
      && preview?.elements.sentence.value === event.target.value.trim();
    const form = preview && (isCurrent || event.target.matches("[data-result]")) ? preview : event.target.closest("form.form, .quick form");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit(one(".btn-main[type=submit], .btn-bad[type=submit]", form));
  } else {
    continueText(event);
    walkMenu(event);
    singleKey(event);
  }
}

// ---- one submit per form: ignore a second click ----
function guardSubmit(event) {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault(); else form.dataset.sent = "1";
  if (form.matches("[data-signout]")) sessionStorage.clear();
}

// ---- without a connection, a form that saves leaves the page as it is: the browser's own page would lose its text ----
export function showNote(name) {
  one(`[data-note-of]${name ? "" : ":not([data-note-of=incomplete])"}`)?.remove();
  const note = name && one(`template[${name}]`);
  if (note) (one("dialog[open]") ?? document.body).append(note.content.cloneNode(true));
  return Boolean(note);
}
function stayOffline(event) {
  if (event.target.method !== "post" || !showNote(navigator.onLine ? "" : "data-offline")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

// The stored text of a form (js/keep.js) is deleted if the form was saved: a success message, another page or a form with
// it follows. This waits for no module: the user may leave the page before one is loaded.
function forgetSaved() {
  const [key, path, uid, origin] = JSON.parse(sessionStorage.getItem("sent") ?? "[]"), isOther = location.pathname !== path;
  sessionStorage.removeItem("sent");
  // The error page of a form has a button that submits it again: js/sent.js then needs the key once more.
  if (!one("form[data-resend]")) sessionStorage.removeItem("resend"); else if (key) sessionStorage.setItem("resend", key);
  const isNext = isOther && document.referrer && new URL(document.referrer).pathname === path;
  const isSaved = key && !one("[data-refused], form .errors") && (one("[data-toast=done]") || isNext);
  if (isSaved || key && isOther && one("form .errors")) [key, origin].forEach((name) => sessionStorage.removeItem(name));
  if (!isSaved) return;
  sessionStorage.setItem(`saved:${key}`, uid ?? "");
  document.body.dataset.saved = key;
}
// Leave empty filters out of the URL.
function removeEmpty({ target, formData }) {
  if (target.method === "get") [...formData.entries()].filter(([, value]) => value === "").forEach(([name]) => formData.delete(name));
}

// The listener is the first of all: others would take the form for sent.
window.addEventListener("submit", stayOffline, true);
window.addEventListener("online", () => showNote(""));
document.addEventListener("keydown", onKey);
document.addEventListener("formdata", removeEmpty);
document.addEventListener("submit", guardSubmit);
["submit", "click"].forEach((kind) => document.addEventListener(kind, (event) => inItems((items) => items.rememberAction(event))));
document.addEventListener("focusout", closeLeft);
const allowSubmits = () => all("form[data-sent]").forEach((form) => delete form.dataset.sent);
window.addEventListener("pageshow", () => { leavingUntil = 0; allowSubmits(); });
// The user stopped the page that was to follow; a newer page, or a place in this one, ends the signal of the former, too.
window.navigation?.addEventListener("navigate", ({ signal }) => {
  const number = ++navigations;
  signal.addEventListener("abort", () => setTimeout(() => { if (number === navigations) allowSubmits(); }));
});
document.addEventListener("click", (event) => {
  if (event.target.closest("a[href]:not([href^='#'], [download], [target])") && !event.defaultPrevented) leavingUntil = Date.now() + 3000;
  const target = event.target.closest("[data-theme-set], [data-keys-open], [data-print], [data-palette-close], [data-note-close], [data-palette-open] input");
  closeMenus(event.target);
  if (!target) return;
  if ("themeSet" in target.dataset) setTheme(target.dataset.themeSet);
  else if ("keysOpen" in target.dataset) { closeMenus(); one("[data-keys-dialog]").showModal(); }
  else if ("print" in target.dataset) window.print();
  else if ("paletteClose" in target.dataset) target.closest("dialog").close();
  else if ("noteClose" in target.dataset) target.closest("[data-note-of]").remove();
  else openPalette(target.value);
});
// What a started module handles by itself isn't replayed: the input of a picker, and the boxes of a list.
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-palette-open] input")) {
    if (!event.isComposing) openPalette(event.target.value);
  } else if (!event.target.matches("[role=combobox]")) noteEarly(event);
});
// The palette opens with the characters: it would leave the first letter of their pinyin behind.
document.addEventListener("compositionend", (event) => {
  if (event.target.matches("[data-palette-open] input")) openPalette(event.target.value);
});
document.addEventListener("change", (event) => event.target.closest(".tbl, .selbar") || noteEarly(event));
document.addEventListener("toggle", (event) => {
  if (event.target.matches("[data-note][open]")) one("textarea", event.target).focus();
  if (event.target.matches("details[data-menu]") && event.target.open) closeMenus(event.target);
}, true);

async function enhance() {
  // A refused form has the address of its page: Back and Reload then open that page, and js/keep.js writes the text into it.
  if ("reopens" in document.body.dataset) history.replaceState(history.state, "", location.href);
  one("[data-focus]")?.focus({ preventScroll: Boolean(one("[data-focus=still]")) });
  // The tab of this page is in sight on a phone, where tabs scroll sideways.
  all(".tabs>[aria-current]").forEach((tab) => tab.parentElement.scrollTo({ left: tab.offsetLeft - tab.parentElement.offsetLeft - 48 }));
  const isPlaced = inItems((items) => items.restorePosition());
  forgetSaved();
  await Promise.all([Promise.race([isPlaced, pause()]), loadModules()]);
  const changes = Object.entries(early).flatMap(([type, fields]) => [...fields].reverse().map((field) => [type, field]));
  early = null;
  // A field that a module replaced, such as an offered record, was handled by it.
  changes.filter(([, field]) => field.isConnected).forEach(([type, field]) => field.dispatchEvent(new Event(type, { bubbles: true })));
  root.classList.add("ready");
}

// The modules, and which part of a page needs them. Those of forms are started in this order: rows first, because stored
// text may need more of them; pickers after the selects are filled. One that is loaded waits for the others before it at
// most 3 seconds, as they may never arrive. The others are started when they are loaded.
const FORM_MODULES = {
  sent: "form[data-resend]", rows: "[data-rows]", keep: "form[data-keep]", preview: "#chips",
  pick: "[data-pick]", clocks: "[data-both], [data-clock], [data-when]", focus: "main form.form[data-once]",
};
const MODULES = {
  toasts: "[data-toast]", selection: "[data-select]", swaps: "[hx-get], [hx-post]", dropzone: "[data-dropzone]",
  cells: "table[data-cells]", facts: "dl[data-cells]", board: "[data-stages]", columns: "form[data-columns]",
  presets: "[data-presets]", spans: "[data-not-before]", days: "[data-day-check]", passkey: "form[data-passkey]", copy: "[data-copy]",
  progress: "[data-progress]",
};
const started = new Set(), PATIENCE = 3000;
const pause = () => new Promise((resolve) => setTimeout(resolve, PATIENCE));
// Without a module that can't be loaded, the rest of the page works; messages don't wait for theirs.
function load(name) {
  const request = () => import(`./js/${name}.js`);
  return request().catch(request).catch(() => { one("[data-toasts]").dataset.on = "1"; showNote("data-incomplete"); });
}
async function startModule(name, earlier) {
  const module = await load(name);
  await Promise.race([earlier, pause()]);
  if (started.has(name)) return module?.begin?.(document);
  if (module) started.add(name);
  return module?.start();
}
// Called again when htmx adds content, such as a form with pickers and rows.
function loadModules() {
  const start = (list, follow) => Object.keys(list).filter((name) => one(list[name])).map(follow);
  let last = null;
  const inOrder = start(FORM_MODULES, (name) => (last = startModule(name, last).catch(reportError)));
  return Promise.all([...inOrder, ...start(MODULES, (name) => startModule(name).catch(reportError))]);
}
document.addEventListener("htmx:afterSwap", loadModules);
enhance();
