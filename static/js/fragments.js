/* htmx and the house: the token on every request, silence in a hidden tab, plain words when an answer is an error,
   and the focus on the first wrong field of a form that came back. */
import { note, sentenceOf } from "./announce.js";
import { csrfToken } from "./csrf.js";
import { words } from "./words.js";

export function focusFirstError(root) {
  root.querySelector('[aria-invalid="true"], .is-invalid')?.focus();
}

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.target.matches("[data-poll]")) event.preventDefault();
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.xhr?.status === 422) focusFirstError(event.target);
});

/* A refusal brings its own words and says where they go (HX-Retarget). A poll that fails says nothing: the next comes. */
const hasWords = (xhr) => Boolean(xhr.getResponseHeader("HX-Retarget"));

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.status >= 400 && hasWords(xhr)) event.detail.shouldSwap = !requestConfig.elt.matches("[data-poll]");
});

document.addEventListener("htmx:responseError", (event) => {
  const { xhr, elt } = event.detail;
  if (elt.matches("[data-poll]") || hasWords(xhr)) return;
  note(sentenceOf(xhr.responseText, xhr.getResponseHeader("Content-Type") ?? ""), "danger");
});

for (const silence of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(silence, (event) => {
    if (!event.detail.elt.matches("[data-poll]")) note(words("no_answer"), "danger");
  });
}

focusFirstError(document);
