/* [data-dialog-open="id"] opens a dialog, [data-dialog-close] inside it closes it. A form or button with
   data-confirm="what will happen" asks first, in our own dialog; data-confirm-title and data-confirm-yes word it.
   The same for htmx: hx-confirm. */
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.dialogOpen)?.showModal();
  }
  if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog")?.close();
  if (event.target.matches("dialog")) event.target.close();
});

export function ask({ title, text, yes }, goOn) {
  const dialog = document.getElementById("confirm-dialog");
  const heading = document.getElementById("confirm-title");
  const button = document.getElementById("confirm-yes");
  heading.textContent = title || heading.dataset.default;
  document.getElementById("confirm-text").textContent = text;
  button.textContent = yes || button.dataset.default;
  button.onclick = () => {
    dialog.close();
    goOn();
  };
  dialog.showModal();
}

function question(element) {
  return { title: element.dataset.confirmTitle, text: element.dataset.confirm, yes: element.dataset.confirmYes };
}

const agreed = new WeakSet();

document.addEventListener(
  "submit",
  (event) => {
    const asks = [event.submitter, event.target].find((element) => element?.dataset.confirm);
    if (!asks || agreed.delete(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(question(asks), () => {
      agreed.add(event.target);
      event.target.requestSubmit(event.submitter);
    });
  },
  true,
);

document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  ask({ ...question(event.target), text: event.detail.question }, () => event.detail.issueRequest(true));
});

/* A dialog that the server filled with a form that is wrong opens by itself. */
for (const dialog of document.querySelectorAll("dialog[data-open]")) dialog.showModal();
