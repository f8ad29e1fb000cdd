/* Signed out while something is typed: the page stays, so that nothing is lost, and says so. Signed in again in another
   tab, it takes the new token and goes on. With nothing typed htmx follows the redirect to sign-in, and the screen is safe. */
import { note } from "./announce.js";
import { hasUnsaved } from "./unsaved.js";
import { words } from "./words.js";

let isOut = false;

document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status !== 401 || !hasUnsaved()) return;
  event.preventDefault();
  if (!isOut) note(words("signed_out"), "danger");
  isOut = true;
});

function take(token) {
  document.querySelector('meta[name="csrf-token"]').content = token;
  for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = token;
}

addEventListener("focus", async () => {
  if (!isOut) return;
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  take(page.querySelector('meta[name="csrf-token"]').content);
  isOut = false;
  note(words("signed_in_again"), "ok");
});
