/* Keys that are no button's. Arrows pan, with Shift they change the window; plus and minus zoom. With a drawing tool, on the
   film: Enter places a mark and holds it, arrows move it, Shift and arrows change it, Enter or Escape let go, Delete removes. */
import { say } from "./announce.js";
import { DRAWN, lengthWords } from "./film_tools.js";
import { words } from "./words.js";

const PAN_PX = 40;
const MARK_PX = 8;
const ZOOM_STEP = 1.2;
const WINDOW_STEP = 1 / 32; // of all greys of the film
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const ZOOMS = { "+": ZOOM_STEP, "=": ZOOM_STEP, "-": 1 / ZOOM_STEP, _: 1 / ZOOM_STEP };
const FIELDS = "input, textarea, select, [contenteditable='true']";

export class FilmKeys {
  constructor(viewer) {
    this.viewer = viewer;
    this.held = null;
  }

  get pane() {
    return this.viewer.leader;
  }

  letGo() {
    this.held = null;
  }

  typed(event) {
    const isChord = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
    if (!this.pane?.frame || event.defaultPrevented || isChord || !this.#isOurs(event.target)) return;
    if (this.#act(event)) event.preventDefault();
  }

  #isOurs(target) {
    if (document.querySelector("dialog[open]") || target.matches?.(FIELDS)) return false;
    return target === document.body || this.viewer.stage.contains(target);
  }

  #act({ key, shiftKey, target }) {
    if (ARROWS[key]) return this.#arrow(ARROWS[key], shiftKey);
    if (target === this.viewer.film && this.#actOnMark(key)) return true;
    if (!ZOOMS[key] || document.documentElement.dataset.keys === "off") return false;
    this.pane.zoomBy(ZOOMS[key]);
    return true;
  }

  #arrow([right, down], isShifted) {
    if (this.held && this.pane.marks.owns(this.held)) this.#moveMark(right * MARK_PX, down * MARK_PX, isShifted);
    else if (isShifted) this.#regrey(right, down);
    else this.pane.panBy(-right * PAN_PX, -down * PAN_PX);
    return true;
  }

  /* Right is a wider window, up is brighter. */
  #regrey(right, down) {
    const { frame, window: grey } = this.pane;
    const step = (frame.highest - frame.lowest) * WINDOW_STEP;
    this.pane.setWindow(grey.center + down * step, grey.width + right * step);
  }

  /* --- marks --- */
  #actOnMark(key) {
    const tool = this.viewer.tools.chosen;
    if (!DRAWN.includes(tool)) return false;
    if (this.held && (key === "Enter" || key === "Escape")) this.#release();
    else if (key === "Enter") this.#place(tool);
    else if (key === "Delete" || key === "Backspace") this.#remove(tool);
    else return false;
    return true;
  }

  #release() {
    this.letGo();
    say(words("film_mark_let_go"));
  }

  #place(tool) {
    if (tool === "region") this.viewer.lead(this.viewer.pane); // of the film that is read, never of the prior
    this.held = this.pane.marks.place(tool);
    this.#sayMark();
  }

  #moveMark(right, down, isShifted) {
    if (isShifted) this.pane.marks.stretch(this.held, right, down);
    else this.pane.marks.move(this.held, right, down);
    this.#sayMark();
  }

  #remove(tool) {
    const mark = this.held ?? this.pane.marks.latest(tool);
    this.letGo();
    if (!mark) return;
    if (tool === "region") this.viewer.film.dispatchEvent(new CustomEvent("film:region-clear", { bubbles: true }));
    else this.pane.marks.remove(mark);
    say(words("film_mark_removed"));
  }

  #sayMark() {
    const { points } = this.held.data.handles;
    this.viewer.sayLater(points.length === 2 ? lengthWords(this.pane.frame, points) : words("film_region_placed"));
  }
}
