/* Recordings that were begun and are not stored: those in this browser's spool go on by themselves as far as they came,
   those the server alone knows of are shown; a person finishes, goes on with or discards them. */
import { note } from "./announce.js";
import { ask } from "./dialogs.js";
import { Recording, isHeld } from "./recording.js";
import * as spool from "./spool.js";
import { complete, discard, listed } from "./upload_api.js";
import { HEADER_BYTES, header, secondsOf } from "./wav.js";
import { words } from "./words.js";

const LIVE_SECONDS = 20;
const LOOK_AGAIN_MS = 15000;

export function clock(seconds) {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  if (whole >= 3600) parts.unshift(Math.floor(whole / 3600));
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/* The last resort: a file of all that this browser still holds. */
export async function download(row) {
  const { from, to } = await spool.extent(row);
  const sound = await spool.read(row, from, to - from);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([header(sound.size), sound], { type: "audio/wav" }));
  link.download = row.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), LOOK_AGAIN_MS);
}

/* The day before the month, and a day of 24 hours, in every language of ours. */
export function momentOf(text) {
  const { lang } = document.documentElement;
  return new Date(text).toLocaleString(lang === "en" ? "en-GB" : lang, { dateStyle: "medium", timeStyle: "short" });
}

/* In this browser's spool, and held by this page. */
class Kept {
  constructor(recording) {
    this.recording = recording;
    this.row = recording.row;
  }

  get seconds() {
    return this.recording.seconds;
  }

  get case() {
    return this.row.case;
  }

  get at() {
    return this.row.openedAt;
  }

  get note() {
    const { recording } = this;
    if (recording.state === "stuck") return recording.reason;
    const values = { saved: clock(recording.savedSeconds), seconds: recording.waitSeconds };
    return words(recording.unsentSeconds > 0 || recording.state !== "sending" ? `recording_${recording.state}` : "unfinished_saved", values);
  }

  get acts() {
    return this.row.isEnded ? ["finish", "download", "discard"] : ["go-on", "finish", "download", "discard"];
  }

  finish() {
    return this.recording.finish();
  }

  discard() {
    return this.recording.discard();
  }
}

/* In this browser's spool, and held by another page, or left for the page of its case. */
class Elsewhere {
  constructor(row, isHeld) {
    this.row = row;
    this.isHeld = isHeld;
    this.acts = [];
    this.case = row.case;
    this.at = row.openedAt;
    this.seconds = secondsOf(HEADER_BYTES + row.acknowledged);
  }

  get note() {
    return words(this.isHeld ? "unfinished_elsewhere" : "unfinished_of_its_case");
  }
}

/* Known to the server alone: begun on another computer, or this browser forgot it. */
class OnServer {
  constructor(session, { finished, gone }) {
    Object.assign(this, { session, finished, gone, case: session.case, at: session.opened_at });
    this.seconds = secondsOf(session.received);
    this.isLive = Date.now() - Date.parse(session.touched_at) < LIVE_SECONDS * 1000;
  }

  get note() {
    return words(this.isLive ? "unfinished_elsewhere" : "unfinished_saved");
  }

  get acts() {
    return this.isLive ? [] : ["finish", "discard"];
  }

  async finish() {
    this.finished(this, await complete(this.session.url));
  }

  async discard() {
    await discard(this.session.url);
    this.gone(this);
  }
}

export class Unfinished {
  constructor(list, recorder) {
    Object.assign(this, { list, recorder, entries: [] });
    this.template = list.parentElement.querySelector("template[data-recorder-row]");
    addEventListener("focus", () => this.refresh());
    setInterval(() => this.entries.some((entry) => entry instanceof Elsewhere) && this.refresh(), LOOK_AGAIN_MS);
  }

  async refresh() {
    if (!this.list.isConnected || this.isLooking || this.recorder.keeps) return;
    this.isLooking = true;
    const mine = await this.fromSpool();
    this.entries = [...mine, ...(await this.fromServer(mine))];
    this.isLooking = false;
    this.draw();
  }

  async fromSpool() {
    const known = this.entries.filter((entry) => entry instanceof Kept && !entry.recording.isOver);
    const ours = new Set([...known.map((entry) => entry.row.id), this.recorder.recording?.row.id]);
    const rows = await spool.all(this.recorder.data.recorderPerson);
    const others = rows.filter((row) => !ours.has(row.id) && !row.isCaptured);
    return [...known, ...(await Promise.all(others.map((row) => this.takeUp(row))))];
  }

  /* The page of a case takes up what belongs to it, and leaves the others to theirs. */
  async takeUp(row) {
    if (!this.isHere(row)) return new Elsewhere(row, await isHeld(row.id));
    const recording = await Recording.resume(row, this.recorder.calls);
    return recording ? new Kept(recording) : new Elsewhere(row, true);
  }

  isHere(entry) {
    return entry.case === this.recorder.data.recorderCase;
  }

  async fromServer(mine) {
    const known = new Set([...mine.map((entry) => entry.row.session), this.recorder.recording?.row.session]);
    const told = await listed(this.recorder.data.recorderList).catch(() => ({ results: [] }));
    const calls = { finished: (entry, upload) => this.finished(entry, upload), gone: (entry) => this.remove(entry) };
    const open = told.results.filter((session) => session.size === null && !known.has(session.url));
    return open.map((session) => new OnServer(session, calls));
  }

  finished(entry, upload) {
    this.remove(entry);
    if (this.isHere(entry)) this.recorder.rise("recording-stored", upload);
  }

  remove(entry) {
    this.entries = this.entries.filter((one) => one !== entry);
    this.draw();
  }

  draw() {
    const shown = this.entries.filter((entry) => !(entry.recording?.isOver || entry.row?.isDiscarded));
    this.list.replaceChildren(...shown.map((entry) => this.line(entry)));
    this.list.parentElement.hidden = !shown.length;
  }

  line(entry) {
    const line = this.template.content.firstElementChild.cloneNode(true);
    line.querySelector("[data-unfinished-words]").textContent = `${momentOf(entry.at)}, ${clock(entry.seconds)}`;
    line.querySelector("[data-unfinished-note]").textContent = entry.note;
    line.dataset.case = entry.case;
    const link = line.querySelector("a");
    link.hidden = this.isHere(entry);
    link.href = `${this.recorder.data.recorderCases}${entry.case}/`;
    for (const act of ["go-on", "finish", "download", "discard"]) {
      const button = line.querySelector(`[data-unfinished-${act}]`);
      button.hidden = !entry.acts.includes(act) || (act === "go-on" && !(this.isHere(entry) && this.recorder.mode === "idle"));
      button.addEventListener("click", () => this.act(act, entry));
    }
    return line;
  }

  act(act, entry) {
    if (act === "download") return download(entry.row);
    if (act === "discard") return this.askToDiscard(entry);
    if (act === "go-on") return this.goOn(entry);
    return entry.finish().catch((error) => this.failed(error));
  }

  failed(error) {
    note([error.message, error.problem?.what_to_do].filter(Boolean).join(" ") || words("no_answer"), "danger");
    return this.refresh();
  }

  goOn(entry) {
    this.entries = this.entries.filter((one) => one !== entry);
    this.draw();
    return this.recorder.adopt(entry.recording);
  }

  askToDiscard(entry) {
    const text = words("recording_discard_text", { time: clock(entry.seconds) });
    ask({ title: words("recording_discard_title"), text, yes: words("recording_discard_yes") }, () => entry.discard().catch((error) => this.failed(error)));
  }
}
