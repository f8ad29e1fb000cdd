/* [data-recorder]: the panel that records a voice (partials/recorder.html). From it rise `recording-opened` (detail: the
   session), `recording-piece` (how many seconds are saved), `recording-stored` (the API's upload), `recording-discarded`.
   With [data-recorder-keeps] nothing is sent: from it rise `recording-began` and `recording-kept` (the recording), which
   waits in the spool. */
import { say } from "./announce.js";
import { remember, remembered } from "./cookies.js";
import { ask } from "./dialogs.js";
import { Level } from "./level.js";
import { Microphone, NoMicrophone, canRecord, deviceNamed, microphones } from "./microphone.js";
import { Recording } from "./recording.js";
import { Unfinished, clock, download } from "./unfinished.js";
import { wouldLose } from "./unsaved.js";
import { words } from "./words.js";

const CHOSEN = "microphone";
const SHOWN = {
  start: (recorder) => ["idle", "asking"].includes(recorder.mode),
  pause: (recorder) => recorder.mode === "on",
  resume: (recorder) => ["paused", "lost"].includes(recorder.mode),
  stop: (recorder) => ["on", "paused", "lost"].includes(recorder.mode),
  discard: (recorder) => recorder.recording && recorder.mode !== "asking",
  retry: (recorder) => recorder.recording?.state === "stuck",
  download: (recorder) => recorder.recording && (recorder.recording.state === "stuck" || recorder.isEnding),
};
const HEARD_IN = new Set(["on", "ending", "lost"]);  // the last block comes after a person has pressed stop
const underWay = new Set();

function nameOfNow() {
  const now = new Date();
  const [date, time] = [now.toLocaleDateString("sv"), now.toTimeString().slice(0, 5).replace(":", ".")];
  return words("recording_name", { time: `${date} ${time}` });
}

