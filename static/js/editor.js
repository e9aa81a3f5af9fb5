// One field edited in place, in a cell of a list or beside a fact of a page. The server has its form.

import { isComposing, showNote } from "../app.js";

const one = (query, within = document) => within.querySelector(query);
let opened = null, openings = 0;

// Load a page or a part of it as a document; null if the user has to sign in again or the record is gone.
export async function load(url, options = {}) {
  const response = await fetch(url, options);
  if (response.redirected || ![200, 409, 422].includes(response.status)) return location.reload();
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

// Why a form couldn't be saved, by status: which of its messages says so.
const refusals = { 400: "expired", 401: "expired", 403: "forbidden", 404: "missing", 409: "changed" };
const headers = { "HX-Target": "cell-form", "HX-Request": "true" };

export const isInForm = (element) => Boolean(opened?.form.contains(element));

export function close(focus = true) {
  if (!opened) return;
  const { form, cell, leave } = opened;
  opened = null;
  form.remove();
  if (focus) leave(cell);
}

// Open the form of a URL in a cell. `leave` moves the focus after Cancel, `saved` draws the response after Save.
export async function open(cell, url, { leave, saved }) {
  const number = ++openings;
  close(false);
  showNote("");
  cell.ariaBusy = "true";
  const content = await load(url, { headers }).catch(() => showNote("data-no-response") && null);
  // Pressed again, the last response counts: another one would replace a form with what was typed in it.
  if (number !== openings) return;
  cell.ariaBusy = null;
  if (content) await show(one("form", content), cell, leave, saved);
}

async function show(form, cell, leave, saved) {
  close(false);
  opened = { form, cell, leave, saved };
  cell.append(form);
  form.addEventListener("submit", save);
  form.addEventListener("click", (event) => {
    if (!event.target.closest("a[data-drop]")) return;
    event.preventDefault();
    close();
  });
  // At the right edge, the form would make the page wider.
  const excess = form.getBoundingClientRect().right + 8 - document.documentElement.clientWidth;
  if (excess > 0) form.style.marginLeft = `-${excess}px`;
  if (one("[data-pick]", form)) await import("./pick.js").then((module) => module.begin(form), () => showNote("data-incomplete"));
  const field = form.querySelector("input:not([type=hidden]), select:not([hidden]), textarea");
  field?.focus();
  field?.select?.();
}

async function save(event) {
  event.preventDefault();
  const { form, cell, leave, saved } = opened, button = one("[type=submit]", form);
  if (button.disabled) return;
  button.disabled = true;
  const content = await send(form).finally(() => { button.disabled = false; });
  if (!content || opened?.form !== form) return;
  if (one("form.cell-f", content)) return show(one("form", content), cell, leave, saved);
  opened = null;
  form.remove();
  await saved(content, cell);
  showToasts(one("[data-toasts]", content));
}

// Submit a form; without a result, it stays open with what was typed, and says what to do.
async function send(form) {
  explain(form, null);
  try {
    if ("expired" in form.dataset) await renewToken(form);
    const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers });
    const content = new DOMParser().parseFromString(await response.text(), "text/html");
    if (response.ok || one("form.cell-f", content)) return content;
    explain(form, refusals[response.status] ?? "busy");
  } catch {
    explain(form, "busy");
  }
  return null;
}

function explain(form, reason) {
  form.querySelectorAll("[data-refused]").forEach((message) => { message.hidden = message.dataset.refused !== reason; });
  if (reason === "expired") form.dataset.expired = "";
}

// The token of a form belongs to the session in which it was loaded; the user has signed in again since.
async function renewToken(form) {
  const response = await fetch(form.action, { headers });
  const token = one("[name=csrf_token]", new DOMParser().parseFromString(await response.text(), "text/html"));
  if (!response.ok || !token) return;
  form.elements.csrf_token.value = token.value;
  delete form.dataset.expired;
}

function showToasts(toasts) {
  const box = one("[data-toasts]");
  toasts.querySelectorAll("[name=next]").forEach((field) => { field.value = location.pathname + location.search; });
  box?.replaceChildren(...toasts.children);
  // app.js loads the module of toasts if the page had none.
  box?.dispatchEvent(new CustomEvent("htmx:afterSwap", { bubbles: true }));
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || isComposing(event) || event.defaultPrevented || !isInForm(event.target)) return;
  event.preventDefault();
  close();
});
