/* Signed out while something is typed or recorded: the page stays, so that nothing is lost, and says so. Signed in again
   in another tab, it takes the new token, says so to whoever waits (`signed-in-again`) and goes on. With nothing to lose
   htmx follows the redirect to sign-in, and the screen is safe. */
import { note } from "./announce.js";
import { hasUnsaved } from "./unsaved.js";
import { words } from "./words.js";

let isOut = false;

export function signedOut(sentence = words("signed_out")) {
  if (!isOut) note(sentence, "danger");
  isOut = true;
}

document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status !== 401 || !hasUnsaved()) return;
  event.preventDefault();
  signedOut();
});

const personOf = (page) => page.querySelector('meta[name="person"]')?.content;

function take(token) {
  document.querySelector('meta[name="csrf-token"]').content = token;
  for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = token;
}

addEventListener("focus", async () => {
  if (!isOut) return;
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (personOf(page) !== personOf(document)) return note(words("signed_in_other"), "danger");
  take(page.querySelector('meta[name="csrf-token"]').content);
  isOut = false;
  note(words("signed_in_again"), "ok");
  dispatchEvent(new Event("signed-in-again"));
});
