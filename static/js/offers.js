// What the server offers beside a picker for a typed name: records that it may mean, and to add it as a new one.

// The radio buttons of the matches choose in the picker, too.
export function bindOffers(holder, choose) {
  const offers = [...holder.querySelectorAll(":scope > label.tick")];
  offers.forEach((offer) => offer.addEventListener("change", () => {
    offers.forEach((other) => other.remove());
    choose({ id: offer.querySelector("input").value, label: offer.dataset.label ?? offer.textContent.trim() });
  }));
}

// Remove "Add “X” as a new person" when X is no longer typed.
export function dropOldTicks({ form, name }) {
  const texts = new Set([...form.querySelectorAll(`[name="${CSS.escape(name)}-typed"]`)].map((input) => input.value.trim()));
  const ticks = [...form.querySelectorAll(`[name="${CSS.escape(name)}-new"]`)];
  ticks.filter((tick) => !texts.has(tick.value)).forEach((tick) => tick.closest("label").remove());
}
