/* The page of a consult: what was recorded, taken or brought becomes a part of it, and what goes on by itself is asked
   again. What is refused is said where every refused fragment is (fragments.js). */

const consult = document.querySelector("[data-consult]");
const live = () => document.getElementById("consult-live");

/* Not beside a question that is under way: its answer may be older than what has changed. */
function changed() {
  if (!live().classList.contains("htmx-request")) return htmx.trigger(live(), "consult-changed");
  return document.body.addEventListener("htmx:afterRequest", changed, { once: true });
}

for (const kind of ["recording-opened", "recording-stored", "recording-discarded", "photo-taken", "upload-stored"]) {
  consult.addEventListener(kind, changed);
}

/* What was confirmed or corrected in a transcript is not in the answer yet. */
consult.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.matches("[data-transcript-body]")) changed();
});

/* An answer to a question that an act has overtaken says how things stood before it. */
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { elt } = event.detail.requestConfig;
  if (elt.id === "consult-live" && elt !== live()) event.detail.shouldSwap = false;
});
