/* A picture as it is sent: upright, at most so large, and nothing in it but the picture. Where it was taken, when and
   with what stays behind: it is drawn anew. */
const LONGEST = 2048;
const QUALITY = 0.85;
export const LARGEST_FILE_BYTES = 50_000_000;
export const TAKEN = new Set(["image/jpeg", "image/png", "image/webp"]);

export class NoPicture extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/* What is known of it before it is opened. */
export function check(file) {
  if (!TAKEN.has(file.type)) throw new NoPicture("kind");
  if (!file.size) throw new NoPicture("empty");
  if (file.size > LARGEST_FILE_BYTES) throw new NoPicture("large");
}

export async function ofFile(file) {
  check(file);
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const canvas = drawn(bitmap, bitmap.width, bitmap.height);
    bitmap.close();
    return canvas;
  } catch {
    throw new NoPicture("unreadable");
  }
}

export const ofVideo = (video) => drawn(video, video.videoWidth, video.videoHeight);

export function drawn(source, width, height, longest = LONGEST) {
  const scale = Math.min(1, longest / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const pen = canvas.getContext("2d", { alpha: false });
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

export function asFile(canvas, name) {
  return new Promise((done, fail) => {
    const made = (blob) => (blob ? done(new File([blob], name, { type: "image/jpeg" })) : fail(new NoPicture("unreadable")));
    canvas.toBlob(made, "image/jpeg", QUALITY);
  });
}
