/* Draw a hall: with the mouse, a finger or a pen, or with the keyboard alone.
   The page holds the hall as JSON (gernas/booths/wire.py) and the words that are said. */

import { Canvas } from "./booth-canvas.js";
import { Drawing, countOn } from "./booth-drawing.js";
import { bounds, boundsOf, findWrong, inRows, middle, snap, snapBox, turned } from "./booth-shapes.js";

const root = document.querySelector("[data-editor]");
const words = JSON.parse(document.getElementById("words").textContent);
const state = JSON.parse(document.getElementById("drawing").textContent);
const svg = root.querySelector("svg[data-canvas]");
const drawing = new Drawing(state);
const canvas = new Canvas(svg, words);
const find = (name) => root.querySelector(`[data-${name}]`);
const all = (name) => root.querySelectorAll(`[data-${name}]`);

let tool = "choose";
let grip = null; // what the pointer is doing
let snaps = true;
let busy = false;
let csrf = root.dataset.csrf;
const pointers = new Map();

for (const part of document.querySelectorAll("[data-scripted]")) part.hidden = false;

/* --- Words ------------------------------------------------------------------------------ */

const numbers = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 });
const metres = (cm) => numbers.format(Math.round(cm) / 100);
const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");

function tell(text, { bad = false } = {}) {
  const line = find("line");
  line.textContent = text;
  line.classList.toggle("is-bad", bad);
}

function nameOf(item) {
  return item.label || words.kinds[item.kind] || "";
}

function describe(item) {
  const parts = [nameOf(item), `${metres(item.width_cm)} × ${metres(item.depth_cm)} m`,
    say("at", { x: metres(item.x_cm), y: metres(item.y_cm) })];
  if (item.turn) parts.push(`${item.turn}°`);
  const zone = drawing.zones.find((one) => one.id === item.zone_id);
  if (zone) parts.push(say("inZone", { zone: `${zone.code} ${zone.name}` }));
  if (drawing.held.has(item.key)) parts.push(say("belongs", { name: drawing.held.get(item.key) }));
  return parts.join(", ");
}

function tellChosen() {
  const { chosen } = drawing;
  if (chosen.length === 1) tell(describe(chosen[0]));
  else if (chosen.length) tell(say("many", { count: chosen.length }));
  else tell(words.nothing);
}

/* --- Tools ------------------------------------------------------------------------------ */

function setTool(name) {
  tool = name;
  for (const button of all("tool")) button.setAttribute("aria-pressed", String(button.dataset.tool === name));
  svg.dataset.now = name;
  if (name !== "choose") tell(words[`tool_${name}`] ?? words.tool_fixture);
}

const grid = () => (snaps ? drawing.grid : 1);

function snapped([x, y]) {
  return [snap(x, grid()), snap(y, grid())];
}

function standard() {
  const sample = drawing.chosen.find((one) => one.type === "booth") ?? drawing.booths.at(-1);
  return sample ? { width_cm: sample.width_cm, depth_cm: sample.depth_cm } : { width_cm: 300, depth_cm: 300 };
}

const KINDS = { stage: [600, 400], gate: [400, 50], toilet: [300, 300], prayer_room: [300, 300],
  first_aid: [300, 250], info: [300, 250], wall: [500, 20], other: [300, 300] };

function addFixture(kind, box) {
  const made = drawing.makeFixture({ kind, ...box });
  drawing.step((items) => items.set(made.key, made));
  drawing.select([made.key]);
  tellChosen();
}

function addBooth(box) {
  const made = drawing.makeBooth({ label: drawing.nextLabel(), zone_id: lastZone(), ...box });
  drawing.step((items) => items.set(made.key, made));
  drawing.select([made.key]);
  tellChosen();
}

const lastZone = () => drawing.booths.at(-1)?.zone_id ?? null;

