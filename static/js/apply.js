/* Filling in on a network that comes and goes. Without this script every page works as well:
   then a form is sent as it is, and files go with it. */
import { dropText, forget, keepText, listTexts } from "./apply-store.js";

const form = document.querySelector("form[data-apply]");
const done = document.querySelector("[data-apply-forget]");
const files = document.querySelectorAll("[data-upload]");
const RETRY = 5000;

if (done) forget(done.dataset.applyForget);

let uploads = null;
if (files.length) {
  uploads = import("./apply-upload.js");
  uploads.then(({ setUp }) => { for (const area of files) setUp(area, area.closest("form")); });
  for (const owner of new Set([...files].map((area) => area.closest("form")))) if (owner !== form) waitForFiles(owner);
}

/* A form is sent once its files have arrived. */
function waitForFiles(owner) {
  owner.addEventListener("submit", (event) => {
    if (!owner.querySelector("[data-files] progress")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    uploads.then(({ whenSent }) => whenSent()).then(() => event.submitter.click());
  }, { capture: true });
}

if (form) {
  const scope = `${form.dataset.apply}:${form.dataset.draft}`;
  const net = form.querySelector("[data-net]");
  const fields = () => [...form.elements].filter((one) => one.name.startsWith("f-") && one.type !== "file");

  const say = (word) => {
    net.textContent = net.dataset[word];
    net.classList.toggle("is-offline", word === "offline");
  };
  const showNet = () => say(navigator.onLine ? "online" : "offline");
  window.addEventListener("online", showNet);
  window.addEventListener("offline", showNet);
  showNet();

  const read = (field) => {
    const same = fields().filter((one) => one.name === field.name);
    if (field.type === "radio" || field.type === "checkbox") return same.filter((one) => one.checked).map((one) => one.value);
    return field.value;
  };
  form.addEventListener("input", (event) => {
    if (event.target.name?.startsWith("f-") && event.target.type !== "file") keepText(scope, event.target.name, read(event.target));
  });

  /* What was typed here and never reached the server comes back. */
  listTexts(scope).then((kept) => {
    let restored = false;
    for (const { field, value } of kept) {
      for (const one of fields().filter((each) => each.name === field)) {
        if (Array.isArray(value)) {
          const ticked = value.includes(one.value);
          restored ||= one.checked !== ticked;
          one.checked = ticked;
        } else if (one.value !== value) {
          one.value = value;
          restored = true;
        }
      }
    }
    if (restored) say("restored");
  });

  const clear = async () => {
    for (const name of new Set(fields().map((one) => one.name))) await dropText(scope, name);
  };

  /* Sends the page without leaving it, so that nothing is lost when the network fails. */
  const send = async (button) => {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    if (button?.name) body.append(button.name, button.value);
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, signal: AbortSignal.timeout?.(45_000) });
    const isJson = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
    return { answer, data: isJson ? await answer.json() : null };
  };

  let busy = false;
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (button?.name === "hapus" || button?.name === "nanti" || form.dataset.native) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (busy) return;
    busy = true;
    say("sending");
    if (uploads) await (await uploads).whenSent();
    for (let refused = 0; ; ) {
      try {
        say("sending");
        const { answer, data } = await send(button);
        if (answer.ok && data?.next) {
          await clear();
          location.assign(data.next);
          return;
        }
        if (data?.problems) await clear(); // kept there, right or not
        if (answer.status < 500 || (refused += 1) > 2) break;
      } catch {
        // The network failed; what was typed is kept.
      }
      say("offline");
      await new Promise((resolve) => {
        const timer = setTimeout(go, RETRY);
        function go() { clearTimeout(timer); window.removeEventListener("online", go); resolve(); }
        window.addEventListener("online", go);
      });
    }
    // Something must be mended: the server's own page says it best.
    form.dataset.native = "yes";
    if (button) button.click(); else form.submit();
  }, { capture: true });
  window.addEventListener("pageshow", () => { busy = false; delete form.dataset.native; });
}
