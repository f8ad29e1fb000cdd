/* Is this picture good enough to look at? Too small, blurred, too dark, too bright or without contrast, each by a measure
   of its own; the server looks again. */
import { drawn } from "./photo.js";

const LOOKED_AT = 768;
const SMALLEST_SIDE = 480;
const TILES = 4;
const WINDOW = 9;
const LIMITS = { blur: 0.5, edges: 0.5, darkMean: 34, darkHigh: 72, brightMean: 210, brightLow: 190, contrast: 24 };

/* The reasons to take it again, worst first; none when it is good. */
export function judge(canvas) {
  const grey = greyOf(canvas);
  const light = lightOf(grey.values);
  const reasons = [];
  if (Math.min(canvas.width, canvas.height) < SMALLEST_SIDE) reasons.push("small");
  if (light.mean < LIMITS.darkMean || light.high < LIMITS.darkHigh) reasons.push("dark");
  else if (light.mean > LIMITS.brightMean && light.low > LIMITS.brightLow) reasons.push("bright");
  else if (light.high - light.low < LIMITS.contrast) reasons.push("flat");
  else if (blurOf(grey) > LIMITS.blur) reasons.push("blurred");
  return reasons;
}

export function greyOf(canvas) {
  const small = drawn(canvas, canvas.width, canvas.height, LOOKED_AT);
  const { width, height } = small;
  const { data } = small.getContext("2d").getImageData(0, 0, width, height);
  const values = new Float32Array(width * height);
  for (let at = 0; at < values.length; at += 1) {
    values[at] = 0.299 * data[4 * at] + 0.587 * data[4 * at + 1] + 0.114 * data[4 * at + 2];
  }
  return { values, width, height };
}

export function lightOf(values) {
  const counts = new Uint32Array(256);
  let sum = 0;
  for (const value of values) {
    counts[Math.round(value)] += 1;
    sum += value;
  }
  return { mean: sum / values.length, low: share(counts, values.length, 0.01), high: share(counts, values.length, 0.99) };
}

function share(counts, all, wanted) {
  let passed = 0;
  return counts.findIndex((count) => (passed += count) >= wanted * all);
}

/* How little a picture changes when it is blurred once more: what is sharp changes much, what was blurred before hardly.
   The sharpest of the parts with most in them counts: what lies behind may be blurred, and noise is not sharpness. */
export function blurOf(grey) {
  const parts = [];
  for (let row = 0; row < TILES; row += 1) {
    for (let column = 0; column < TILES; column += 1) parts.push(part(grey, row, column));
  }
  const most = Math.max(...parts.map(({ edges }) => edges));
  if (most < LIMITS.edges) return 1;
  return Math.min(...parts.filter(({ edges }) => edges > most / 2).map(({ blur }) => blur));
}

function part(grey, row, column) {
  const [top, bottom] = [row, row + 1].map((step) => Math.floor((step * grey.height) / TILES));
  const [left, right] = [column, column + 1].map((step) => Math.floor((step * grey.width) / TILES));
  const lines = [];
  for (let y = top; y < bottom; y += 1) lines.push(grey.values.subarray(y * grey.width + left, y * grey.width + right));
  const columns = Array.from({ length: right - left }, (_, x) => Float32Array.from(lines, (line) => line[x]));
  const [across, down] = [along(lines), along(columns)];
  return { blur: Math.max(across.blur, down.blur), edges: Math.max(across.edges, down.edges) };
}

/* Changes from one point to the next, before and after a running mean. */
function along(lines) {
  let before = 0;
  let kept = 0;
  let count = 0;
  for (const line of lines) {
    const soft = softened(line);
    for (let at = 1; at < line.length; at += 1) {
      const was = Math.abs(line[at] - line[at - 1]);
      before += was;
      kept += Math.max(0, was - Math.abs(soft[at] - soft[at - 1]));
      count += 1;
    }
  }
  return { blur: before ? (before - kept) / before : 1, edges: count ? before / count : 0 };
}

function softened(line) {
  const half = Math.floor(WINDOW / 2);
  const soft = new Float32Array(line.length);
  let sum = 0;
  for (let at = -half; at < line.length + half; at += 1) {
    if (at + half < line.length) sum += line[at + half] ?? 0;
    if (at - half - 1 >= 0) sum -= line[at - half - 1];
    const [first, last] = [Math.max(0, at - half), Math.min(line.length - 1, at + half)];
    if (at >= 0 && at < line.length) soft[at] = sum / (last - first + 1);
  }
  return soft;
}
