import { isComposing } from "../app.js";
import { bindOffers, dropOldTicks } from "./offers.js";
import { announce, changeText, failed, make, markChinese, results } from "./words.js";

// A picker for a select with data-url: type, choose among the server's matches, see the choice as text or chips.
// The select keeps its name and is what the form submits. A typed text that was not chosen is submitted under the name
// of the [data-typed] inputs that the picker replaces, so that the server can find the record.
// The URL responds like that of the palette: {"groups": [{"hits": [{"id", "label", "native", "lang", "hint"}]}]}.

const WAIT = 150;
let count = 0;

class Picker {
  constructor(holder) {
    this.select = holder.querySelector("select");
    this.many = this.select.multiple;
    this.hits = [];
    this.at = -1;
    const typed = [...holder.querySelectorAll("[data-typed]")];
    this.typedName = typed[0]?.name;
    const hasFocus = [this.select, ...typed].includes(document.activeElement);
    this.build(holder);
    this.show();
    // The picker continues with the first typed name; inputs with further names stay, so that none is lost.
    const filled = typed.filter((input) => input.value);
    filled.slice(0, 1).forEach((input) => this.type(input.value));
    typed.filter((input) => !filled.slice(1).includes(input)).forEach((input) => input.remove());
    bindOffers(holder, (hit) => {
      this.choose(hit);
      this.input.focus();
    });
    // The user was here before this module was loaded.
    if (hasFocus) this.input.focus();
    if (hasFocus && this.input.name) this.findSoon();
  }

  // Set a text that is not a choice; it is submitted if the server accepts typed names.
  type(text) {
    this.input.value = text;
    if (this.typedName && text.trim()) this.input.name = this.typedName;
    else this.input.removeAttribute("name");
  }

  build(holder) {
    const { select } = this;
    const { id } = select;
    const list = `${id}-list-${count++}`;
    this.input = make("input", {
      id, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": list, "aria-describedby": select.getAttribute("aria-describedby"),
      "aria-invalid": select.getAttribute("aria-invalid"), placeholder: select.dataset.placeholder,
      class: this.many ? null : "form-control",
    });
    select.id = `${id}-value`;
    select.hidden = true;
    select.required = false;
    this.list = make("div", { id: list, class: "pick-list", role: "listbox", "aria-label": this.label(id) });
    this.chips = make("div", { class: "tokens" });
    const control = this.many ? this.chips : this.input;
    if (this.many) this.chips.append(this.input);
    holder.append(make("div", { class: "pick-box" }, control, this.list));
    this.listen();
  }

  label(id) {
    return document.querySelector(`label[for="${CSS.escape(id)}"]`)?.firstChild.textContent.trim() ?? "";
  }

