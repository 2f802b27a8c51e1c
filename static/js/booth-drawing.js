/* What is drawn in a hall: things by key, what is selected, steps back and forth, what to save.
   A thing is never changed in place, so that a step back is the former map. */

import { inRows } from "./booth-shapes.js";

const BOOTH = ["label", "x_cm", "y_cm", "width_cm", "depth_cm", "turn", "zone_id", "sponsor_id", "amps",
  "corner", "water", "accessible", "tables", "chairs", "price", "note", "locked"];
const FIXTURE = ["kind", "label", "x_cm", "y_cm", "width_cm", "depth_cm", "turn"];
const MOST_STEPS = 300;

const NEW_BOOTH = { turn: 0, zone_id: null, sponsor_id: null, amps: 2, corner: false, water: false,
  accessible: false, tables: 1, chairs: 2, price: null, note: null, locked: false };

export function splitLabel(label) {
  const [, head, digits] = label.match(/^(.*?)(\d*)$/);
  return { head, digits };
}

export function countOn(label, by) {
  const { head, digits } = splitLabel(label);
  const number = (digits ? Number(digits) : 0) + by;
  return head + String(number).padStart(digits.length || 2, "0");
}

/* A, B, … Z, AA: the letters of the next row. */
export function nextHead(head) {
  const match = head.match(/^(.*?)([A-Za-z])$/);
  if (!match) return `${head}A`;
  const [, start, letter] = match;
  if (letter === "Z") return `${nextHead(start || "@")}A`.replace("@", "");
  if (letter === "z") return `${start}aa`;
  return start + String.fromCharCode(letter.charCodeAt(0) + 1);
}

export class Drawing extends EventTarget {
  constructor(state) {
    super();
    this.items = new Map();
    this.selected = new Set();
    this.past = [];
    this.future = [];
    this.count = 0;
    this.take(state);
  }

  /* Begin with what the server has. */
  take(state) {
    this.hall = { width_cm: state.width_cm, depth_cm: state.depth_cm };
    this.setAround(state);
    this.ids = new Map();
    this.types = new Map();
    this.saved = new Map();
    this.items = new Map();
    for (const [key, item] of this.read(state)) {
      this.items.set(key, item);
      this.saved.set(key, item);
    }
    this.past = [];
    this.future = [];
    this.tell();
  }

  setAround(state) {
    this.version = state.version;
    this.zones = state.zones;
    this.sponsors = state.sponsors;
    this.elsewhere = new Set(state.elsewhere.map((label) => label.toLowerCase()));
    this.grid = state.grid_cm;
    this.aisle = state.aisle_cm;
    this.held = new Map(state.booths.filter((row) => row.held).map((row) => [`b${row.id}`, row.held]));
  }

  /* Rows of the server as pairs of key and thing; the number of each is noted. */
  read(state) {
    const keys = new Map([...this.ids].map(([key, id]) => [`${this.typeOf(key)}${id}`, key]));
    const pairs = [];
    for (const [type, rows, fields] of [["booth", state.booths, BOOTH], ["fixture", state.fixtures, FIXTURE]]) {
      for (const row of rows) {
        const key = keys.get(`${type}${row.id}`) ?? `${type[0]}${row.id}`;
        const item = { key, type };
        for (const name of fields) item[name] = row[name];
        this.ids.set(key, row.id);
        this.types.set(key, type);
        if (row.held) this.held.set(key, row.held);
        pairs.push([key, item]);
      }
    }
    return pairs;
  }

  typeOf(key) {
    return this.types.get(key) ?? this.items.get(key)?.type;
  }

  get list() { return [...this.items.values()]; }
  get booths() { return this.list.filter((one) => one.type === "booth"); }
  get chosen() { return [...this.selected].map((key) => this.items.get(key)).filter(Boolean); }

  tell() { this.dispatchEvent(new Event("change")); }

  /* One step that can be taken back. ``change`` gets the map that is to be changed. A step of the same
     ``name`` that follows at once (a key held down) goes into the one before. */
  step(change, name = "") {
    const before = this.items;
    const next = new Map(before);
    change(next);
    const now = performance.now();
    const goesOn = name && this.last?.name === name && now - this.last.at < 700 && this.past.length;
    if (!goesOn) {
      this.past.push(before);
      if (this.past.length > MOST_STEPS) this.past.shift();
    }
    this.last = { name, at: now };
    this.future = [];
    this.items = next;
    this.keepSelection();
    this.tell();
  }