/* A stretched rectangle becomes a row (or several) of booths of the usual size. */
function rowBoxes(box) {
  const size = standard();
  const wide = Math.max(Math.floor((box.right - box.left + 1) / size.width_cm), 1);
  const deep = Math.max(Math.floor((box.bottom - box.top + 1) / size.depth_cm), 1);
  const boxes = [];
  for (let row = 0; row < Math.min(deep, 40); row += 1) {
    for (let place = 0; place < Math.min(wide, 100); place += 1) {
      boxes.push({ ...size, x_cm: box.left + place * size.width_cm, y_cm: box.top + row * size.depth_cm });
    }
  }
  return { boxes, wide, deep };
}

function addRows(box) {
  const { boxes } = rowBoxes(box);
  const keys = [];
  const zone = lastZone();
  drawing.step((items) => {
    for (const one of boxes) {
      const made = drawing.makeBooth({ label: drawing.nextLabel(null, items), zone_id: zone, ...one });
      items.set(made.key, made);
      keys.push(made.key);
    }
  });
  drawing.select(keys);
  tell(say("drawn", { count: keys.length }));
}

/* --- Pointer ---------------------------------------------------------------------------- */

function boxOf([x1, y1], [x2, y2]) {
  return { left: Math.min(x1, x2), top: Math.min(y1, y2), right: Math.max(x1, x2), bottom: Math.max(y1, y2) };
}

svg.addEventListener("pointerdown", (event) => {
  if (event.button > 1) return;
  svg.focus({ preventScroll: true });
  svg.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, [event.clientX, event.clientY]);
  if (pointers.size === 2) {
    cancelGrip();
    grip = { what: "pinch", ...pinch() };
    return;
  }
  event.preventDefault();
  const at = canvas.place(event);
  const handle = event.target.closest("[data-handle]");
  const key = event.target.closest("[data-key]")?.dataset.key;
  if (event.button === 1 || tool === "hand") grip = { what: "pan", from: [event.clientX, event.clientY] };
  else if (handle && tool === "choose") grip = beginHandle(handle.dataset.handle, at);
  else if (tool !== "choose") grip = { what: "draw", from: snapped(at), raw: at };
  else if (key) grip = beginMove(key, at, event);
  else if (event.pointerType === "touch") grip = { what: "pan", from: [event.clientX, event.clientY], tap: true };
  else grip = { what: "marquee", from: at, more: event.shiftKey || event.ctrlKey || event.metaKey };
});

function beginMove(key, at, event) {
  const more = event.shiftKey || event.ctrlKey || event.metaKey || find("more")?.getAttribute("aria-pressed") === "true";
  if (more) {
    drawing.toggle(key);
    tellChosen();
    return null;
  }
  if (!drawing.selected.has(key)) drawing.select([key]);
  tellChosen();
  const keys = [...drawing.selected];
  const others = drawing.list.filter((one) => !drawing.selected.has(one.key)).map(bounds);
  return { what: "move", from: at, keys, others, box: boundsOf(drawing.chosen), moved: false };
}

function beginHandle(name, at) {
  const [item] = drawing.chosen;
  return { what: name === "turn" ? "turn" : "resize", name, from: at, item };
}

svg.addEventListener("pointermove", (event) => {
  if (pointers.has(event.pointerId)) pointers.set(event.pointerId, [event.clientX, event.clientY]);
  if (!grip) return;
  const at = canvas.place(event);
  if (grip.what === "pinch") movePinch();
  else if (grip.what === "pan") {
    canvas.pan(event.clientX - grip.from[0], event.clientY - grip.from[1]);
    if (Math.hypot(event.clientX - grip.from[0], event.clientY - grip.from[1]) > 2) grip.tap = false;
    grip.from = [event.clientX, event.clientY];
  } else if (grip.what === "move") moveOn(at);
  else if (grip.what === "resize") resizeOn(at);
  else if (grip.what === "turn") turnOn(at, event.shiftKey);
  else if (grip.what === "marquee") canvas.rubber(boxOf(grip.from, at), "marquee");
  else if (grip.what === "draw") drawOn(at);
});

