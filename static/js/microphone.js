/* The microphone, open for as long as somebody records and not a moment longer. What it hears comes as `heard`
   {samples, peak, loudness}; `lost` says that it went away by itself. */
import { reasonOf } from "./devices.js";
import { RATE } from "./wav.js";

/* What the device adds is for calls: it makes quiet rooms quieter, and words at their ends. */
const WISHES = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: true };
const LAST_BLOCK_MS = 500;

export class NoMicrophone extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

export const canRecord = () => Boolean(navigator.mediaDevices?.getUserMedia && globalThis.AudioWorkletNode && crypto.subtle);

export class Microphone {
  static async open({ worklet, device = "", heard, lost }) {
    if (!canRecord()) throw new NoMicrophone("unable");
    const microphone = new Microphone(heard, lost);
    try {
      await microphone.listen(worklet, device);
    } catch (error) {
      microphone.release();
      throw new NoMicrophone(reasonOf(error));
    }
    return microphone;
  }

  constructor(heard, lost) {
    Object.assign(this, { heard, lost, stream: null, context: null, node: null, isClosed: false });
  }

  async listen(worklet, device) {
    const audio = { ...WISHES, ...(device ? { deviceId: { exact: device } } : {}) };
    this.stream = await navigator.mediaDevices.getUserMedia({ audio });
    const [track] = this.stream.getAudioTracks();
    track.addEventListener("ended", () => this.lose());
    const source = this.source();
    await this.context.audioWorklet.addModule(worklet);
    this.node = new AudioWorkletNode(this.context, "recorder", { numberOfOutputs: 1, channelCount: 1 });
    this.node.port.onmessage = ({ data }) => this.take(data);
    source.connect(this.node).connect(this.context.destination);
    await this.context.resume();
  }

  /* Some browsers do not change the rate of a microphone on its way: then the worklet does. */
  source() {
    try {
      this.context = new AudioContext({ sampleRate: RATE });
      return this.context.createMediaStreamSource(this.stream);
    } catch {
      this.context?.close();
      this.context = new AudioContext();
      return this.context.createMediaStreamSource(this.stream);
    }
  }

  get device() {
    return this.stream?.getAudioTracks()[0]?.getSettings().deviceId ?? "";
  }

  take(data) {
    if (data.isOver) return this.ended?.();
    this.heard(data);
  }

  lose() {
    if (this.isClosed) return;
    this.close();
    this.lost();
  }

  /* Not before the last tenth of a second has come out of it. */
  async close() {
    if (this.isClosed) return;
    this.isClosed = true;
    const over = new Promise((ended) => {
      this.ended = ended;
      setTimeout(ended, LAST_BLOCK_MS);
    });
    this.node?.port.postMessage("end");
    if (this.node) await over;
    this.release();
  }

  release() {
    this.isClosed = true;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.node?.disconnect();
    if (this.context?.state !== "closed") this.context?.close();
  }
}

/* By its name: a browser that has forgotten us gives its devices new ids. */
export async function deviceNamed(label) {
  return (await microphones()).find((one) => one.label === label)?.deviceId ?? "";
}

export async function microphones() {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return all.filter((one) => one.kind === "audioinput" && one.deviceId && one.label);
}
