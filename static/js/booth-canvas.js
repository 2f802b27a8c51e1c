/* A hall on the screen: SVG that is kept up to date, and the window through which one sees it.
   One unit is a decimetre, as in templates/booths/_plan.html. */

import { bounds, corners, middle } from "./booth-shapes.js";

const SVG = "http://www.w3.org/2000/svg";
const LETTER = 9.5;
const LETTER_WIDTH = 0.68;
const EDGES = [[-1, -1], [0, -1], [1, -1], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0]];

function draw(name, attributes = {}, parent = null) {
  const node = document.createElementNS(SVG, name);
  set(node, attributes);
  parent?.append(node);
  return node;
}

function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) node.removeAttribute(name);
    else node.setAttribute(name, value);
  }
}

export class Canvas {
  constructor(svg, words) {
    this.svg = svg;
    this.words = words;
    this.nodes = new Map();
    this.wrong = new Set();
    this.ground = svg.querySelector("[data-ground]");
    this.layer = draw("g", {}, svg);
    this.guides = draw("g", { class: "guides" }, svg);
    this.frame = draw("g", { class: "frame" }, svg);
    this.view = null;
    new ResizeObserver(() => { if (this.view) this.show(); }).observe(svg);
  }

  get size() {
    const box = this.svg.getBoundingClientRect();
    return { width: Math.max(box.width, 1), height: Math.max(box.height, 1), left: box.left, top: box.top };
  }

  /* Decimetres that one pixel shows. */
  get unit() { return this.view.width / this.size.width; }

  show() {
    const { width, height } = this.size;
    this.view.height = (this.view.width * height) / width;
    const { x, y } = this.view;
    set(this.svg, { viewBox: `${x} ${y} ${this.view.width} ${this.view.height}` });
    this.showFrame();
  }

  fit(hall) {
    const { width, height } = this.size;
    const wide = hall.width_cm / 10 + 20;
    const deep = hall.depth_cm / 10 + 20;
    const scale = Math.max(wide / width, deep / height);
    this.view = { width: width * scale, height: height * scale };
    this.view.x = hall.width_cm / 20 - this.view.width / 2;
    this.view.y = hall.depth_cm / 20 - this.view.height / 2;
    this.show();
  }

  zoom(factor, at = null) {
    const box = this.size;
    const share = at ? [(at[0] - box.left) / box.width, (at[1] - box.top) / box.height] : [0.5, 0.5];
    const width = Math.min(Math.max(this.view.width * factor, 30), 40000);
    const by = width / this.view.width;
    this.view.x += this.view.width * share[0] * (1 - by);
    this.view.y += this.view.height * share[1] * (1 - by);
    this.view.width = width;
    this.show();
  }

  pan(dx, dy) {
    this.view.x -= dx * this.unit;
    this.view.y -= dy * this.unit;
    this.show();
  }

  /* Bring a thing into sight. */
  reveal(item) {
    const box = bounds(item);
    const { x, y, width, height } = this.view;
    const edge = 10;
    if (box.left / 10 < x + edge) this.view.x = box.left / 10 - edge;
    else if (box.right / 10 > x + width - edge) this.view.x = box.right / 10 + edge - width;
    if (box.top / 10 < y + edge) this.view.y = box.top / 10 - edge;
    else if (box.bottom / 10 > y + height - edge) this.view.y = box.bottom / 10 + edge - height;
    this.show();
  }

  /* Where the pointer is, in centimetres of the hall. */
  place(event) {
    const box = this.size;
    return [
      (this.view.x + ((event.clientX - box.left) / box.width) * this.view.width) * 10,
      (this.view.y + ((event.clientY - box.top) / box.height) * this.view.height) * 10,
    ];
  }

  get centre() {
    return [(this.view.x + this.view.width / 2) * 10, (this.view.y + this.view.height / 2) * 10];
  }

  update(drawing) {
    this.drawing = drawing;
    const wall = this.ground.querySelector(".wall");
    set(wall, { width: drawing.hall.width_cm / 10, height: drawing.hall.depth_cm / 10 });
    const zones = new Map(drawing.zones.map((zone) => [zone.id, zone.colour]));
    for (const [key, node] of this.nodes) {
      if (!drawing.items.has(key)) {
        node.g.remove();
        this.nodes.delete(key);
      }
    }
    for (const [key, item] of drawing.items) this.updateOne(key, item, zones, drawing);
    this.showFrame();
  }

