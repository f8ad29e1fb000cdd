/* [data-spoken] speaks the text it shows: by the house's voice, by the browser's where that fails, and never anything
   else, which it checks by the digest of the words. One voice at a time. */
import { remember } from "./cookies.js";

const PACE = { slow: 0.75, usual: 1, fast: 1.3 };
let now = null;

async function digest(text) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

class Voice {
  constructor(element) {
    this.element = element;
    this.part = (name) => element.querySelector(`[data-spoken-${name}]`);
    this.part("controls").hidden = false;
    this.part("start").addEventListener("click", () => this.start());
    this.part("stop").addEventListener("click", () => this.stop());
    this.part("pace").addEventListener("change", (event) => remember("pace", event.target.value));
  }

  get text() {
    return this.part("text").textContent;
  }

  async start() {
    now?.stop();
    now = this;
    this.show(true);
    this.asking = new AbortController();
    try {
      await this.byTheHouse(this.asking.signal);
    } catch (error) {
      if (error.name !== "AbortError") this.byTheBrowser();
    }
  }

  async byTheHouse(signal) {
    const pace = this.part("pace").value;
    const response = await fetch(`${this.element.dataset.spoken}?pace=${pace}`, { signal, credentials: "same-origin" });
    if (!response.ok) throw new Error("no voice");
    if (globalThis.crypto?.subtle && (await digest(this.text)) !== response.headers.get("X-Text-SHA256")) {
      this.note("other");
      this.stop();
      return;
    }
    const url = URL.createObjectURL(await response.blob());
    this.audio = new Audio(url);
    this.audio.addEventListener("ended", () => this.stop());
    this.release = () => URL.revokeObjectURL(url);
    if (signal.aborted) return;
    await this.audio.play();
    this.element.dataset.spokenBy = "house";
  }

  byTheBrowser() {
    if (!globalThis.speechSynthesis?.getVoices().length) {
      this.note("none");
      this.stop();
      return;
    }
    const said = new SpeechSynthesisUtterance(this.text);
    said.lang = this.element.dataset.language;
    said.rate = PACE[this.part("pace").value];
    said.addEventListener("end", () => this.stop());
    speechSynthesis.speak(said);
    this.element.dataset.spokenBy = "browser";
    this.note("browser");
  }

  stop() {
    this.asking?.abort();
    this.audio?.pause();
    this.release?.();
    if (this.element.dataset.spokenBy === "browser") speechSynthesis.cancel();
    delete this.element.dataset.spokenBy;
    this.audio = this.release = null;
    if (now === this) now = null;
    this.show(false);
  }

  show(isSpeaking) {
    if (isSpeaking) this.part("note").textContent = "";
    this.part("start").hidden = isSpeaking;
    this.part("stop").hidden = !isSpeaking;
  }

  note(which) {
    this.part("note").textContent = this.part(`words-${which}`).textContent;
  }
}

function begin(root) {
  for (const element of root.querySelectorAll("[data-spoken]:not([data-spoken-started])")) {
    element.dataset.spokenStarted = "true";
    new Voice(element);
  }
}

begin(document);
document.addEventListener("htmx:load", (event) => begin(event.target.parentElement ?? document));
for (const leaving of ["htmx:beforeSwap", "pagehide"]) {
  addEventListener(leaving, (event) => { if (now && (!event.target?.contains || event.target.contains(now.element))) now.stop(); });
}
