/* [data-capture]: the page of capturing (templates/clinic/capture/). What its recorder and its camera keep waits here for a
   network, for its person and for a case. The same script draws the shell that the worker shows where no network is: there
   nobody is known but who was signed in last, nothing is sent, and what an earlier page was told a thing is called stays
   sealed. */
import { say } from "./announce.js";
import { Captured, found, keepPhoto } from "./captured.js";
import { ask } from "./dialogs.js";
import { isHeld } from "./recording.js";
import * as spool from "./spool.js";
import { clock, momentOf } from "./unfinished.js";
import { hasUnsaved, wouldLose } from "./unsaved.js";
import { size } from "./upload.js";
import { words } from "./words.js";

const LOOK_AGAIN_MS = 20000;
const MARKS = { queued: "waiting", elsewhere: "paused", signed_out: "paused" };
const CALM_CAMERA = new Set(["idle", "sent"]);

class Capture {
  constructor(element) {
    Object.assign(this, { element, items: new Map(), lines: new Map(), person: "", looking: null });
    this.part = (name) => element.querySelector(`[data-capture-${name}]`);
    this.template = element.querySelector("template[data-capture-row]");
    element.addEventListener("recording-began", ({ detail }) => this.name(detail.row));
    element.addEventListener("recording-kept", ({ detail }) => this.take(detail.row, detail.isKept));
    element.addEventListener("photo-kept", ({ detail }) => this.takePhoto(detail));
    this.part("send")?.addEventListener("click", () => this.sendChosen());
    for (const moment of ["online", "offline"]) addEventListener(moment, () => this.networkChanged());
    addEventListener("focus", () => this.refresh());
    wouldLose(() => [...this.items.values()].some((item) => !item.isKept));
    this.begin();
  }

  get data() {
    return this.element.dataset;
  }

  get isShell() {
    return !this.data.capturePerson;
  }

  get isAway() {
    return this.isShell || !navigator.onLine;
  }

  async begin() {
    this.person = this.data.capturePerson || (await spool.holder());
    for (const panel of this.element.querySelectorAll("[data-recorder]")) panel.dataset.recorderPerson = this.person;
    this.part("stranger").hidden = Boolean(this.person);
    this.part("room").hidden = !this.person;
    if (this.isShell) setInterval(() => this.comeBack(), LOOK_AGAIN_MS);
    else await this.settle();
    await this.refresh();
    this.goOn();
  }

  /* This browser captures for this person from now on, also without a network. */
  async settle() {
    await spool.setHolder(this.person);
    const workers = navigator.serviceWorker;
    if (!workers) return;
    workers.ready.then(() => (this.part("ready").hidden = false));
    workers.register(this.data.captureWorker, { scope: this.data.captureHome }).catch(() => {});
  }

  /* What was on its way to its case when a page closed. */
  async goOn() {
    if (this.isShell) return;
    for (const item of this.items.values()) if (item.state === "waiting" && item.row.case) await item.send();
  }

  networkChanged() {
    this.draw();
    if (navigator.onLine && this.isShell) this.comeBack();
  }

  /* Where the worker answered in place of the page, the page comes when the server does and nothing is under way. */
  async comeBack() {
    if (location.pathname !== this.data.captureHome || this.isBusy) return;
    const answer = await fetch(this.data.captureServing, { cache: "no-store" }).catch(() => null);
    if (answer?.ok && !this.isBusy) location.reload();
  }

  get isBusy() {
    const camera = this.element.querySelector("[data-camera]");
    const isPhotographing = camera && !CALM_CAMERA.has(camera.dataset.mode);
    return hasUnsaved() || isPhotographing || Boolean(this.part("label").value) || Boolean(document.querySelector("dialog[open]"));
  }

  // --- what is captured -----------------------------------------------------------------------------------------------

  async takePhoto({ file, kept }) {
    const label = this.takeLabel();
    const { row, isKept } = await keepPhoto(file, this.person);
    if (label) await spool.label(row, label);
    await this.take(row, isKept);
    kept();
  }

  takeLabel() {
    const label = this.part("label").value.trim();
    this.part("label").value = "";
    return label;
  }

  /* What is typed is of what begins next, whatever else is captured until that ends. */
  async name(row) {
    const label = this.takeLabel();
    if (label) await spool.label(row, label);
  }

  async take(row, isKept) {
    const item = this.items.get(row.id) ?? new Captured(row, { changed: (changed) => this.changed(changed) });
    Object.assign(item, { isOurs: true, isKept, bytes: row.size ?? 0, row, state: "waiting" });
    this.items.set(row.id, item);
    await item.look();
    this.draw();
    navigator.storage?.persist?.().catch(() => {});
  }

  refresh() {
    this.looking ??= this.look().finally(() => (this.looking = null));
    return this.looking;
  }

