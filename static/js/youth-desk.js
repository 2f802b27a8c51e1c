/* The desk on a network that comes and goes. Every note (a tap on "Arrives", a code) is first kept
   on this phone, then sent; what is sent is forgotten here. Kept are numbers, codes and times, no
   names. Without this script the forms of the page do the same, one page each.
   A note has a key made here, so sending it twice counts once; the server sets this clock right. */

const NAME = "gernas-desk";
const STORE = "scans"; // {key, event, kind, place | code, at}
const RETRY = 15_000;
const MOST = 200;
const root = document.querySelector("[data-desk]");

let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close(); // signing out deletes it
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

/* A private window may have no store: then notes live as long as the page does. */
const memory = new Map();

async function use(mode, act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const work = database.transaction(STORE, mode);
    const asked = act(work.objectStore(STORE));
    work.oncomplete = () => resolve(asked?.result);
    work.onabort = work.onerror = () => reject(work.error);
  });
}

async function keep(scan) {
  memory.set(scan.key, scan);
  try { await use("readwrite", (store) => store.put(scan)); } catch { /* it is in memory */ }
}

async function drop(key) {
  memory.delete(key);
  try { await use("readwrite", (store) => store.delete(key)); } catch { /* likewise */ }
}

async function list(event) {
  try {
    for (const one of await use("readonly", (store) => store.getAll())) memory.set(one.key, one);
  } catch { /* likewise */ }
  return [...memory.values()].filter((one) => one.event === event).sort((one, other) => one.at - other.at);
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
}

