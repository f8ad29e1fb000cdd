/* [data-theme-toggle] switches light and dark; from then on the choice holds, not the system (early.js). Charts and films listen for `theme-changed` and read their colours again. */
import { remember } from "./cookies.js";

const root = document.documentElement;

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
  delete root.dataset.follows;
  remember("theme", root.dataset.bsTheme);
  document.dispatchEvent(new CustomEvent("theme-changed", { detail: root.dataset.bsTheme }));
});
