/* details[data-menu]: opens by itself; here it closes on Escape, on a click elsewhere and when the focus leaves. */
const open = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

/* A click on plain words inside a menu puts the focus on what is around it (main takes it): that is not leaving. */
document.addEventListener("focusin", (event) => {
  for (const menu of open()) if (!menu.contains(event.target) && !event.target.contains(menu)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
