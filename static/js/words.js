/* Sentences come from the page, so that scripts speak its language: from the shell, and from parts that bring their own,
   some of them later than the page. */
const known = {};

function gather() {
  for (const script of document.querySelectorAll("script[data-words]")) Object.assign(known, JSON.parse(script.textContent));
}

export function words(name, values = {}) {
  if (!(name in known)) gather();
  return (known[name] ?? "").replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}
