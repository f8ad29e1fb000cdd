/* [data-copy="id"] puts the text of that element on the clipboard; where the browser forbids it, the text is selected. */
import { note } from "./announce.js";

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent);
    note(button.dataset.copied, "ok");
  } catch {
    select(source);
  }
});