function moveOn(at) {
  const dx = at[0] - grip.from[0];
  const dy = at[1] - grip.from[1];
  if (!grip.moved && Math.hypot(dx, dy) < 4 * canvas.unit * 10) return;
  grip.moved = true;
  const box = { left: grip.box.left + dx, right: grip.box.right + dx, top: grip.box.top + dy, bottom: grip.box.bottom + dy };
  const reach = snaps ? Math.min(8 * canvas.unit * 10, drawing.grid) : 0;
  const more = snaps ? snapBox(box, grip.others, { grid: drawing.grid, reach }) : { dx: 0, dy: 0, lineX: null, lineY: null };
  const [mx, my] = [Math.round(dx + more.dx), Math.round(dy + more.dy)];
  drawing.preview((items) => {
    for (const key of grip.keys) {
      const item = items.get(key);
      items.set(key, { ...item, x_cm: item.x_cm + mx, y_cm: item.y_cm + my });
    }
  });
  canvas.guide(more.lineX, more.lineY);
}

/* The opposite side stays where it is, also when the thing is turned. */
function resizeOn(at) {
  const { item } = grip;
  const [ex, ey] = grip.name.split(",").map(Number);
  const [mx, my] = middle(item);
  const [lx, ly] = turned(at[0] - mx, at[1] - my, -item.turn);
  const least = item.type === "booth" ? 50 : 10;
  const wide = ex ? Math.max(snap(item.width_cm / 2 + ex * lx, grid()), least) : item.width_cm;
  const deep = ey ? Math.max(snap(item.depth_cm / 2 + ey * ly, grid()), least) : item.depth_cm;
  const most = item.type === "booth" ? 10000 : 100000;
  const values = resized(item, Math.min(wide, most), Math.min(deep, most), ex, ey);
  drawing.preview((items) => items.set(item.key, { ...items.get(item.key), ...values }));
  tell(`${nameOf(item)} ${metres(values.width_cm)} × ${metres(values.depth_cm)} m`);
}

function resized(item, wide, deep, ex, ey) {
  const [mx, my] = middle(item);
  const [sx, sy] = turned((ex * (wide - item.width_cm)) / 2, (ey * (deep - item.depth_cm)) / 2, item.turn);
  return {
    width_cm: Math.round(wide), depth_cm: Math.round(deep),
    x_cm: Math.round(mx + sx - wide / 2), y_cm: Math.round(my + sy - deep / 2),
  };
}

function turnOn(at, finely) {
  const { item } = grip;
  const [mx, my] = middle(item);
  const angle = (Math.atan2(at[1] - my, at[0] - mx) * 180) / Math.PI + 90;
  const turn = ((snap(angle, finely || !snaps ? 1 : 15) % 360) + 360) % 360;
  drawing.preview((items) => items.set(item.key, { ...items.get(item.key), turn }));
  tell(`${nameOf(item)} ${turn}°`);
}

function drawOn(at) {
  const box = boxOf(grip.from, snapped(at));
  let text = `${metres(box.right - box.left)} × ${metres(box.bottom - box.top)} m`;
  if (tool === "row") {
    const { boxes } = rowBoxes(box);
    text = say("booths", { count: boxes.length });
  }
  canvas.rubber(box, "rubber", text);
}

svg.addEventListener("pointerup", (event) => endPointer(event, true));
svg.addEventListener("pointercancel", (event) => endPointer(event, false));

function endPointer(event, done) {
  pointers.delete(event.pointerId);
  const was = grip;
  if (!was) return;
  if (was.what === "pinch") {
    if (pointers.size < 2) grip = null;
    return;
  }
  grip = null;
  canvas.rubber(null);
  if (!done) drawing.drop();
  else if (was.what === "move" || was.what === "resize" || was.what === "turn") drawing.finish();
  else if (was.what === "marquee") endMarquee(was, canvas.place(event));
  else if (was.what === "draw") endDraw(was, canvas.place(event));
  else if (was.tap) { drawing.select([]); tellChosen(); }
}

function endMarquee(was, at) {
  const box = boxOf(was.from, at);
  const inside = drawing.list.filter((one) => {
    const own = bounds(one);
    return own.left < box.right && own.right > box.left && own.top < box.bottom && own.bottom > box.top;
  });
  const isClick = box.right - box.left < 4 * canvas.unit * 10 && box.bottom - box.top < 4 * canvas.unit * 10;
  drawing.select(isClick ? [] : inside.map((one) => one.key), { more: was.more });
  tellChosen();
}

