/* One film on the screen. Places on it are shares of its width and height, [0, 0] is its upper left corner as stored. */
import { serveFrames, spacingOf } from "./film_frames.js";

const MARGIN_PX = 14;
const CORNER_PX = 64; // what the words in the corners take, above and below
const SMALLEST_ZOOM = 0.2;
const LARGEST_ZOOM = 40;

export class Pane {
  constructor(cornerstone, drawing, element, id) {
    serveFrames(cornerstone);
    Object.assign(this, { cornerstone, drawing, element, id, turns: 0, isFitted: false });
    const surface = document.createElement("div");
    surface.className = "film-surface";
    element.prepend(surface);
    this.surface = surface;
    drawing.enableElement({ viewportId: id, element: surface, type: cornerstone.Enums.ViewportType.STACK, defaultOptions: { background: [0, 0, 0] } });
    surface.removeAttribute("tabindex"); // the film around it has the focus: the library would swallow every key
    surface.addEventListener(cornerstone.Enums.Events.IMAGE_RENDERED, () => this.#drawn());
  }

  get viewport() {
    return this.drawing.getViewport(this.id);
  }

  async show(frame) {
    this.frame = frame;
    await this.viewport.setStack([frame.imageId]);
    this.reset();
  }

  reset() {
    const { center, width } = this.frame.window;
    this.turns = this.frame.quarter_turns;
    this.setWindow(center, width);
    this.setInverted(this.frame.is_inverted);
    this.fit();
  }

  /* --- grey --- */
  get window() {
    const { lower, upper } = this.viewport.getProperties().voiRange;
    const { windowCenter, windowWidth } = this.cornerstone.utilities.windowLevel.toWindowLevel(lower, upper);
    return { center: windowCenter, width: windowWidth };
  }

  setWindow(center, width) {
    const range = this.cornerstone.utilities.windowLevel.toLowHighRange(Math.max(width, 1), center, "LINEAR");
    this.viewport.setProperties({ voiRange: range });
    this.viewport.render();
  }

  get isInverted() {
    return Boolean(this.viewport.getProperties().invert);
  }

  setInverted(isInverted) {
    this.viewport.setProperties({ invert: isInverted });
    this.viewport.render();
  }

  /* --- where --- */
  get size() {
    const [down, across] = spacingOf(this.frame);
    return [this.frame.columns * across, this.frame.rows * down];
  }

  toWorld([left, top]) {
    const [down, across] = spacingOf(this.frame);
    return [(left * this.frame.columns - 0.5) * across, (top * this.frame.rows - 0.5) * down, 0];
  }

  toShare([x, y]) {
    const [down, across] = spacingOf(this.frame);
    return [(x / across + 0.5) / this.frame.columns, (y / down + 0.5) / this.frame.rows];
  }

  toScreen(share) {
    return this.viewport.worldToCanvas(this.toWorld(share));
  }

  fromScreen(point) {
    return this.toShare(this.viewport.canvasToWorld(point));
  }

  get middle() {
    return this.fromScreen([this.surface.clientWidth / 2, this.surface.clientHeight / 2]);
  }

  /* Half the height of what is shown, when all of the film is. */
  get fittingHalf() {
    const [width, height] = this.turns % 2 ? this.size.toReversed() : this.size;
    return Math.max(height, (width * this.surface.clientHeight) / this.surface.clientWidth) / 2;
  }

  get zoom() {
    return this.fittingHalf / this.viewport.getCamera().parallelScale;
  }

  fit() {
    this.viewport.setRotation(this.turns * 90);
    this.look([0.5, 0.5], 1);
    this.isFitted = true;
  }

  look(share, zoom) {
    const { focalPoint, position } = this.viewport.getCamera();
    const target = this.toWorld(share);
    const moved = position.map((at, axis) => at + target[axis] - focalPoint[axis]);
    const half = this.fittingHalf / Math.min(Math.max(zoom, SMALLEST_ZOOM), LARGEST_ZOOM);
    this.viewport.setCamera({ focalPoint: [target[0], target[1], focalPoint[2]], position: [moved[0], moved[1], position[2]], parallelScale: half });
    this.isFitted = false;
    this.viewport.render();
  }

  zoomBy(factor) {
    this.look(this.middle, this.zoom * factor);
  }

  panBy(right, down) {
    const { clientWidth, clientHeight } = this.surface;
    this.look(this.fromScreen([clientWidth / 2 - right, clientHeight / 2 - down]), this.zoom);
  }

  turn() {
    this.turns = (this.turns + 1) % 4;
    this.fit();
  }

  /* How many pixels of the screen show one of the film. */
  get scale() {
    const [from, to] = [this.toScreen([0, 0]), this.toScreen([1, 0])];
    return (Math.hypot(to[0] - from[0], to[1] - from[1]) / this.frame.columns) * devicePixelRatio;
  }

  /* --- what lies on it --- */
  #drawn() {
    if (!this.frame) return;
    for (const map of this.element.querySelectorAll(".heat")) this.#lay(map);
    for (const mark of this.element.querySelectorAll(".side-mark")) this.#pin(mark);
    this.element.dispatchEvent(new CustomEvent("film:drawn", { bubbles: true, detail: this }));
  }

  #lay(map) {
    const { columns, rows } = this.frame;
    const [origin, right, down] = [[0, 0], [1, 0], [0, 1]].map((share) => this.toScreen(share));
    const across = right.map((at, axis) => (at - origin[axis]) / columns);
    const along = down.map((at, axis) => (at - origin[axis]) / rows);
    Object.assign(map.style, { width: `${columns}px`, height: `${rows}px`, transform: `matrix(${[...across, ...along, ...origin].join(", ")})` });
  }

  /* The mark stays on the side of the patient it names, whichever way the film is turned, and inside what is shown. */
  #pin(mark) {
    const [x, y] = this.toScreen([mark.dataset.filmSide === "right" ? 0.95 : 0.05, 0.12]);
    const within = (at, least, most) => Math.min(Math.max(at, least), Math.max(most, least));
    mark.style.left = `${within(x - mark.offsetWidth / 2, MARGIN_PX, this.surface.clientWidth - mark.offsetWidth - MARGIN_PX)}px`;
    mark.style.top = `${within(y - mark.offsetHeight / 2, CORNER_PX, this.surface.clientHeight - mark.offsetHeight - CORNER_PX)}px`;
  }
}
