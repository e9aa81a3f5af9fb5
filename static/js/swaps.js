// htmx, only on pages that use it; each of its requests has the CSRF token.

import { showNote } from "../app.js";

const one = (query, within = document) => within.querySelector(query);

// The focus goes to the result of a swap.
function showResult(event) {
  one("[data-result]", event.target)?.focus();
}

// A live region is read aloud whenever it is replaced: one that has the same text keeps its place, with a box ticked in it.
function keepSame({ target, detail }) {
  if (!target.matches("[aria-live]")) return;
  const fresh = new DOMParser().parseFromString(detail.serverResponse, "text/html").body, text = (part) => part.textContent.replace(/\s+/g, " ").trim();
  if (text(fresh) === text(target)) detail.shouldSwap = false;
}

// The form was saved within the page; delete its stored text. A request of one of its fields isn't its submit. A sentence
// of which the preview is shown isn't saved yet.
function forgetSent(event) {
  const [key] = JSON.parse(sessionStorage.getItem("sent") ?? "[]");
  if (!key || !event.detail.successful || !event.target.matches("form[data-keep]")) return;
  sessionStorage.removeItem("sent");
  if (!event.target.closest(".quick")) sessionStorage.removeItem(key);
}

const submitAsPage = (event) => event.target.matches("form") && event.target.submit();

// Without a response, the page stays. Nothing was saved, so the stored text stays, too.
function showUnreachable(event) {
  if (!event.target.matches("form")) return;
  sessionStorage.removeItem("sent");
  showNote("data-unreachable");
}

export function start() {
  document.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = one("meta[name=csrf]").content; });
  // After an error, submit the form as a page: the response shows what is wrong and keeps the text. The request of a
  // field, such as one for similar names, submits nothing.
  document.addEventListener("htmx:responseError", submitAsPage);
  ["htmx:sendError", "htmx:timeout"].forEach((name) => document.addEventListener(name, showUnreachable));
  document.addEventListener("htmx:afterRequest", forgetSent);
  document.addEventListener("htmx:beforeSwap", keepSame);
  document.addEventListener("htmx:afterSwap", showResult);
  // htmx starts when the page is complete; loaded earlier, it could miss that event.
  return new Promise((resolve) => {
    const script = Object.assign(document.createElement("script"), { src: one("meta[name=htmx]").content, onload: resolve });
    script.onerror = () => { showNote("data-incomplete"); resolve(); };
    const load = () => document.head.append(script);
    if (document.readyState === "complete") load();
    else window.addEventListener("load", load);
  });
}

export function begin() {}
