// A form that is submitted again from an error page counts as the one whose text was stored.
function rememberSent(event) {
  if (!event.target.matches("[data-resend]")) return;
  const end = `:${new URL(event.target.action).pathname}`;
  const key = sessionStorage.getItem("resend") ?? Object.keys(sessionStorage).find((name) => name.startsWith("keep:") && name.endsWith(end));
  if (key) sessionStorage.setItem("sent", JSON.stringify([key, location.pathname]));
}

export function start() {
  document.addEventListener("submit", rememberSent);
}

export function begin() {}