  listen() {
    this.input.addEventListener("input", () => {
      this.type(this.input.value);
      dropOldTicks(this.select);
      this.findSoon();
    });
    // A click into a choice selects its text, as Tab does, so that typing replaces it.
    this.input.addEventListener("pointerdown", () => { this.isFirst = document.activeElement !== this.input; });
    this.input.addEventListener("click", () => { if (this.isFirst && !this.many && this.select.value) this.input.select(); });
    this.input.addEventListener("click", () => { if (!this.list.childElementCount) this.findSoon(); });
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => this.leave());
    this.select.addEventListener("written", () => { if (!this.isUnresolved()) this.show(); });
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.choose(this.hits[option.dataset.number]);
    });
  }

  findSoon() {
    clearTimeout(this.timer);
    this.mark(-1); // Enter chooses no match of the former text, but waits for those of this one
    [this.isSearching, this.isEntered] = [true, false];
    this.timer = setTimeout(() => this.find(), WAIT);
  }

  async find() {
    this.request?.abort();
    this.request = new AbortController();
    const url = new URL(this.select.dataset.url, location.href);
    url.searchParams.set("q", this.input.value.trim());
    try {
      const response = await fetch(url, { headers: { Accept: "application/json" }, signal: this.request.signal });
      if (!response.ok) throw new Error(response.statusText);
      const hits = (await response.json()).groups.flatMap((group) => group.hits);
      const chosen = new Set([...this.select.selectedOptions].map((option) => option.value));
      const free = this.many ? hits.filter((hit) => !chosen.has(String(hit.id))) : hits;
      this.offer([...free, ...this.newHits()]);
      announce(results(free.length));
    } catch (problem) {
      if (problem.name !== "AbortError") this.offer([], failed());
    }
  }

  // The choices that create a record of the typed name when the form is saved.
  newHits() {
    const name = this.input.value.trim();
    if (!name) return [];
    return Object.entries(JSON.parse(this.select.dataset.makers ?? "{}")).map(([maker, text]) => (
      { id: `new:${maker}:${name}`, label: this.select.dataset.new.replace("{}", () => name), offer: text.replace("{}", () => name) }));
  }

  offer(hits, none = this.select.dataset.none ?? "–") {
    [this.hits, this.isSearching] = [hits, false];
    this.list.replaceChildren(...hits.map((hit, number) => make("div",
      { id: `${this.list.id}-${number}`, role: "option", "aria-selected": "false", "data-number": number },
      ...(hit.native ? [make("span", { lang: hit.lang || "zh-Hans" }, hit.native)] : []),
      make("span", {}, ...markChinese(hit.offer ?? hit.label, hit.lang)), make("small", {}, hit.hint ?? ""))));
    if (!hits.length && this.input.value.trim()) this.list.append(make("div", { class: "none" }, none));
    this.input.setAttribute("aria-expanded", String(hits.length > 0));
    // With a choice of new records, such as a client or a person, the user marks one.
    const isClear = hits.length && (!hits[0].offer || hits.length === 1);
    this.mark(isClear && this.input.value.trim() ? 0 : -1);
    // A new record isn't chosen before it is shown.
    if (this.isEntered && !hits[0]?.offer) this.choose(this.hits[this.at]);
  }

  mark(number) {
    this.at = number;
    [...this.list.querySelectorAll("[role=option]")].forEach((option, i) => option.setAttribute("aria-selected", String(i === number)));
    const option = this.list.querySelector("[aria-selected=true]");
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  onKey(event) {
    if (isComposing(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (this.hits.length) this.mark((this.at + step + this.hits.length) % this.hits.length); else this.findSoon();
    } else if (event.key === "Enter" && this.enter(event.ctrlKey || event.metaKey)) {
      event.preventDefault();
    } else if (event.key === "Escape" && this.list.childElementCount) {
      event.stopPropagation();
      this.leave();
    } else if (event.key === "Backspace" && this.many && !this.input.value) {
      this.drop([...this.select.selectedOptions].at(-1));
    }
  }

  // Return whether Enter was for the list. Otherwise it sends the form, and the server finds the record of a typed name.
  // Ctrl Enter saves: it chooses no new record.
  enter(isSave) {
    const hit = this.hits[this.at];
    if (hit) {
      if (!isSave || !hit.offer) this.choose(hit);
    } else if (this.isSearching) this.isEntered = true;
    else if (this.hits.length && this.isUnresolved()) this.mark(0);
    else return false;
    return true;
  }

  isUnresolved() {
    const text = this.input.value.trim();
    return Boolean(text) && (this.many || text !== this.select.selectedOptions[0]?.text.trim());
  }

  choose(hit) {
    if (!hit) return;
    const value = String(hit.id);
    let option = [...this.select.options].find((other) => other.value === value);
    if (!option) {
      option = new Option(hit.label, value);
      this.select.add(option);
    }
    option.selected = true;
    if (hit.zone) this.select.dispatchEvent(new CustomEvent("zone:picked", { bubbles: true, detail: hit.zone }));
    this.type("");
    dropOldTicks(this.select);
    this.changed();
    announce(changeText("added", hit.label));
  }

  drop(option) {
    if (!option) return;
    option.selected = false;
    this.changed();
    this.input.focus();
    announce(changeText("removed", option.text));
  }

  changed() {
    this.offer([]);
    this.show();
    this.select.dispatchEvent(new Event("input", { bubbles: true }));
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  show() {
    if (!this.many) {
      const chosen = this.select.selectedOptions[0];
      this.type("");
      this.input.value = chosen?.value ? chosen.text : "";
      return;
    }
    this.chips.querySelectorAll(".pick").forEach((chip) => chip.remove());
    [...this.select.selectedOptions].forEach((option) => {
      const remove = make("button", { type: "button", "aria-label": `${this.select.dataset.remove ?? "×"} ${option.text}` }, "×");
      remove.addEventListener("click", () => this.drop(option));
      this.input.before(make("span", { class: "pick" }, make("span", {}, ...markChinese(option.text, option.lang)), remove));
    });
  }

  leave() {
    clearTimeout(this.timer);
    this.request?.abort();
    if (!this.many && !this.input.value.trim() && this.select.value) {
      if (![...this.select.options].some((option) => option.value === "")) this.select.add(new Option("", ""), 0);
      this.select.value = "";
      this.changed();
    }
    this.offer([]);
    this.list.replaceChildren();
    if (this.input.name) return;
    if (this.many) this.type(""); else this.show();
  }
}

export function begin(within) {
  within.querySelectorAll("[data-pick]:not([data-on]):has(select)").forEach((holder) => {
    holder.dataset.on = "1";
    new Picker(holder);
  });
}

export function start() {
  begin(document);
  document.addEventListener("row:added", (event) => begin(event.target));
}
