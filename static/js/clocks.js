// Running clocks, and the other side's time beside a date and time input.
// [data-when] has the inputs and the IANA zones: data-zone or a zone field for the entered time, data-user-zone the user's,
// data-other-zone the other side's.

// Dates and times have the server's format: "Thu, Nov 26, 5:00 PM", or the user's own format.
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

// The instant at which the clock of a zone shows this wall time; computed twice, for days on which clocks change.
function instantOf(wall, zone) {
  const asUtc = Date.parse(`${wall}Z`);
  const first = asUtc - ahead(asUtc, zone) * 60000;
  return asUtc - ahead(first, zone) * 60000;
}

function showOtherClocks(box) {
  const value = (query) => box.querySelector(query)?.value ?? "";
  const zoneField = box.querySelector("[data-zone-input] select, [data-zone-input] input");
  const zone = zoneField?.value || box.dataset.zone;
  const wall = value("input[type=datetime-local]") || (value("input[type=date]") && value("input[type=time]")
    && `${value("input[type=date]")}T${value("input[type=time]")}`);
  const hint = box.querySelector("[data-both]");
  hint.textContent = "";
  const others = [box.dataset.userZone, box.dataset.otherZone].filter((other) => other && other !== zone);
  if (!wall || !zone || !others.length) return;
  try {
    const instant = instantOf(wall, zone);
    hint.textContent = others.map((other) => `= ${momentText(instant, other)} ${city(other)}`).join(", ");
  } catch (problem) {
    if (!(problem instanceof RangeError)) throw problem; // a half-written time or an unknown zone: no hint
  }
}

function tick() {
  document.querySelectorAll("[data-clock]").forEach((clock) => {
    clock.textContent = timeText(Date.now(), clock.dataset.clock);
  });
}

// The hours shared with the other side: a button fills in their day and time.
function useTime(event) {
  const { useDay, useTime: time, useZone } = event.currentTarget.dataset;
  const box = event.currentTarget.closest("form").querySelector("[data-when]");
  const fill = (query, value) => {
    const input = box.querySelector(query);
    if (!input) return;
    input.value = value;
    ["input", "change"].forEach((name) => input.dispatchEvent(new Event(name, { bubbles: true })));
  };
  fill("[data-zone-input] select, [data-zone-input] input", useZone);
  fill("input[type=date]", useDay);
  fill("input[type=time]", time);
}

export function begin(within) {
  within.querySelectorAll("[data-use-day][hidden]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", useTime);
  });
  within.querySelectorAll("[data-when]:not([data-on])").forEach((box) => {
    box.dataset.on = "1";
    showOtherClocks(box);
    box.addEventListener("input", () => showOtherClocks(box));
  });
}

// A person in another zone was chosen: show the times of the form on their clock, too.
function setOtherZone(event) {
  event.target.closest("form")?.querySelectorAll("[data-when]").forEach((box) => {
    if (box.dataset.otherZone || event.detail === (box.dataset.userZone ?? box.dataset.zone)) return;
    box.dataset.otherZone = event.detail;
    showOtherClocks(box);
  });
}

export function start() {
  begin(document);
  document.addEventListener("zone:picked", setOtherZone);
  document.addEventListener("row:added", (event) => {
    const otherZone = event.target.closest("form")?.querySelector("[data-other-zone]:not([data-other-zone=''])")?.dataset.otherZone;
    if (otherZone && "when" in event.target.dataset) event.target.dataset.otherZone ||= otherZone;
    begin(event.target.parentElement);
  });
  // The first minute shows the server's time, which can differ from this computer's, as in a demo with a fixed date.
  if (document.querySelector("[data-clock]")) setInterval(tick, 60000 - (Date.now() % 60000) || 60000);
}
