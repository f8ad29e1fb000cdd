/* [data-camera]: the panel that takes a photo, or one from a file (partials/camera.html). A photo that is stored raises
   `photo-taken` (detail: the API's upload). The camera is open only while its picture is seen. With [data-camera-keeps]
   nothing is sent: `photo-kept` rises (detail: {file, kept}, a call that says what became of it). */
import { note, say } from "./announce.js";
import { onDrop } from "./dropping.js";
import { Lens, cameras, canPhotograph } from "./lens.js";
import { asFile, ofFile, ofVideo } from "./photo.js";
import { judge } from "./photo_quality.js";
import { Transfer } from "./transfer.js";
import { canDigest } from "./upload_api.js";
import { words } from "./words.js";

const SHOWN = {
  open: (camera) => ["idle", "sent", "doubt"].includes(camera.mode) && canPhotograph(),
  file: (camera) => ["idle", "sent", "doubt", "on"].includes(camera.mode),
  take: (camera) => camera.mode === "on",
  switch: (camera) => camera.mode === "on" && camera.lenses.length > 1,
  close: (camera) => ["on", "asking"].includes(camera.mode),
  send: (camera) => camera.mode === "doubt",
  retry: (camera) => camera.mode === "failed",
  drop: (camera) => ["doubt", "failed"].includes(camera.mode),
};
const BUSY = new Set(["looking", "doubt", "sending", "failed"]);  // with a photo about which nothing is settled yet
const openCameras = new Set();
const sendingCameras = new Set();

class Camera {
  constructor(element) {
    Object.assign(this, { element, mode: "idle", lens: null, lenses: [], at: 0, trouble: "", transfer: null, decided: null, waiting: [] });
    this.part = (name) => element.querySelector(`[data-camera-${name}]`);
    for (const act of ["open", "take", "switch", "close", "send", "retry", "drop"]) {
      this.part(act).addEventListener("click", () => this[act]());
    }
    this.part("file").addEventListener("click", () => this.part("input").click());
    this.part("input").addEventListener("change", ({ target }) => {
      this.takeFiles([...target.files]);
      target.value = "";
    });
    onDrop(element, element, (files) => this.takeFiles([...files]));
    this.watcher = new MutationObserver(() => element.isConnected || this.shut());
    this.draw();
  }

  become(mode, sentence = "") {
    this.mode = mode;
    if (sentence) say(sentence);
    this.draw();
  }

  fail(reason, mode = "idle") {
    this.trouble = words(`photo_${reason}`) || reason;
    this.become(mode);
  }

  // --- the camera -----------------------------------------------------------------------------------------------------

  async open() {
    if (["on", "asking"].includes(this.mode)) return;
    this.trouble = "";
    this.settle(false);
    this.become("asking");
    await this.show(this.lenses[this.at]?.wish ?? { facingMode: { ideal: "environment" } });
  }

  async show(wish) {
    this.letGo();
    const lens = new Lens({ lost: () => this.lose() });
    this.hold(lens);
    try {
      const stream = await lens.open(wish);
      if (!stream) return;
      await this.play(stream);
      await this.listLenses();
    } catch (error) {
      if (this.lens !== lens) return;
      this.letGo();
      this.fail(`camera_${error.reason ?? "busy"}`);
      return;
    }
    if (this.lens === lens) this.become("on", this.nameInUse());
  }

  hold(lens) {
    this.lens = lens;
    openCameras.add(this);
    this.watcher.observe(document.documentElement, { childList: true, subtree: true });
  }

  async play(stream) {
    const video = this.part("video");
    video.srcObject = stream;
    await video.play();
  }

  async listLenses() {
    this.lenses = await cameras();
    const { deviceId, facingMode } = this.lens?.settings ?? {};
    const found = this.lenses.findIndex((one) => one.id === deviceId || (one.number === undefined && one.facing === facingMode));
    if (found >= 0) this.at = found;
  }

  get next() {
    return (this.at + 1) % Math.max(1, this.lenses.length);
  }

  nameOf(at) {
    const { facing, number } = this.lenses[at] ?? {};
    return facing ? words(`camera_${facing}`) : String(number ?? 1);
  }

  nameInUse() {
    return words("camera_in_use", { name: this.nameOf(this.at) });
  }

  async switch() {
    this.at = this.next;
    const { wish } = this.lenses[this.at];
    this.become("asking");
    await this.show(wish);
  }

  close() {
    this.letGo();
    this.become("idle", words("camera_closed"));
    this.part("open").focus();
    this.takeNext();
  }

  lose() {
    this.letGo();
    this.fail("camera_lost");
    this.takeNext();
  }

  /* The page went on without us. */
  shut() {
    if (!this.lens) return;
    this.letGo();
    this.become("idle");
  }

  letGo() {
    this.lens?.close();
    this.lens = null;
    this.part("video").srcObject = null;
    this.watcher.disconnect();
    openCameras.delete(this);
  }

  // --- the picture ----------------------------------------------------------------------------------------------------

  async take() {
    const canvas = ofVideo(this.part("video"));
    this.letGo();
    await this.offer(canvas);
  }

  /* A file chosen in doubt takes the place of the doubtful one; several go one after the other. */
  takeFiles(files) {
    if (this.mode === "doubt") {
      this.settle(false);
      this.mode = "idle";
    }
    this.waiting.push(...files);
    return this.takeNext();
  }

