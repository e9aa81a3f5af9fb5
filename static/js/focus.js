// A form page starts in its first field, so that typing goes there and not to the shortcuts. The field in a notice above
// the form, such as the reason of a correction, isn't the first: most changes don't need it.

const isField = (field) => field.matches("input, select, textarea") && field.type !== "hidden" && !field.disabled
  && field.offsetParent && !field.closest(".note-first");

export function start() {
  const isTaken = document.querySelector("[data-focus]") || location.hash || document.activeElement !== document.body;
  const form = document.querySelector("main form.form[data-once]");
  if (isTaken || !form) return;
  const fields = [...form.elements].filter(isField);
  const selected = fields.find((field) => field.type === "radio" && field.name === fields[0].name && field.checked);
  (selected ?? fields[0])?.focus({ preventScroll: true });
}
