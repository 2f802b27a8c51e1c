/* The one script of public pages; every page works without it.
   Closes opened menus, and shows the buttons that need a script: copy a link, print. */

const OPENED = "details[data-pop][open]";

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(OPENED)) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll(OPENED)) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("focusin", (event) => {
  for (const menu of document.querySelectorAll(OPENED)) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break; // Browsers offer it on https only.
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.dataset.copied = button.dataset.done;
    button.setAttribute("aria-live", "polite");
    setTimeout(() => delete button.dataset.copied, 4000);
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
