/* That a person really looked: what she does with the source is gathered in the form ("scrolled", "opened", "evidence",
   "chose"; how long is measured by the server). While she works the lock is renewed; a decision's way back goes with
   its time. */
const RENEW_EVERY_MS = 240_000;
const form = document.querySelector("[data-review-form]");
const did = new Set(form?.elements.looked.value.split(",").filter(Boolean));
let hasWorked = false;

function note(what) {
  hasWorked = true;
  if (!form || did.has(what)) return;
  did.add(what);
  form.elements.looked.value = [...did].join(",");
}

document.addEventListener("scroll", (event) => {
  if (event.target === document || event.target.matches?.("[data-review-scrolls]")) note("scrolled");
}, { capture: true, passive: true });

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-review-opens]")) note("opened");
  if (event.target.closest(".ref")) note("evidence");
});

form?.addEventListener("change", (event) => {
  if (event.target.name === "label") note("chose");
});

form?.addEventListener("input", () => {
  hasWorked = true;
});

/* htmx waits for this event beside the lock. */
function renew() {
  if (!hasWorked || document.hidden) return;
  hasWorked = false;
  document.body.dispatchEvent(new Event("review-worked"));
}

if (form) setInterval(renew, RENEW_EVERY_MS);

for (const held of document.querySelectorAll("[data-gone-at]")) {
  setTimeout(() => held.remove(), Math.max(0, Date.parse(held.dataset.goneAt) - Date.now()));
}