if (root) {
  const words = root.dataset;
  const event = Number(words.event);
  const net = root.querySelector("[data-net]");
  const told = root.querySelector("[data-told]");
  const codeForm = root.querySelector("[data-scan-code]");
  let csrf = words.csrf;
  let sending = false;
  let timer;

  const show = (sentence) => { net.hidden = !sentence; net.textContent = sentence ?? ""; };

  const tell = (sentence, bad, more) => {
    const note = document.createElement("div");
    note.className = `g-note g-note--${bad ? "bad" : "good"}`;
    const text = document.createElement(more ? "a" : "span");
    if (more) text.href = more;
    text.textContent = sentence;
    note.append(text);
    told.prepend(note);
    while (told.children.length > 5) told.lastElementChild.remove();
  };

  const mark = (scan) => {
    const place = scan.place
      ? root.querySelector(`[data-place="${scan.place}"]`)
      : [...root.querySelectorAll("[data-place]")].find((one) => one.dataset.code === scan.code);
    const state = place?.querySelector("[data-state]");
    if (!state || state.querySelector("[data-pending]")) return Boolean(place);
    const pending = document.createElement("span");
    pending.className = "g-status g-status--wait";
    pending.dataset.pending = "";
    pending.textContent = words.wordsWaiting;
    state.append(" ", pending);
    return true;
  };

  const replace = async (id, text) => {
    const old = root.querySelector(`[data-place="${id}"]`);
    if (!old) return;
    const focused = old.contains(document.activeElement);
    const section = old.closest("section");
    await htmx.swap({ text, target: old, sourceElement: root, swap: "outerMorph" });
    const came = section?.querySelector("[data-came]");
    if (came) came.textContent = section.querySelectorAll("[data-here]").length;
    if (focused) root.querySelector(`[data-place="${id}"] button`)?.focus();
  };

  async function send() {
    clearTimeout(timer);
    if (sending) return;
    sending = true;
    let failed = false;
    try {
      for (let scans = await list(event); scans.length && !failed; scans = await list(event)) {
        failed = !(await sendSome(scans.slice(0, MOST)));
      }
      if (!failed) show(null);
    } finally {
      sending = false;
      if ((await list(event)).length) timer = setTimeout(send, failed ? RETRY : 0);
    }
  }

  /* Whether they arrived. */
  async function sendSome(scans) {
    const body = JSON.stringify({
      sent_at: Date.now(),
      scans: scans.map(({ key, kind, place, code, at }) => ({ key, kind, place: place ?? null, code: code ?? null, at })),
    });
    let answer, said;
    try {
      answer = await fetch(words.desk, {
        method: "POST", body, redirect: "manual",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrf, Accept: "application/json" },
        signal: AbortSignal.timeout?.(20_000),
      });
      said = (answer.headers.get("Content-Type") ?? "").startsWith("application/json") ? await answer.json() : null;
    } catch {
      scans.forEach(mark);
      show(`${words.wordsOffline} ${words.wordsUnsent.replace("…", scans.length)}`);
      return false;
    }
    if (said?.csrf) csrf = said.csrf;
    if (!said?.results) {
      scans.forEach(mark);
      const away = answer.type === "opaqueredirect" || [400, 401, 403].includes(answer.status);
      show(`${away ? words.wordsSignin : words.wordsOffline} ${words.wordsUnsent.replace("…", scans.length)}`);
      if (away) await renewToken();
      return false;
    }
    for (const result of said.results) {
      await drop(result.key);
      if (result.html) await replace(result.place, result.html);
      tell(result.text, result.bad, result.more);
    }
    return true;
  }

  /* A session that began after the page was opened has another token. */
  async function renewToken() {
    try {
      const answer = await fetch(location.href, { redirect: "manual", headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      csrf = /data-csrf="([^"]+)"/.exec(await answer.text())?.[1] ?? csrf;
    } catch { /* the next try will */ }
  }

  async function note(scan) {
    const whole = { key: newKey(), event, at: Date.now(), ...scan };
    await keep(whole);
    if (!navigator.onLine) {
      if (!mark(whole) && whole.code) tell(words.wordsKept.replace("…", whole.code), false);
      const kept = await list(event);
      show(`${words.wordsOffline} ${words.wordsUnsent.replace("…", kept.length)}`);
    }
    send();
  }

  root.addEventListener("submit", (submitted) => {
    const form = submitted.target;
    if (form.dataset.scan) {
      submitted.preventDefault();
      const place = Number(form.closest("[data-place]").dataset.place);
      form.querySelector("button").disabled = true;
      note({ kind: form.dataset.scan, place });
    } else if (form === codeForm) {
      const typed = form.elements.kode.value.trim();
      if (!typed) return;
      submitted.preventDefault();
      note({ kind: form.elements.arah.value, code: typed });
      form.elements.kode.value = "";
      form.elements.kode.focus();
    }
  });

  window.addEventListener("online", send);
  window.addEventListener("offline", () => show(words.wordsOffline));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  window.addEventListener("beforeunload", (leaving) => { if (memory.size) leaving.preventDefault(); });
  send();
  setUpCamera();

  /* Browsers that read no QR codes themselves load a reader when the camera is wanted. */
  async function makeReader() {
    const formats = ["qr_code"];
    const own = window.BarcodeDetector;
    if (own && (await own.getSupportedFormats()).includes("qr_code")) return new own({ formats });
    const reader = await import(root.dataset.reader);
    reader.prepareZXingModule({ overrides: { locateFile: () => root.dataset.readerCode } });
    return new reader.BarcodeDetector({ formats });
  }

  function setUpCamera() {
    const button = root.querySelector("[data-camera]");
    const video = root.querySelector("[data-video]");
    if (!navigator.mediaDevices) return; // on http, or without a camera: the code is typed
    let reader = null;
    let stream = null;
    let last = { text: "", at: 0 };
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (stream) return stop();
      try {
        reader ??= await makeReader();
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      } catch {
        return tell(words.wordsCamera, true);
      }
      button.setAttribute("aria-pressed", "true");
      video.hidden = false;
      video.srcObject = stream;
      await video.play();
      look();
    });

    function stop() {
      for (const track of stream.getTracks()) track.stop();
      stream = null;
      button.setAttribute("aria-pressed", "false");
      video.hidden = true;
    }

    async function look() {
      if (!stream) return;
      try {
        const [found] = await reader.detect(video);
        const again = found && found.rawValue === last.text && Date.now() - last.at < 10_000;
        if (found && !again) {
          last = { text: found.rawValue, at: Date.now() };
          navigator.vibrate?.(80);
          note({ kind: codeForm.elements.arah.value, code: found.rawValue.slice(0, 300) });
        }
      } catch { /* no picture yet */ }
      setTimeout(look, 200);
    }
  }
}
