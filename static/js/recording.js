/* One recording on its way: what is heard goes into the spool, from there to the server, and is let go when it is stored
   there. It goes on where the server says it stopped, whatever happened in between. `changed(recording)` is called at
   every step, `stored(recording, upload)` for each part: what would grow too long goes on as another file. */
import { signedOut } from "./session.js";
import * as spool from "./spool.js";
import { Refused, Silent, complete, discard, look, open, sendChunk } from "./upload_api.js";
import { rest, secondsToWait } from "./waiting.js";
import { BYTES_A_SECOND, HEADER_BYTES, header } from "./wav.js";
import { words } from "./words.js";

const KEEP_BYTES = BYTES_A_SECOND / 2;
const SEND_BYTES = 2 * BYTES_A_SECOND;
const LONGEST_BYTES = 1500 * BYTES_A_SECOND;
const LOOK_AGAIN_SECONDS = 30;
const MOST_DISORDERS = 20;
const DISORDER = new Set(["chunk_out_of_order", "chunk_differs", "chunk_damaged", "upload_session_over", "cut_off"]);
export const SIGNED_OUT = new Set(["sign_in_needed", "second_factor_needed", "form_too_old"]);

class GivenUpThere extends Error {}

/* The same key for the same part, however often it is asked: it is opened once. */
export const keyOf = ({ id, part, again }) => [id, part, ...(again ? [again] : [])].join(" ");
const lockOf = (id) => `recording ${id}`;

export async function isHeld(id) {
  const { held } = await navigator.locks.query();
  return held.some((lock) => lock.name === lockOf(id));
}

/* A recording belongs to one page at a time. Whether this is the one. */
export function hold(id, until) {
  return new Promise((told) => {
    navigator.locks.request(lockOf(id), { ifAvailable: true }, async (lock) => {
      told(Boolean(lock));
      if (lock) await until;
    });
  });
}

export class Recording {
  constructor(row, { changed, opened, stored }) {
    Object.assign(this, { row, changed, opened, stored, title: row.name, state: "sending", reason: "", waitSeconds: 0 });
    Object.assign(this, { end: 0, kept: 0, session: null, isKept: true, isEager: false, isFull: false, isReleased: false });
    Object.assign(this, { heard: [], heardBytes: 0, keeping: Promise.resolve(), silences: 0, disorders: 0 });
    this.stopper = new AbortController();
    this.over = new Promise((done) => Object.assign(this, { letGo: done }));
  }

  static async begin(about, calls) {
    const row = { ...about, id: crypto.randomUUID(), part: 1, from: 0, acknowledged: 0, session: "", isEnded: false };
    const recording = new Recording(row, calls);
    await hold(row.id, recording.over);
    recording.isKept = await spool.add(row);
    recording.run();
    return recording;
  }

  /* One that an earlier page left; null where another page has it. */
  static async resume(row, calls, title = row.name) {
    const recording = new Recording(row, calls);
    recording.title = title;
    if (!(await hold(row.id, recording.over))) return null;
    const { to } = await spool.extent(row);
    recording.end = recording.kept = Math.max(to, row.acknowledged);
    recording.isEager = true;
    recording.run();
    return recording;
  }

  get isOver() {
    return ["stored", "discarded", "kept"].includes(this.state);
  }

  get seconds() {
    return (this.end + this.heardBytes) / BYTES_A_SECOND;
  }

  get savedSeconds() {
    return this.row.acknowledged / BYTES_A_SECOND;
  }

  get keptSeconds() {
    return this.kept / BYTES_A_SECOND;
  }

  get unsentSeconds() {
    return this.seconds - this.savedSeconds;
  }

  become(state, values = {}) {
    if (this.isOver) return;
    Object.assign(this, { state, ...values });
    this.changed(this);
    if (this.isOver) this.letGo();
  }

  // --- what is heard -------------------------------------------------------------------------------------------------

