/* What makes forms kinder; each form works without it.
   data-dirty   warns before leaving with unsaved changes
   data-errors  takes the focus, so that a screen reader starts there
   data-all     a checkbox that ticks all others of its table
   data-bulk    a bar that appears while something is ticked in the table it names */

document.querySelector("[data-errors]")?.focus();

for (const form of document.querySelectorAll("form[data-dirty]")) {
  let dirty = document.querySelector("[data-errors]") !== null;
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
}

/* A second press while the first is under way would only make people wait longer. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 8000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

function ticks(table) {
  return [...table.querySelectorAll("tbody input[type=checkbox]")];
}

for (const all of document.querySelectorAll("input[data-all]")) {
  const table = all.closest("table");
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const tick of ticks(table)) tick.checked = all.checked;
    table.dispatchEvent(new Event("change", { bubbles: true }));
  });
  table.addEventListener("change", (event) => {
    if (event.target === all) return;
    const ticked = ticks(table).filter((tick) => tick.checked).length;
    all.checked = ticked > 0 && ticked === ticks(table).length;
    all.indeterminate = ticked > 0 && !all.checked;
  });
}

for (const bar of document.querySelectorAll("[data-bulk]")) {
  const table = document.getElementById(bar.dataset.bulk);
  const count = bar.querySelector("[data-count]");
  const show = () => {
    const ticked = ticks(table).filter((tick) => tick.checked).length;
    bar.hidden = ticked === 0;
    if (count) count.textContent = ticked;
  };
  table.addEventListener("change", show);
  show();
}
