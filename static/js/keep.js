// Unsaved text: changes in a form are stored for this tab until they are saved or discarded.
// app.js decides on the next page whether they were saved.
// Stored is a list of [name, value, checked, number]: the number counts fields of the same name that hold a text; a
// removed row is [row, null, "cut"], a file [name, file name, "file"].
import { isEarly } from "../app.js";
import { addRow } from "./rows.js";

const WAIT = 300;
const TICKS = ["checkbox", "radio"];

function keyOf(form) {
  const query = new URLSearchParams(location.search);
  query.delete("next");
  return `keep:${document.body.dataset.user}:${location.pathname}?${query}:${new URL(form.action).pathname}${form.dataset.keep}`;
}

const isTick = (field) => TICKS.includes(field.type);
// A name whose question is shown is in a hidden field.
const isStored = (field) => field.name && !field.disabled && field.name !== "csrf_token"
  && !["password", "submit", "button"].includes(field.type) && (field.type !== "hidden" || field.name.endsWith("-typed"));

function isChanged(field) {
  if (isTick(field)) return field.checked !== field.defaultChecked;
  if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
  // Without a default, the first option of a single select is selected.
  const options = [...field.options], isFirst = field.type === "select-one" && !options.some((option) => option.defaultSelected);
  return options.some((option, i) => option.selected !== (isFirst ? i === 0 : option.defaultSelected));
}

// After a refused save the page has the entered text as its defaults: all of it is unsaved.
const isEntered = (field) => isTick(field) || field.tagName === "SELECT" || field.value !== "";

const textFields = (form, name) => [...form.elements].filter((field) => field.name === name && isStored(field) && !isTick(field));
const rowNames = (form) => [...form.querySelectorAll("[data-row]")].map((row) => row.dataset.row);

function readField(form, field) {
  if (isTick(field)) return [[field.name, field.value, field.checked]];
  if (field.type === "file") return [...field.files].map((file) => [field.name, file.name, "file"]);
  const number = textFields(form, field.name).indexOf(field);
  if (field.tagName === "SELECT") return [[field.name, [...field.selectedOptions].map((option) => [option.value, option.text]), null, number]];
  return [[field.name, field.value, null, number]];
}

function read(form, rows, isUnsaved = form.querySelector(".errors") ? isEntered : isChanged) {
  const present = new Set(rowNames(form));
  const removed = rows.filter((name) => !present.has(name)).map((name) => [name, null, "cut"]);
  return [...removed, ...[...form.elements].filter((field) => isStored(field) && isUnsaved(field)).flatMap((field) => readField(form, field))];
}

// Add rows until the field of this name exists.
function addRowFor(form, name) {
  const set = [...form.querySelectorAll("[data-rows]")].find((rows) => name.startsWith(`${rows.dataset.rows}-`));
  const number = Number(name.slice((set?.dataset.rows.length ?? 0) + 1).split("-")[0]);
  let row = set;
  while (row && Number(set.dataset.next) <= number) row = addRow(set);
}

// The fields that were changed on this page before this module was loaded, with the others of their radio buttons.
function enteredFields(form) {
  const changed = [...form.elements].filter((field) => isStored(field) && isChanged(field));
  return new Set(changed.flatMap((field) => field.type === "radio" ? [...form.querySelectorAll(`[name="${CSS.escape(field.name)}"]`)] : [field]));
}

// Write one stored value unless what was entered is newer; return whether the form has a place for it.
function writeOne(form, [name, value, checked, number = 0], entered) {
  if (checked === "file") return false;
  if (checked === "cut") {
    const row = form.querySelector(`[data-row="${CSS.escape(name)}"]`);
    if (row && ![...entered].some((field) => row.contains(field))) row.remove();
    return true;
  }
  if (!form.elements[name]) addRowFor(form, name);
  if (checked !== null) return tick(form, name, value, checked, entered);
  const fields = textFields(form, name);
  const field = fields[number] ?? fields.find((other) => !other.value) ?? fields[0];
  if (!field) return !value.length;
  if (entered.has(field)) return true;
  if (field.tagName === "SELECT") return choose(field, value);
  field.value = value;
  return true;
}

function tick(form, name, value, checked, entered) {
  const field = [...form.elements].find((other) => other.name === name && isTick(other) && other.value === value);
  if (field && !entered.has(field)) field.checked = checked;
  // A new name was checked on a page that had asked about it: it is typed again.
  else if (checked && name.endsWith("-new")) return hasTyped(form, name.replace(/-new$/, "-typed"), value);
  // The answer to a question that this page doesn't have: the name is typed again, and the question follows.
  return Boolean(field) || !checked || /-answer\d+$/.test(name);
}

function hasTyped(form, name, text) {
  const fields = textFields(form, name);
  if (fields.some((field) => field.value === text)) return true;
  const blank = fields.find((field) => !field.value);
  if (blank) blank.value = text;
  return Boolean(blank);
}

function choose(select, pairs) {
  pairs.forEach(([value, text]) => {
    if (![...select.options].some((option) => option.value === value) && select.dataset.url) select.add(new Option(text, value));
  });
  [...select.options].forEach((option) => { option.selected = pairs.some(([value]) => value === option.value); });
  return pairs.every(([value]) => [...select.selectedOptions].some((option) => option.value === value));
}

function textOf([, value, checked]) {
  if (Array.isArray(value)) return value.map(([, text]) => text).join(", ");
  return checked === "cut" ? "" : value;
}

