/* The chunked upload API, one call each. A refusal is thrown as Refused (problem+json), a silence,
   or a trouble that passes, as Silent. */
import { csrfToken } from "./csrf.js";

export class Silent extends Error {
  constructor({ waitSeconds = 0, detail = "", answered = false } = {}) {
    super(detail);
    Object.assign(this, { waitSeconds, answered });
  }
}

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || "");
    this.status = status;
    this.problem = problem;
  }
}

const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

async function body(response) {
  try {
    return await response.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return {};
  }
}

async function call(method, url, options = {}) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken(), ...options.headers };
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", ...options, method, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Silent();
  }
  if (response.ok) return response.status === 204 ? {} : body(response);
  const problem = await body(response);
  if (!PASSING.has(response.status)) throw new Refused(response.status, problem);
  const waitSeconds = Number(response.headers.get("Retry-After")) || 0;
  throw new Silent({ waitSeconds, detail: problem.detail, answered: true });
}

const asJson = (value) => ({ body: JSON.stringify(value), headers: { "Content-Type": "application/json" } });

async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const canDigest = () => Boolean(globalThis.crypto?.subtle);
export const listed = (base, signal) => call("GET", base, { signal });
export function open(base, about, signal, key = "") {
  const wish = asJson(about);
  const headers = key ? { ...wish.headers, "Idempotency-Key": key } : wish.headers;
  return call("POST", base, { ...wish, headers, signal });
}

export const look = (session, signal) => call("GET", session, { signal });
export const complete = (session, signal) => call("POST", `${session}/complete`, { ...asJson({}), signal });
export const discard = (session) => call("DELETE", session, { keepalive: true });

export async function sendChunk(session, index, blob, signal) {
  const bytes = await blob.arrayBuffer();
  const headers = { "Content-Type": "application/octet-stream", "X-Chunk-SHA256": await digest(bytes) };
  return call("PUT", `${session}/chunks/${index}`, { body: bytes, headers, signal });
}
