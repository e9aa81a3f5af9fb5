// The last day of a span: [data-not-before] has the name of the first day, which it follows until another one is chosen.

function follow(event) {
  const { form, name, value } = event.target;
  form?.querySelectorAll(`[data-not-before="${CSS.escape(name)}"]`).forEach((last) => {
    if (!last.value || last.value === last.dataset.followed) last.value = last.dataset.followed = value;
    last.min = value;
  });
}

export function start() {
  document.addEventListener("input", follow);
}

export function begin() {}
