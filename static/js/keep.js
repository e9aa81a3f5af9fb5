// Unsaved text: what was changed in a form stays in this tab until a save succeeds or it is thrown away.
// Whether a save succeeded is judged in app.js, on whatever page follows.
import { addRow } from "./rows.js";

const WAIT = 300;
const keyOf = (form) => `keep:${document.body.dataset.user}:${location.pathname}:${new URL(form.action).pathname}`;

function isKept(field) {
  return field.name && !field.disabled && !["hidden", "password", "file", "submit", "button"].includes(field.type)
    && field.name !== "csrf_token";
}

function isChanged(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") return [...field.options].some((option) => option.selected !== option.defaultSelected);
  return field.value !== field.defaultValue;
}

function read(form) {
  return [...form.elements].filter((field) => isKept(field) && isChanged(field)).map((field) => {
    if (field.type === "checkbox" || field.type === "radio") return [field.name, field.value, field.checked];
    if (field.tagName === "SELECT") return [field.name, [...field.selectedOptions].map((option) => [option.value, option.text]), null];
    return [field.name, field.value, null];
  });
}

function fieldOf(form, name, value, checked) {
  const found = form.elements[name] ?? madeRow(form, name);
  if (!(found instanceof RadioNodeList)) return found;
  return checked === null ? found[0] : [...found].find((field) => field.value === value);
}

function madeRow(form, name) {
  const set = [...form.querySelectorAll("[data-rows]")].find((rows) => name.startsWith(`${rows.dataset.rows}-`));
  const number = Number(name.slice((set?.dataset.rows.length ?? 0) + 1).split("-")[0]);
  while (set && Number(set.dataset.next) <= number && addRow(set));
  return form.elements[name];
}

function write(form, kept) {
  kept.forEach(([name, value, checked]) => {
    const field = fieldOf(form, name, value, checked);
    if (!field) return;
    if (checked !== null) field.checked = checked;
    else if (field.tagName === "SELECT") choose(field, value);
    else field.value = value;
  });
}

function choose(select, pairs) {
  pairs.forEach(([value, text]) => {
    if (![...select.options].some((option) => option.value === value) && select.dataset.url) select.add(new Option(text, value));
  });
  [...select.options].forEach((option) => { option.selected = pairs.some(([value]) => value === option.value); });
}

function offer(form, key) {
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "[]");
  if (!kept.length || form.querySelector(".errors")) return;
  write(form, kept);
  const note = form.querySelector("template[data-kept-note]")?.content.firstElementChild.cloneNode(true);
  if (!note) return;
  note.querySelector("button").addEventListener("click", () => {
    sessionStorage.removeItem(key);
    form.dataset.dropped = "1";
    location.reload();
  });
  form.prepend(note);
}

function watch(form) {
  const key = keyOf(form);
  let timer;
  const save = () => {
    clearTimeout(timer);
    timer = null;
    if (form.dataset.dropped) return;
    const kept = read(form);
    if (kept.length) sessionStorage.setItem(key, JSON.stringify(kept));
    else sessionStorage.removeItem(key);
    form.querySelectorAll("[data-kept]").forEach((word) => { word.hidden = !kept.length; });
  };
  offer(form, key);
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  });
  form.addEventListener("submit", () => {
    save();
    sessionStorage.setItem("sent", JSON.stringify([key, location.pathname]));
  });
  window.addEventListener("pagehide", () => timer && save());
  form.querySelectorAll("[data-drop]").forEach((link) => link.addEventListener("click", () => {
    form.dataset.dropped = "1";
    sessionStorage.removeItem(key);
  }));
  form.dataset.on = "1";
}

export function start() {
  document.querySelectorAll("form[data-keep]").forEach(watch);
}
