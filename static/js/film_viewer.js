/* The film viewer of a reading room. The page writes (templates/radiology/_viewer.html):
     <div class="film" data-film-viewer data-frame="URL" [data-map="URL"] [data-prior-frame="URL"] [data-region="left,top,width,height"]>
       the .corner and .side-mark of the film, and in [data-film-prior] those of the prior
     <button data-viewer-tool="window|zoom|pan|length|region|invert|rotate|reset|map|prior">, <input type="range" data-viewer-map>,
     [data-viewer-readout] for window and zoom, [data-viewer-map-value] for the share of the map
   A region that was drawn is told as `film:region` on the film, in shares of it; `film:region-clear` on the film removes it. */
import { say } from "./announce.js";
import { openEngine } from "./film_engine.js";
import { FilmProblem, fetchFrame, forgetFrames } from "./film_frames.js";
import { FilmKeys } from "./film_keys.js";
import { HeatMap } from "./film_map.js";
import { Marks } from "./film_marks.js";
import { Pane } from "./film_pane.js";
import { DRAGS, DRAWN, Tools } from "./film_tools.js";
import { words } from "./words.js";

const KEYS = { window: "w", zoom: "z", pan: "p", length: "l", region: "m", invert: "i", rotate: "r", reset: "0", map: "h", prior: "v" };
const SAID_AFTER_MS = 600;
const NOTE_MS = 8000; // then it is out of the way of what is read

class Viewer {
  constructor(film) {
    this.film = film;
    this.stage = film.closest(".film-stage") ?? film.parentElement;
    this.current = document.createElement("div");
    this.current.className = "film-pane";
    this.priorHome = film.querySelector("[data-film-prior]");
    this.current.append(...[...film.children].filter((child) => child !== this.priorHome));
    film.prepend(this.current);
    film.tabIndex = 0;
    film.role ??= "application";
    this.keys = new FilmKeys(this);
    this.map = new HeatMap(this);
    this.#listen();
    this.#dressButtons();
  }

  async open() {
    this.tell(words("film_fetching"), { isBusy: true });
    try {
      const [cornerstone, frame] = await Promise.all([openEngine(), fetchFrame(this.film.dataset.frame)]);
      if (this.closing.signal.aborted) return;
      this.#watch(cornerstone);
      this.drawing ??= new cornerstone.RenderingEngine(`drawing-${Date.now()}`);
      this.tools ??= new Tools(cornerstone);
      this.pane ??= this.#paneIn(this.current, "film");
      this.leader = this.pane;
      await this.pane.show(frame);
      this.#ready();
    } catch (problem) {
      this.#fail(problem, () => this.open());
    }
  }