  async look() {
    if (!this.person) return;
    const rows = (await spool.all(this.person)).filter((row) => row.isCaptured);
    for (const row of rows.filter(({ id }) => !this.items.has(id))) {
      const item = await found(row, (changed) => this.changed(changed));
      if (item && !this.items.has(row.id)) this.items.set(row.id, item);
    }
    for (const row of rows) await this.lookAgain(row);
    const known = new Set(rows.map((row) => row.id));
    for (const [id, item] of this.items) if (!known.has(id) && item.isKept && item.state !== "done") this.items.delete(id);
    this.draw();
  }

  /* What another tab was about, and is not any more. */
  async lookAgain(row) {
    const item = this.items.get(row.id);
    if (item?.state === "elsewhere" && !(await isHeld(row.id))) Object.assign(item, { row, state: "waiting" });
  }

  // --- on their way ---------------------------------------------------------------------------------------------------

  get chosen() {
    return [...this.items.values()].filter((item) => item.isOpen && this.lines.get(item.row.id)?.chosen.checked);
  }

  async sendChosen() {
    const select = this.part("case");
    const { chosen } = this;
    if (!select.reportValidity() || !chosen.length) return;
    for (const item of chosen) await item.assign(select.value, this.data.captureOpen);
    for (const item of chosen) await item.send();
  }

  changed(item) {
    if (item.state === "gone") this.items.delete(item.row.id);
    if (item.state === "done") Object.assign(item, { isKept: true, sent: item.bytes });
    if (item.state === "done") say(words("capture_said_done", { name: this.kindOf(item) }));
    this.draw();
  }

  askToDiscard(item) {
    const text = words("capture_discard_text", { name: `${this.kindOf(item)}, ${momentOf(item.row.openedAt)}` });
    ask({ title: words("capture_discard_title"), text, yes: words("capture_discard_yes") }, () => item.discard());
  }

  // --- how it looks ---------------------------------------------------------------------------------------------------

  kindOf(item) {
    return item.isPhoto ? words("capture_photo") : words("capture_recording", { time: clock(item.seconds) });
  }

  noteOf(item) {
    if (!item.isKept) return words("capture_unkept");
    if (item.state === "waiting") return words(this.isAway ? "capture_waits_network" : "capture_waits_case");
    const values = { percent: `${item.percent} %`, size: size(item.bytes), seconds: item.waitSeconds };
    if (item.state === "failed") return item.reason;
    if (item.state === "queued") return words("upload_waiting");
    if (item.state === "sending") return words("upload_sending", values);
    if (item.state === "retrying") return words("upload_retrying", values);
    return words(`capture_${item.state}`);
  }

  draw() {
    const items = [...this.items.values()].sort((one, other) => one.row.openedAt.localeCompare(other.row.openedAt));
    for (const [id, line] of this.lines) if (!this.items.has(id)) line.element.remove();
    for (const id of [...this.lines.keys()].filter((one) => !this.items.has(one))) this.lines.delete(id);
    for (const item of items) this.drawLine(item);
    this.part("none").hidden = items.length > 0;
    if (this.part("assign")) this.part("assign").hidden = !items.some((item) => item.isOpen);
  }

  drawLine(item) {
    const line = this.lines.get(item.row.id) ?? this.lineOf(item);
    const { element, part, chosen } = line;
    const isKnown = item.isOurs || !this.isShell;
    element.dataset.state = MARKS[item.state] ?? item.state;
    part("words").textContent = (isKnown && item.label) || this.kindOf(item);
    const about = [isKnown && item.label ? this.kindOf(item) : "", momentOf(item.row.openedAt), size(item.bytes)];
    part("about").textContent = about.filter(Boolean).join(" · ");
    part("note-words").textContent = this.noteOf(item);
    part("bar").setAttribute("width", `${item.percent}%`);
    element.querySelector("[role=progressbar]").setAttribute("aria-valuenow", item.percent);
    element.querySelector(".pbar").toggleAttribute("hidden", !["sending", "retrying"].includes(item.state));
    if (item.state === "failed" && line.state !== "failed") chosen.checked = false;  // another case is said anew
    line.state = item.state;
    chosen.hidden = this.isShell || !item.isOpen;
    part("retry").hidden = !(item.state === "failed" && item.row.case);
    part("discard").hidden = item.state === "done" || item.state === "elsewhere" || !isKnown;
    part("link").hidden = item.state !== "done";
    if (item.state === "done") part("link").href = `${this.data.captureCases}${item.row.case}/`;
  }

  lineOf(item) {
    const element = this.template.content.firstElementChild.cloneNode(true);
    const part = (name) => element.querySelector(`[data-item-${name}]`);
    const line = { element, part, chosen: part("chosen") };
    element.querySelector("[role=progressbar]").setAttribute("aria-label", this.kindOf(item));
    part("retry").addEventListener("click", () => item.send());
    part("discard").addEventListener("click", () => this.askToDiscard(item));
    this.lines.set(item.row.id, line);
    this.part("list").append(element);
    return line;
  }
}

export function startCapture(root) {
  const rooms = [...root.querySelectorAll("[data-capture]")];
  if (root.matches?.("[data-capture]")) rooms.push(root);
  for (const element of rooms.filter((one) => !one.dataset.captureStarted)) {
    element.dataset.captureStarted = "true";
    new Capture(element);
  }
}