function endDraw(was, at) {
  const box = boxOf(was.from, snapped(at));
  const isClick = Math.hypot(at[0] - was.raw[0], at[1] - was.raw[1]) < 8 * canvas.unit * 10;
  if (tool === "row" && !isClick) addRows(box);
  else if (tool === "booth" || tool === "row") {
    const size = standard();
    if (isClick) addBooth({ x_cm: box.left, y_cm: box.top, ...size });
    else if (box.right - box.left >= 50 && box.bottom - box.top >= 50) addBooth(valuesOf(box));
  } else {
    const [wide, deep] = KINDS[tool];
    const large = box.right - box.left >= 10 && box.bottom - box.top >= 10;
    addFixture(tool, isClick || !large ? { x_cm: box.left, y_cm: box.top, width_cm: wide, depth_cm: deep } : valuesOf(box));
    setTool("choose");
  }
}

function valuesOf(box) {
  return {
    x_cm: Math.round(box.left), y_cm: Math.round(box.top),
    width_cm: Math.round(box.right - box.left), depth_cm: Math.round(box.bottom - box.top),
  };
}

function cancelGrip() {
  grip = null;
  canvas.rubber(null);
  drawing.drop();
}

function pinch() {
  const [one, other] = [...pointers.values()];
  return { far: Math.hypot(one[0] - other[0], one[1] - other[1]), at: [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2] };
}

function movePinch() {
  if (pointers.size < 2) return;
  const next = pinch();
  canvas.pan(next.at[0] - grip.at[0], next.at[1] - grip.at[1]);
  if (grip.far > 10 && next.far > 10) canvas.zoom(grip.far / next.far, next.at);
  Object.assign(grip, next);
}

svg.addEventListener("wheel", (event) => {
  if (event.ctrlKey || event.metaKey) canvas.zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15, [event.clientX, event.clientY]);
  else if (document.activeElement === svg) canvas.pan(-event.deltaX, -event.deltaY);
  else return;
  event.preventDefault();
}, { passive: false });

/* --- What can be done with what is selected --------------------------------------------- */

function turnBy(degrees) {
  drawing.update([...drawing.selected], (item) => ({ turn: (item.turn + degrees + 360) % 360 }), "turn");
  tellChosen();
}

function moveBy(dx, dy) {
  drawing.update([...drawing.selected], (item) => ({ x_cm: item.x_cm + dx, y_cm: item.y_cm + dy }), "move");
  tellChosen();
}

function growBy(dx, dy) {
  drawing.update([...drawing.selected], (item) => {
    const least = item.type === "booth" ? 50 : 10;
    return resized(item, Math.max(item.width_cm + dx, least), Math.max(item.depth_cm + dy, least), 1, 1);
  }, "grow");
  tellChosen();
}

function removeChosen() {
  const { held, gone } = drawing.remove([...drawing.selected]);
  if (held.length) {
    const first = drawing.items.get(held[0]);
    tell(say("isHeld", { booth: nameOf(first), name: drawing.held.get(held[0]) }), { bad: true });
  } else if (gone.length) tell(say("removed", { count: gone.length }));
}

function align(how) {
  const { chosen } = drawing;
  if (chosen.length < 2) { tell(words.needTwo, { bad: true }); return; }
  const box = boundsOf(chosen);
  const go = {
    left: (own) => ({ dx: box.left - own.left }), right: (own) => ({ dx: box.right - own.right }),
    top: (own) => ({ dy: box.top - own.top }), bottom: (own) => ({ dy: box.bottom - own.bottom }),
    centre: (own) => ({ dx: (box.left + box.right - own.left - own.right) / 2 }),
    middle: (own) => ({ dy: (box.top + box.bottom - own.top - own.bottom) / 2 }),
  }[how];
  const keys = chosen.map((one) => one.key);
  if (go) {
    drawing.update(keys, (item) => {
      const { dx = 0, dy = 0 } = go(bounds(item));
      return { x_cm: Math.round(item.x_cm + dx), y_cm: Math.round(item.y_cm + dy) };
    });
  } else spread(how === "spreadX" ? ["x_cm", "left", "right"] : ["y_cm", "top", "bottom"], chosen);
  tellChosen();
}