  /* Show a change that goes on, such as a drag; ``finish`` or ``drop`` ends it. */
  preview(change) {
    this.base ??= this.items;
    const next = new Map(this.base);
    change(next);
    this.items = next;
    this.tell();
  }

  finish() {
    if (!this.base) return;
    this.past.push(this.base);
    this.future = [];
    this.base = null;
    this.last = null;
    this.tell();
  }

  drop() {
    if (!this.base) return;
    this.items = this.base;
    this.base = null;
    this.keepSelection();
    this.tell();
  }

  undo() {
    if (!this.past.length) return false;
    this.future.push(this.items);
    this.items = this.past.pop();
    this.last = null;
    this.keepSelection();
    this.tell();
    return true;
  }

  redo() {
    if (!this.future.length) return false;
    this.past.push(this.items);
    this.items = this.future.pop();
    this.last = null;
    this.keepSelection();
    this.tell();
    return true;
  }

  keepSelection() {
    for (const key of this.selected) if (!this.items.has(key)) this.selected.delete(key);
  }

  select(keys, { more = false } = {}) {
    if (!more) this.selected.clear();
    for (const key of keys) this.selected.add(key);
    this.tell();
  }

  toggle(key) {
    if (!this.selected.delete(key)) this.selected.add(key);
    this.tell();
  }

  newKey() {
    this.count += 1;
    return `n${this.count}`;
  }

  makeBooth(values) {
    return { ...NEW_BOOTH, ...values, key: this.newKey(), type: "booth" };
  }

  makeFixture(values) {
    return { turn: 0, label: null, ...values, key: this.newKey(), type: "fixture" };
  }

  isFree(label, items = this.items) {
    const wanted = label.toLowerCase();
    if (this.elsewhere.has(wanted)) return false;
    for (const one of items.values()) {
      if (one.type === "booth" && one.label.toLowerCase() === wanted) return false;
    }
    return true;
  }

  /* The label that follows ``after``, or the highest one there is. */
  nextLabel(after, items = this.items) {
    let label = after ?? this.lastLabel ?? "A00";
    if (!after && !this.lastLabel) {
      for (const one of items.values()) if (one.type === "booth") label = one.label;
    }
    do label = countOn(label, 1); while (!this.isFree(label, items));
    this.lastLabel = label;
    return label;
  }

  /* A head whose whole row of ``count`` labels is free. */
  freeHead(head, labels, items = this.items) {
    let next = nextHead(head);
    const isFree = (one) => labels.every((label) => this.isFree(one + splitLabel(label).digits, items));
    while (!isFree(next)) next = nextHead(next);
    return next;
  }

  update(keys, values, name) {
    this.step((items) => {
      for (const key of keys) {
        const item = items.get(key);
        if (item) items.set(key, { ...item, ...values(item) });
      }
    }, name);
  }

  remove(keys) {
    const held = keys.filter((key) => this.held.has(key));
    const gone = keys.filter((key) => !this.held.has(key));
    if (gone.length) this.step((items) => { for (const key of gone) items.delete(key); });
    return { held, gone };
  }

  /* Number the selected booths row by row; with ``letters`` each row gets the next letter. */
  number(keys, start, { letters }) {
    const booths = keys.map((key) => this.items.get(key)).filter((one) => one?.type === "booth");
    const chosen = new Set(booths.map((one) => one.key));
    const rest = new Map([...this.items].filter(([key]) => !chosen.has(key)));
    const labels = new Map();
    let label = start;
    for (const [place, row] of inRows(booths).entries()) {
      if (place && letters) {
        const { head, digits } = splitLabel(start);
        let next = head;
        for (let n = 0; n < place; n += 1) next = nextHead(next);
        label = next + (digits || "01");
      }
      for (const one of row) {
        if (!splitLabel(label).digits) label += "01";
        while (!this.isFree(label, rest)) label = countOn(label, 1);
        labels.set(one.key, label);
        label = countOn(label, 1);
      }
    }
    this.update([...labels.keys()], (item) => ({ label: labels.get(item.key) }));
  }

