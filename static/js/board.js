// Cards dragged between the columns of the board. The page "Move to…" of the opportunity says what a move needs: a stage
// without requirements is a form there, which is sent; one that needs input is a link, which is opened.

import "../vendor/sortable.min.js";

const columns = [...document.querySelectorAll("[data-stages]")];

async function move(card, column) {
  const page = card.querySelector("a[href*='/move?']").href;
  const response = await fetch(page);
  const choices = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const stage of column.dataset.stages.split(" ")) {
    const button = choices.querySelector(`button[name=stage][value="${stage}"]`);
    if (button) return send(button);
    const link = choices.querySelector(`a[href*="to=${stage}"]`);
    if (link) return location.assign(link.getAttribute("href"));
  }
  return location.assign(page);
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
