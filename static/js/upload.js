/* [data-upload]: a zone that takes dropped or chosen files and shows each on its way (partials/upload_zone.html).
   When a file is stored, `upload-stored` (detail: the API's upload) rises from the zone: fragments listen for it. */
import { say } from "./announce.js";
import { onDrop } from "./dropping.js";
import { Transfer } from "./transfer.js";
import { canDigest } from "./upload_api.js";
import { words } from "./words.js";

const AT_ONCE = 2;
const underWay = new Set();

const percent = (transfer) => Math.floor((100 * transfer.sent) / Math.max(transfer.file.size, 1));

export function size(bytes) {
  const units = ["bytes", "kB", "MB", "GB"];
  let step = 0;
  for (; bytes >= 999.5 && step < units.length - 1; step += 1) bytes /= 1000;
  const figure = bytes < 10 && step ? bytes.toFixed(1).replace(/\.0$/, "") : bytes.toFixed(0);
  return `${figure} ${units[step]}`;
}

function sentence(transfer) {
  const values = { percent: `${percent(transfer)} %`, size: size(transfer.file.size), seconds: transfer.waitSeconds };
  if (transfer.state === "retrying" && transfer.reason) return `${transfer.reason} ${words("upload_again", values)}`;
  if (transfer.state !== "failed") return words(`upload_${transfer.state}`, values);
  return words(`upload_${transfer.reason}`) || transfer.reason || words("not_done");
}

const SHOWN = {
  pause: (transfer) => transfer.isMoving,
  resume: (transfer) => transfer.state === "paused",
  retry: (transfer) => transfer.state === "failed" && transfer.reason !== "empty",
  cancel: (transfer) => !transfer.isOver,
};

function draw(row, transfer) {
  row.dataset.state = transfer.state;
  row.querySelector("[data-upload-note]").textContent = sentence(transfer);
  row.querySelector("[data-upload-bar]").setAttribute("width", `${percent(transfer)}%`);
  row.querySelector("[role=progressbar]").setAttribute("aria-valuenow", percent(transfer));
  for (const [name, shown] of Object.entries(SHOWN)) row.querySelector(`[data-upload-${name}]`).hidden = !shown(transfer);
}

function conclude(zone, transfer) {
  const name = transfer.file.name;
  if (transfer.state === "done") {
    say(words("upload_said_done", { name }));
    zone.dispatchEvent(new CustomEvent("upload-stored", { bubbles: true, detail: transfer.result }));
  }
  if (transfer.state === "failed") say(words("upload_said_failed", { name, reason: sentence(transfer) }));
}

class Zone {
  constructor(element) {
    this.element = element;
    this.list = element.querySelector("[data-upload-list]");
    this.template = element.querySelector("template");
    this.waiting = [];
    this.running = 0;
  }

  about() {
    const { uploadCase, uploadKind } = this.element.dataset;
    return { case: uploadCase, ...(uploadKind ? { kind: uploadKind } : {}) };
  }

  add(file) {
    const row = this.template.content.firstElementChild.cloneNode(true);
    row.querySelector("[data-upload-name]").textContent = file.name;
    row.querySelector("[role=progressbar]").setAttribute("aria-label", file.name);
    const changed = (transfer) => this.changed(row, transfer);
    const transfer = new Transfer(file, { base: this.element.dataset.upload, about: this.about(), changed });
    row.querySelector("[data-upload-pause]").addEventListener("click", () => transfer.pause());
    row.querySelector("[data-upload-cancel]").addEventListener("click", () => transfer.cancel());
    for (const name of ["resume", "retry"]) {
      row.querySelector(`[data-upload-${name}]`).addEventListener("click", () => this.enqueue(transfer));
    }
    this.list.append(row);
    underWay.add(transfer);
    draw(row, transfer);
    this.enqueue(transfer);
  }

  changed(row, transfer) {
    draw(row, transfer);
    underWay[transfer.isOver ? "delete" : "add"](transfer);
    if (transfer.isOver) conclude(this.element, transfer);
  }

  enqueue(transfer) {
    this.waiting.push(transfer);
    this.next();
  }

  async next() {
    while (this.running < AT_ONCE && this.waiting.length) {
      const transfer = this.waiting.shift();
      if (transfer.state === "cancelled") continue;
      this.running += 1;
      transfer.start().finally(() => {
        this.running -= 1;
        this.next();
      });
    }
  }
}

/* Where the browser cannot digest (no TLS, not this machine) the form goes the way it goes without script. */
function takeOver(element) {
  const input = element.querySelector('input[type="file"]');
  const zone = new Zone(element);
  const take = (files) => {
    for (const file of files) zone.add(file);
    input.value = "";
  };
  input.addEventListener("change", () => (canDigest() ? take([...input.files]) : input.form.requestSubmit()));
  onDrop(element, element.querySelector(".drop"), (files) => {
    if (canDigest()) return take([...files]);
    input.files = files;
    input.form.requestSubmit();
  });
}

export function startUploads(root) {
  const zones = [...root.querySelectorAll("[data-upload]")];
  if (root.matches?.("[data-upload]")) zones.push(root);
  for (const zone of zones.filter((element) => !element.dataset.uploadStarted)) {
    zone.dataset.uploadStarted = "true";
    takeOver(zone);
  }
}

addEventListener("beforeunload", (event) => {
  if (underWay.size) event.preventDefault();
});
