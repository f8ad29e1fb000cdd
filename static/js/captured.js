/* One recording or photo that was captured before anybody said which case it belongs to: sealed in the spool until it is in
   one. A recording is sent as any recording is, a photo as any file; both under a key of their own, so that what is sent
   twice is there once. `changed(captured)` is called at every step. */
import { Recording, SIGNED_OUT, hold, isHeld, keyOf } from "./recording.js";
import { signedOut } from "./session.js";
import * as spool from "./spool.js";
import { Transfer } from "./transfer.js";
import { discard } from "./upload_api.js";
import { BYTES_A_SECOND, HEADER_BYTES } from "./wav.js";
import { words } from "./words.js";

const STILL_BEING_TAKEN_MS = 60000;
const LOCK_TRIES = 20;
const LOCK_REST_MS = 100;
const NOT_IN_A_NAME = /[\\/:*?"<>|\p{Cc}]+/gu;
const OF_RECORDING = {
  sending: "sending", storing: "sending", away: "retrying", signed_out: "signed_out", stuck: "failed", stored: "done", discarded: "gone",
};

export async function keepPhoto(file, person) {
  const row = {
    id: crypto.randomUUID(), kind: "photo", isCaptured: true, person, name: file.name, type: file.type, size: file.size,
    openedAt: new Date().toISOString(), case: "", part: 1, from: 0, acknowledged: 0, session: "", isEnded: false,
  };
  let isKept = await spool.add(row);
  for (let start = 0; start < file.size; start += spool.LARGEST_PIECE) {
    const piece = await file.slice(start, start + spool.LARGEST_PIECE).arrayBuffer();
    isKept = (await spool.append(row, start, piece)) && isKept;
  }
  return { row, isKept: (await spool.note(row, { isEnded: true })) && isKept };
}

/* Null where there is nothing to send: it goes on being captured, or a page died before anything of it was kept. */
export async function found(row, changed) {
  const isBusy = await isHeld(row.id);
  if (isBusy && !row.isEnded) return null;
  const item = new Captured(row, { changed });
  await item.look();
  if (isBusy) item.state = "elsewhere";
  else if (row.isDiscarded || !item.isWhole) return item.isStillBeingTaken ? null : void (await spool.drop(row));
  else if (!row.isEnded) await spool.note(row, { isEnded: true });
  return item;
}

export class Captured {
  constructor(row, { changed, isOurs = false, isKept = true }) {
    Object.assign(this, { row, changed, isOurs, isKept, label: "", bytes: 0, state: "waiting", reason: "", waitSeconds: 0 });
    Object.assign(this, { sent: 0, recording: null, transfer: null });
  }

  get isPhoto() {
    return this.row.kind === "photo";
  }

  get seconds() {
    return this.bytes / BYTES_A_SECOND;
  }

  get percent() {
    return Math.min(100, Math.floor((100 * this.sent) / Math.max(this.bytes, 1)));
  }

  get isWhole() {
    return this.isPhoto ? this.row.isEnded && this.bytes === this.row.size : this.bytes > 0;
  }

  get isStillBeingTaken() {
    return this.isPhoto && Date.now() - Date.parse(this.row.openedAt) < STILL_BEING_TAKEN_MS;
  }

  /* Whether a person may say where it goes. */
  get isOpen() {
    return ["waiting", "failed"].includes(this.state);
  }

  async look() {
    this.bytes = (await spool.extent(this.row)).to || this.bytes;
    this.label = await spool.labelOf(this.row).catch(() => "");
  }

  become(state, values = {}) {
    Object.assign(this, { state, ...values });
    this.changed(this);
  }

  /* What its person called it comes before what it is. */
  get title() {
    const label = this.label.replace(NOT_IN_A_NAME, " ").trim();
    return label ? `${label}, ${this.row.name}` : this.row.name;
  }

  /* Given to another case after the first would not have it, it is another file there. */
  async assign(to, base) {
    const { row } = this;
    if (to !== row.case) {
      await this.recording?.release();
      this.recording = null;
      this.transfer?.cancel();
      if (row.session) await discard(row.session).catch(() => {});  // what the other case had of it
      const again = (row.again ?? 0) + (row.case ? 1 : 0);
      await spool.note(row, { case: to, base, session: "", acknowledged: row.from, isGivenUp: false, again });
    }
    this.become("queued", { reason: "", sent: row.acknowledged });
  }

  send() {
    return this.isPhoto ? this.sendPhoto() : this.sendSound();
  }

  async sendSound() {
    if (this.recording) return this.recording.tryAgain();
    const calls = { changed: (recording) => this.heard(recording), opened: () => {}, stored: () => {} };
    this.recording = await patiently(() => Recording.resume(this.row, calls, this.title));
    return this.recording ? undefined : this.become("elsewhere");
  }

  heard(recording) {
    const { state, reason, waitSeconds, row } = recording;
    this.become(OF_RECORDING[state] ?? "sending", { reason, waitSeconds, sent: row.acknowledged });
  }

  async sendPhoto() {
    let letGo;
    const over = new Promise((done) => (letGo = done));
    if (!(await patiently(() => hold(this.row.id, over)))) return this.become("elsewhere");
    try {
      await this.carry(await this.file());
    } catch {
      this.become("failed", { reason: words("capture_unreadable") });
    }
    return letGo();
  }

  async file() {
    const { row } = this;
    const photo = await spool.read(row, 0, row.size);
    if (photo.size !== row.size) throw new Error("the spool has a hole");
    return new File([photo], this.title, { type: row.type });
  }

  async carry(file) {
    const { row } = this;
    const about = { base: row.base, about: { case: row.case }, changed: (transfer) => this.moved(transfer), key: keyOf(row) };
    this.transfer = new Transfer(file, about);
    await this.transfer.start();
    if (this.transfer.state === "done") await spool.drop(row);
    if (this.transfer.state === "done") this.become("done");
  }

  moved({ state, reason, waitSeconds, sent, code }) {
    if (state === "failed" && SIGNED_OUT.has(code)) return this.waitForSignIn();
    if (["sending", "retrying", "failed"].includes(state)) this.become(state, { reason, waitSeconds, sent });
    return undefined;
  }

  waitForSignIn() {
    this.become("signed_out");
    signedOut(words("capture_signed_out"));
    addEventListener("signed-in-again", () => this.send(), { once: true });
  }

  async discard() {
    if (this.recording) return this.recording.discard();
    this.transfer?.cancel();
    if (this.row.session) await discard(this.row.session).catch(() => {});
    await spool.drop(this.row);
    return this.become("gone");
  }
}

/* Its lock is let go of a moment after a panel says that it is kept. */
async function patiently(get) {
  for (let tries = 0; tries < LOCK_TRIES; tries += 1) {
    const got = await get();
    if (got) return got;
    await new Promise((over) => setTimeout(over, LOCK_REST_MS));
  }
  return null;
}
