/* In the thread of the sound: whatever rate the device has becomes 16 kHz, a tenth of a second at a time, each with how
   loud it was. Above half of the new rate everything is taken away first, or it would come back as whistling. */
const RATE = 16000;
const BLOCK = RATE / 10;
const HALF_TAPS = 32;
const FINE = 512;

/* Worked out once, finely enough that the steps between are not heard. */
function kernel(ratio) {
  const cutoff = Math.min(1, 1 / ratio) * 0.92;
  const reach = Math.ceil(HALF_TAPS * Math.max(1, ratio));
  const table = Float32Array.from({ length: reach * FINE + 2 }, (_, step) => weight(step / FINE, cutoff, reach));
  return { reach, at: (distance) => table[Math.round(Math.abs(distance) * FINE)] };
}

function weight(distance, cutoff, reach) {
  if (distance >= reach) return 0;
  const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / reach);
  const turn = Math.PI * distance * cutoff;
  return cutoff * window * (turn ? Math.sin(turn) / turn : 1);
}

class Resampler {
  constructor(from) {
    this.ratio = from / RATE;
    this.kernel = kernel(this.ratio);
    this.held = new Float32Array(this.kernel.reach);
    this.at = this.kernel.reach;
  }

  feed(samples) {
    if (this.ratio === 1) return samples;
    const all = new Float32Array(this.held.length + samples.length);
    all.set(this.held);
    all.set(samples, this.held.length);
    const { reach } = this.kernel;
    const made = [];
    for (; this.at + reach < all.length; this.at += this.ratio) made.push(this.one(all));
    const gone = Math.max(0, Math.floor(this.at) - reach);
    this.held = all.slice(gone);
    this.at -= gone;
    return made;
  }

  one(all) {
    const { reach, at } = this.kernel;
    const first = Math.ceil(this.at - reach);
    let sum = 0;
    for (let each = Math.max(0, first); each <= this.at + reach; each += 1) sum += all[each] * at(each - this.at);
    return sum;
  }
}

class Recorder extends AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = new Resampler(sampleRate);
    this.block = new Int16Array(BLOCK);
    this.filled = this.peak = this.power = 0;
    this.isOver = false;
    this.port.onmessage = () => this.end();
  }

  process([input]) {
    if (input.length) for (const sample of this.resampler.feed(mixed(input))) this.take(sample);
    return !this.isOver;
  }

  take(sample) {
    const bounded = Math.max(-1, Math.min(1, sample));
    this.block[this.filled++] = Math.round(bounded * 32767);
    this.peak = Math.max(this.peak, Math.abs(bounded));
    this.power += bounded * bounded;
    if (this.filled === BLOCK) this.give();
  }

  give() {
    const samples = this.block.slice(0, this.filled);
    const loudness = Math.sqrt(this.power / Math.max(1, this.filled));
    this.port.postMessage({ samples, peak: this.peak, loudness }, [samples.buffer]);
    this.filled = this.peak = this.power = 0;
  }

  /* The last block is as long as it came. */
  end() {
    if (this.filled) this.give();
    this.port.postMessage({ isOver: true });
    this.isOver = true;
  }
}

function mixed(channels) {
  if (channels.length === 1) return channels[0];
  return channels[0].map((sample, at) => channels.reduce((sum, channel) => sum + channel[at], 0) / channels.length);
}

registerProcessor("recorder", Recorder);
