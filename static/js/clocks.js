// Clocks that go on, and the other clock beside a day and time being typed.
// A day and time stand in [data-when] with the names of their zones: data-zone or a field of zones, data-here ours.

// Days are written as the server writes them: "Thu 26 Nov".
const written = document.documentElement.lang || "en";
const language = written === "en" ? "en-GB" : written;
const city = (zone) => zone.split("/").at(-1).replaceAll("_", " ");

function shown(instant, zone, options) {
  return new Intl.DateTimeFormat(language, { timeZone: zone, hourCycle: "h23", ...options }).format(instant);
}

// Minutes by which a zone is ahead of UTC at an instant.
function ahead(instant, zone) {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric",
  }).formatToParts(instant);
  const at = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  return Math.round((Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute) - instant) / 60000);
}

// The instant at which the clock of a zone shows this wall time; twice, for days on which clocks change.
export function instantOf(wall, zone) {
  const asUtc = Date.parse(`${wall}Z`);
  const first = asUtc - ahead(asUtc, zone) * 60000;
  return asUtc - ahead(first, zone) * 60000;
}

function both(box) {
  const value = (query) => box.querySelector(query)?.value ?? "";
  const zoneField = box.querySelector("[data-zone-input] select, [data-zone-input] input, select[data-zone-input], input[data-zone-input]");
  const there = zoneField?.value || box.dataset.zone;
  const wall = value("input[type=datetime-local]") || (value("input[type=date]") && value("input[type=time]")
    && `${value("input[type=date]")}T${value("input[type=time]")}`);
  const place = box.querySelector("[data-both]");
  place.textContent = "";
  const others = [box.dataset.here, box.dataset.there].filter((zone) => zone && zone !== there);
  if (!wall || !there || !others.length) return;
  try {
    const instant = instantOf(wall, there);
    const told = (zone) => shown(instant, zone, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
    place.textContent = others.map((zone) => `= ${told(zone).replaceAll(",", "")} ${city(zone)}`).join(", ");
  } catch (problem) {
    if (!(problem instanceof RangeError)) throw problem; // a half-written time or an unknown zone: no hint
  }
}

function tick() {
  document.querySelectorAll("[data-clock]").forEach((place) => {
    place.textContent = shown(Date.now(), place.dataset.clock, { hour: "2-digit", minute: "2-digit" });
  });
}

export function begin(within) {
  within.querySelectorAll("[data-when]:not([data-on])").forEach((box) => {
    box.dataset.on = "1";
    both(box);
    box.addEventListener("input", () => both(box));
  });
}

// Somebody elsewhere was picked: the times of their form are told on their clock, too.
function tellThere(event) {
  event.target.closest("form")?.querySelectorAll("[data-when]").forEach((box) => {
    if (box.dataset.there || event.detail === (box.dataset.here ?? box.dataset.zone)) return;
    box.dataset.there = event.detail;
    both(box);
  });
}

export function start() {
  begin(document);
  document.addEventListener("zone:picked", tellThere);
  document.addEventListener("row:added", (event) => {
    const there = event.target.closest("form")?.querySelector("[data-there]:not([data-there=''])")?.dataset.there;
    if (there && "when" in event.target.dataset) event.target.dataset.there ||= there;
    begin(event.target.parentElement);
  });
  // Clocks stand still in the first minute where the server's clock is not this machine's, as in a demo of a fixed day.
  if (document.querySelector("[data-clock]")) setInterval(tick, 60000 - (Date.now() % 60000) || 60000);
}