  updateOne(key, item, zones, drawing) {
    let node = this.nodes.get(key);
    if (!node) {
      const g = draw("g", { "data-key": key }, this.layer);
      node = { g, rect: draw("rect", {}, g), text: draw("text", {}, g), item: null, chosen: false };
      this.nodes.set(key, node);
    }
    const state = drawing.held.has(key) ? "is-taken" : item.locked ? "is-locked" : "is-free";
    const colour = zones.get(item.zone_id);
    const look = item.type === "booth"
      ? `${state}${colour ? ` z-${colour}` : ""}` : `fixture is-${item.kind.replace("_", "-")}`;
    const marks = `${drawing.selected.has(key) ? " is-chosen" : ""}${this.wrong.has(key) ? " is-wrong" : ""}`;
    set(node.g, { class: look + marks });
    if (drawing.selected.has(key) !== node.chosen) {
      node.chosen = drawing.selected.has(key);
      if (node.chosen) this.layer.append(node.g); // above its neighbours
    }
    if (node.item === item) return;
    node.item = item;
    const [mx, my] = middle(item).map((value) => value / 10);
    set(node.rect, {
      x: item.x_cm / 10, y: item.y_cm / 10, width: item.width_cm / 10, height: item.depth_cm / 10,
      transform: item.turn ? `rotate(${item.turn} ${mx} ${my})` : null,
    });
    const words = item.type === "booth" ? item.label : item.label || this.words.kinds[item.kind];
    node.text.textContent = item.kind === "wall" ? "" : words;
    const upright = item.turn % 180 < 45 || item.turn % 180 > 135;
    const room = (upright ? item.width_cm : item.depth_cm) / 10 - 2;
    const needed = words.length * LETTER * LETTER_WIDTH;
    set(node.text, {
      x: mx, y: my + 3.5,
      "font-size": needed > room ? Math.max((LETTER * room) / needed, 2.5).toFixed(1) : null,
    });
  }

  mark(wrong) {
    this.wrong = wrong;
    if (this.drawing) this.update(this.drawing);
  }

  /* The handles of what is selected: eight to resize, one to turn. */
  showFrame() {
    this.frame.replaceChildren();
    if (!this.drawing || !this.view) return;
    const chosen = this.drawing.chosen;
    const unit = this.unit;
    for (const item of chosen) {
      const points = corners(item).map((point) => point.map((value) => value / 10).join(",")).join(" ");
      draw("polygon", { class: "outline", points }, this.frame);
    }
    if (chosen.length !== 1) return;
    const [item] = chosen;
    const [mx, my] = middle(item).map((value) => value / 10);
    const holder = draw("g", item.turn ? { transform: `rotate(${item.turn} ${mx} ${my})` } : {}, this.frame);
    const across = item.width_cm / 20;
    const down = item.depth_cm / 20;
    for (const [ex, ey] of EDGES) {
      this.handle(holder, mx + ex * across, my + ey * down, `${ex},${ey}`, unit);
    }
    const top = my - down - 26 * unit;
    draw("line", { class: "stem", x1: mx, y1: my - down, x2: mx, y2: top }, holder);
    this.handle(holder, mx, top, "turn", unit);
  }

  handle(parent, x, y, name, unit) {
    const size = name === "turn" ? 6 * unit : 5 * unit;
    const g = draw("g", { class: `handle${name === "turn" ? " handle--turn" : ""}`, "data-handle": name }, parent);
    draw("circle", { class: "reach", cx: x, cy: y, r: 12 * unit }, g);
    if (name === "turn") draw("circle", { class: "dot", cx: x, cy: y, r: size }, g);
    else draw("rect", { class: "dot", x: x - size, y: y - size, width: 2 * size, height: 2 * size }, g);
  }

  guide(lineX, lineY) {
    this.guides.replaceChildren();
    const { x, y, width, height } = this.view;
    if (lineX !== null) draw("line", { x1: lineX / 10, x2: lineX / 10, y1: y, y2: y + height }, this.guides);
    if (lineY !== null) draw("line", { y1: lineY / 10, y2: lineY / 10, x1: x, x2: x + width }, this.guides);
  }

  /* A rectangle that is being drawn or stretched, in centimetres; with words on it. */
  rubber(box, className = "rubber", words = "") {
    this.guides.replaceChildren();
    if (!box) return;
    draw("rect", {
      class: className, x: box.left / 10, y: box.top / 10,
      width: Math.max((box.right - box.left) / 10, 0), height: Math.max((box.bottom - box.top) / 10, 0),
    }, this.guides);
    if (!words) return;
    const text = draw("text", {
      class: "measure", x: (box.left + box.right) / 20, y: box.bottom / 10 + 16 * this.unit,
      "font-size": 13 * this.unit,
    }, this.guides);
    text.textContent = words;
  }
}
