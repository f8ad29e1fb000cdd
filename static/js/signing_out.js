/* form[data-sign-out]: signing out makes the browser forget all it keeps of us, so it asks first while sound of a recording
   is in its spool that the server has not got, whoever spoke. */
import { ask } from "./dialogs.js";
import { words } from "./words.js";

const agreed = new WeakSet();

async function unsentRecordings() {
  const known = (await indexedDB.databases?.().catch(() => [])) ?? [];
  if (!known.some((one) => one.name === "rounds-recordings")) return false;
  const spool = await import("./spool.js");
  return spool.hasUnsent();
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-sign-out]") || agreed.delete(form)) return;
  event.preventDefault();
  const goOn = () => {
    agreed.add(form);
    form.requestSubmit();
  };
  if (!(await unsentRecordings())) return goOn();
  ask({ title: words("unsent_title"), text: words("unsent_text"), yes: words("unsent_yes") }, goOn);
});