/* The same gap between each, from the first to the last. */
function spread([name, start, end], chosen) {
  const order = [...chosen].sort((one, other) => bounds(one)[start] - bounds(other)[start]);
  const filled = order.reduce((sum, one) => sum + bounds(one)[end] - bounds(one)[start], 0);
  const room = Math.max(...order.map((one) => bounds(one)[end])) - bounds(order[0])[start];
  const gap = (room - filled) / (order.length - 1);
  const shifts = new Map();
  let next = bounds(order[0])[start];
  for (const one of order) {
    const own = bounds(one);
    shifts.set(one.key, next - own[start]);
    next += own[end] - own[start] + gap;
  }
  drawing.update([...shifts.keys()], (item) => ({ [name]: Math.round(item[name] + shifts.get(item.key)) }));
}

function copyChosen(direction, gapCm) {
  const { chosen } = drawing;
  if (!chosen.length) { tell(words.nothing, { bad: true }); return; }
  const box = boundsOf(chosen);
  const wide = box.right - box.left + gapCm;
  const deep = box.bottom - box.top + gapCm;
  const [dx, dy] = { right: [wide, 0], left: [-wide, 0], below: [0, deep], above: [0, -deep] }[direction];
  const made = drawing.copy([...drawing.selected], Math.round(dx), Math.round(dy));
  canvas.reveal(drawing.items.get(made[0]));
  tell(say("copied", { count: made.length, first: nameOf(drawing.items.get(made[0])) }));
}

/* Ctrl+D: beside it, or below a row. */
function duplicate() {
  if (!drawing.chosen.length) return;
  const box = boundsOf(drawing.chosen);
  const isRow = box.right - box.left > box.bottom - box.top;
  copyChosen(isRow && drawing.chosen.length > 1 ? "below" : "right", 0);
}

/* A new booth by keyboard: beside the selected one, else in the middle of what one sees. */
function placeBooth() {
  const size = standard();
  const near = drawing.chosen.find((one) => one.type === "booth");
  const [x, y] = near ? [bounds(near).right, bounds(near).top] : snapped(canvas.centre.map((value) => value - 150));
  addBooth({ ...size, x_cm: Math.round(x), y_cm: Math.round(y) });
  canvas.reveal(drawing.chosen[0]);
}

function placeFixture(kind) {
  const [wide, deep] = KINDS[kind];
  const [x, y] = snapped(canvas.centre);
  addFixture(kind, { x_cm: x - snap(wide / 2, grid()), y_cm: y - snap(deep / 2, grid()), width_cm: wide, depth_cm: deep });
}

/* The next thing in reading order, row by row. */
function go(by, more) {
  const order = inRows(drawing.list).flat().map((one) => one.key);
  if (!order.length) { tell(words.empty); return; }
  const last = [...drawing.selected].at(-1);
  const place = order.indexOf(last);
  const next = order[(place + by + order.length) % order.length];
  drawing.select([place < 0 ? order[by > 0 ? 0 : order.length - 1] : next], { more });
  canvas.reveal(drawing.items.get([...drawing.selected].at(-1)));
  tellChosen();
}

/* --- Keyboard --------------------------------------------------------------------------- */

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const KEYS = {
  n: () => go(1, false), p: () => go(-1, false), N: () => go(1, true), P: () => go(-1, true),
  b: placeBooth, r: () => turnBy(90), R: () => turnBy(15), d: duplicate, v: () => setTool("choose"),
  Delete: removeChosen, Backspace: removeChosen,
  "+": () => canvas.zoom(1 / 1.25), "=": () => canvas.zoom(1 / 1.25), "-": () => canvas.zoom(1.25),
  0: () => canvas.fit(drawing.hall),
  Enter: () => find("field-first")?.focus(),
  Escape: () => { if (grip) cancelGrip(); else if (tool !== "choose") setTool("choose"); else drawing.select([]); tellChosen(); },
};
const WITH_CONTROL = {
  z: () => step("undo"), y: () => step("redo"), a: () => { drawing.select([...drawing.items.keys()]); tellChosen(); },
  d: duplicate, s: () => save(),
};

