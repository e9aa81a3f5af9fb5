// A date beside radio buttons with preset days: [data-presets] has their name. The last input counts, so that no preset
// stays selected beside another date.

const OTHER_DATE = "date";

function radio(form, name, value) {
  return [...form.elements[name] ?? []].find((button) => button.value === value);
}

function follow(event) {
  const { form, dataset, name, value, checked } = event.target;
  if (!form) return;
  if (dataset.presets) {
    const button = value && radio(form, dataset.presets, OTHER_DATE);
    if (button) button.checked = true;
    return;
  }
  const date = checked && value !== OTHER_DATE && form.querySelector(`[data-presets="${CSS.escape(name)}"]`);
  if (date) {
    date.value = "";
    date.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

export function start() {
  document.addEventListener("input", follow);
}