class Recorder {
  constructor(element) {
    Object.assign(this, { element, mode: "idle", microphone: null, recording: null, trouble: "", said: 0, isOpening: false });
    this.part = (name) => element.querySelector(`[data-recorder-${name}]`);
    this.level = new Level(this.part("level"), this.part("level-words"));
    this.unfinished = new Unfinished(this.part("unfinished"), this);
    for (const act of ["start", "pause", "resume", "stop", "discard", "retry", "download"]) {
      this.part(act).addEventListener("click", () => this[act]());
    }
    this.part("device").addEventListener("change", (event) => this.choose(event.target.value));
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.listDevices());
    this.listDevices();
    this.draw();
    if (canRecord()) this.unfinished.refresh();
    else this.fail("unable");
  }

  get data() {
    return this.element.dataset;
  }

  get isEnding() {
    return this.mode === "ending";
  }

  get keeps() {
    return "recorderKeeps" in this.data;
  }

  get calls() {
    return {
      changed: (recording) => this.changed(recording),
      opened: (recording, session) => this.rise("recording-opened", session),
      stored: (recording, upload) => this.rise("recording-stored", upload),
    };
  }

  rise(name, detail) {
    const from = this.element.isConnected ? this.element : document.body;
    from.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }

  become(mode, sentence = "") {
    this.mode = mode;
    underWay[["on", "paused", "lost", "ending"].includes(mode) ? "add" : "delete"](this);
    if (sentence) say(sentence);
    this.draw();
  }

  fail(reason, values = {}) {
    this.trouble = words(`recording_${reason}`, values) || reason;
    this.draw();
  }

  // --- what a person does ---------------------------------------------------------------------------------------------

  async start() {
    if (this.mode !== "idle") return;
    this.trouble = "";
    this.become("asking");
    if (!(await this.listen())) return this.become("idle");
    const about = {
      base: this.data.recorderOpen, case: this.data.recorderCase, person: this.data.recorderPerson,
      name: nameOfNow(), openedAt: new Date().toISOString(), language: this.data.recorderLanguage ?? "",
      isCaptured: this.keeps,
    };
    this.element.dataset.recorderBegan = Date.now();
    await this.carry(await Recording.begin(about, this.calls));
    if (this.keeps) this.rise("recording-began", this.recording);
    this.become("on", words("recording_said_on"));
  }

  /* What was heard while the recording was being made ready is its beginning. */
  async carry(recording) {
    this.recording = recording;
    for (const block of this.early.splice(0)) recording.hear(block);
  }

  async listen() {
    this.early = [];
    try {
      this.microphone = await this.openMicrophone(await deviceNamed(remembered(CHOSEN)));
      this.listDevices();
      return true;
    } catch (error) {
      this.fail(error.reason ?? "busy");
      return false;
    }
  }

  async openMicrophone(device) {
    const about = { worklet: this.data.recorderWorklet, heard: (block) => this.hear(block), lost: () => this.lose() };
    try {
      return await Microphone.open({ ...about, device });
    } catch (error) {
      if (!device || !(error instanceof NoMicrophone) || error.reason !== "missing") throw error;
      return Microphone.open(about);
    }
  }

  hear(block) {
    if (!this.element.isConnected) return this.leave();
    this.level.hear(block);
    if (!this.recording) this.early.push(block.samples);
    else if (HEARD_IN.has(this.mode)) this.recording.hear(block.samples);
    this.drawTime();
  }

  async pause() {
    await this.silence();
    this.become("paused", words("recording_said_paused"));
    this.part("resume").focus();
  }

  async silence() {
    await this.microphone?.close();
    await this.recording?.pause();
    this.level.clear();
  }

  /* Pressed twice, or stopped while the microphone opens, it opens one and leaves none open. */
  async resume() {
    if (!SHOWN.resume(this) || this.isOpening) return;
    const { recording } = this;
    this.trouble = "";
    this.isOpening = true;
    const isOpen = await this.listen();
    this.isOpening = false;
    if (!isOpen) return;
    if (this.recording !== recording || !SHOWN.resume(this)) return void this.microphone.close();
    recording.goOn();
    this.become("on", words("recording_said_on"));
    this.part("pause").focus();
  }

  async stop() {
    if (!SHOWN.stop(this)) return;
    this.become("ending", words("recording_said_stopped"));
    await this.silence();
    await this.recording.finish();
    this.changed(this.recording);
  }

  discard() {
    ask({ title: words("recording_discard_title"), text: words("recording_discard_text", { time: clock(this.recording.seconds) }), yes: words("recording_discard_yes") }, async () => {
      await this.silence();
      await this.recording.discard();
      this.changed(this.recording);
    });
  }

  retry() {
    this.trouble = "";
    this.recording.tryAgain();
  }

  download() {
    download(this.recording.row);
  }

  /* One that an earlier page left goes on here. */
  async adopt(recording) {
    if (this.mode !== "idle") return;
    this.recording = recording;
    recording.changed = (changed) => this.changed(changed);
    this.become("paused");
    await this.resume();
  }

  async choose(label) {
    remember(CHOSEN, label);
    if (this.mode !== "on") return;
    await this.silence();
    this.become("paused");
    await this.resume();
  }

  // --- what happens to it ---------------------------------------------------------------------------------------------

  async lose() {
    await this.recording?.pause();
    this.level.clear();
    this.fail("unplugged", { time: clock(this.recording?.seconds ?? 0) });
    this.become("lost", this.trouble);
  }

  /* The panel was taken off the page: what came is kept for the next one, nothing more is heard. */
  leave() {
    this.microphone?.close();
    this.recording?.release();
    underWay.delete(this);
  }

  changed(recording) {
    if (!recording) return undefined;
    if (recording !== this.recording) return this.unfinished.draw();
    if (recording.savedSeconds > this.said) this.rise("recording-piece", (this.said = recording.savedSeconds));
    if (recording.state === "stuck") this.trouble = recording.reason;
    if (recording.isOver || recording.row.isDiscarded) return this.end(recording);
    return this.draw();
  }

  end(recording) {
    if (!this.recording) return;
    const { state } = recording;
    this.recording = null;
    this.said = 0;
    this.trouble = "";
    const told = words(`recording_${state === "stored" || state === "kept" ? state : "discarded"}`, { time: clock(recording.seconds) });
    this.become("idle", told);
    this.part("saved").textContent = told;
    if (state === "kept") this.rise("recording-kept", recording);
    else if (state !== "stored") this.rise("recording-discarded", null);
  }

  // --- how it looks ---------------------------------------------------------------------------------------------------

  async listDevices() {
    const found = await microphones();
    const select = this.part("device");
    const opened = this.microphone?.device;
    const isChosen = (one) => (opened ? one.deviceId === opened : one.label === remembered(CHOSEN));
    select.replaceChildren(...found.map((one) => new Option(one.label, one.label, false, isChosen(one))));
    select.closest("label").hidden = found.length < 2;
  }

  draw() {
    const focused = this.element.contains(document.activeElement) ? document.activeElement : null;
    this.data.mode = this.mode;
    for (const [name, shown] of Object.entries(SHOWN)) this.part(name).hidden = !shown(this);
    this.part("start").disabled = this.mode === "asking" || !canRecord();
    for (const mark of this.element.querySelectorAll("[data-recorder-mark]")) mark.hidden = mark.dataset.recorderMark !== this.mode;
    this.part("trouble").hidden = !this.trouble;
    this.part("trouble-words").textContent = this.trouble;
    this.part("level").classList.toggle("is-off", this.mode !== "on");
    this.drawTime();
    if (focused?.hidden) this.element.querySelector("[data-recorder-main]:not([hidden])")?.focus();
  }

  drawTime() {
    const { recording } = this;
    this.part("clock").textContent = clock(recording?.seconds ?? 0);
    if (recording) this.part("saved").textContent = this.savedWords(recording);
  }

  savedWords(recording) {
    const values = { saved: clock(recording.savedSeconds), seconds: recording.waitSeconds, kept: clock(recording.keptSeconds) };
    if (!recording.isKept && recording.unsentSeconds > 0) return words(this.keeps ? "recording_captured_unkept" : "recording_unkept", values);
    if (this.isEnding && ["sending", "storing"].includes(recording.state)) return words("recording_storing", values);
    return words(`recording_${recording.state}`, values);
  }
}

wouldLose(() => underWay.size > 0);

/* Nobody records on after the page is left, whatever the browser keeps of it. */
addEventListener("pagehide", () => {
  for (const recorder of underWay) recorder.leave();
});

export function startRecorders(root) {
  const found = [...root.querySelectorAll("[data-recorder]")];
  if (root.matches?.("[data-recorder]")) found.push(root);
  for (const element of found.filter((one) => !one.dataset.recorderStarted)) {
    element.dataset.recorderStarted = "true";
    new Recorder(element);
  }
}
