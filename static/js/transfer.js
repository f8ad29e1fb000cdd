/* One file on its way. It goes on where the server says it stopped, whatever happened in between: a pause, a dead
   network, a restarted server. `changed(transfer)` is called at every step; what it looks like is upload.js's work. */
import { Refused, Silent, complete, discard, look, open, sendChunk } from "./upload_api.js";
import { rest, secondsToWait } from "./waiting.js";

const MOST_DISORDERS = 20;
const MOST_TROUBLED_TRIES = 8;
const SESSION_GONE = new Set([404, 410]);

export class Transfer {
  /* `key`: the same for the same file, however often it is sent. */
  constructor(file, { base, about, changed, key = crypto.randomUUID() }) {
    Object.assign(this, { file, base, about, changed, key });
    Object.assign(this, { state: "waiting", sent: 0, reason: "", result: null, waitSeconds: 0 });
    Object.assign(this, { session: null, chunkBytes: 0, nextIndex: 0, silences: 0, disorders: 0, reopened: false });
  }

  get isOver() {
    return ["done", "failed", "cancelled"].includes(this.state);
  }

  get isMoving() {
    return ["sending", "retrying"].includes(this.state);
  }

  become(state, values = {}) {
    Object.assign(this, { state, ...values });
    this.changed(this);
  }

  async start() {
    if (!this.file.size) return this.become("failed", { reason: "empty" });
    this.become("sending", { reason: "", silences: 0, disorders: 0, reopened: false });
    this.stopper = new AbortController();
    while (this.isMoving) await this.attempt();
  }

  async attempt() {
    try {
      await this.find();
      while (this.isMoving && this.nextIndex * this.chunkBytes < this.file.size) await this.send();
      if (!this.isMoving) return;
      const result = await complete(this.session, this.stopper.signal);
      this.become("done", { result, sent: this.file.size });
    } catch (error) {
      await this.recover(error);
    }
  }

  /* Opens a session, or asks an open one how far it is. */
  async find() {
    const { signal } = this.stopper;
    if (this.session) return this.take(await look(this.session, signal));
    const about = { ...this.about, name: this.file.name, size: this.file.size };
    const session = await open(this.base, about, signal, `${this.key}${this.reopened ? " again" : ""}`);
    this.session = session.url;
    this.chunkBytes = session.chunk_size;
    this.take(session);
  }

  async send() {
    const start = this.nextIndex * this.chunkBytes;
    const blob = this.file.slice(start, start + this.chunkBytes);
    this.take(await sendChunk(this.session, this.nextIndex, blob, this.stopper.signal));
    if (this.isMoving) this.become("sending", { silences: 0, reason: "" });
  }

  take({ next_index: nextIndex = 0 }) {
    this.nextIndex = nextIndex;
    this.sent = Math.min(nextIndex * this.chunkBytes, this.file.size);
  }

  async recover(error) {
    if (error.name === "AbortError") return;
    if (error instanceof Silent) return this.wait(error);
    if (!(error instanceof Refused)) return this.become("failed", { reason: "unreadable" });
    if (error.problem.code === "chunk_out_of_order" && this.disorders < MOST_DISORDERS) {
      this.disorders += 1;
      return this.take(error.problem);
    }
    if (this.session && SESSION_GONE.has(error.status) && !this.reopened) {
      this.reopened = true;
      this.session = null;
      return;
    }
    const { code } = error.problem;
    this.become("failed", { code, reason: [error.message, error.problem.what_to_do].filter(Boolean).join(" ") });
  }

  async wait({ waitSeconds, answered, message }) {
    this.silences += 1;
    if (answered && this.silences > MOST_TROUBLED_TRIES) return this.become("failed", { reason: message });
    const seconds = secondsToWait(this.silences, waitSeconds);
    this.become("retrying", { waitSeconds: seconds, reason: message });
    await rest(seconds, this.stopper.signal);
    if (this.state === "retrying") this.become("sending");
  }

  pause() {
    if (!this.isMoving) return;
    this.become("paused");
    this.stopper.abort();
  }

  cancel() {
    if (this.isOver) return;
    this.become("cancelled");
    this.stopper?.abort();
    if (this.session) discard(this.session).catch(() => {});
  }
}
