/* Waiting for a better moment: longer after each silence, but not once the browser says that the network is back. */
const LONGEST_SECONDS = 30;

export const secondsToWait = (silences, atLeast = 0) => Math.max(atLeast, Math.min(2 ** (silences - 1), LONGEST_SECONDS));

export function rest(seconds, signal, ...events) {
  return new Promise((wake) => {
    const timer = setTimeout(wake, seconds * 1000);
    for (const event of ["online", ...events]) addEventListener(event, wake, { once: true });
    signal?.addEventListener("abort", () => (clearTimeout(timer), wake()), { once: true });
  });
}
