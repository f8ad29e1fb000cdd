/* The facts of a document beside its text: drawn anew, the text stays where it was read, and moves by itself only as far
   as the words of the fact that is looked at. The page itself does not move. */
let place = 0;
const text = () => document.getElementById("document-text");

function show() {
  const [region, words] = [text(), document.querySelector("#document-text mark.on")];
  if (!region || !words) return;
  const [frame, box] = [region.getBoundingClientRect(), words.getBoundingClientRect()];
  if (box.top >= frame.top && box.bottom <= frame.bottom) return;
  region.scrollTop += box.top - frame.top - (frame.height - box.height) / 2;
}

document.addEventListener("htmx:beforeSwap", () => {
  place = text()?.scrollTop ?? 0;
});

document.addEventListener("htmx:afterSwap", () => {
  const region = text();
  if (region) region.scrollTop = place;
  show();
});

show();