function restore(form, key) {
  const values = JSON.parse(sessionStorage.getItem(key) ?? "[]");
  if (!values.length || form.querySelector(".errors")) return;
  const content = () => new URLSearchParams(new FormData(form)).toString();
  const before = content();
  const entered = enteredFields(form);
  const lost = values.filter((value) => !writeOne(form, value, entered)).map(textOf).filter(Boolean);
  form.closest("details")?.setAttribute("open", "");
  // A page that answers the form, such as a preview, already has all of it, and so may the browser after Back.
  if (!lost.length && content() === before) return;
  const note = form.querySelector("template[data-restored-note]")?.content.firstElementChild.cloneNode(true);
  if (!note) return;
  const missing = note.querySelector("[data-restored-missing]");
  missing.hidden = !lost.length;
  missing.append(` ${lost.join(", ")}`);
  note.querySelector("button").addEventListener("click", () => {
    sessionStorage.removeItem(key);
    form.dataset.dropped = "1";
    location.reload();
  });
  form.prepend(note);
}

// Back to a form that was saved: show its page as the server has it, and offer what was saved.
function showSaved(form, key) {
  const uid = sessionStorage.getItem(`saved:${key}`);
  const [entry] = performance.getEntriesByType("navigation");
  if (uid === null) return;
  if (entry?.type === "navigate") {
    sessionStorage.removeItem(`saved:${key}`);
    return;
  }
  form.reset();
  const note = form.querySelector("template[data-saved-note]")?.content.firstElementChild.cloneNode(true);
  if (!note) return;
  const link = note.querySelector("a");
  link.href += uid;
  link.hidden = !uid;
  form.prepend(note);
}

// A page kept by the browser has the fields as they were when the form was sent: load it again.
function reloadSaved(key) {
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && sessionStorage.getItem(`saved:${key}`) !== null) location.reload();
  });
}

// ---- which inputs the user changed: if someone else saves first, the others get the values of that user ----
const valuesOf = (data, name) => JSON.stringify(data.getAll(name));
function namesChanged(form, loaded) {
  const now = new FormData(form);
  const differing = [...now.keys(), ...loaded.keys()].filter((name) => valuesOf(now, name) !== valuesOf(loaded, name));
  return [...[...form.elements].filter((field) => isStored(field) && isChanged(field)).map((field) => field.name), ...differing];
}

function noteChanged(form, loaded) {
  const list = form.elements.changed_inputs;
  if (list) list.value = [...new Set([list.name, ...list.value.split(" "), ...namesChanged(form, loaded)])].join(" ");
}

function watch(form) {
  const loaded = new FormData(form);
  const key = keyOf(form), rows = rowNames(form);
  let timer;
  const save = () => {
    clearTimeout(timer);
    timer = null;
    if (form.dataset.dropped) return;
    const values = read(form, rows);
    if (values.length) sessionStorage.setItem(key, JSON.stringify(values));
    else sessionStorage.removeItem(key);
    form.querySelectorAll("[data-draft-saved]").forEach((element) => { element.hidden = !values.length; });
  };
  // Typed before this module was loaded: it is newer than what the browser or the server has.
  if (![...form.elements].some(isEarly)) showSaved(form, key);
  reloadSaved(key);
  restore(form, key);
  // A refused form may come from a preview on another page: nothing is stored for this page yet.
  if (form.querySelector(".errors")) save();
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  });
  form.addEventListener("submit", () => {
    save();
    noteChanged(form, loaded);
    sessionStorage.setItem("sent", JSON.stringify([key, location.pathname, form.elements.uid?.value]));
  });
  window.addEventListener("pagehide", () => { if (timer) save(); });
  form.querySelectorAll("[data-drop]").forEach((link) => link.addEventListener("click", () => {
    form.dataset.dropped = "1";
    sessionStorage.removeItem(key);
  }));
  if (form.closest(".quick")) watchPreview(key);
  form.dataset.on = "1";
}

// A sentence is stored until the interaction of its preview is saved or canceled.
function watchPreview(key) {
  const preview = document.querySelector("#chips");
  preview?.addEventListener("submit", (event) => {
    if (event.target.matches(".form")) sessionStorage.setItem("sent", JSON.stringify([key, location.pathname, event.target.elements.uid?.value]));
  });
  preview?.addEventListener("click", (event) => event.target.closest("[data-drop]") && sessionStorage.removeItem(key));
  if (preview) keepPreview(preview);
}

// An answer to a question of the preview, or a corrected sentence, brings the preview again, with what was entered in it.
// The answer and the sentence are newer than what was entered in the fields that they set.
function keepPreview(preview) {
  let entered = [], loaded = null, rows = [];
  const find = () => preview.querySelector("form.form");
  preview.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const form = detail.requestConfig.elt.matches(".read, .quick form") && find();
    entered = form ? read(form, rows, isChanged) : [];
  });
  preview.addEventListener("htmx:afterSwap", ({ target }) => {
    const form = find();
    if (!form || target !== preview) return;
    const former = loaded;
    [loaded, rows] = [new FormData(form), rowNames(form)];
    entered.filter(([name]) => valuesOf(former, name) === valuesOf(loaded, name))
      .forEach((value) => writeOne(form, value, new Set()));
  });
}

export function start() {
  document.querySelectorAll("form[data-keep]").forEach(watch);
}
