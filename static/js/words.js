/* Sentences come from the page, so that scripts speak its language. */
let known = null;

export function words(name, values = {}) {
  known ??= JSON.parse(document.getElementById("words")?.textContent || "{}");
  return (known[name] ?? "").replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}
