/* The page of a consult: what was recorded, taken or brought becomes a part of it, and what goes on by itself is asked
   again. What is refused is said where every refused fragment is (fragments.js). */

const consult = document.querySelector("[data-consult]");

function changed() {
  document.body.dispatchEvent(new CustomEvent("consult-changed"));
}

async function bring(upload) {
  await htmx.ajax("POST", consult.dataset.consult, { source: consult, target: consult, swap: "none", values: { upload } });
  changed();
}

for (const kind of ["recording-opened", "recording-stored", "recording-discarded"]) {
  consult.addEventListener(kind, changed);
}
for (const kind of ["photo-taken", "upload-stored"]) {
  consult.addEventListener(kind, (event) => bring(event.detail.id));
}
