/* [data-transcript]: a click on a word plays it; arrows go from word to word, Space plays from there; Enter or a double
   click opens the form that writes it anew, which is the link the word is. Without script the links and forms remain. */
const WORD = "[data-start]";

const player = (word) => word.closest("[data-transcript]")?.querySelector("audio");

function play(word) {
  const audio = player(word);
  if (!audio) return;
  audio.currentTime = Number(word.dataset.start);
  audio.play().catch(() => {});
}

function step(word, by) {
  const all = [...word.closest("[data-transcript]").querySelectorAll(WORD)];
  all[all.indexOf(word) + by]?.focus();
}

document.addEventListener("click", (event) => {
  const word = event.target.closest?.(WORD);
  if (word?.closest("[data-transcript]") && event.detail === 1 && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    event.stopPropagation();
    word.focus();
    play(word);
  }
  const suggestion = event.target.closest?.("[data-suggest]");
  if (suggestion) {
    const field = suggestion.form.elements.words;
    field.value = suggestion.dataset.suggest;
    field.focus();
  }
}, true);

document.addEventListener("keydown", (event) => {
  const word = event.target.closest?.(`[data-transcript] ${WORD}`);
  if (word) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by) step(word, by);
    else if (event.key === " ") play(word);
    else return;
    event.preventDefault();
  } else if (event.key === "Escape" && event.target.matches?.(".transcript-edit input")) {
    event.target.form.querySelector("[data-cancel]").click();
  }
});

/* One stop of the Tab key for all words: the first, or where one is. */
function oneStop(root) {
  for (const script of root.querySelectorAll?.("[data-transcript]") ?? []) {
    script.querySelectorAll(`a${WORD}`).forEach((word, at) => { word.tabIndex = at ? -1 : 0; });
    script.querySelectorAll("[data-suggest]").forEach((button) => { button.hidden = false; });
    script.querySelectorAll("[data-suggested]").forEach((words) => { words.hidden = true; });
  }
}

oneStop(document);
document.addEventListener("htmx:load", (event) => oneStop(event.target.closest("[data-transcript]")?.parentElement ?? event.target));

/* The word that is said now. */
document.addEventListener("timeupdate", (event) => {
  const script = event.target.closest?.("[data-transcript]");
  if (!script) return;
  const now = event.target.currentTime;
  for (const word of script.querySelectorAll(WORD)) {
    word.classList.toggle("w-now", !event.target.paused && now >= word.dataset.start && now < word.dataset.end);
  }
}, true);
