// Repeating sub-forms: add a row from the template with the next number, and remove rows.

function renumber(row, number) {
  const old = row.dataset.row;
  const fresh = old.replace(/\d+$/, number);
  [row, ...row.querySelectorAll("*")].forEach((element) => {
    for (const attribute of ["id", "name", "for", "aria-describedby", "data-row"]) {
      const value = element.getAttribute(attribute);
      if (value?.includes(old)) element.setAttribute(attribute, value.replaceAll(old, fresh));
    }
  });
}

export function addRow(set) {
  const template = set.querySelector("template");
  const body = set.querySelector("[data-rows-body]");
  if (!template || body.children.length >= (set.dataset.max ?? Infinity)) return null;
  const row = template.content.firstElementChild.cloneNode(true);
  renumber(row, set.dataset.next);
  set.dataset.next = Number(set.dataset.next) + 1;
  body.append(row);
  row.dispatchEvent(new CustomEvent("row:added", { bubbles: true }));
  limit(set);
  return row;
}

function limit(set) {
  const full = set.querySelector("[data-rows-body]").children.length >= (set.dataset.max ?? Infinity);
  set.querySelector("[data-rows-add]").disabled = full;
}

// [data-rows-grow] names the field whose text in the last row adds an empty one: no click is needed before the next entry.
function grow({ target, currentTarget: set }) {
  const last = set.querySelector("[data-rows-body]").lastElementChild;
  if (last?.contains(target) && target.name.endsWith(`-${set.dataset.rowsGrow}`) && target.value.trim()) addRow(set);
}

export function begin(within) {
  within.querySelectorAll("[data-rows]:not([data-on])").forEach((set) => {
    limit(set);
    if (set.dataset.rowsGrow) set.addEventListener("input", grow);
    set.addEventListener("click", (event) => {
      if (event.target.closest("[data-rows-add]")) {
        // The picker of the new row has hidden its select already.
        const fields = addRow(set)?.querySelectorAll("input:not([type=hidden]), select, textarea") ?? [];
        [...fields].find((field) => field.offsetParent)?.focus();
      } else if (event.target.closest("[data-rows-cut]")) {
        event.target.closest("[data-row]").remove();
        set.dispatchEvent(new Event("input", { bubbles: true }));
        limit(set);
        set.querySelector("[data-rows-add]").focus();
      }
    });
    set.dataset.on = "1";
  });
}

export function start() {
  begin(document);
}
