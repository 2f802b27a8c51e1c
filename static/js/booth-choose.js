/* The live plan of who chooses a booth; the page works without it.
   Asks every three seconds what is taken (mostly answered with 304), holds a booth with one tap, tells
   at once when someone was faster and offers the nearest, counts down the time of a hold, and gives
   it back soon after its page was left, unless one comes back. */

const EVERY = 3000;
const BACK_AFTER = 1500;
const plan = document.querySelector("[data-choose]");
const bar = document.querySelector("[data-hold-bar]");

if (plan) live(plan);
if (bar) keep(bar, countDown(bar));

/* A page out of the history shows what was; the clock and the plan have gone on. */
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

function live(root) {
  const may = new Set(numbers(root.dataset.may));
  const own = new Set(numbers(root.dataset.own));
  const told = document.querySelector("[data-told]");
  const list = root.querySelector("[data-list] select");
  const words = {}; // of the booths that the list has named so far
  for (const option of list?.options ?? []) words[option.dataset.id] = option.textContent;
  let tag = null;
  let busy = false;
  let leaving = false;

  async function ask() {
    if (leaving) return;
    if (!document.hidden) {
      try {
        const answer = await fetch(root.dataset.state, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
        if (answer.status === 200) {
          tag = answer.headers.get("ETag");
          show(await answer.json());
        }
        if (told.dataset.kind === "offline") tell("");
      } catch {
        if (!told.textContent) tell(root.dataset.wordsOffline, [], "offline");
      }
    }
    setTimeout(ask, EVERY);
  }

  function show(state) {
    if (state.drawn !== root.dataset.drawn) tell(root.dataset.wordsDrawn);
    const taken = new Set(state.taken);
    const held = new Set(state.held);
    if ([...own].some((id) => !taken.has(id) && !held.has(id))) { // over, moved or taken away
      leaving = true;
      if (bar) location.replace(bar.dataset.over);
      else location.reload();
      return;
    }
    for (const shape of root.querySelectorAll("[data-booth]")) {
      const id = Number(shape.dataset.booth);
      if (own.has(id)) continue;
      const word = taken.has(id) ? "taken" : held.has(id) ? "held" : may.has(id) ? "free" : "other";
      const wasFree = shape.classList.contains("is-free"); // in a look around without choosing
      if (word !== "other" || !wasFree) turn(shape, word, may.has(id));
    }
    if (list) fill(new Set([...taken, ...held, ...own]));
  }

  /* Only what can be chosen is a link, so a shape changes its element with its state. */
  function turn(shape, word, choosable) {
    if (shape.classList.contains(`is-${word}`)) return;
    const label = shape.querySelector("text").textContent;
    const isLink = word === "free" && choosable;
    const other = document.createElementNS("http://www.w3.org/2000/svg", isLink ? "a" : "g");
    other.setAttribute("class", shape.getAttribute("class").replace(/is-[a-z]+/, `is-${word}`));
    other.dataset.booth = shape.dataset.booth;
    if (isLink) {
      other.setAttribute("href", `?stan=${encodeURIComponent(label)}`);
      other.setAttribute("aria-label", root.dataset.wordsChoose.replace("…", words[shape.dataset.booth] || label));
    } else {
      other.setAttribute("aria-hidden", "true");
    }
    const focused = document.activeElement === shape;
    other.append(...shape.childNodes);
    shape.replaceWith(other);
    if (focused) next(other);
  }

  /* Whose booth was taken under the fingers goes on at the next free one. */
  function next(shape) {
    const links = [...root.querySelectorAll("a[data-booth]")];
    const after = links.find((one) => shape.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
    (after || links[0])?.focus();
  }

  function fill(gone) {
    const chosen = list.value;
    const free = [...root.querySelectorAll("a[data-booth]")].filter((one) => !gone.has(Number(one.dataset.booth)));
    const options = free.map((one) => {
      const label = one.querySelector("text").textContent;
      const option = new Option(words[one.dataset.booth] || label, label, false, label === chosen);
      option.dataset.id = one.dataset.booth;
      return option;
    });
    options.sort((one, other) => one.value.localeCompare(other.value));
    list.replaceChildren(...options);
    root.querySelector("[data-count]").textContent = root.dataset.wordsCount.replace("…", free.length);
  }

  function tell(sentence, nearest = [], kind = "") {
    told.replaceChildren();
    told.dataset.kind = kind;
    if (!sentence) return;
    const note = document.createElement("div");
    note.className = "g-note g-note--bad";
    note.append(line(sentence, "b"));
    if (nearest.length) {
      note.append(line(root.dataset.wordsNearest));
      const row = document.createElement("div");
      row.className = "g-actions";
      for (const one of nearest) row.append(offer(one));
      note.append(row);
    }
    told.append(note);
  }

  function line(text, tag) {
    const paragraph = document.createElement("p");
    const inner = tag ? document.createElement(tag) : paragraph;
    inner.textContent = text;
    if (tag) paragraph.append(inner);
    return paragraph;
  }

  function offer(booth) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-secondary";
    button.textContent = root.dataset.wordsHold.replace("…", booth.label);
    button.setAttribute("aria-label", root.dataset.wordsHold.replace("…", booth.words));
    button.addEventListener("click", () => hold(booth.label));
    return button;
  }

  async function hold(label) {
    if (busy) return;
    busy = true;
    try {
      const sent = new FormData();
      sent.set("stan", label);
      sent.set("csrf_token", document.querySelector("input[name=csrf_token]").value);
      const answer = await fetch(root.dataset.hold, { method: "POST", body: sent, headers: { Accept: "application/json" } });
      const outcome = await answer.json();
      if (outcome.ok) {
        history.replaceState(null, "", location.pathname);
        location.reload();
        return;
      }
      tell(outcome.sentence, outcome.nearest);
      told.focus();
      told.scrollIntoView({ block: "nearest" });
      tag = null;
    } catch {
      tell(root.dataset.wordsOffline, [], "offline");
    } finally {
      busy = false;
    }
  }

  if (may.size) {
    root.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-booth]");
      if (!link) return;
      event.preventDefault();
      hold(link.querySelector("text").textContent);
    });
    root.querySelector("[data-list]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      delete event.target.dataset.sent;
      if (list.value) hold(list.value);
    });
  }
  setTimeout(ask, EVERY);
}

