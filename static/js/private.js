/* Pages behind the door: menus and copy buttons, forms, toasts of fragments. */
import "./public.js";
import "./forms.js";

if (document.querySelector("input[data-shrink]")) import("./photos.js");

/* On a narrow screen the part that is open may lie beyond the edge of its row. */
for (const open of document.querySelectorAll(".g-tabs [aria-current], .g-nav [aria-current]")) {
  const row = open.closest(".g-tabs, .g-nav");
  row.scrollLeft = open.offsetLeft - row.offsetLeft - (row.clientWidth - open.offsetWidth) / 2;
}

/* An answer to htmx may carry  HX-Trigger: {"toast": {"text": "…"}} . */
document.body.addEventListener("toast", (event) => {
  const area = document.getElementById("toasts");
  const toast = document.createElement("div");
  const text = document.createElement("span");
  toast.className = "g-toast g-toast--good";
  toast.setAttribute("role", "status");
  text.textContent = event.detail.text;
  toast.append(text);
  area.append(toast);
  setTimeout(() => toast.remove(), 10000);
});

/* What an applicant typed, or a desk noted, on this phone goes with the person. */
for (const form of document.querySelectorAll("form[action$='/keluar']")) {
  form.addEventListener("submit", () => {
    for (const name of ["gernas-apply", "gernas-desk"]) indexedDB.deleteDatabase(name);
  });
}