svg.addEventListener("keydown", (event) => {
  if (event.altKey) return;
  const arrow = ARROWS[event.key];
  const control = event.ctrlKey || event.metaKey;
  let act = null;
  if (arrow) act = () => onArrow(arrow, event, control);
  else if (control) act = event.shiftKey && event.key.toLowerCase() === "z" ? () => step("redo") : WITH_CONTROL[event.key.toLowerCase()];
  else act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

function onArrow([x, y], event, control) {
  const by = event.shiftKey && !control ? 10 : drawing.grid;
  if (!drawing.selected.size) canvas.pan(-x * 60, -y * 60);
  else if (control) growBy(x * by, y * by);
  else moveBy(x * by, y * by);
  if (drawing.chosen.length) canvas.reveal(drawing.chosen.at(-1));
}

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  event.preventDefault();
  if (document.activeElement !== svg) {
    document.activeElement?.dispatchEvent(new Event("change", { bubbles: true }));
    save();
  }
});

function step(which) {
  const done = drawing[which]();
  tell(done ? words[which === "undo" ? "undone" : "redone"] : words[which === "undo" ? "nothingToUndo" : "nothingToRedo"]);
}

/* --- Buttons ---------------------------------------------------------------------------- */

const ACTS = {
  undo: () => step("undo"), redo: () => step("redo"), save: () => save(),
  in: () => canvas.zoom(1 / 1.25), out: () => canvas.zoom(1.25), fit: () => canvas.fit(drawing.hall),
  turn: () => turnBy(90), remove: removeChosen, duplicate, next: () => go(1, false), place: placeBooth,
  number: () => numberChosen(), copy: () => copyByForm(),
};

root.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { act, tool: wanted, align: how, keys, kind } = button.dataset;
  if (act) ACTS[act]();
  else if (wanted) setTool(tool === wanted ? "choose" : wanted);
  else if (how) align(how);
  else if (kind) { placeFixture(kind); svg.focus(); }
  else if (keys) {
    drawing.select(keys.split(" ").filter((key) => drawing.items.has(key)));
    if (drawing.chosen.length) canvas.reveal(drawing.chosen[0]);
    svg.focus({ preventScroll: true });
    tellChosen();
  } else if ("more" in button.dataset) {
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
  } else return;
  button.closest("details[open]")?.removeAttribute("open");
});

find("snaps").addEventListener("change", (event) => { snaps = event.target.checked; });
find("kinds").addEventListener("change", (event) => {
  if (!event.target.value) return;
  if (event.target.value !== "") setTool(event.target.value);
  event.target.value = "";
  svg.focus();
});

function numberChosen() {
  const start = find("number-start").value.trim();
  const keys = drawing.chosen.filter((one) => one.type === "booth").map((one) => one.key);
  if (!start || !keys.length) { tell(words.numberNeeds, { bad: true }); return; }
  drawing.number(keys, start, { letters: find("number-letters").checked });
  tell(say("numbered", { count: keys.length, start }));
}

function copyByForm() {
  const gap = readMetres(find("copy-gap").value);
  if (gap === null || gap < 0) { tell(words.notALength, { bad: true }); return; }
  copyChosen(find("copy-direction").value, gap);
}

/* --- Fields of what is selected --------------------------------------------------------- */

const LENGTHS = new Set(["x_cm", "y_cm", "width_cm", "depth_cm"]);
const INTEGERS = new Set(["turn", "amps", "tables", "chairs"]);
const BOUNDS = { amps: [0, 100], tables: [0, 50], chairs: [0, 50], turn: [-359, 359], price: [0, 1e12] };

function readMetres(text) {
  const number = Number(text.trim().replace(",", ".").replace(/\s*m$/, ""));
  return text.trim() && Number.isFinite(number) && Math.abs(number) <= 1000 ? Math.round(number * 100) : null;
}