function countDown(form) {
  const clock = form.querySelector("[data-clock]");
  const announce = form.querySelector("[data-announce]");
  let end = 0;
  const set = (left) => { end = performance.now() + left * 1000; };
  set(Number(form.dataset.left));
  const timer = setInterval(() => {
    const left = Math.max(0, Math.round((end - performance.now()) / 1000));
    const minutes = Math.floor(left / 60);
    const hours = Math.floor(left / 3600);
    const parts = hours ? [hours, two(minutes % 60), two(left % 60)] : [minutes, two(left % 60)];
    clock.textContent = parts.join(":");
    clock.setAttribute("datetime", `PT${minutes}M${left % 60}S`);
    if (left === 300 || left === 60) announce.textContent = form.dataset.wordsLeft.replace("…", minutes);
    if (left === 0) {
      clearInterval(timer);
      location.replace(form.dataset.over);
    }
  }, 1000);
  return set;
}

/* Says that the page is left, unless something was pressed: that is about the booth too. Each page that
   comes, or is seen again after another window was closed, says so, once what was sent before came in. */
function keep(form, set) {
  let pressed = false;
  document.addEventListener("submit", (event) => { if (!event.defaultPrevented) pressed = true; });
  window.addEventListener("pagehide", () => {
    if (!pressed) navigator.sendBeacon(form.dataset.leave, new FormData(form));
  });
  const comeBack = () => setTimeout(async () => {
    try {
      const answer = await fetch(form.dataset.back, { method: "POST", body: new FormData(form) });
      if (!answer.ok || pressed) return;
      const { left, sentence } = await answer.json();
      set(left);
      form.querySelector("[data-until]").textContent = sentence;
    } catch { /* The clock then ends with the shorter time that the server has. */ }
  }, BACK_AFTER);
  comeBack();
  document.addEventListener("visibilitychange", () => { if (!document.hidden) comeBack(); });
}

function two(number) {
  return String(number).padStart(2, "0");
}

function numbers(text) {
  return text ? text.split(" ").map(Number) : [];
}
