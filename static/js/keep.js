// Unsaved text: changes in a form are stored for this tab until they are saved or discarded.
// app.js decides on the next page whether they were saved.
import { addRow } from "./rows.js";

const WAIT = 300;
const keyOf = (form) => `keep:${document.body.dataset.user}:${location.pathname}:${new URL(form.action).pathname}`;

function isStored(field) {
  return field.name && !field.disabled && !["hidden", "password", "file", "submit", "button"].includes(field.type)
    && field.name !== "csrf_token";
}

function isChanged(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") return [...field.options].some((option) => option.selected !== option.defaultSelected);
  return field.value !== field.defaultValue;
}

function read(form) {
  return [...form.elements].filter((field) => isStored(field) && isChanged(field)).map((field) => {
    if (field.type === "checkbox" || field.type === "radio") return [field.name, field.value, field.checked];
    if (field.tagName === "SELECT") return [field.name, [...field.selectedOptions].map((option) => [option.value, option.text]), null];
    return [field.name, field.value, null];
  });
}

function fieldOf(form, name, value, checked) {
  const match = form.elements[name] ?? addRowFor(form, name);
  if (!(match instanceof RadioNodeList)) return match;
  return checked === null ? match[0] : [...match].find((field) => field.value === value);
}

// Add rows until the field of this name exists.
function addRowFor(form, name) {
  const set = [...form.querySelectorAll("[data-rows]")].find((rows) => name.startsWith(`${rows.dataset.rows}-`));
  const number = Number(name.slice((set?.dataset.rows.length ?? 0) + 1).split("-")[0]);
  while (set && Number(set.dataset.next) <= number && addRow(set));
  return form.elements[name];
}

function write(form, values) {
  values.forEach(([name, value, checked]) => {
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

function restore(form, key) {
  const values = JSON.parse(sessionStorage.getItem(key) ?? "[]");
  if (!values.length || form.querySelector(".errors")) return;
  write(form, values);
  const note = form.querySelector("template[data-restored-note]")?.content.firstElementChild.cloneNode(true);
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
    const values = read(form);
    if (values.length) sessionStorage.setItem(key, JSON.stringify(values));
    else sessionStorage.removeItem(key);
    form.querySelectorAll("[data-draft-saved]").forEach((element) => { element.hidden = !values.length; });
  };
  restore(form, key);
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
