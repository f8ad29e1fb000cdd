/* What the mouse and fingers do on films: one tool holds the first button; the wheel and two fingers always zoom, the middle button pans. */
import { words } from "./words.js";
import { frameOf } from "./film_frames.js";

const GROUP = "films";
export const DRAGS = { window: "WindowLevel", zoom: "Zoom", pan: "Pan", length: "Length", region: "RectangleROI" };

export const DRAWN = ["length", "region"];

export class Tools {
  constructor({ ToolEnums, ToolGroupManager }) {
    const { Auxiliary, Primary, Secondary, Wheel } = ToolEnums.MouseBindings;
    this.first = [{ mouseButton: Primary }];
    this.always = { zoom: [{ mouseButton: Wheel }, { mouseButton: Secondary }, { numTouchPoints: 2 }], pan: [{ mouseButton: Auxiliary }] };
    ToolGroupManager.destroyToolGroup(GROUP);
    this.group = ToolGroupManager.createToolGroup(GROUP);
    for (const name of Object.values(DRAGS)) this.group.addTool(name, SETTINGS[name]);
  }

  add(pane) {
    this.group.addViewport(pane.id, pane.drawing.id);
  }

  choose(chosen) {
    this.chosen = chosen;
    for (const [name, drag] of Object.entries(DRAGS)) {
      const bindings = [...(name === chosen ? this.first : []), ...(this.always[name] ?? [])];
      this.group.setToolPassive(drag, { removeAllBindings: true });
      this.group.setToolEnabled(drag); // seen, and not moved by accident while one drags for something else
      if (bindings.length) this.group.setToolActive(drag, { bindings });
    }
  }
}

/* Its own keys of undo would answer to z, which is ours for zoom; what it counts inside a box nobody asked for. */
const SETTINGS = {
  Length: { actions: {}, getTextLines: (data, target) => [lengthWords(frameOf(target.slice("imageId:".length)), data.handles.points)] },
  RectangleROI: { calculateStats: false, getTextLines: () => [] },
};

export function lengthWords(frame, [from, to]) {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  return frame.spacing ? words("film_millimetres", { length: length.toFixed(1) }) : words("film_pixels", { length: length.toFixed(0) });
}
