// Files dropped on a part of the page with `data-dropzone`, or anywhere if the page has one part, and images pasted
// anywhere, go to its file input.
// With data-dropzone="submit" its form is sent after a drop, unless another field has text that would be lost; a pasted
// image waits for the button.
import { announce } from "./words.js";

const zones = () => [...document.querySelectorAll("[data-dropzone]")];
const zoneAt = (target) => target.closest("[data-dropzone]") ?? (zones().length === 1 && !target.closest("dialog") ? zones()[0] : null);
const inputOf = (zone) => zone.querySelector("input[type=file][multiple]");
const hasUnsavedText = () => [...document.querySelectorAll("main :is(input:not([type=file]), textarea)")].some((field) => field.value !== field.defaultValue);
const hasFiles = (transfer) => transfer?.types.includes("Files");

// A pasted image is called image.png everywhere: name it by the time.
function named(file) {
  if (file.name !== "image.png") return file;
  const time = new Date().toLocaleString("sv").replaceAll(":", ".");
  return new File([file], `${time}.png`, { type: file.type });
}

function add(zone, files) {
  const input = inputOf(zone), all = new DataTransfer();
  [...input.files, ...files].forEach((file) => all.items.add(file));
  input.files = all.files;
  for (let part = input.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  input.form.querySelector("[type=submit]").focus();
}

function show(input) {
  const place = input.form?.querySelector("[data-dropped]");
  if (!place || !input.matches("[type=file]")) return;
  const files = [...input.form.querySelectorAll("[type=file]")].flatMap((field) => [...field.files]);
  const count = files.length === 1 ? place.dataset.one : place.dataset.many.replace("0", files.length);
  place.textContent = files.length ? `${count}: ${files.map((file) => file.name).join(", ")}` : "";
  if (files.length) announce(count);
}

function drop(event) {
  const zone = zoneAt(event.target);
  mark(null);
  if (!hasFiles(event.dataTransfer)) return;
  // Elsewhere on the page the browser would open the file and leave the form.
  event.preventDefault();
  if (!zone || !event.dataTransfer.files.length) return;
  add(zone, event.dataTransfer.files);
  if (zone.dataset.dropzone === "submit" && !hasUnsavedText()) inputOf(zone).form.requestSubmit();
}

function paste(event) {
  const images = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
  const zone = event.target.closest("[data-dropzone]") ?? zones()[0];
  // A copied text, such as cells of a spreadsheet, may have an image of itself beside it.
  if (!images.length || !zone || event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  add(zone, images.map(named));
}

function mark(zone) {
  zones().forEach((one) => one.classList.toggle("drop-on", one === zone));
}

function over(event) {
  if (!hasFiles(event.dataTransfer)) return;
  event.preventDefault();
  mark(zoneAt(event.target));
}

export function start() {
  document.addEventListener("dragover", over);
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) mark(null); });
  document.addEventListener("drop", drop);
  document.addEventListener("paste", paste);
  document.addEventListener("change", (event) => show(event.target));
}

export function begin() {}
