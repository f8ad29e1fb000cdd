/* Sound as the house takes it: 16 kHz, one channel, 16 bits. While a recording goes on nobody knows its length: the
   header says so by the largest number there is, and decoders read to the end. */
export const RATE = 16000;
export const SAMPLE_BYTES = 2;
export const BYTES_A_SECOND = RATE * SAMPLE_BYTES;
export const HEADER_BYTES = 44;
const UNKNOWN = 0xffffffff;

export function header(soundBytes = null) {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES));
  const mark = (at, text) => [...text].forEach((letter, step) => view.setUint8(at + step, letter.charCodeAt(0)));
  mark(0, "RIFF");
  view.setUint32(4, soundBytes === null ? UNKNOWN : HEADER_BYTES - 8 + soundBytes, true);
  mark(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, BYTES_A_SECOND, true);
  view.setUint16(32, SAMPLE_BYTES, true);
  view.setUint16(34, 8 * SAMPLE_BYTES, true);
  mark(36, "data");
  view.setUint32(40, soundBytes === null ? UNKNOWN : soundBytes, true);
  return new Uint8Array(view.buffer);
}

export const secondsOf = (bytes) => Math.max(0, bytes - HEADER_BYTES) / BYTES_A_SECOND;
