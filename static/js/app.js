/* Small behaviours, one file each. A page without script keeps its links and forms. */
import "./theme.js";
import "./menus.js";
import "./dialogs.js";
import "./announce.js";
import "./fragments.js";
import { startKeys } from "./keys.js";
import "./session.js";
import "./signing_out.js";
import "./times.js";
import "./spoken.js";
import "./transcript.js";
import "./unsaved.js";
import { startUploads } from "./upload.js";

const has = (root, part) => root.matches?.(part) || root.querySelector(part);

/* What few pages have comes with them. Settled when all of it has started, or could not. */
function startParts(root) {
  const coming = [];
  startUploads(root);
  if (has(root, "[data-recorder]")) coming.push(import("./recorder.js").then(({ startRecorders }) => startRecorders(root)));
  if (has(root, "[data-camera]")) coming.push(import("./camera.js").then(({ startCameras }) => startCameras(root)));
  if (has(root, "[data-capture]")) coming.push(import("./capture.js").then(({ startCapture }) => startCapture(root)));
  return Promise.allSettled(coming);
}

startParts(document).then(startKeys);
document.addEventListener("htmx:load", (event) => startParts(event.target));
