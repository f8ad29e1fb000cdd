/* form[data-sign-out]: signing out makes the browser forget all it keeps of us, so it asks first while a recording or a
   photo is in its spool that the server has not got, whosever it is. How, comes when it is wanted. */
const agreed = new WeakSet();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-sign-out]") || agreed.delete(form)) return;
  event.preventDefault();
  const { leave } = await import("./leaving.js");
  leave(() => {
    agreed.add(form);
    form.requestSubmit();
  });
});
