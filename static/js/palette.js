// Find or go to, on Ctrl K. The address /search answers to ?q= with
// {"groups": [{"label", "hits": [{"url", "label", "native", "lang", "hint", "initials", "kind", "icon"}]}]};
// with an empty q it gives what was opened last.

const WAIT = 120;
let started = false;
let palette, input, list, timer, going;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => value && element.setAttribute(name, value));
  element.append(...children.filter((child) => child !== ""));
  return element;
}

// The letters that were typed, where a word begins with them.
function marked(text, query) {
  const start = text.toLowerCase().indexOf(query.toLowerCase());
  if (!query || start < 0) return [text];
  return [text.slice(0, start), make("mark", {}, text.slice(start, start + query.length)), text.slice(start + query.length)];
}

function face(hit) {
  const round = hit.kind === "person" ? "face" : "face face-org";
  return make("span", { class: round, "aria-hidden": "true", lang: hit.lang }, hit.initials || (hit.native || hit.label).slice(0, 1));
}

function row(hit, number, query) {
  const native = hit.native ? make("span", { lang: hit.lang || "zh-Hans" }, ...marked(hit.native, query)) : "";
  const words = make("div", { class: "clip" }, native, native ? " " : "", ...marked(hit.label, query), " ",
    make("span", { class: "dim" }, hit.hint || ""));
  return make("a", { class: "hit", id: `hit-${number}`, role: "option", "aria-selected": "false", href: hit.url, tabindex: "-1" }, face(hit), words);
}

function draw(groups, query) {
  let number = 0;
  list.replaceChildren(...groups.filter((group) => group.hits.length).map((group) => {
    const box = make("div", { role: "group", "aria-label": group.label }, make("div", { class: "g", "aria-hidden": "true" }, group.label));
    box.append(...group.hits.map((hit) => row(hit, number++, query)));
    return box;
  }));
  input.setAttribute("aria-expanded", String(number > 0));
  say(number ? String(number) : query ? palette.dataset.none : "", !number && query);
  mark(number && query ? 0 : -1);
}

function say(words, aloud) {
  palette.querySelector("[data-said]").textContent = words;
  if (aloud) list.replaceChildren(make("p", { class: "empty", "aria-hidden": "true" }, words));
}

async function find() {
  const query = input.value.trim();
  going?.abort();
  going = new AbortController();
  try {
    const url = `${palette.querySelector("form").action}?q=${encodeURIComponent(query)}`;
    const answer = await fetch(url, { headers: { Accept: "application/json" }, signal: going.signal });
    if (!answer.ok) throw new Error(answer.statusText);
    draw((await answer.json()).groups, query);
  } catch (problem) {
    if (problem.name !== "AbortError") say(palette.dataset.failed, true);
  }
}

const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector("[aria-selected=true]");

function mark(number) {
  options().forEach((option, i) => option.setAttribute("aria-selected", String(i === number)));
  const option = chosen();
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function onKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const hits = options();
  if (step && hits.length) {
    event.preventDefault();
    mark((hits.indexOf(chosen()) + step + hits.length) % hits.length);
  } else if (event.key === "Enter" && chosen()) {
    event.preventDefault();
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey) window.open(chosen().href, "_blank", "noopener");
    else location.assign(chosen().href);
  }
}

function begin(dialog) {
  started = true;
  palette = dialog;
  input = dialog.querySelector("[role=combobox]");
  list = dialog.querySelector("[role=listbox]");
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, WAIT);
  });
  input.addEventListener("keydown", onKey);
  dialog.querySelector("[data-palette-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}

export function open(dialog) {
  if (!started) begin(dialog);
  find();
}
