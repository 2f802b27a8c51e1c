/* The public plan: a tap on a booth leads to it. Without this the list of names does. */

const REACH = 26; // decimetres from the middle of a label: inside of its booth

function nearest(plan, point) {
  let found = null;
  let least = REACH;
  for (const label of plan.querySelectorAll("g[class^='is-'] > text")) {
    if (label.parentNode.classList.contains("fixture")) continue;
    const distance = Math.hypot(label.getAttribute("x") - point.x, label.getAttribute("y") - point.y);
    if (distance < least) [found, least] = [label, distance];
  }
  return found;
}

for (const plan of document.querySelectorAll("svg[data-find]")) {
  plan.addEventListener("click", (event) => {
    const place = new DOMPoint(event.clientX, event.clientY);
    const label = nearest(plan, place.matrixTransform(plan.getScreenCTM().inverse()));
    if (label) location.search = `?stan=${encodeURIComponent(label.textContent)}`;
  });
}
