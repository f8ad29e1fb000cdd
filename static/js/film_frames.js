/* Films as the server decodes them: a description and plain 16-bit grey. No codec runs in the browser. */
import { sentenceOf } from "./announce.js";
import { words } from "./words.js";

const SCHEME = "film";
const frames = new Map();
const served = new WeakSet();

/* A sentence for the reader; anything else that is thrown is ours to explain. */
export class FilmProblem extends Error {}

export async function fetchFrame(url) {
  const told = await (await answerOf(url)).json();
  const bytes = await (await answerOf(told.pixels)).arrayBuffer();
  if (bytes.byteLength !== told.rows * told.columns * 2) throw new FilmProblem(words("film_incomplete"));
  const frame = { ...told, imageId: `${SCHEME}:${url}`, values: new Uint16Array(bytes) };
  frames.set(frame.imageId, frame);
  return frame;
}

async function answerOf(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json, application/octet-stream" } }).catch(() => {
    throw new FilmProblem(words("film_no_answer"));
  });
  if (answer.ok) return answer;
  throw new FilmProblem(sentenceOf(await answer.text(), answer.headers.get("Content-Type") ?? ""));
}

export const frameOf = (imageId) => frames.get(imageId);
export const forgetFrames = () => frames.clear();

/* Millimetres for each pixel, down and across; without a scale a pixel is the unit. */
export const spacingOf = (frame) => frame.spacing ?? [1, 1];

export function serveFrames(cornerstone) {
  if (served.has(cornerstone)) return;
  served.add(cornerstone);
  cornerstone.imageLoader.registerImageLoader(SCHEME, (imageId) => ({ promise: Promise.resolve(imageOf(frames.get(imageId))) }));
  cornerstone.metaData.addProvider((kind, imageId) => (frames.has(imageId) ? aboutFrame(kind, frames.get(imageId)) : undefined));
}

function imageOf(frame) {
  const [down, across] = spacingOf(frame);
  return {
    imageId: frame.imageId, rows: frame.rows, columns: frame.columns, height: frame.rows, width: frame.columns,
    minPixelValue: frame.lowest, maxPixelValue: frame.highest, slope: 1, intercept: 0,
    windowCenter: frame.window.center, windowWidth: frame.window.width, voiLUTFunction: "LINEAR",
    rowPixelSpacing: down, columnPixelSpacing: across, color: false, rgba: false, numberOfComponents: 1, invert: false,
    sizeInBytes: frame.values.byteLength, imageFrame: {}, getPixelData: () => frame.values,
  };
}

function aboutFrame(kind, frame) {
  if (kind === "imagePixelModule") return aboutPixels(frame);
  if (kind === "imagePlaneModule") return aboutPlane(frame);
  if (kind === "generalSeriesModule") return { modality: "DX", seriesInstanceUID: frame.imageId };
  return undefined;
}

function aboutPixels({ rows, columns, bits }) {
  return {
    rows, columns, bitsAllocated: 16, bitsStored: bits, highBit: bits - 1, samplesPerPixel: 1, pixelRepresentation: 0,
    photometricInterpretation: "MONOCHROME2",
  };
}

function aboutPlane(frame) {
  const [down, across] = spacingOf(frame);
  return {
    rows: frame.rows, columns: frame.columns, frameOfReferenceUID: frame.imageId, pixelSpacing: [down, across],
    rowPixelSpacing: down, columnPixelSpacing: across, imagePositionPatient: [0, 0, 0],
    imageOrientationPatient: [1, 0, 0, 0, 1, 0], rowCosines: [1, 0, 0], columnCosines: [0, 1, 0],
  };
}
