/* Sentences come from the page, so that scripts speak its language: from the shell, and from parts that bring their own. */
let known = null;

export function words(name, values = {}) {
  known ??= Object.assign({}, ...[...document.querySelectorAll("script[data-words]")].map((script) => JSON.parse(script.textContent)));
  return (known[name] ?? "").replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}
