/* form[data-warn-unsaved]: asks before the page goes while something typed is not sent. Nothing typed is kept in the
   browser's storage: it may be about a patient. */
const changed = new Set();

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-warn-unsaved]");
  if (form) changed.add(form);
});

document.addEventListener("submit", (event) => changed.delete(event.target));

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest("form[data-warn-unsaved]");
  if (form && !event.detail.successful) changed.add(form);
});

export const hasUnsaved = () => [...changed].some((form) => form.isConnected);

addEventListener("beforeunload", (event) => {
  if (hasUnsaved()) event.preventDefault();
});
