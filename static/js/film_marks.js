/* Lines and boxes that a reader draws on a film, with the mouse or, placed and moved, with keys. */
import { DRAGS } from "./film_tools.js";

const FIRST_SHARE = 0.3; // of what is shown: the size of a mark placed with a key

export class Marks {
  constructor(cornerstone, pane) {
    Object.assign(this, { cornerstone, pane });
  }

  all(tool) {
    const found = this.cornerstone.annotation.state.getAnnotations(DRAGS[tool], this.pane.surface) ?? [];
    return found.filter((mark) => mark.metadata.referencedImageId === this.pane.frame.imageId);
  }

  latest(tool) {
    return this.all(tool).at(-1);
  }

  owns(mark) {
    return mark.metadata.referencedImageId === this.pane.frame?.imageId;
  }

  remove(mark) {
    this.cornerstone.annotation.state.removeAnnotation(mark.annotationUID);
    this.pane.viewport.render();
  }

  removeAll(tool) {
    for (const mark of this.all(tool)) this.remove(mark);
  }

  /* In the middle of what is shown: a level line, or a box. */
  place(tool) {
    const { clientWidth, clientHeight } = this.pane.surface;
    const half = (FIRST_SHARE * Math.min(clientWidth, clientHeight)) / 2;
    const box = { left: clientWidth / 2 - half, right: clientWidth / 2 + half, top: clientHeight / 2 - half, bottom: clientHeight / 2 + half };
    const middle = clientHeight / 2;
    return this.#add(tool, tool === "length" ? this.#worlds([[box.left, middle], [box.right, middle]]) : this.#corners(box));
  }

  placeBox({ left, top, width, height }) {
    const corners = [[left, top], [left + width, top], [left, top + height], [left + width, top + height]];
    return this.#add("region", corners.map((corner) => this.pane.toWorld(corner)));
  }

  #add(tool, points) {
    const { frame, surface, viewport } = this.pane;
    const textBox = { hasMoved: false, worldPosition: [0, 0, 0], worldBoundingBox: { topLeft: [0, 0, 0], topRight: [0, 0, 0], bottomLeft: [0, 0, 0], bottomRight: [0, 0, 0] } };
    const mark = {
      highlighted: true, invalidated: true, isLocked: false, isVisible: true,
      metadata: { toolName: DRAGS[tool], referencedImageId: frame.imageId, FrameOfReferenceUID: frame.imageId, viewPlaneNormal: viewport.getCamera().viewPlaneNormal },
      data: { label: "", cachedStats: {}, handles: { points, activeHandleIndex: null, textBox } },
    };
    this.cornerstone.annotation.state.addAnnotation(mark, surface);
    viewport.render();
    return mark;
  }

  /* Right and down are directions of the screen, whichever way the film is turned. */
  move(mark, right, down) {
    this.#set(mark, this.#screens(mark).map(([x, y]) => [x + right, y + down]));
  }

  stretch(mark, right, down) {
    const points = this.#screens(mark);
    if (points.length === 2) return this.#set(mark, [points[0], [points[1][0] + right, points[1][1] + down]]);
    const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
    const box = { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs) + right, bottom: Math.max(...ys) + down };
    if (box.right > box.left && box.bottom > box.top) this.#set(mark, null, this.#corners(box));
    return undefined;
  }

  #set(mark, screens, worlds = this.#worlds(screens)) {
    mark.data.handles.points = worlds;
    mark.invalidated = true;
    this.pane.viewport.render();
  }

  #screens(mark) {
    return mark.data.handles.points.map((point) => this.pane.viewport.worldToCanvas(point));
  }

  #worlds(screens) {
    return screens.map((screen) => this.pane.viewport.canvasToWorld(screen));
  }

  #corners({ left, top, right, bottom }) {
    return this.#worlds([[left, top], [right, top], [left, bottom], [right, bottom]]);
  }

  /* The box as shares of the film, cut at its edges. */
  boxOf(mark) {
    const shares = mark.data.handles.points.map((point) => this.pane.toShare(point));
    const [xs, ys] = [0, 1].map((axis) => shares.map((share) => Math.min(Math.max(share[axis], 0), 1)));
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    return { left, top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
  }
}
