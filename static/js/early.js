/* Runs before the page is drawn: without a choice of its own the page is light or dark as the system is, now and later. */
(() => {
  const root = document.documentElement;
  if (root.dataset.bsTheme !== "auto") return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    if (root.dataset.follows !== "system") return;
    root.dataset.bsTheme = dark.matches ? "dark" : "light";
    document.dispatchEvent(new CustomEvent("theme-changed", { detail: root.dataset.bsTheme }));
  };
  root.dataset.follows = "system";
  follow();
  dark.addEventListener("change", follow);
})();

/* Keys pressed while the page is there and its scripts are not: keys.js takes them over when it starts. */
(() => {
  const pressed = [];
  const keep = (event) => {
    if (!event.target.matches?.("input, textarea, select, [contenteditable]")) pressed.push(event);
  };
  document.addEventListener("keydown", keep);
  window.takeEarlyKeys = () => {
    document.removeEventListener("keydown", keep);
    return pressed.splice(0);
  };
})();