  #watch(cornerstone) {
    if (this.cornerstone) return;
    this.cornerstone = cornerstone;
    const { Enums, ToolEnums } = cornerstone;
    const drawn = () => this.#tellRegion();
    this.#hear(Enums.Events.WEBGL_CONTEXT_LOST, () => this.#fail(new FilmProblem(words("film_graphics_lost")), () => location.reload()));
    for (const kind of ["ANNOTATION_COMPLETED", "ANNOTATION_MODIFIED"]) this.#hear(ToolEnums.Events[kind], drawn);
  }

  /* The library's own target of events takes no signal. */
  #hear(kind, act) {
    const { eventTarget } = this.cornerstone;
    eventTarget.addEventListener(kind, act);
    this.closing.signal.addEventListener("abort", () => eventTarget.removeEventListener(kind, act));
  }

  #paneIn(element, id) {
    const pane = new Pane(this.cornerstone, this.drawing, element, `${this.drawing.id}-${id}`);
    pane.marks = new Marks(this.cornerstone, pane);
    this.tools.add(pane);
    new ResizeObserver(() => this.#resized(pane)).observe(pane.surface);
    for (const kind of ["pointerdown", "wheel"]) element.addEventListener(kind, () => this.lead(pane), { capture: true, passive: true });
    return pane;
  }

  #ready() {
    this.tell(this.cornerstone.getShouldUseCPURendering() ? words("film_without_graphics") : "");
    this.choose(this.tools.chosen ?? "window");
    this.map.open();
    const region = this.film.dataset.region?.split(",").map(Number);
    if (region?.length === 4) this.pane.marks.placeBox({ left: region[0], top: region[1], width: region[2], height: region[3] });
    this.film.dataset.state = "ready";
  }

  /* --- what the page offers --- */
  #buttons(tool) {
    return document.querySelectorAll(tool ? `[data-viewer-tool="${tool}"]` : "[data-viewer-tool]");
  }

  #dressButtons() {
    for (const button of this.#buttons()) {
      const key = KEYS[button.dataset.viewerTool];
      if (key) button.dataset.key ??= key;
    }
  }

  press(tool, isPressed) {
    for (const button of this.#buttons(tool)) button.setAttribute("aria-pressed", String(isPressed));
  }

  #listen() {
    const until = { signal: (this.closing = new AbortController()).signal };
    document.addEventListener("click", (event) => this.#clicked(event), until);
    document.addEventListener("keydown", (event) => this.keys.typed(event), until);
    document.addEventListener("input", (event) => event.target.matches("[data-viewer-map]") && this.map.fade(), until);
    this.film.addEventListener("film:drawn", ({ detail: pane }) => this.#drawn(pane), until);
    this.film.addEventListener("film:region-clear", () => this.pane?.marks.removeAll("region"), until);
    this.film.addEventListener("pointerdown", () => this.film.focus({ preventScroll: true }), until);
    this.film.addEventListener("contextmenu", (event) => event.preventDefault(), until);
  }

  #clicked(event) {
    const button = event.target.closest("[data-viewer-tool]");
    if (!button || !this.leader?.frame) return;
    this.use(button.dataset.viewerTool);
  }

  use(tool) {
    if (tool in DRAGS) return this.choose(tool, { isSaid: true });
    const act = { invert: () => this.invert(), rotate: () => this.rotate(), reset: () => this.reset(), map: () => this.map.toggle(), prior: () => this.togglePrior() }[tool];
    return act?.();
  }

  choose(tool, { isSaid = false } = {}) {
    this.keys.letGo();
    this.tools.choose(tool);
    for (const name of Object.keys(DRAGS)) this.press(name, name === tool);
    this.film.dataset.tool = tool;
    if (!isSaid) return;
    const hasScale = tool !== "length" || Boolean(this.leader.frame.spacing);
    if (DRAWN.includes(tool)) this.film.focus({ preventScroll: true });
    this.tell(hasScale ? "" : words("film_no_scale"));
    say([words(`film_tool_${tool}`), hasScale ? "" : words("film_no_scale")].join(" "));
  }

  get panes() {
    return this.isSplit && this.prior ? [this.pane, this.prior] : [this.pane];
  }

  invert() {
    const isInverted = !this.leader.isInverted;
    for (const pane of this.panes) pane.setInverted(isInverted);
    this.press("invert", isInverted);
    say(words(isInverted ? "film_inverted" : "film_not_inverted"));
  }

  rotate() {
    this.leader.turn();
    say(words("film_turned", { degrees: this.leader.turns * 90 }));
  }

  reset() {
    for (const pane of this.panes) {
      pane.marks.removeAll("length");
      pane.reset();
    }
    this.press("invert", this.leader.isInverted);
    this.keys.letGo();
    say(words("film_reset"));
  }

  /* --- the prior --- */
  async togglePrior() {
    const address = this.film.dataset.priorFrame;
    if (!address) return;
    this.isSplit = !this.isSplit;
    this.film.classList.toggle("is-split", this.isSplit);
    this.press("prior", this.isSplit);
    if (!this.isSplit) this.lead(this.pane);
    this.priorHome ??= this.film.appendChild(document.createElement("div"));
    this.priorHome.classList.add("film-pane");
    this.priorHome.hidden = !this.isSplit;
    say(words(this.isSplit ? "film_prior_shown" : "film_prior_hidden"));
    if (this.isSplit && !this.prior) await this.#openPrior(address);
  }

  async #openPrior(address) {
    this.tell(words("film_fetching"), { isBusy: true });
    try {
      const frame = await fetchFrame(address);
      const pane = this.#paneIn(this.priorHome, "prior");
      await pane.show(frame);
      this.prior = pane;
      this.film.dataset.prior = "ready";
      this.tell("");
      this.#follow(this.pane);
    } catch (problem) {
      this.isSplit = false;
      this.priorHome.hidden = true;
      this.film.classList.remove("is-split");
      this.press("prior", false);
      this.#fail(problem, () => this.togglePrior());
    }
  }

  lead(pane) {
    if (!pane.frame) return;
    this.leader = pane;
    this.film.dataset.leader = pane === this.prior ? "prior" : "film";
  }

  /* Both films show the same part, as a share of each: films of two machines have different sizes. */
  #follow(leader) {
    const other = [this.pane, this.prior].find((pane) => pane && pane !== leader);
    if (!this.isSplit || !other?.frame || leader !== this.leader) return;
    const [here, there] = [leader.middle, other.middle];
    const apart = Math.max(Math.abs(here[0] - there[0]), Math.abs(here[1] - there[1]), Math.abs(leader.zoom / other.zoom - 1));
    if (apart < 1e-3) return;
    other.look(here, leader.zoom);
    other.isFitted = leader.isFitted;
  }

  #resized(pane) {
    if (!pane.frame || !pane.surface.clientWidth) return;
    const [middle, zoom, wasFitted] = [pane.lastMiddle, pane.lastZoom, pane.isFitted];
    this.drawing.resize(true, true);
    if (wasFitted || !middle) pane.fit();
    else pane.look(middle, zoom);
  }

  /* --- after each picture --- */
  #drawn(pane) {
    Object.assign(pane, { lastMiddle: pane.middle, lastZoom: pane.zoom });
    this.#follow(pane);
    if (pane !== this.leader) return;
    const { center, width } = pane.window;
    const shown = { width: Math.round(width), level: Math.round(center), percent: Math.round(pane.scale * 100) };
    for (const readout of document.querySelectorAll("[data-viewer-readout]")) readout.textContent = words("film_readout", shown);
    this.sayLater(words("film_said", shown));
    this.#tellRegion();
  }

  /* What changes while one drags is said once, when it rests. */
  sayLater(sentence) {
    if (this.lastSaid === sentence) return;
    clearTimeout(this.saying);
    const isFirst = this.lastSaid === undefined;
    this.lastSaid = sentence;
    if (!isFirst) this.saying = setTimeout(() => say(sentence), SAID_AFTER_MS);
  }

  #tellRegion() {
    this.#refuseRegionOfPrior();
    const marks = this.pane.marks.all("region");
    for (const older of marks.slice(0, -1)) this.pane.marks.remove(older);
    const box = marks.length ? this.pane.marks.boxOf(marks.at(-1)) : null;
    const told = box && box.width && box.height ? JSON.stringify(box) : "";
    if (told === (this.toldRegion ?? "")) return;
    this.toldRegion = told;
    if (told) this.film.dispatchEvent(new CustomEvent("film:region", { bubbles: true, detail: box }));
  }

  /* A reading says where on the film that is read. */
  #refuseRegionOfPrior() {
    if (!this.prior?.marks.latest("region")) return;
    this.prior.marks.removeAll("region");
    this.tell(words("film_region_prior"));
  }

  /* --- words in the stage --- */
  tell(sentence, { isBusy = false } = {}) {
    this.note?.remove();
    clearTimeout(this.noting);
    this.film.ariaBusy = String(isBusy);
    if (!sentence) return;
    this.note = Object.assign(document.createElement("p"), { className: "film-note", textContent: sentence });
    this.note.role = "status";
    this.film.append(this.note);
    if (!isBusy) this.noting = setTimeout(() => this.note.remove(), NOTE_MS);
  }

  #fail(problem, again) {
    if (!(problem instanceof FilmProblem)) console.warn(problem);
    this.tell("");
    this.film.dataset.state = "failed";
    const box = Object.assign(document.createElement("div"), { className: "film-problem" });
    box.role = "alert";
    const button = Object.assign(document.createElement("button"), { className: "btn btn-plain", type: "button", textContent: words("film_try_again") });
    const sentence = problem instanceof FilmProblem && problem.message ? problem.message : words("film_not_shown");
    box.append(Object.assign(document.createElement("p"), { textContent: sentence }), button);
    button.addEventListener("click", () => {
      box.remove();
      again();
    });
    this.film.append(box);
  }

  close() {
    this.closing.abort();
    clearTimeout(this.saying);
    this.drawing?.destroy();
    this.cornerstone?.cache.purgeCache();
    forgetFrames();
  }
}

let viewer = null;

function mount() {
  const film = document.querySelector("[data-film-viewer]");
  if (!film || film === viewer?.film) return;
  viewer?.close();
  viewer = new Viewer(film);
  viewer.open();
}

/* After the page: the queue and the form are there before the four megabytes that draw films. */
if (document.readyState === "complete") mount();
else addEventListener("load", mount, { once: true });
document.addEventListener("htmx:load", () => document.readyState === "complete" && mount());