  /* Copies beside the originals; a row of several gets the next letter, a single booth the next number. */
  copy(keys, dx, dy) {
    const items = keys.map((key) => this.items.get(key)).filter(Boolean);
    const booths = items.filter((one) => one.type === "booth");
    const heads = new Map();
    for (const one of booths) {
      const { head } = splitLabel(one.label);
      heads.set(head, [...(heads.get(head) ?? []), one.label]);
    }
    const made = [];
    this.step((map) => {
      const renamed = new Map();
      for (const [head, labels] of heads) {
        if (labels.length > 1) renamed.set(head, this.freeHead(head, labels, map));
      }
      for (const one of items) {
        const copy = { ...one, key: this.newKey(), x_cm: one.x_cm + dx, y_cm: one.y_cm + dy };
        if (one.type === "booth") {
          const { head, digits } = splitLabel(one.label);
          copy.label = renamed.has(head) && digits ? renamed.get(head) + digits : this.nextLabel(one.label, map);
          copy.locked = false;
          copy.note = null;
        }
        map.set(copy.key, copy);
        made.push(copy.key);
      }
    });
    this.select(made);
    return made;
  }

  get isDirty() {
    if (this.items.size !== this.saved.size) return true;
    for (const [key, item] of this.items) if (!same(item, this.saved.get(key))) return true;
    return false;
  }

  /* What the server is to save, and what it was like when it was sent. */
  pack() {
    const sent = new Map(this.items);
    const body = { version: this.version, booths: [], fixtures: [], removed_booths: [], removed_fixtures: [] };
    for (const [key, item] of this.items) {
      if (!same(item, this.saved.get(key))) body[`${item.type}s`].push(this.write(item));
    }
    for (const [key, item] of this.saved) {
      if (!this.items.has(key) && this.ids.has(key)) body[`removed_${item.type}s`].push(this.ids.get(key));
    }
    return { body, sent };
  }

  packAll() {
    const body = { version: this.version, booths: [], fixtures: [] };
    for (const item of this.items.values()) body[`${item.type}s`].push(this.write(item));
    return body;
  }

  write(item) {
    const row = { id: this.ids.get(item.key) ?? null, key: item.key };
    for (const name of item.type === "booth" ? BOOTH : FIXTURE) row[name] = item[name];
    return row;
  }

  /* It is saved: what was not changed since is as the server has it. */
  settle(answer, sent) {
    for (const [key, id] of Object.entries(answer.ids)) {
      this.ids.set(key, id);
      this.types.set(key, sent.get(key).type);
    }
    for (const key of [...this.ids.keys()]) if (!sent.has(key)) this.ids.delete(key);
    this.setAround(answer.state);
    const next = new Map(this.items);
    this.saved = new Map();
    for (const [key, item] of this.read(answer.state)) {
      this.saved.set(key, item);
      if (same(this.items.get(key), sent.get(key)) && this.items.has(key)) next.set(key, item);
    }
    this.items = next;
    this.tell();
  }

  /* Someone else saved meanwhile: take their state, and put on top what was changed here. */
  rebase(state) {
    const mine = new Map([...this.items].filter(([key, item]) => !same(item, this.saved.get(key))));
    const removed = [...this.saved.keys()].filter((key) => !this.items.has(key));
    this.setAround(state);
    this.hall = { width_cm: state.width_cm, depth_cm: state.depth_cm };
    const theirs = new Map(this.read(state));
    for (const key of [...this.ids.keys()]) if (!theirs.has(key)) this.ids.delete(key);
    this.saved = theirs;
    this.items = new Map(theirs);
    for (const key of removed) if (!this.held.has(key)) this.items.delete(key);
    for (const [key, item] of mine) {
      const isNew = item.type === "booth" && !this.ids.has(key);
      const label = isNew && !this.isFree(item.label) ? this.nextLabel(item.label) : item.label;
      this.items.set(key, { ...item, label });
    }
    this.past = [];
    this.future = [];
    this.keepSelection();
    this.tell();
    return mine.size + removed.length;
  }
}

function same(one, other) {
  if (one === other) return true;
  if (!one || !other) return false;
  return Object.keys(one).every((name) => one[name] === other[name] || (one[name] ?? "") === (other[name] ?? ""));
}
