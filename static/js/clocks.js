// Clocks that go on, and the other clock beside a day and time being typed.
// A day and time stand in [data-when] with the names of their zones: data-zone or a field of zones, data-here ours.

// Dates and times are written as the server writes them: "Thu, Nov 26, 5:00 PM", or by the user's own format.
const formats = document.documentElement.dataset.formats || "en";
const city = (zone) => zone.split("/").at(-1).replaceAll("_", " ");

function iso(instant, zone, options) {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, hourCycle: "h23", ...options }).formatToParts(instant);
  const { weekday, year, month, day, hour, minute } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return weekday ? `${weekday} ${year}-${month}-${day} ${hour}:${minute}` : `${hour}:${minute}`;
}

function momentText(instant, zone) {
  if (formats === "iso") {
    return iso(instant, zone, { weekday: "short", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
  }
  const options = { weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit" };
  return new Intl.DateTimeFormat(formats, { timeZone: zone, ...options }).format(instant).replaceAll("\u202f", " ");
}

function timeText(instant, zone) {
  if (formats === "iso") return iso(instant, zone, { hour: "2-digit", minute: "2-digit" });
  return new Intl.DateTimeFormat(formats, { timeZone: zone, timeStyle: "short" }).format(instant).replaceAll("\u202f", " ");
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
    place.textContent = others.map((zone) => `= ${momentText(instant, zone)} ${city(zone)}`).join(", ");
  } catch (problem) {
    if (!(problem instanceof RangeError)) throw problem; // a half-written time or an unknown zone: no hint
  }
}

function tick() {
  document.querySelectorAll("[data-clock]").forEach((place) => {
    place.textContent = timeText(Date.now(), place.dataset.clock);
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