  hear(samples) {
    this.heard.push(new Uint8Array(samples.buffer));
    this.heardBytes += samples.byteLength;
    if (this.heardBytes >= KEEP_BYTES) this.keep();
  }

  keep() {
    if (!this.heardBytes) return this.keeping;
    const [start, blob] = [this.end, new Blob(this.heard)];
    this.end += blob.size;
    Object.assign(this, { heard: [], heardBytes: 0 });
    this.keeping = this.keeping.then(async () => {
      this.isKept = (await spool.append(this.row, start, await blob.arrayBuffer())) && this.isKept;
      this.kept = start + blob.size;
      this.wake?.();
    });
    return this.keeping;
  }

  async pause() {
    await this.keep();
    this.isEager = true;
    this.wake?.();
  }

  goOn() {
    this.isEager = false;
  }

  async finish() {
    await this.keep();
    await spool.note(this.row, { isEnded: true });
    this.tryAgain();
  }

  async discard() {
    await spool.note(this.row, { isDiscarded: true });
    this.stopper.abort();
    this.tryAgain();
  }

  /* For another panel or page to go on with. */
  async release() {
    await this.keep();
    this.isReleased = true;
    this.stopper.abort();
    this.tryAgain();
    this.letGo();
  }

  tryAgain() {
    this.retry?.();
    this.wake?.();
  }

  // --- to the server -------------------------------------------------------------------------------------------------

  async run() {
    while (!this.isOver && !this.isReleased) {
      this.stopper = new AbortController();
      try {
        await this.step();
      } catch (error) {
        this.session = null;
        await this.recover(error);
      }
    }
  }

  async step() {
    if (this.row.isDiscarded) return this.giveUp();
    if (this.row.isCaptured && !this.row.case) return this.awaitCase();
    if (!this.session) await this.find();
    if (this.session.state === "complete") return this.store();
    while (this.hasEnough) await this.send();
    if (this.isFull || (this.row.isEnded && this.isAllSent)) return this.store();
    await this.more();
  }

  /* Captured where nobody says which case it belongs to: it stays in the spool until its person does. */
  awaitCase() {
    if (this.row.isEnded) return this.become("kept");
    this.become("captured");
    return new Promise((wake) => Object.assign(this, { wake }));
  }

  /* Opens a session, or asks an open one how far it is. */
  async find() {
    const { row, stopper } = this;
    if (row.isGivenUp) throw new GivenUpThere();
    if (row.session) return this.take(await look(row.session, stopper.signal));
    const language = row.language ? { language: row.language } : {};
    const about = { case: row.case, name: this.name, type: "audio/wav", ...language };
    await this.take(await open(row.base, about, stopper.signal, keyOf(row)));
    this.opened(this, this.session);
  }

  get name() {
    return this.row.part > 1 ? this.title.replace(/\.wav$/, ` (${this.row.part}).wav`) : this.title;
  }

  async take(session) {
    const acknowledged = this.row.from + Math.max(0, session.received - HEADER_BYTES);
    this.session = session;
    if (session.state === "discarded") return this.lostThere();
    await spool.note(this.row, { session: session.url, acknowledged });
    this.isFull = acknowledged - this.row.from >= LONGEST_BYTES;
    this.become("sending", { silences: 0, reason: "" });
  }

  /* Given up on another computer, or by the house: what this browser still has is not, until its person says so. Sent
     again, it is another recording there. */
  async lostThere() {
    const { row } = this;
    if (row.isDiscarded) return this.forget();
    const from = Math.max(row.from, (await spool.extent(row)).from);
    await spool.note(row, { session: "", from, acknowledged: from, again: (row.again ?? 0) + 1, isGivenUp: true });
    throw new GivenUpThere();
  }

  get isAllSent() {
    return this.row.acknowledged >= this.kept && !this.heardBytes && this.kept === this.end;
  }

