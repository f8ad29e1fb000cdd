/* Why a microphone or a camera does not open: the browser's names, as the words of this house begin. */
const REASONS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

export const reasonOf = (error) => REASONS[error.name] ?? "busy";
