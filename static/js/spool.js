/* Recordings and captured photos on this machine until the server has them whole: each encrypted with a key of its own
   that no script can read out, and that goes with it. Where the browser keeps nothing (a private window, a full disk)
   pieces are held in memory and the spool says so. */
const NAME = "rounds-recordings";
const RECORDINGS = "recordings";
const PIECES = "pieces";

const HOLDER = "who captures here";  // a row beside the recordings: one of nobody to a version that does not know it

export const LARGEST_PIECE = 65536;

let opened = null;
const inMemory = new Map();

function database() {
  opened ??= new Promise((done) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore(RECORDINGS, { keyPath: "id" });
      asked.result.createObjectStore(PIECES, { keyPath: ["recording", "start"] });
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = letGo;
      done(asked.result);
    };
    asked.onerror = asked.onblocked = () => done(null);
  }).catch(() => null);
  return opened;
}

/* Another page wipes it. */
async function letGo() {
  const held = await opened;
  opened = null;
  held?.close();
}

const answer = (asked) => new Promise((done, fail) => {
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => fail(asked.error);
});

/* What is written is on its way to the disk when this is over: a browser that is killed then keeps it. */
async function act(store, mode, ask) {
  const held = await database();
  if (!held) throw new DOMException("nothing is kept here", "InvalidStateError");
  const transaction = held.transaction(store, mode);
  const over = new Promise((done, fail) => {
    transaction.oncomplete = done;
    transaction.onerror = transaction.onabort = () => fail(transaction.error ?? new DOMException("aborted", "AbortError"));
  });
  const [told] = await Promise.all([answer(ask(transaction.objectStore(store))), over]);
  return told;
}

const write = (row) => act(RECORDINGS, "readwrite", (store) => store.put(row));
const range = (id, from = 0, to = Infinity) => IDBKeyRange.bound([id, from], [id, to], false, true);

export async function add(row) {
  row.key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  return note(row, {});
}

/* Whether it is kept beyond this page. */
export async function note(row, values) {
  Object.assign(row, values);
  if (row.isGone) return false;
  try {
    await write(row);
    return true;
  } catch {
    return false;
  }
}

export async function all(person) {
  return (await rows()).filter((row) => row.person === person);
}

async function rows() {
  try {
    const every = await act(RECORDINGS, "readonly", (store) => store.getAll());
    return every.filter((row) => row.id !== HOLDER);
  } catch {
    return [];
  }
}

/* Of anybody: what the server has not got yet. */
export async function hasUnsent() {
  const kept = (await rows()).filter((row) => !row.isDiscarded);
  const ends = await Promise.all(kept.map((row) => extent(row)));
  return kept.some((row, at) => ends[at].to > row.acknowledged);
}

/* Bound to its place, and what was captured to its person. */
function seal(row, start, iv) {
  const bound = [row.id, start, ...(row.isCaptured ? [row.person] : [])].join(" ");
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(bound) };
}

const freshVector = () => crypto.getRandomValues(new Uint8Array(12));

/* Whether it is kept beyond this page. */
export async function append(row, start, bytes) {
  const iv = freshVector();
  const sealed = await crypto.subtle.encrypt(seal(row, start, iv), row.key, bytes);
  const piece = { recording: row.id, start, size: bytes.byteLength, iv, sealed };
  const put = () => act(PIECES, "readwrite", (store) => store.put(piece));
  try {
    await put();
    return true;
  } catch {
    return (await makeRoom(row, put)) || remember(row, piece);
  }
}

/* What the server has can go first. */
async function makeRoom(row, put) {
  try {
    if (!row.acknowledged) return false;
    await act(PIECES, "readwrite", (store) => store.delete(range(row.id, 0, row.acknowledged)));
    await put();
    return true;
  } catch {
    return false;
  }
}

function remember(row, piece) {
  inMemory.set(row.id, [...(inMemory.get(row.id) ?? []), piece]);
  return false;
}

async function pieces(row, from, to) {
  let kept = [];
  try {
    kept = await act(PIECES, "readonly", (store) => store.getAll(range(row.id, Math.max(0, from - LARGEST_PIECE), to)));
  } catch {
    /* then memory has all there is */
  }
  const every = [...kept, ...(inMemory.get(row.id) ?? [])].sort((one, other) => one.start - other.start);
  return every.filter((piece) => piece.start + piece.size > from && piece.start < to);
}

async function unsealed(row, piece) {
  return new Uint8Array(await crypto.subtle.decrypt(seal(row, piece.start, piece.iv), row.key, piece.sealed));
}

/* The sound from that byte on, at most so much of it, as far as it goes without a gap. */
export async function read(row, from, most) {
  const found = [];
  let at = from;
  for (const piece of await pieces(row, from, from + most)) {
    if (piece.start > at) break;
    const part = (await unsealed(row, piece)).subarray(at - piece.start, from + most - piece.start);
    found.push(part);
    at += part.byteLength;
  }
  return new Blob(found);
}

/* Where the first byte lies that is still here, and where the last one ends: on the disk, and in the memory of this page. */
export async function extent(row) {
  const ends = [...(await onDisk(row)), ...(inMemory.get(row.id) ?? [])];
  if (!ends.length) return { from: 0, to: 0 };
  return { from: Math.min(...ends.map((piece) => piece.start)), to: Math.max(...ends.map((piece) => piece.start + piece.size)) };
}

async function onDisk(row) {
  try {
    const keys = await act(PIECES, "readonly", (store) => store.getAllKeys(range(row.id)));
    if (!keys.length) return [];
    const last = await act(PIECES, "readonly", (store) => store.get(keys.at(-1)));
    return [{ start: keys[0][1], size: 0 }, last];
  } catch {
    return [];
  }
}

export async function drop(row) {
  row.isGone = true;
  inMemory.delete(row.id);
  try {
    await act(PIECES, "readwrite", (store) => store.delete(range(row.id)));
    await act(RECORDINGS, "readwrite", (store) => store.delete(row.id));
  } catch {
    /* nothing was kept */
  }
}

/* What its person calls it: it may be about a patient. */
export async function label(row, text) {
  const iv = freshVector();
  const sealed = await crypto.subtle.encrypt(seal(row, "label", iv), row.key, new TextEncoder().encode(text));
  return note(row, { label: { iv, sealed } });
}

export async function labelOf(row) {
  if (!row.label) return "";
  return new TextDecoder().decode(await crypto.subtle.decrypt(seal(row, "label", row.label.iv), row.key, row.label.sealed));
}

/* Who was signed in last where capturing was open: without a network what is captured belongs to that person. */
export async function holder() {
  try {
    return (await act(RECORDINGS, "readonly", (store) => store.get(HOLDER)))?.holder ?? "";
  } catch {
    return "";
  }
}

export const setHolder = (person) => write({ id: HOLDER, holder: person }).catch(() => {});

/* All of it, whose ever, with the keys. */
export async function wipe() {
  await letGo();
  inMemory.clear();
  await new Promise((over) => {
    const asked = indexedDB.deleteDatabase(NAME);
    asked.onsuccess = asked.onerror = asked.onblocked = over;
  });
}