/* What was typed in a field, or undefined where it is none. */
function readField(name, field) {
  if (field.type === "checkbox") return field.checked;
  const text = field.value.trim();
  if (LENGTHS.has(name)) return readMetres(text) ?? undefined;
  if (name === "zone_id" || name === "sponsor_id") return text ? Number(text) : null;
  if (name === "price" || INTEGERS.has(name)) {
    if (!text && name === "price") return null;
    const number = Number(text.replace(/^rp\s*/i, "").replace(/[.\s]/g, ""));
    const [least, most] = BOUNDS[name];
    if (!text || !Number.isInteger(number) || number < least || number > most) return undefined;
    return name === "turn" ? (number + 360) % 360 : number;
  }
  return name === "note" ? text || null : text;
}

function checkField(name, value, chosen) {
  if (value === undefined) return LENGTHS.has(name) ? words.notALength : words.notANumber;
  if (name === "width_cm" || name === "depth_cm") {
    const [least, most] = chosen.some((one) => one.type === "booth") ? [50, 10000] : [10, 100000];
    if (value < least || value > most) return say("sizeBetween", { least: metres(least), most: metres(most) });
  }
  if (name !== "label" || chosen[0].type !== "booth") return "";
  if (!value) return words.needLabel;
  if (value.toLowerCase() !== chosen[0].label.toLowerCase() && !drawing.isFree(value)) return say("labelTaken", { label: value });
  return "";
}

for (const field of all("field")) {
  field.addEventListener("change", () => {
    const name = field.dataset.field;
    const { chosen } = drawing;
    if (!chosen.length) return;
    const value = readField(name, field);
    const problem = checkField(name, value, chosen);
    field.classList.toggle("is-invalid", Boolean(problem));
    field.setAttribute("aria-invalid", String(Boolean(problem)));
    if (problem) { tell(problem, { bad: true }); return; }
    const fit = chosen.filter((one) => name in one);
    drawing.update(fit.map((one) => one.key), () => ({ [name]: value }));
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" || (event.key === "Enter" && field.tagName !== "TEXTAREA")) {
      event.preventDefault();
      field.dispatchEvent(new Event("change"));
      svg.focus({ preventScroll: true });
      if (!field.classList.contains("is-invalid")) tellChosen();
    }
  });
}

function showFields() {
  const { chosen } = drawing;
  const booths = chosen.filter((one) => one.type === "booth");
  find("none").hidden = chosen.length > 0;
  find("some").hidden = chosen.length === 0;
  find("only-one").hidden = chosen.length !== 1;
  find("only-booths").hidden = booths.length === 0;
  find("several").hidden = chosen.length < 2;
  find("title").textContent = chosen.length === 1 ? nameOf(chosen[0])
    : chosen.length ? say("many", { count: chosen.length }) : words.noneTitle;
  find("holder").textContent = chosen.length === 1 && drawing.held.has(chosen[0].key)
    ? say("belongs", { name: drawing.held.get(chosen[0].key) }) : "";
  for (const field of all("field")) showField(field, chosen);
}

function showField(field, chosen) {
  if (field === document.activeElement && field.classList.contains("is-invalid")) return;
  const name = field.dataset.field;
  const values = new Set(chosen.filter((one) => name in one).map((one) => one[name]));
  const value = values.size === 1 ? [...values][0] : null;
  field.classList.remove("is-invalid");
  field.removeAttribute("aria-invalid");
  if (field.type === "checkbox") {
    field.checked = value === true;
    field.indeterminate = values.size > 1;
  } else if (field.tagName === "SELECT") {
    field.value = values.size > 1 ? "many" : String(value ?? "");
  } else {
    field.placeholder = values.size > 1 ? words.different : "";
    field.value = value === null ? "" : LENGTHS.has(name) ? metres(value).replaceAll("\u00a0", "") : String(value);
  }
}

function offer(field, rows, none) {
  const keep = field.value;
  field.replaceChildren(new Option(none, ""));
  for (const [value, text] of rows) field.append(new Option(text, value));
  const many = new Option(words.different, "many");
  many.hidden = true;
  many.disabled = true;
  field.append(many);
  field.value = keep;
}

