/* Stands in for the page of capturing where no network is. Before it come VERSION, HOME, SHELL and FILES (clinic/capture.py):
   it keeps those static files and the shell, which knows nobody, and nothing else. It answers for the addresses of
   capturing only, and there it asks the server first. */
const KIND = "capture ";
const KEPT = `${KIND}${VERSION}`;
const LONGEST_WAIT_MS = 8000;

addEventListener("install", (event) => event.waitUntil(fill()));
addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function fill() {
  const kept = await caches.open(KEPT);
  await kept.addAll([new Request(SHELL, { cache: "no-cache" }), ...FILES]);  // files are named by their bytes
  await skipWaiting();
}

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(KIND) && name !== KEPT).map((name) => caches.delete(name)));
  await clients.claim();
}

addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (event.request.mode === "navigate" && pathname === HOME) event.respondWith(page(event));
  else if (FILES.includes(pathname)) event.respondWith(file(event.request, pathname));
});

/* The server's own answer, also where that leads to signing in. It is never kept. */
async function page(event) {
  const tooLong = new Promise((_, fail) => setTimeout(fail, LONGEST_WAIT_MS));
  try {
    const answer = await Promise.race([fetch(event.request), tooLong]);
    if (answer.status >= 500) throw new Error("no page");
    event.waitUntil(renew());
    return answer;
  } catch {
    return (await found(SHELL)) ?? Response.error();
  }
}

const found = (address) => caches.match(address, { cacheName: KEPT, ignoreVary: true });
const file = async (request, pathname) => (await found(pathname)) ?? fetch(request);

/* In the language the person reads now; not where it would ask for files of another version. */
async function renew() {
  try {
    const shell = await fetch(SHELL, { cache: "no-cache" });
    const isOurs = shell.ok && !shell.redirected && shell.headers.get("X-Capture-Version") === VERSION;
    if (isOurs && (await caches.has(KEPT))) await (await caches.open(KEPT)).put(SHELL, shell);
  } catch {
    /* then the one before stays */
  }
}
