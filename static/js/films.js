/* The reading room's form: the region that is marked on the film becomes a line of it, and is sealed with it. */
const form = document.querySelector("[data-film-seal]");

function draw() {
  const list = form.querySelector("[data-film-regions]");
  const regions = JSON.parse(form.elements.regions.value || "[]");
  list.replaceChildren(...regions.map(line));
  list.hidden = !regions.length;
}

function line() {
  const item = form.querySelector("[data-film-region]").content.firstElementChild.cloneNode(true);
  item.querySelector("[data-region-remove]").addEventListener("click", () => {
    document.querySelector("[data-film-viewer]").dispatchEvent(new CustomEvent("film:region-clear"));
    keep([]);
  });
  return item;
}

function keep(regions) {
  form.elements.regions.value = JSON.stringify(regions);
  draw();
}

if (form) {
  document.addEventListener("film:region", (event) => keep([event.detail]));
  document.addEventListener("film:region-clear", () => keep([]));
  draw();
}
