/* The cameras of this device, and the one that is open. Whatever ends it, its light goes off: all tracks are stopped. */
import { reasonOf } from "./devices.js";

const SIZE = { width: { ideal: 2560 }, height: { ideal: 1440 } };
const BACK = /\b(back|rear|environment|world|trasera|posterior)\b/i;
const FRONT = /\b(front|user|face|facetime|selfie|frontal|delantera)\b/i;
const OTHER = { environment: "user", user: "environment" };

export class NoCamera extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

export const canPhotograph = () => Boolean(navigator.mediaDevices?.getUserMedia);

function facingOf(label) {
  if (BACK.test(label)) return "environment";
  return FRONT.test(label) ? "user" : "";
}

/* Each with the wish that opens it, and which way it looks where that tells one from another; else they are numbered.
   Where the browser names no devices, which way to look is all that can be asked for. */
export async function cameras() {
  const all = await navigator.mediaDevices.enumerateDevices();
  const named = all.filter((one) => one.kind === "videoinput" && one.deviceId);
  if (!named.length) return Object.keys(OTHER).map((facing) => ({ id: facing, facing, wish: { facingMode: { ideal: facing } } }));
  const facings = named.map((one) => facingOf(one.label));
  const tell = facings.every(Boolean) && new Set(facings).size === named.length;
  return named.map((one, at) => ({
    id: one.deviceId, facing: tell ? facings[at] : "", number: at + 1, wish: { deviceId: { exact: one.deviceId } },
  }));
}

export class Lens {
  constructor({ lost }) {
    Object.assign(this, { lost, stream: null, isClosed: false });
  }

  /* The permission may come when nobody wants the camera any more: then it is closed at once. */
  async open(wish) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { ...SIZE, ...wish }, audio: false });
      if (this.isClosed) return stop(stream);
      this.stream = stream;
    } catch (error) {
      throw new NoCamera(reasonOf(error));
    }
    for (const track of this.stream.getTracks()) track.addEventListener("ended", () => this.lose());
    return this.stream;
  }

  get settings() {
    return this.stream?.getVideoTracks()[0]?.getSettings() ?? {};
  }

  lose() {
    if (this.isClosed) return;
    this.close();
    this.lost();
  }

  close() {
    this.isClosed = true;
    stop(this.stream);
  }
}

function stop(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
  return null;
}
