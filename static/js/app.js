/* Small behaviours, one file each. A page without script keeps its links and forms. */
import "./theme.js";
import "./menus.js";
import "./dialogs.js";
import "./announce.js";
import "./fragments.js";
import "./keys.js";
import "./session.js";
import "./signing_out.js";
import "./times.js";
import "./spoken.js";
import "./transcript.js";
import "./unsaved.js";
import { startUploads } from "./upload.js";

const has = (root, part) => root.matches?.(part) || root.querySelector(part);

/* What few pages have comes with them. */
function startParts(root) {
  startUploads(root);
  if (has(root, "[data-recorder]")) import("./recorder.js").then(({ startRecorders }) => startRecorders(root));
  if (has(root, "[data-camera]")) import("./camera.js").then(({ startCameras }) => startCameras(root));
}

startParts(document);
document.addEventListener("htmx:load", (event) => startParts(event.target));
