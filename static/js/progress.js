// The page of a job: what changed in it is replaced every few seconds, so that the focus, menus and what is typed stay.
// When the job is complete, the page is loaded again.
const PARTS = "main :is(h2, p, progress, tbody tr)";
const list = (page) => [...page.querySelectorAll(PARTS)];

// Replace what changed; true if the job continues. A server that is busy or restarting is asked again.
async function refresh() {
  const response = await fetch(location.href).catch(() => null);
  if (!response || response.status >= 500) return true;
  const page = new DOMParser().parseFromString(await response.text(), "text/html"), old = list(document), fresh = list(page);
  if (!page.querySelector("[data-progress]") || old.length !== fresh.length) return location.reload();
  old.forEach((part, i) => { if (part.isConnected && !part.isEqualNode(fresh[i])) part.replaceWith(fresh[i]); });
  return true;
}

export function start() {
  const pause = 1000 * document.querySelector("[data-progress]").dataset.progress;
  const wait = () => setTimeout(async () => { if (await refresh()) wait(); }, pause);
  wait();
}
