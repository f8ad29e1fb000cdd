/* Small behaviours, one file each. A page without script keeps its links and forms. */
import "./theme.js";
import "./menus.js";
import "./dialogs.js";
import "./announce.js";
import "./fragments.js";
import "./keys.js";
import "./session.js";
import "./times.js";
import "./unsaved.js";
import { startUploads } from "./upload.js";

startUploads(document);
document.addEventListener("htmx:load", (event) => startUploads(event.target));
