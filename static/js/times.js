/* time[data-since] counts up, time[data-due] counts down to its datetime. Same figures as the filters `waiting` and `due`. */
import { words } from "./words.js";

const EVERY_MS = 15000;
const MINUTE_MS = 60000;

export function span(milliseconds) {
  const all = Math.floor(Math.abs(milliseconds) / MINUTE_MS);
  if (all < 1) return words("under_a_minute");
  const days = Math.floor(all / 1440);
  const parts = [[days, "d"], [Math.floor(all / 60) % 24, "h"], [days ? 0 : all % 60, "min"]];
  return parts.filter(([amount]) => amount).map(([amount, unit]) => `${amount} ${unit}`).join(" ");
}

function tell(element) {
  const passed = Date.now() - Date.parse(element.dateTime);
  if (Number.isNaN(passed)) return;
  const time = span(passed);
  const text = "since" in element.dataset ? time : words(passed > 0 ? "overdue" : "due_in", { time });
  if (text && element.textContent !== text) element.textContent = text;
}

setInterval(() => document.querySelectorAll("time[data-since], time[data-due]").forEach(tell), EVERY_MS);