function offerChoices() {
  offer(find("field='zone_id'"), drawing.zones.map((one) => [one.id, `${one.code} · ${one.name}`]), words.noZone);
  offer(find("field='sponsor_id'"), drawing.sponsors.map((one) => [one.id, one.name]), words.everyone);
}

/* --- Saving ----------------------------------------------------------------------------- */

async function send(address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf, Accept: "application/json" },
    body: JSON.stringify(body),
    redirect: "error",
  });
  if (!answer.headers.get("Content-Type")?.includes("json")) throw new Error("no answer of the editor");
  return { status: answer.status, content: await answer.json() };
}

/* Signed in again in another window: the page's token is then another. */
async function renewToken() {
  const answer = await fetch(root.dataset.save, { headers: { Accept: "application/json" }, redirect: "error" });
  if (!answer.ok) throw new Error("not signed in");
  csrf = (await answer.json()).csrf;
}

async function save() {
  if (busy) return;
  if (grip) cancelGrip();
  if (!drawing.isDirty) { tell(words.nothingToSave); return; }
  busy = true;
  showState();
  const { body, sent } = drawing.pack();
  const answer = await deliver(body);
  busy = false;
  if (answer) settle(answer, sent);
  else tell(words.notReached, { bad: true });
  showState();
}

/* The server's answer, with a new token if the page's is too old; null where it cannot be reached. */
async function deliver(body) {
  try {
    return await send(root.dataset.save, body);
  } catch {
    try {
      await renewToken();
      return await send(root.dataset.save, body);
    } catch {
      return null;
    }
  }
}

function settle({ status, content }, sent) {
  if (status === 200) {
    drawing.settle(content, sent);
    tell(words.saved);
  } else if (status === 409 && content.state) {
    const count = drawing.rebase(content.state);
    tell(`${content.text} ${say("rebased", { count })}`, { bad: true });
  } else {
    tell(content.text, { bad: true });
    const keys = Object.keys(content.of ?? {});
    if (keys.length) {
      showProblems(keys.map((key) => ({ keys: [key], text: content.of[key].join(" ") })));
      drawing.select(keys);
    }
  }
}

let checking = 0;
async function check() {
  checking += 1;
  const own = checking;
  try {
    const { status, content } = await send(root.dataset.check, drawing.packAll());
    if (own === checking && status === 200) showProblems(content.problems);
  } catch { /* It is told when saving fails. */ }
}

function showProblems(problems) {
  const list = find("problems");
  list.replaceChildren();
  for (const one of problems.slice(0, 30)) {
    const line = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-link";
    button.dataset.keys = one.keys.join(" ");
    button.textContent = one.text;
    line.append(button);
    list.append(line);
  }
  find("problem-count").textContent = problems.length ? say("problems", { count: problems.length }) : words.noProblems;
  find("trouble").classList.toggle("is-bad", problems.length > 0);
}

function showState() {
  const dirty = drawing.isDirty;
  find("state").textContent = busy ? words.saving : dirty ? words.unsaved : words.allSaved;
  for (const button of all("act='save'")) button.disabled = busy || !dirty;
  for (const button of all("act='undo'")) button.disabled = !drawing.past.length;
  for (const button of all("act='redo'")) button.disabled = !drawing.future.length;
  find("count").textContent = say("booths", { count: drawing.booths.length });
}

window.addEventListener("beforeunload", (event) => { if (drawing.isDirty) event.preventDefault(); });

/* --- Begin ------------------------------------------------------------------------------ */

let later = 0;
let shown = null;
drawing.addEventListener("change", () => {
  if (!grip && shown !== drawing.items) {
    shown = drawing.items;
    canvas.wrong = findWrong(drawing.list, drawing.hall);
    clearTimeout(later);
    later = setTimeout(check, 900);
  }
  canvas.update(drawing);
  offerChoices();
  showFields();
  showState();
});

canvas.fit(drawing.hall);
setTool("choose");
drawing.tell();
tell(words.begin);
find("number-start").value = countOn("A00", 1);