  async takeNext() {
    if (!BUSY.has(this.mode) && this.waiting.length) await this.takeFile(this.waiting.shift());
  }

  async takeFile(file) {
    this.letGo();
    this.settle(false);
    this.trouble = "";
    this.become("looking");
    try {
      await this.offer(await ofFile(file));
    } catch (error) {
      this.fail(error.reason ?? "unreadable");
      if (this.waiting.length) note(`${file.name}: ${this.trouble}`, "danger");
      await this.takeNext();
    }
  }

  /* Good ones go at once; of a doubtful one a person says whether it goes. */
  async offer(canvas) {
    this.part("still").replaceChildren(canvas);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", words("photo_name_seen"));
    this.reasons = judge(canvas);
    if (this.reasons.length && !(await this.ask())) return;
    await this.store(await asFile(canvas, words("photo_name", { time: nameOfNow() })));
  }

  ask() {
    this.trouble = this.reasons.map((reason) => words(`photo_${reason}`)).join(" ");
    this.become("doubt", this.trouble);
    return new Promise((decide) => Object.assign(this, { decided: decide }));
  }

  settle(isToSend) {
    this.decided?.(isToSend);
    this.decided = null;
  }

  send() {
    this.trouble = "";
    this.settle(true);
  }

  drop() {
    this.settle(false);
    this.transfer?.cancel();
    this.trouble = "";
    this.part("still").replaceChildren();
    this.become("idle");
    this.part("open").focus();
    this.takeNext();
  }

  async store(file) {
    if (!canDigest()) return this.fail("unable");
    if ("cameraKeeps" in this.element.dataset) return this.keep(file);
    const about = { case: this.element.dataset.cameraCase };
    this.transfer = new Transfer(file, { base: this.element.dataset.camera, about, changed: () => this.sent() });
    await this.transfer.start();
  }

  /* For the queue, which sends it when there is a network and a case. */
  keep(file) {
    const kept = () => {
      this.become("sent", words("photo_kept"));
      return this.takeNext();
    };
    this.become("sending");
    this.element.dispatchEvent(new CustomEvent("photo-kept", { bubbles: true, detail: { file, kept } }));
  }

  retry() {
    this.trouble = "";
    this.transfer.start();
  }

  sent() {
    const { transfer } = this;
    sendingCameras[transfer.isOver ? "delete" : "add"](this);
    if (transfer.state === "cancelled") return;
    if (transfer.state === "failed") return this.fail(transfer.reason, "failed");
    this.trouble = transfer.state === "retrying" ? words("photo_waiting", { seconds: transfer.waitSeconds }) : "";
    if (transfer.state !== "done") return this.become("sending");
    this.become("sent", words("photo_sent"));
    const from = this.element.isConnected ? this.element : document.body;
    from.dispatchEvent(new CustomEvent("photo-taken", { bubbles: true, detail: transfer.result }));
    this.takeNext();
  }

  /* The page goes: what of a photo has not come will not come. */
  giveUp() {
    this.waiting = [];
    this.transfer.cancel();
    this.become("idle");
  }

  // --- how it looks ---------------------------------------------------------------------------------------------------

  draw() {
    const focused = this.element.contains(document.activeElement) ? document.activeElement : null;
    this.element.dataset.mode = this.mode;
    for (const [name, shown] of Object.entries(SHOWN)) this.part(name).hidden = !shown(this);
    this.part("stage").hidden = !["on", "looking", "doubt", "sending", "sent", "failed"].includes(this.mode);
    this.part("video").hidden = this.part("sign").hidden = this.mode !== "on";
    this.part("still").hidden = this.mode === "on";
    this.part("sign-words").textContent = this.mode === "on" ? this.nameInUse() : "";
    this.part("switch-words").textContent = this.nameOf(this.next);
    for (const mark of this.element.querySelectorAll("[data-camera-mark]")) mark.hidden = mark.dataset.cameraMark !== this.mode;
    this.part("open-words").textContent = words(this.mode === "idle" ? "camera_open" : "camera_again");
    this.part("trouble").hidden = !this.trouble;
    this.part("trouble-words").textContent = this.trouble;
    if (focused?.hidden) this.element.querySelector("[data-camera-main]:not([hidden])")?.focus();
  }
}

function nameOfNow() {
  const now = new Date();
  return `${now.toLocaleDateString("sv")} ${now.toTimeString().slice(0, 8).replaceAll(":", ".")}`;
}

function shutAll() {
  for (const camera of [...openCameras]) camera.shut();
}

addEventListener("beforeunload", (event) => {
  if (sendingCameras.size) event.preventDefault();
});
addEventListener("pagehide", () => {
  shutAll();
  for (const camera of [...sendingCameras]) camera.giveUp();
});
document.addEventListener("visibilitychange", () => document.hidden && shutAll());

export function startCameras(root) {
  const found = [...root.querySelectorAll("[data-camera]")];
  if (root.matches?.("[data-camera]")) found.push(root);
  for (const element of found.filter((one) => !one.dataset.cameraStarted)) {
    element.dataset.cameraStarted = "true";
    new Camera(element);
  }
}
