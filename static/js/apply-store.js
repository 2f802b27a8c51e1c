/* What an applicant typed or chose, kept on this phone until it was sent: texts and files.
   Never numbers that may be a NIK. Forgotten when sent, when deleted and when signing out. */

const NAME = "gernas-apply";
const TEXTS = "texts"; // {form, field, value, at}
const FILES = "files"; // {id, form, key, name, blob, address, sent}
const LONGEST = 30 * 24 * 3600 * 1000;

let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore(TEXTS, { keyPath: ["form", "field"] });
      asked.result.createObjectStore(FILES, { keyPath: "id", autoIncrement: true });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

/* Private windows may have no store; then nothing is kept, and the form works all the same. */
async function use(store, mode, act) {
  try {
    const database = await open();
    return await new Promise((resolve, reject) => {
      const work = database.transaction(store, mode);
      const asked = act(work.objectStore(store));
      work.oncomplete = () => resolve(asked?.result);
      work.onabort = work.onerror = () => reject(work.error);
    });
  } catch {
    return undefined;
  }
}

export function mayBeNik(text) {
  return /(?:[0-9][ .-]?){16}/.test(text);
}

export async function keepText(form, field, value) {
  if (typeof value === "string" && mayBeNik(value)) return dropText(form, field);
  return use(TEXTS, "readwrite", (store) => store.put({ form, field, value, at: Date.now() }));
}

export async function dropText(form, field) {
  return use(TEXTS, "readwrite", (store) => store.delete([form, field]));
}

export async function listTexts(form) {
  const all = (await use(TEXTS, "readonly", (store) => store.getAll())) ?? [];
  return all.filter((one) => one.form === form && Date.now() - one.at < LONGEST);
}

export async function keepFile(file) {
  return use(FILES, "readwrite", (store) => store.put(file));
}

export async function dropFile(id) {
  return use(FILES, "readwrite", (store) => store.delete(id));
}

export async function listFiles(form, key) {
  const all = (await use(FILES, "readonly", (store) => store.getAll())) ?? [];
  return all.filter((one) => one.form === form && one.key === key);
}

/* Everything of one call, of any of its drafts. */
export async function forget(call) {
  for (const store of [TEXTS, FILES]) {
    const all = (await use(store, "readonly", (rows) => rows.getAll())) ?? [];
    for (const one of all) {
      if (!one.form.startsWith(`${call}:`)) continue;
      await use(store, "readwrite", (rows) => rows.delete(store === TEXTS ? [one.form, one.field] : one.id));
    }
  }
}

export function forgetAll() {
  return new Promise((resolve) => {
    const asked = indexedDB.deleteDatabase(NAME);
    asked.onsuccess = asked.onerror = asked.onblocked = () => resolve();
  });
}
