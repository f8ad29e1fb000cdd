/* The facts of a document beside it. Drawn anew, text and page stay where they were read and move by themselves only as
   far as the words of the fact that is looked at ([data-follows]); the page of the browser does not move, and what was
   unfolded stays so. A box on the picture of a page leads to its fact the way the list does. */
const places = new Map();
const unfolded = new Set();

function show(region) {
  const words = region.querySelector(".on");
  if (!words || !region.clientHeight) return;
  const [frame, box] = [region.getBoundingClientRect(), words.getBoundingClientRect()];
  if (box.top >= frame.top && box.bottom <= frame.bottom) return;
  region.scrollTop += box.top - frame.top - (frame.height - box.height) / 2;
}

function showAll() {
  document.querySelectorAll("[data-follows]").forEach(show);
}

document.addEventListener("htmx:beforeSwap", () => {
  for (const region of document.querySelectorAll("[data-follows]")) places.set(region.id, region.scrollTop);
  for (const fold of document.querySelectorAll("details.fold")) unfolded[fold.open ? "add" : "delete"](fold.id);
});

document.addEventListener("htmx:afterSwap", () => {
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  for (const region of document.querySelectorAll("[data-follows]")) region.scrollTop = places.get(region.id) ?? 0;
  showAll();
});

document.addEventListener("click", (event) => {
  const fact = event.target.closest?.("[data-fact]")?.dataset.fact;
  const listed = fact && document.querySelector(`[data-of-fact="${CSS.escape(fact)}"]`);
  if (!listed) return;
  event.preventDefault();
  window.htmx?.process(listed); // what was drawn a moment ago may not be its yet: it would be followed as a plain link
  listed.click();
});

document.addEventListener("load", (event) => event.target.matches?.("[data-follows] img") && showAll(), true);
showAll();
