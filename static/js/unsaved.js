/* What would be lost with the page, and asks before it goes.
   form[data-warn-unsaved]: while something typed in it is not sent. Nothing typed is kept in the
   browser's storage: it may be about a patient. A form[data-autosave] sends itself: what was sent and came through is
   saved, unless somebody typed on meanwhile. Other parts say it themselves (`wouldLose`): a recording that goes on. */
const others = [];
const changed = new Set();
const sent = new WeakMap();

const typed = (form) => [...form.querySelectorAll("textarea")].map((field) => field.value).join("\0");

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-warn-unsaved]");
  if (form) changed.add(form);
});

document.addEventListener("submit", (event) => changed.delete(event.target));

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest("form[data-autosave]");
  if (form) sent.set(form, typed(form));
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest("form[data-warn-unsaved]");
  if (form && !event.detail.successful) changed.add(form);
  else if (form?.matches("[data-autosave]") && sent.get(form) === typed(form)) changed.delete(form);
});

export function wouldLose(isUnsaved) {
  others.push(isUnsaved);
}

export const hasUnsaved = () => [...changed].some((form) => form.isConnected) || others.some((isUnsaved) => isUnsaved());

addEventListener("beforeunload", (event) => {
  if (hasUnsaved()) event.preventDefault();
});
