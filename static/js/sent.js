// The stored text of a form (js/keep.js) after its submit: delete it once it was saved.

const one = (query) => document.querySelector(query);

// It was saved if a success message, another page or a form with it follows.
export function forgetSaved() {
  const [key, path, uid] = JSON.parse(sessionStorage.getItem("sent") ?? "[]");
  sessionStorage.removeItem("sent");
  if (key && one("form .errors") && location.pathname !== path) sessionStorage.removeItem(key);
  if (!key || one("[data-refused], form .errors")) return;
  const isOtherPage = location.pathname !== path && document.referrer && new URL(document.referrer).pathname === path;
  if (!one("[data-toast=done]") && !isOtherPage) return;
  sessionStorage.removeItem(key);
  sessionStorage.setItem(`saved:${key}`, uid ?? "");
}

// A form that is submitted again from an error page counts as the one whose text was stored.
function rememberSent(event) {
  if (!event.target.matches("[data-resend]")) return;
  const end = `:${new URL(event.target.action).pathname}`;
  const key = Object.keys(sessionStorage).find((name) => name.startsWith("keep:") && name.endsWith(end));
  if (key) sessionStorage.setItem("sent", JSON.stringify([key, location.pathname]));
}

export function start() {
  document.addEventListener("submit", rememberSent);
}

export function begin() {}