  get hasEnough() {
    const waiting = this.kept - this.row.acknowledged;
    const isEager = this.isEager || this.row.isEnded;
    return !this.isOver && !this.isFull && (waiting >= SEND_BYTES || (isEager && waiting > 0));
  }

  async send() {
    const { row, session } = this;
    const isFirst = session.received === 0;
    const most = session.chunk_size - (session.chunk_size % 2) - (isFirst ? HEADER_BYTES : 0);
    const sound = await spool.read(row, row.acknowledged, most);
    if (!sound.size) throw new Error("the spool has a hole");
    const piece = isFirst ? new Blob([header(), sound]) : sound;
    await this.take(await sendChunk(row.session, session.next_index, piece, this.stopper.signal));
    this.disorders = 0;
  }

  /* Until there is more to send, or something else to do. */
  more() {
    return new Promise((wake) => {
      this.wake = wake;
      if (this.hasEnough || this.row.isDiscarded || (this.row.isEnded && this.isAllSent)) wake();
    });
  }

  async store() {
    const { row, session } = this;
    if (!session.received) return this.giveUp();
    this.become("storing");
    const upload = await complete(row.session, this.stopper.signal);
    const isWhole = row.isEnded && this.isAllSent;
    await spool.note(row, { part: row.part + 1, from: row.acknowledged, session: "" });
    Object.assign(this, { session: null, isFull: false });
    if (isWhole) await spool.drop(row);
    this.stored(this, upload);
    this.become(isWhole ? "stored" : "sending");
  }

  /* Also a last part in which nothing was said: the parts before it are stored. */
  async giveUp() {
    const { row } = this;
    if (row.session) await discard(row.session).catch(passOver);
    await this.forget(row.part > 1 && !row.isDiscarded ? "stored" : "discarded");
  }

  async forget(state = "discarded") {
    await spool.drop(this.row);
    this.become(state);
  }

  // --- when it does not go --------------------------------------------------------------------------------------------

  async recover(error) {
    const { status = 0, problem = {} } = error;
    if (error.name === "AbortError" || this.isOver) return undefined;
    if (error instanceof Silent || status >= 500) return this.waitForServer(error);
    if (SIGNED_OUT.has(problem.code)) return this.waitForSignIn();
    if (problem.code === "too_large" && this.row.acknowledged > this.row.from) return this.waitForRoom();
    if (DISORDER.has(problem.code) && (this.disorders += 1) < MOST_DISORDERS) return undefined;
    return this.waitForPerson(error);
  }

  async waitForServer({ waitSeconds = 0, message }) {
    this.silences += 1;
    const seconds = secondsToWait(this.silences, waitSeconds);
    this.become("away", { waitSeconds: seconds, reason: message });
    await rest(seconds, this.stopper.signal);
  }

  async waitForSignIn() {
    this.become("signed_out");
    signedOut(words("recording_signed_out"));
    await rest(LOOK_AGAIN_SECONDS, this.stopper.signal, "signed-in-again");
  }

  /* The server takes no more into this file: it is whole, the rest goes into the next. */
  async waitForRoom() {
    this.session = await look(this.row.session, this.stopper.signal).catch(() => null);
    this.isFull = Boolean(this.session);
  }

  async waitForPerson(error) {
    const isGivenUp = error instanceof GivenUpThere;
    const known = error instanceof Refused ? [error.message, error.problem.what_to_do] : [words("recording_unreadable")];
    const told = error.status === 404 && this.row.session ? [words("recording_not_here")] : known;
    this.become("stuck", { reason: isGivenUp ? words("recording_given_up") : told.filter(Boolean).join(" ") });
    await new Promise((retry) => Object.assign(this, { retry }));
    if (isGivenUp && !this.isReleased) await spool.note(this.row, { isGivenUp: false });
  }
}

/* What is gone or over already needs no giving up. */
function passOver(error) {
  if (error instanceof Refused && [404, 409, 410].includes(error.status)) return;
  throw error;
}
