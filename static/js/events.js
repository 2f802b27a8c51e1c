/* The form of an event: the province brings its zone along, and fields that need a script appear. */

for (const part of document.querySelectorAll("[data-scripted]")) part.hidden = false;

const zones = JSON.parse(document.getElementById("zones").textContent);
const province = document.getElementById("province_code");
const zone = document.getElementById("zone");
let follows = zone.value === "" || zone.value === zones[province.value];

zone.addEventListener("change", () => { follows = zone.value === zones[province.value]; });
province.addEventListener("change", () => {
  if (follows && zones[province.value]) zone.value = zones[province.value];
});
