/* Drag an exhibitor onto a booth, a booth onto another; the page works without it, by choosing.
   With a mouse or pen only: a finger scrolls, and taps. What is dropped is sent as an ordinary form. */

const FAR = 6; // pixels before a press becomes a drag
const EVERY = 5000;
const root = document.querySelector("[data-give]");

if (root?.dataset.may) drags();
if (root?.dataset.state) watch();

function drags() {
  const allocations = {}; // booth to allocation
  for (const one of root.querySelectorAll("[data-allocations] [data-id]")) allocations[one.dataset.of] = one.dataset.id;
  let drag = null;

  root.addEventListener("dragstart", (event) => event.preventDefault());
  root.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button !== 0) return;
    const name = event.target.closest("[data-exhibitor]");
    const booth = event.target.closest("[data-booth]");
    if (!name && !(booth && allocations[booth.dataset.booth])) return;
    const words = name ? name.textContent : booth.querySelector(".mark")?.textContent;
    drag = { name, booth, x: event.clientX, y: event.clientY, words, ghost: null, over: null };
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.ghost && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR) return;
    drag.ghost ??= lift(drag.words);
    drag.ghost.style.setProperty("translate", `${event.clientX + 12}px ${event.clientY + 8}px`);
    const over = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-booth]");
    if (over === drag.over) return;
    drag.over?.classList.remove("is-over");
    drag.over = over && fits(over) ? over : null;
    drag.over?.classList.add("is-over");
  });
  document.addEventListener("pointerup", () => {
    if (!drag) return;
    const { ghost, over } = drag;
    if (ghost) {
      /* The click that follows would open what was dragged. */
      document.addEventListener("click", (event) => { event.preventDefault(); event.stopPropagation(); }, { capture: true, once: true });
      setTimeout(() => document.dispatchEvent(new Event("click")), 0);
      if (over) drop(over);
    }
    end();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && drag) end(); });

  function fits(over) {
    const taken = allocations[over.dataset.booth];
    return drag.name ? !taken : over !== drag.booth;
  }

  function drop(over) {
    const label = over.querySelector("text").textContent;
    const taken = allocations[over.dataset.booth];
    if (drag.name) send("give", { peserta: drag.name.dataset.exhibitor, stan: label });
    else if (taken) send("swap", { alokasi: allocations[drag.booth.dataset.booth], dengan: taken });
    else send("move", { alokasi: allocations[drag.booth.dataset.booth], stan: label });
  }

  function end() {
    drag.over?.classList.remove("is-over");
    drag.ghost?.remove();
    drag = null;
  }
}

function lift(words) {
  const ghost = document.createElement("div");
  ghost.className = "g-ghost";
  ghost.setAttribute("aria-hidden", "true");
  ghost.textContent = words;
  document.body.append(ghost);
  return ghost;
}

function send(what, values) {
  const form = root.querySelector(`[data-drop="${what}"]`);
  for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
  form.requestSubmit();
}

/* Someone chose or gave a booth meanwhile: say so, and let people load the page when they like. */
async function watch() {
  let first = null;
  const told = document.querySelector("[data-told]");
  const ask = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(root.dataset.state, { headers: first ? { "If-None-Match": first } : {}, cache: "no-store" });
        const tag = answer.headers.get("ETag");
        if (answer.status === 200 && first && tag !== first) return tell();
        first ??= tag;
      } catch { /* The next time will do. */ }
    }
    setTimeout(ask, EVERY);
  };
  const tell = () => {
    const note = document.createElement("p");
    note.className = "g-note";
    const link = document.createElement("a");
    link.href = location.pathname + location.search;
    link.textContent = root.dataset.wordsLoad;
    note.append(`${root.dataset.wordsChanged} `, link);
    told.replaceChildren(note);
  };
  setTimeout(ask, 0);
}
