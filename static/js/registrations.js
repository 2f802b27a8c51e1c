/* The reviewer's list by keyboard: j and k move, x ticks, Enter opens, / searches. On the page of an
   application j and k go to the next and to the one before. Everything works without it. */

for (const part of document.querySelectorAll("[data-scripted]")) part.hidden = false;

const rows = [...document.querySelectorAll("#applicants tbody tr")];
let place = -1;

function show(next) {
  if (!rows.length) return;
  rows[place]?.classList.remove("is-here");
  place = Math.min(Math.max(next, 0), rows.length - 1);
  rows[place].classList.add("is-here");
  rows[place].querySelector("a").focus({ preventScroll: true });
  rows[place].scrollIntoView({ block: "nearest" });
}

function isTyping(target) {
  return target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const link = document.querySelector(`a[data-key="${event.key}"]`);
  if (event.key === "/") {
    event.preventDefault();
    document.querySelector("input[type=search]")?.focus();
  } else if (link) {
    link.click();
  } else if (event.key === "j") {
    show(place + 1);
  } else if (event.key === "k") {
    show(place - 1);
  } else if (event.key === "x" && place >= 0) {
    rows[place].querySelector("input[type=checkbox]")?.click();
  }
});

/* A click beside the links of a row opens nothing, but moves there. */
for (const [number, row] of rows.entries()) {
  row.addEventListener("focusin", () => {
    rows[place]?.classList.remove("is-here");
    place = number;
    row.classList.add("is-here");
  });
}

/* All that match are more than what is ticked here. */
const all = document.getElementById("semua");
const bar = document.querySelector("[data-bulk]");
all?.addEventListener("change", () => {
  for (const tick of document.querySelectorAll("#applicants tbody input[type=checkbox]")) {
    tick.checked = all.checked;
  }
  document.getElementById("applicants").dispatchEvent(new Event("change", { bubbles: true }));
  if (bar && all.checked) bar.hidden = false;
});
