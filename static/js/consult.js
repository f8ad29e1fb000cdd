/* The page of a consult: what was recorded or taken becomes a part of it, and what goes on by itself is asked again. */
import { csrfToken } from "./csrf.js";

const consult = document.querySelector("[data-consult]");

function changed() {
  document.body.dispatchEvent(new CustomEvent("consult-changed"));
}

async function bring(upload) {
  const body = new URLSearchParams({ upload });
  const headers = { "X-CSRFToken": csrfToken(), "X-Requested-With": "fetch" };
  await fetch(consult.dataset.consult, { method: "POST", body, headers });
  changed();
}

for (const kind of ["recording-opened", "recording-stored", "recording-discarded"]) {
  consult.addEventListener(kind, changed);
}
consult.addEventListener("photo-taken", (event) => bring(event.detail.id));
consult.addEventListener("upload-stored", (event) => bring(event.detail.id));
