/* Photos and documents, sent in small pieces that go on after the signal was gone.
   Photos are made small here first, so that a weak network carries them. */
import { dropFile, keepFile, listFiles } from "./apply-store.js";
import { shrink } from "./photos.js";

const PIECE = 48 * 1024; // bytes; a few seconds on a slow network
const LARGEST = 8 * 1024 * 1024;
const WAITS = [1000, 2000, 4000, 8000, 15000]; // milliseconds between tries

const running = new Set();

/* Resolves when nothing is on its way any more. */
export async function whenSent() {
  while (running.size) await Promise.allSettled([...running]);
}

export function setUp(area, form) {
  const input = area.querySelector("input[type=file]");
  const box = new Uploads(area, form, input);
  const take = () => {
    const chosen = [...input.files];
    input.value = "";
    box.take(chosen);
  };
  input.addEventListener("change", take);
  if (input.files.length) take(); // chosen before this script arrived
  area.addEventListener("click", (event) => box.clicked(event));
  box.resume();
}

class Uploads {
  constructor(area, form, input) {
    Object.assign(this, { area, input, line: Promise.resolve() });
    this.list = area.querySelector("[data-files]");
    this.state = area.querySelector("[data-state]");
    this.words = area.dataset;
    this.scope = "apply" in form.dataset ? `${form.dataset.apply}:${form.dataset.draft}` : location.pathname;
    this.token = form.querySelector("[name=csrf_token]").value;
    this.show();
  }

  get room() {
    return Number(this.words.most) - this.list.children.length;
  }

  show() {
    this.input.disabled = this.input.hidden = this.room <= 0;
  }

  say(text) {
    this.state.textContent = text;
  }

  take(files) {
    this.say("");
    if (files.length > this.room) this.say(this.words.many);
    for (const file of files.slice(0, Math.max(0, this.room))) this.send(file, this.row(file.name));
  }

  /* What was on its way when the page was left or the phone went off. */
  async resume() {
    for (const kept of await listFiles(this.scope, this.words.key)) {
      if (this.room > 0) this.follow(this.row(kept.name), kept);
      else dropFile(kept.id);
    }
  }

  /* One after the other: cheap phones have little memory, weak networks little room. */
  send(file, row) {
    this.line = this.line.then(async () => {
      row.note(this.words.making);
      const small = await this.makeSmall(file, row);
      if (!small) return;
      const kept = { form: this.scope, key: this.words.key, name: file.name, blob: small, address: "", sent: 0 };
      const id = await keepFile(kept);
      if (id !== undefined) kept.id = id;
      await this.transfer(row, kept);
    }).catch(() => row.fail(this.words.again));
    this.track(this.line);
  }

  follow(row, kept) {
    this.line = this.line.then(() => this.transfer(row, kept)).catch(() => row.fail(this.words.again));
    this.track(this.line);
  }

  async track(work) {
    running.add(work);
    try {
      await work;
    } finally {
      running.delete(work);
    }
  }

  async makeSmall(file, row) {
    if (file.type === "application/pdf") {
      if (file.size <= LARGEST) return file;
      row.fail(this.words.large);
      return null;
    }
    try {
      return await shrink(file);
    } catch {
      // The server looks once more: it names HEIC, or takes what this browser cannot draw.
      if (file.size <= LARGEST && file.size > 0) return file;
      row.fail(this.words.unreadable);
      return null;
    }
  }

  async transfer(row, kept) {
    for (let tries = 0; ; ) {
      try {
        if (!kept.address) {
          const begun = await this.ask(this.words.begin, new URLSearchParams({ key: kept.key, name: kept.name, size: kept.blob.size }));
          if (begun.status !== 201) return this.refuse(row, kept, begun);
          kept.address = begun.body.address;
          if (kept.id !== undefined) await keepFile(kept);
        }
        row.progress(kept.sent / kept.blob.size, this.words.sending);
        const piece = kept.blob.slice(kept.sent, kept.sent + PIECE);
        const answer = await this.ask(`${kept.address}?dari=${kept.sent}`, piece);
        if (answer.status === 409 && "received" in answer.body) kept.sent = answer.body.received;
        else if (answer.status === 404) kept.address = ""; // forgotten there: once more from the start
        else if (!answer.ok) return this.refuse(row, kept, answer);
        else if (answer.body.done) return this.arrived(row, kept, answer.body);
        else kept.sent = answer.body.received;
        if (!kept.address) kept.sent = 0;
        tries = 0;
      } catch {
        row.note(this.words.waiting);
        await signal(WAITS[Math.min(tries, WAITS.length - 1)]);
        tries += 1;
      }
    }
  }

  /* Throws when the network fails, and where the server only needs more time. */
  async ask(address, body) {
    const answer = await fetch(address, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": this.token, Accept: "application/json", ...(body instanceof Blob ? { "Content-Type": "application/octet-stream" } : {}) },
      signal: AbortSignal.timeout?.(60_000),
    });
    if (answer.status >= 500 || answer.status === 429) throw new Error("later");
    const isJson = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
    return { ok: answer.ok, status: answer.status, body: isJson ? await answer.json() : {} };
  }

  refuse(row, kept, answer) {
    if (kept.id !== undefined) dropFile(kept.id);
    row.fail(answer.body.error ?? this.words.again);
  }

  arrived(row, kept, body) {
    if (kept.id !== undefined) dropFile(kept.id);
    row.done(body);
    this.say("");
  }

  row(name) {
    const row = new Row(this, name);
    this.list.append(row.element);
    this.show();
    return row;
  }

  async clicked(event) {
    const button = event.target.closest("button[name=hapus], button[data-gone]");
    if (!button) return;
    event.preventDefault();
    const item = button.closest("li");
    if (!("gone" in button.dataset)) {
      const address = button.dataset.address ?? `${this.words.begin}/${button.value}/hapus`;
      const answer = await this.ask(address, new URLSearchParams()).catch(() => null);
      if (!answer || (!answer.ok && answer.status !== 404)) return this.say(answer?.body.error ?? this.words.waiting);
    }
    item.remove();
    this.show();
    this.input.focus();
  }
}

/* One file in the list. */
class Row {
  constructor(box, name) {
    this.box = box;
    this.element = document.createElement("li");
    this.label = this.add("span", name);
    this.bar = this.add("progress");
    this.bar.className = "g-progress";
    this.bar.max = 1;
    this.bar.setAttribute("aria-label", name);
    this.small = this.add("small");
  }

  add(tag, text = "") {
    const element = document.createElement(tag);
    element.textContent = text;
    this.element.append(element);
    return element;
  }

  note(text) {
    if (this.small.textContent !== text) this.small.textContent = text;
  }

  progress(share, text) {
    this.bar.value = share;
    this.note(text);
  }

  fail(text) {
    this.element.remove();
    this.box.say(`${this.label.textContent}: ${text}`);
    this.box.show();
  }

  done(body) {
    this.bar.remove();
    this.small.remove();
    this.label.textContent = body.label;
    if (body.picture) {
      const image = document.createElement("img");
      Object.assign(image, { src: body.picture, alt: "", width: 64, height: 64 });
      this.element.prepend(image);
    }
    const button = this.add("button", this.box.words.remove);
    Object.assign(button, { className: "btn btn-link", name: "hapus", value: body.id });
    button.setAttribute("aria-label", `${this.box.words.remove}: ${body.label}`);
    button.dataset.address = body.remove;
    this.box.say(`${body.label}: ${this.box.words.done}`);
  }
}

/* Waits for a while, or until the phone says that it is online again. */
function signal(longest) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, longest);
    window.addEventListener("online", done);
  });
}
