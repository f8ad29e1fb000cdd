/* What goes from this browser when its person signs out, and what she is asked before. The server tells the browser to
   forget (Clear-Site-Data); what stands in its way or does not know that is wiped from here: spool, keys, worker and its
   cache. */
import { note } from "./announce.js";
import { ask } from "./dialogs.js";
import { hasUnsaved } from "./unsaved.js";
import { words } from "./words.js";

const LONGEST_WIPE_MS = 3000;

async function hasSpool() {
  if (!indexedDB.databases) return true;  // an old browser does not tell
  const known = (await indexedDB.databases().catch(() => [])) ?? [];
  return known.some((one) => one.name === "rounds-recordings");
}

async function hasUnsent() {
  return (await hasSpool()) && (await import("./spool.js")).hasUnsent();
}

async function wipe() {
  const workers = (await navigator.serviceWorker?.getRegistrations().catch(() => [])) ?? [];
  await Promise.all(workers.map((worker) => worker.unregister()));
  const kept = (await globalThis.caches?.keys()) ?? [];
  await Promise.all(kept.map((name) => caches.delete(name)));
  if (await hasSpool()) await (await import("./spool.js")).wipe();
}

/* Not while this page itself has something to lose: the browser may yet ask the person to stay. */
async function forget() {
  if (hasUnsaved()) return;
  await Promise.race([wipe().catch(() => {}), new Promise((over) => setTimeout(over, LONGEST_WIPE_MS))]);
}

export async function leave(signOut) {
  const goOn = async () => {
    if (!navigator.onLine) return note(words("no_answer"), "danger");  // nobody is signed out, so nothing is forgotten
    await forget();
    return signOut();
  };
  if (!(await hasUnsent())) return goOn();
  return ask({ title: words("unsent_title"), text: words("unsent_text"), yes: words("unsent_yes") }, goOn);
}
