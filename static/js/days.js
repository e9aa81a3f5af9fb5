// Why a day doesn't suit (a holiday, a weekend, the night), below its input while it is chosen: the sentence of the check
// on save, and the box that confirms the day. [data-day-check] has the address of the check.
import { announce, markChinese } from "./words.js";

const WAIT = 400;
const pending = new WeakMap();

const boxOf = (input) => input.closest("[data-when], .row-f, .row-x") ?? input;
const inputsOf = (form) => [...form.querySelectorAll("[data-day-check]")];
const noteOf = (input) => document.getElementById(`${input.id}-day`);
const errorOf = (input) => document.getElementById(`${input.id}-err`);
const namesIn = (input) => (input.dataset.dayAbout ?? "").split(" ");

function concerns(target, input) {
  const condition = (input.dataset.dayIf ?? "").split("=")[0];
  return boxOf(input).contains(target) || [input.dataset.presets, condition, ...namesIn(input)].includes(target.name);
}

// A day counts if it is one of the future, such as that of a planned interaction; a row without a title is empty.
function isRelevant(input, data) {
  const [name, value] = (input.dataset.dayIf ?? "").split("=");
  const title = boxOf(input).querySelector("[name$=title]");
  return (!name || data.get(name) === value) && (!title || title.value.trim() !== "");
}

function urlOf(input) {
  const data = new FormData(input.form), box = boxOf(input);
  const choice = !input.value && input.dataset.presets ? data.get(input.dataset.presets) : "";
  if (!(input.value || choice) || !isRelevant(input, data)) return null;
  const zone = box.querySelector("[data-zone-input] select, [data-zone-input] input")?.value || box.dataset?.zone;
  const url = new URL(input.dataset.dayCheck, location.href);
  const params = { day: input.value, choice, time: box.querySelector("input[type=time]")?.value, zone };
  Object.entries(params).filter(([, value]) => value).forEach(([name, value]) => url.searchParams.set(name, value));
  const ids = namesIn(input).filter(Boolean).flatMap((name) => data.getAll(name)).filter((id) => /^\d+$/.test(id));
  ids.forEach((id) => url.searchParams.append("about", id));
  return url;
}

function describe(input, noteId) {
  const gone = [`${input.id}-day`, `${input.id}-err`];
  const ids = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && !gone.includes(id));
  if (noteId || ids.length) input.setAttribute("aria-describedby", [...ids, noteId].filter(Boolean).join(" "));
  else input.removeAttribute("aria-describedby");
}

function show(input, text) {
  const old = noteOf(input)?.textContent;
  noteOf(input)?.remove();
  errorOf(input)?.remove();
  input.removeAttribute("aria-invalid");
  describe(input, text && `${input.id}-day`);
  if (text) {
    const note = Object.assign(document.createElement("div"), { className: "err day-note", id: `${input.id}-day` });
    note.append(...markChinese(text));
    const row = input.closest(".row-f");
    if (row) row.append(note);
    else (input.closest(".pairs, [data-when], .row-x") ?? input).after(note);
    if (text !== old) announce(text);
  }
  showConfirmation(input.form);
}

// The box that confirms the days of a form is shown while one of them needs it.
function showConfirmation(form) {
  const isNeeded = inputsOf(form).some((input) => noteOf(input) || errorOf(input));
  form.querySelectorAll("[data-day-confirm]").forEach((box) => {
    box.hidden = !isNeeded;
    if (!isNeeded) box.querySelector("input").checked = false;
  });
}

async function check(input) {
  const url = urlOf(input), controller = new AbortController();
  pending.get(input)?.controller?.abort();
  pending.set(input, { controller });
  try {
    const response = url && await fetch(url, { headers: { Accept: "application/json" }, signal: controller.signal });
    if (response && !response.ok) return; // the check on save remains
    const problem = response ? (await response.json()).problem : null;
    if (!controller.signal.aborted) show(input, problem);
  } catch (problem) {
    if (problem.name !== "AbortError" && !(problem instanceof TypeError)) throw problem; // no connection: as above
  }
}

function wait(event) {
  const { form } = event.target;
  if (!form?.querySelector("[data-day-check]")) return;
  inputsOf(form).filter((input) => concerns(event.target, input)).forEach((input) => {
    clearTimeout(pending.get(input)?.timer);
    pending.set(input, { ...pending.get(input), timer: setTimeout(() => check(input), WAIT) });
  });
}

export function start() {
  document.addEventListener("input", wait);
}

export function begin() {}
