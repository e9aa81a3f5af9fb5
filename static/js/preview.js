// The preview of a quick-log sentence. An answer to one of its questions, or a corrected sentence about the same people,
// brings it again with what was entered in it, except in fields that the answer or the sentence sets in another way. On the
// page Quick log a sentence loads the page again: what was entered is stored until then, and after "All fields" until Back.
import { keyOf } from "./keep.js";
import { isChanged, read, rowNames, valuesOf, writeOne } from "./fields.js";

const SUBJECTS = /^(people|organizations|clients|groups)(-|$)/;
const rowOf = (name) => /^.+?-\d+(?=-|$)/.exec(name)?.[0];
const isSame = (former, loaded, name) => valuesOf(former, name) === valuesOf(loaded, name);

function areSame(former, loaded, isIncluded) {
  return [...former.keys(), ...loaded.keys()].filter(isIncluded).every((name) => isSame(former, loaded, name));
}

// Whether a row is the user's own: added, or filled where the former preview had a row without a title.
function isOwnRow(row, former) {
  const title = former.get(`${row}-title`);
  return title === null ? ![...former.keys()].some((name) => name.startsWith(`${row}-`)) : title === "";
}

// Whether the new preview has the field of an entry with the same value as the former one, before anything was entered.
function isUnchanged([name, , kind], former, loaded) {
  const row = rowOf(name);
  if (kind === "cut") return areSame(former, loaded, (other) => other.startsWith(`${name}-`));
  // The answer for a new name belongs to the name, the fields of a follow-up to its title.
  return isSame(former, loaded, name.replace(/-new$/, "-typed")) && isSame(former, loaded, name)
    && (!row || isSame(former, loaded, `${row}-title`));
}

function carryOver(form, entered, former, loaded) {
  const added = new Map();
  for (const [name, ...rest] of entered) {
    const row = rowOf(name);
    let target = name;
    if (row && isOwnRow(row, former) && !areSame(former, loaded, (other) => other.startsWith(`${row}-`))) {
      // The sentence needs its place: it follows the rows of the sentence.
      const set = form.querySelector(`[data-rows="${CSS.escape(row.replace(/-\d+$/, ""))}"]`);
      if (!set) continue;
      if (!added.has(row)) added.set(row, `${set.dataset.rows}-${set.dataset.next}`);
      target = added.get(row) + name.slice(row.length);
    } else if (!isUnchanged([name, ...rest], former, loaded)) continue;
    writeOne(form, [target, ...rest], new Set());
    [...form.elements].find((field) => field.name === target)?.closest("details")?.setAttribute("open", "");
  }
}

const storeName = () => `preview:${document.body.dataset.user}`;

// What was entered in the preview that this page replaces, and the values with which it had been loaded.
function takeStored(isForNext) {
  const text = sessionStorage.getItem(storeName());
  if (!isForNext) sessionStorage.removeItem(storeName());
  if (!text) return {};
  const { values, ...stored } = JSON.parse(text);
  const former = new FormData();
  values.forEach(([name, value]) => former.append(name, value));
  return { ...stored, former };
}

const findBox = () => document.querySelector("form .quick, .quick form").closest("form");

// "All fields" opens a page, by itself: with what was entered in the preview if it is of this sentence.
function openAllFields(event, form) {
  if (!event.submitter?.matches("[name=all]")) return;
  const { sentence } = event.target.elements, text = sentence.value.trim(), box = findBox();
  sessionStorage.setItem("origin", JSON.stringify([text, keyOf(box)]));
  event.stopPropagation();
  if (event.target !== box || form?.elements.sentence.value !== text) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[name=all]"));
}

export function start() {
  const preview = document.querySelector("#chips");
  const find = () => preview.querySelector("form.form");
  let entered = [], isSentence = false, loaded, rows;
  const note = (form) => { [loaded, rows] = [new FormData(form), rowNames(form)]; };
  if (find()) note(find());
  const store = (form) => {
    const values = [...loaded].filter(([name, value]) => name !== "csrf_token" && typeof value === "string");
    sessionStorage.setItem(storeName(), JSON.stringify({ values, entered: read(form, rows, isChanged) }));
  };
  const bringBack = (isForNext) => {
    const { former, entered: stored } = takeStored(isForNext);
    if (former && find() && areSame(former, loaded, (name) => SUBJECTS.test(name))) carryOver(find(), stored, former, loaded);
  };
  // After a refused sentence, and after Back to a sentence that isn't saved, it stays stored for the next preview.
  bringBack(!find() && (document.querySelector(".errors") || sessionStorage.getItem(keyOf(findBox()))));
  window.addEventListener("submit", (event) => {
    openAllFields(event, find());
    if (event.target === find() && event.submitter?.matches("[name=all]")) store(event.target);
  }, true);
  document.querySelector("form .quick")?.closest("form").addEventListener("submit", () => find() && store(find()));
  preview.addEventListener("htmx:beforeSwap", ({ target, detail }) => {
    if (target !== preview) return;
    const form = find();
    entered = form ? read(form, rows, isChanged) : [];
    isSentence = detail.requestConfig.elt.matches(".quick form");
  });
  preview.addEventListener("htmx:afterSwap", ({ target }) => {
    const form = find();
    if (!form || target !== preview) return;
    const former = loaded;
    note(form);
    if (!former) bringBack(false);
    if (!former || isSentence && !areSame(former, loaded, (name) => SUBJECTS.test(name))) return;
    carryOver(form, entered, former, loaded);
  });
}

export function begin() {}
