// Selection of rows: update the count; CSS shows the bar.

const boxes = () => [...document.querySelectorAll("[data-select]")];

function update() {
  const count = boxes().filter((box) => box.checked).length;
  document.querySelectorAll("[data-picked]").forEach((element) => { element.textContent = element.dataset.picked.replace("0", count); });
  const master = document.querySelector("[data-select-all]");
  if (!master) return;
  master.checked = count > 0 && count === boxes().length;
  master.indeterminate = count > 0 && !master.checked;
}

function select(checked) {
  boxes().forEach((box) => { box.checked = checked; });
  update();
}

export function start() {
  document.addEventListener("click", (event) => event.target.closest("[data-select-none]") && select(false));
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-all]")) select(event.target.checked);
    else if (event.target.matches("[data-select]")) update();
  });
  update();
}
