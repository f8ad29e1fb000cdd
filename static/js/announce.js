/* What just happened. say(): heard, not seen. note(): seen and heard.
   The server sends `HX-Trigger: {"toast": {"words": "...", "tone": "ok|warn|danger|info"}}`;
   a fragment that arrives with [data-announce] is spoken once. */
import { words } from "./words.js";

const SHOWN_MS = 8000;

export function say(sentence) {
  const announcer = document.getElementById("announcer");
  if (!announcer || !sentence) return;
  const line = document.createElement("p");
  line.textContent = sentence;
  announcer.append(line);
  setTimeout(() => line.remove(), SHOWN_MS);
}

export function note(sentence, tone = "info") {
  const drawer = document.getElementById("toasts");
  const template = document.getElementById("toast-template");
  if (!drawer || !template || !sentence) return;
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.classList.add(tone);
  toast.querySelector("[data-toast-words]").textContent = sentence;
  toast.querySelector("[data-toast-close]").addEventListener("click", () => toast.remove());
  drawer.append(toast);
  say(sentence);
  if (tone !== "danger") fade(toast);
}

/* A failure stays until it is closed; the rest goes, but not while somebody points at it or has the focus in it. */
function fade(toast) {
  setTimeout(() => (toast.matches(":hover, :focus-within") ? fade(toast) : toast.remove()), SHOWN_MS);
}

/* An error answer of ours is problem+json, or a page; only the first has a sentence for the reader. */
export function sentenceOf(body, contentType = "") {
  if (!contentType.includes("json")) return words("not_done");
  try {
    const problem = JSON.parse(body);
    return [problem.detail || problem.title, problem.what_to_do].filter(Boolean).join(" ") || words("not_done");
  } catch {
    return words("not_done");
  }
}

document.addEventListener("toast", (event) => note(event.detail.words, event.detail.tone));

document.addEventListener("htmx:load", (event) => {
  const spoken = event.target.closest("[data-announce]") ?? event.target.querySelector("[data-announce]");
  if (spoken) say(spoken.dataset.announce);
});
