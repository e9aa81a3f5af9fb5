import { isComposing } from "../app.js";
import { announce, failed, make, markChinese, results } from "./words.js";

// Search and navigation, opened by Ctrl K. /search?q= responds with
// {"groups": [{"label", "hits": [{"url", "label", "native", "lang", "hint", "initials", "kind", "icon", "control"}]}]};
// with an empty q it returns the starred and the recent records, with one that begins with ">" commands.

const WAIT = 120, SVG = "http://www.w3.org/2000/svg";
let started = false, isSearching = false, isEntered = false;
let palette, input, list, timer, request;

// Return the text with the query marked.
function highlight(text, query, lang) {
  const start = text.toLowerCase().indexOf(query.toLowerCase());
  if (!query || start < 0) return markChinese(text, lang);
  const end = start + query.length;
  const match = make("mark", {}, ...markChinese(text.slice(start, end), lang));
  return [...markChinese(text.slice(0, start), lang), match, ...markChinese(text.slice(end), lang)];
}

function picture(hit) {
  const use = document.createElementNS(SVG, "use"), svg = document.createElementNS(SVG, "svg");
  use.setAttribute("href", `${palette.dataset.icons}#${hit.icon}`);
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

function avatar(hit) {
  if (hit.icon) return picture(hit);
  const css = hit.kind === "person" ? "avatar" : "avatar avatar-org";
  return make("span", { class: css, "aria-hidden": "true", lang: hit.lang || null }, hit.initials || (hit.native || hit.label).slice(0, 1));
}

function row(hit, number, query) {
  const native = hit.native ? make("span", {}, ...highlight(hit.native, query, hit.lang)) : "";
  const text = make("div", { class: "clip" }, native, native ? " " : "", ...highlight(hit.label, query, hit.lang), " ",
    make("span", { class: "dim" }, ...markChinese(hit.hint || "", hit.lang)));
  return make("a", { class: "hit", id: `hit-${number}`, role: "option", "aria-selected": "false", href: hit.url, tabindex: "-1", "data-control": hit.control }, avatar(hit), text);
}

function draw(groups, query) {
  let number = 0;
  list.replaceChildren(...groups.filter((group) => group.hits.length).map((group) => {
    const box = make("div", { role: "group", "aria-label": group.label }, make("div", { class: "g", "aria-hidden": "true" }, group.label));
    box.append(...group.hits.map((hit) => row(hit, number++, query)));
    return box;
  }));
  input.setAttribute("aria-expanded", String(number > 0));
  const text = query.startsWith(">") ? palette.dataset.noCommand : query ? palette.dataset.none : "";
  announceState(number ? results(number) : text, !number && query);
  mark(number && query ? 0 : -1);
}

// Tell screen readers; with `visible` show the text in the list, too.
function announceState(text, visible) {
  announce(text, palette.querySelector("[data-result-count]"));
  if (visible) list.replaceChildren(make("p", { class: "empty", "aria-hidden": "true" }, text));
}

async function find() {
  const query = input.value.trim();
  request?.abort();
  request = new AbortController();
  try {
    const url = `${palette.querySelector("form").action}?q=${encodeURIComponent(query)}`;
    const response = await fetch(url, { headers: { Accept: "application/json" }, signal: request.signal });
    if (!response.ok) throw new Error(response.statusText);
    draw((await response.json()).groups, query);
    isSearching = false;
    if (isEntered) selected()?.click();
  } catch (problem) {
    if (problem.name === "AbortError") return;
    isSearching = false;
    announceState(failed(), true);
  }
}

const options = () => [...list.querySelectorAll("[role=option]")];
const selected = () => list.querySelector("[aria-selected=true]");

function mark(number) {
  options().forEach((option, i) => option.setAttribute("aria-selected", String(i === number)));
  const option = selected();
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function onKey(event) {
  if (isComposing(event)) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const hits = options();
  if (step && hits.length) {
    event.preventDefault();
    mark((hits.indexOf(selected()) + step + hits.length) % hits.length);
  } else if (event.key === "Enter" && selected()) {
    event.preventDefault();
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey) window.open(selected().href, "_blank", "noopener");
    else selected().click();
  } else if (event.key === "Enter" && isSearching && !isEntered) {
    // The first result opens when it arrives; pressed again, Enter opens the page of results.
    event.preventDefault();
    event.stopPropagation();
    isEntered = true;
  }
}

// A command presses its control on the page, such as the theme; where there is none it opens its own page.
function press(event) {
  const selector = event.target.closest("[data-control]")?.dataset.control;
  const control = selector && document.querySelector(selector);
  if (!control) return;
  event.preventDefault();
  palette.close();
  control.click();
}

function begin(dialog) {
  started = true;
  palette = dialog;
  input = dialog.querySelector("[role=combobox]");
  list = dialog.querySelector("[role=listbox]");
  input.addEventListener("input", () => {
    clearTimeout(timer);
    mark(-1); // Enter opens no result of the former text
    [isSearching, isEntered] = [true, false];
    timer = setTimeout(find, WAIT);
  });
  input.addEventListener("keydown", onKey);
  list.addEventListener("click", press);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}

export function open(dialog) {
  if (!started) begin(dialog);
  [isSearching, isEntered] = [input.value !== "", false];
  find();
}
