// Without a connection, a form stays as it is: the browser's own page would lose its text. The listener is the first of
// all: others would take the form for sent.

function stayOffline(event) {
  const note = document.querySelector("[data-offline]");
  if (navigator.onLine || !note || event.target.method !== "post") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  removeNote();
  document.body.append(note.content.cloneNode(true));
}

const removeNote = () => document.querySelector("[data-offline-note]")?.remove();

export function start() {
  window.addEventListener("submit", stayOffline, true);
  window.addEventListener("online", removeNote);
}
