/* Keys are declared where they work:
     data-key="c"        on a link, button, field or choice: the key clicks it, or puts the cursor in it
     data-key-words      what it does, for the list of keys (else its own words)
     data-key-list       on a list or table body: j and k move between its [data-key-row], Enter opens
     data-keys-kept      on a part that is drawn anew after each act: keys pressed meanwhile are kept and obeyed in their
                         order, unless what it shows is then something else (another value) or was refused
   `?` lists what the page has. All of it can be switched off (cookie `keys`): speech input types letters too. */
import { remember } from "./cookies.js";

const root = document.documentElement;
const TYPING = 'input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"], [type="range"], [type="file"]), textarea, select, [contenteditable="true"]';

const isShown = (element) => element.checkVisibility?.() ?? true;
const openDialog = () => document.querySelector("dialog[open]");

function target(key) {
  const scope = openDialog() ?? document;
  return [...scope.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((element) => isShown(element) && !element.disabled);
}

function act(element) {
  if (element.matches(TYPING)) {
    element.focus();
    element.select?.();
    return;
  }
  if (element.matches('input[type="radio"], input[type="checkbox"], summary')) element.focus();
  element.click();
}

function rows() {
  const list = [...document.querySelectorAll("[data-key-list]")].find(isShown);
  return list ? [...list.querySelectorAll("[data-key-row]")].filter(isShown) : [];
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const current = all.findIndex((row) => row.matches(".is-on, [aria-current]") || row.querySelector("[aria-current]"));
  const from = here >= 0 ? here : current >= 0 && step > 0 ? current - 1 : step > 0 ? -1 : all.length;
  const next = all[Math.min(Math.max(from + step, 0), all.length - 1)];
  const place = next.matches("a, button, [tabindex]") ? next : next.querySelector("a, button");
  place?.focus();
  next.scrollIntoView({ block: "nearest" });
}

function shownWords(element) {
  const given = element.dataset.keyWords ?? element.getAttribute("aria-label");
  if (given) return given;
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd").forEach((key) => key.remove());
  return copy.textContent.trim();
}

/* "j k" is two keys, "1 – 5" is five. */
function expand(keys) {
  const range = /^(\d) – (\d)$/.exec(keys);
  if (!range) return keys.split(" ");
  return Array.from({ length: range[2] - range[1] + 1 }, (_, step) => String(Number(range[1]) + step));
}

/* The dock prints keys that belong together; what it does not print is gathered from the page. */
function listed() {
  const found = new Map();
  for (const item of document.querySelectorAll("[data-dock-item]")) found.set(item.dataset.dockItem, item.dataset.dockWords);
  const printed = new Set([...found.keys()].flatMap(expand));
  for (const element of document.querySelectorAll("[data-key]")) {
    if (isShown(element) && !printed.has(element.dataset.key)) found.set(element.dataset.key, shownWords(element));
  }
  return found;
}

function showKeys() {
  const dialog = document.getElementById("keys-dialog");
  const list = dialog?.querySelector("[data-keys-list]");
  if (!list || dialog.open) return;
  const lines = [...listed()].flatMap(([keys, text]) => {
    const term = document.createElement("dt");
    term.append(...keys.split(" ").map((key) => (key === "–" ? key : Object.assign(document.createElement("kbd"), { textContent: key }))));
    return [term, Object.assign(document.createElement("dd"), { textContent: text })];
  });
  list.replaceChildren(...lines);
  dialog.querySelector("[data-keys-switch]").checked = root.dataset.keys !== "off";
  dialog.showModal();
}

function pressed(event) {
  const modified = event.ctrlKey || event.metaKey || event.altKey;
  if (modified || event.isComposing || event.defaultPrevented || root.dataset.keys === "off") return;
  if (event.target.matches?.(TYPING)) return;
  if (drawn !== null) return keep(event);
  obey(event);
}

function obey(event) {
  if (event.key === "Enter" && event.target.matches?.("[data-key-row]:not(a, button)")) {
    const row = event.target;
    return (row.querySelector("[data-key-open]") ?? row.querySelector("a, button"))?.click();
  }
  if (event.key === "?") return showKeys();
  if (!openDialog() && (event.key === "j" || event.key === "k") && rows().length) {
    event.preventDefault();
    return move(event.key === "j" ? 1 : -1);
  }
  const found = event.repeat || event.key.length > 1 ? null : target(event.key);
  if (!found) return;
  event.preventDefault();
  act(found);
}

/* What a part showed when it began to be drawn anew, and the keys pressed since; null while nothing is under way. */
let drawn = null;
const kept = [];
const whatIsShown = () => document.querySelector("[data-keys-kept]")?.dataset.keysKept;

function keep(event) {
  if (event.key.length === 1 && !event.repeat) kept.push(event);
}

function forget() {
  drawn = null;
  kept.length = 0;
}

/* A key that opened a field has the ones behind it written there. */
function replay() {
  if (drawn !== whatIsShown()) return forget();
  drawn = null;
  while (kept.length && drawn === null) {
    const event = kept.shift();
    if (document.activeElement?.matches(TYPING)) write(document.activeElement, event.key);
    else obey(event);
  }
}

function write(field, key) {
  if (typeof field.selectionStart !== "number") return;
  field.setRangeText(key, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/* The element that asked is gone from the page when the answer is there, and is named in it. */
let asking = null;
const isOfPart = (event) => drawn !== null && event.detail.requestConfig?.elt === asking;

document.addEventListener("htmx:beforeRequest", (event) => {
  const asks = event.detail.requestConfig.elt;
  const part = asks.closest("[data-keys-kept]");
  if (event.defaultPrevented || !part || asks.matches("[data-poll]")) return;
  asking = asks;
  drawn = part.dataset.keysKept;
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (isOfPart(event) && !event.detail.successful) forget();
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (isOfPart(event)) replay();
});

/* Called when every part of the page has started: a key is not for a button that nobody listens to yet. */
export function startKeys() {
  document.addEventListener("keydown", pressed);
  window.takeEarlyKeys?.().forEach(pressed);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-show]")) showKeys();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-keys-switch]")) return;
  root.dataset.keys = event.target.checked ? "on" : "off";
  remember("keys", root.dataset.keys);
});
