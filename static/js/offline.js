// Without a connection, forms and buttons that save leave the page as it is: the browser's own page would lose its text.
// The listener is the first of all: others would take the form for sent.

const removeNote = () => document.querySelector("[data-offline-note]")?.remove();

// Show the message of a template; false if the page has none.
export function showNote(name) {
  const note = document.querySelector(`template[${name}]`);
  removeNote();
  if (note) document.body.append(note.content.cloneNode(true));
  return Boolean(note);
}

function stayOffline(event) {
  if (event.target.method !== "post") return;
  if (navigator.onLine) removeNote();
  else if (showNote("data-offline")) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

export function start() {
  window.addEventListener("submit", stayOffline, true);
  window.addEventListener("online", removeNote);
}

export function begin() {}
