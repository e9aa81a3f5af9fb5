// Cards dragged between the columns of the board. The page "Move to…" of the opportunity says what a move needs: a stage
// without requirements is a form there, which is sent; one that needs input is a link, which is opened.

import "../vendor/sortable.min.js";
import { showNote } from "../app.js";

const columns = [...document.querySelectorAll("[data-stages]")];

// Load the page; without a connection the card stays where it is, and a note says so.
async function load(page, card) {
  showNote("");
  card.ariaBusy = "true";
  try {
    return new DOMParser().parseFromString(await (await fetch(page)).text(), "text/html");
  } catch {
    showNote("data-no-response");
    return null;
  } finally {
    card.ariaBusy = null;
  }
}

async function move(card, column) {
  const page = card.querySelector("a[href*='/move?']").href;
  const choices = await load(page, card);
  if (!choices) return;
  for (const stage of column.dataset.stages.split(" ")) {
    const button = choices.querySelector(`button[name=stage][value="${stage}"]`);
    if (button) return send(button);
    const link = choices.querySelector(`a[href*="to=${stage}"]`);
    if (link) return location.assign(link.getAttribute("href"));
  }
  location.assign(page);
}

function send(button) {
  const form = document.importNode(button.form, true);
  form.hidden = true;
  document.body.append(form);
  form.requestSubmit(form.querySelector("button[name=stage]"));
}

export function start() {
  columns.forEach((column) => globalThis.Sortable.create(column, {
    group: "board",
    draggable: ".deal",
    filter: "details",
    preventOnFilter: false,
    sort: false,
    ghostClass: "drop",
    delay: 200,
    delayOnTouchOnly: true,
    onEnd: ({ item, from, to, oldIndex }) => {
      if (from === to) return;
      // The card stays in its column until the server has moved it.
      from.insertBefore(item, from.children[oldIndex] ?? null);
      move(item, to);
    },
  }));
}
