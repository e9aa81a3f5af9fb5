import { isComposing } from "../app.js";
import { announce, failed, make, markChinese, results } from "./words.js";

// Search and navigation, opened by Ctrl K. /search?q=&part=records responds with
// {"groups": [{"label", "hits": [{"url", "label", "native", "lang", "hint", "initials", "kind", "icon", "control"}]}], "more"};
// with an empty q it returns the starred and the recent records, with one that begins with ">" commands. `more` is the
// address of further groups, such as interactions, which are added when nobody types any more.

const WAIT = 120, SVG = "http://www.w3.org/2000/svg";
let started = false, isSearching = false, isEntered = false, hasFailed = false;
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

function add(groups, query) {
  let number = options().length;
  list.append(...groups.map((group) => {
    const box = make("div", { role: "group", "aria-label": group.label }, make("div", { class: "g", "aria-hidden": "true" }, group.label));
    box.append(...group.hits.map((hit) => row(hit, number++, query)));
    return box;
  }));
  input.setAttribute("aria-expanded", String(number > 0));
}

function draw(groups, query) {
  list.replaceChildren();
  add(groups, query);
  mark(query && groups.length ? 0 : -1);
}

function announceResults(query) {
  const number = options().length;
  const text = query.startsWith(">") ? palette.dataset.noCommand : query ? palette.dataset.none : "";
  announceState(number ? results(number) : text, !number && query);
}

// Tell screen readers; with `visible` show the text instead of results, or below those that arrived before (`below`).
function announceState(text, visible, below = false) {
  announce(text, palette.querySelector("[data-result-count]"));
  if (visible && !below) list.replaceChildren();
  if (visible) list.append(make("p", { class: "empty", "aria-hidden": "true" }, text));
}

async function load(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" }, signal: request.signal });
  if (!response.ok) throw new Error(response.statusText);
  return response.json();
}

async function find() {
  const query = input.value.trim();
  clearTimeout(timer);
  request?.abort();
  request = new AbortController();
  hasFailed = false;
  try {
    let answer = await load(`${palette.querySelector("form").action}?q=${encodeURIComponent(query)}&part=records`);
    if (!answer.groups.length && answer.more) answer = await load(answer.more);
    draw(answer.groups, query);
    isSearching = false;
    if (isEntered) selected()?.click();
    if (answer.more) timer = setTimeout(() => findMore(answer.more, query), WAIT);
    else announceResults(query);
  } catch (problem) {
    showProblem(problem, false);
  }
}

async function findMore(url, query) {
  try {
    add((await load(url)).groups, query);
    announceResults(query);
  } catch (problem) {
    showProblem(problem, true);
  }
}

function showProblem(problem, below) {
  if (problem.name === "AbortError") return;
  [isSearching, hasFailed] = [false, !below];
  announceState(failed(), true, below);
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
  } else if (event.key === "Enter" && hasFailed) {
    // The page of results wouldn't respond either, and would replace this page.
    event.preventDefault();
    event.stopPropagation();
    [isSearching, isEntered] = [true, false];
    find();
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
    request?.abort();
    mark(-1); // Enter opens no result of the former text
    [isSearching, isEntered] = [true, false];
    timer = setTimeout(find, WAIT);
  });
  input.addEventListener("keydown", onKey);
  list.addEventListener("click", press);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    clearTimeout(timer);
    request?.abort(); // a result of Enter doesn't open any more
  });
}

export function open(dialog) {
  if (!started) begin(dialog);
  [isSearching, isEntered] = [input.value !== "", false];
  find();
}
