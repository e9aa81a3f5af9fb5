// Unsaved text: changes in a form are stored for this tab until they are saved or discarded.
// app.js decides on the next page whether they were saved.
import { isEarly } from "../app.js";
import { enteredFields, isChanged, isStored, read, rowNames, textOf, valuesOf, writeOne } from "./fields.js";

const WAIT = 300;

export function keyOf(form) {
  const query = new URLSearchParams(location.search);
  query.delete("next");
  return `keep:${document.body.dataset.user}:${location.pathname}?${query}:${new URL(form.action).pathname}${form.dataset.keep}`;
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

// Back to a form that was saved: show its page as the server has it, and offer what was saved. The page that follows the save
// may have the form too, as Today has the box for a sentence.
function showSaved(form, key) {
  const uid = sessionStorage.getItem(`saved:${key}`);
  const [entry] = performance.getEntriesByType("navigation");
  if (uid === null) return;
  if (entry?.type === "navigate") {
    if (document.body.dataset.saved !== key) sessionStorage.removeItem(`saved:${key}`);
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
function namesChanged(form, loaded) {
  const now = new FormData(form);
  const differing = [...now.keys(), ...loaded.keys()].filter((name) => valuesOf(now, name) !== valuesOf(loaded, name));
  return [...[...form.elements].filter((field) => isStored(field) && isChanged(field)).map((field) => field.name), ...differing];
}

function noteChanged(form, loaded) {
  const list = form.elements.changed_inputs;
  if (list) list.value = [...new Set([list.name, ...list.value.split(" "), ...namesChanged(form, loaded)])].join(" ");
}

// The stored sentence from which a form with all fields was opened (js/preview.js): it is deleted with the text of the form.
function originOf(form) {
  const [sentence, key] = JSON.parse(sessionStorage.getItem("origin") ?? "[]");
  return form.elements.sentence?.type === "hidden" && form.elements.sentence.value === sentence ? key : null;
}

function watch(form) {
  const loaded = new FormData(form);
  const key = keyOf(form), rows = rowNames(form), origin = originOf(form);
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
    sessionStorage.setItem("sent", JSON.stringify([key, location.pathname, form.elements.uid?.value, origin]));
  });
  window.addEventListener("pagehide", () => { if (timer) save(); });
  form.querySelectorAll("[data-drop]").forEach((link) => link.addEventListener("click", () => {
    form.dataset.dropped = "1";
    [key, origin].forEach((name) => sessionStorage.removeItem(name));
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
}

export function start() {
  document.querySelectorAll("form[data-keep]").forEach(watch);
}
