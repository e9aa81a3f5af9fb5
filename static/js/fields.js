// The fields of a form as a list of values, to write them into another form: the stored text of a form, and a preview.
// The list has [name, value, checked, number]: the number counts fields of the same name that hold a text; a removed row
// is [row, null, "cut"], a file [name, file name, "file"].
import { addRow } from "./rows.js";

const TICKS = ["checkbox", "radio"];

const isTick = (field) => TICKS.includes(field.type);
// A name whose question is shown is in a hidden field.
export const isStored = (field) => field.name && !field.disabled && field.name !== "csrf_token"
  && !["password", "submit", "button"].includes(field.type) && (field.type !== "hidden" || field.name.endsWith("-typed"));

export function isChanged(field) {
  if (isTick(field)) return field.checked !== field.defaultChecked;
  if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
  // Without a default, the first option of a single select is selected.
  const options = [...field.options], isFirst = field.type === "select-one" && !options.some((option) => option.defaultSelected);
  return options.some((option, i) => option.selected !== (isFirst ? i === 0 : option.defaultSelected));
}

// After a refused save the page has the entered text as its defaults: all of it is unsaved.
const isEntered = (field) => isTick(field) || field.tagName === "SELECT" || field.value !== "";

const textFields = (form, name) => [...form.elements].filter((field) => field.name === name && isStored(field) && !isTick(field));
export const rowNames = (form) => [...form.querySelectorAll("[data-row]")].map((row) => row.dataset.row);

function readField(form, field) {
  if (isTick(field)) return [[field.name, field.value, field.checked]];
  if (field.type === "file") return [...field.files].map((file) => [field.name, file.name, "file"]);
  const number = textFields(form, field.name).indexOf(field);
  if (field.tagName === "SELECT") return [[field.name, [...field.selectedOptions].map((option) => [option.value, option.text]), null, number]];
  return [[field.name, field.value, null, number]];
}

export function read(form, rows, isUnsaved = form.querySelector(".errors") ? isEntered : isChanged) {
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
export function enteredFields(form) {
  const changed = [...form.elements].filter((field) => isStored(field) && isChanged(field));
  return new Set(changed.flatMap((field) => field.type === "radio" ? [...form.querySelectorAll(`[name="${CSS.escape(field.name)}"]`)] : [field]));
}

// Write one stored value unless what was entered is newer; return whether the form has a place for it.
export function writeOne(form, [name, value, checked, number = 0], entered) {
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
  select.dispatchEvent(new Event("written"));
  return pairs.every(([value]) => [...select.selectedOptions].some((option) => option.value === value));
}

export function textOf([, value, checked]) {
  if (Array.isArray(value)) return value.map(([, text]) => text).join(", ");
  return checked === "cut" ? "" : value;
}

// The values of a name, as one text.
export const valuesOf = (data, name) => JSON.stringify(data.getAll(name));
