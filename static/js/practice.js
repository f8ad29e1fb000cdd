/* The page of a practice: what is recorded is asked about again until its feedback is there, and every number, letter
   and stroke of the drawing plays its moment. Without script the browser's own player is shown. */
const practice = document.querySelector("[data-practice]");
const player = document.querySelector("audio[data-moment]");
const time = document.querySelector("[data-clock]");
const strokes = [...document.querySelectorAll("[data-at]")];
let until = Infinity;

for (const kind of ["recording-opened", "recording-piece", "recording-discarded"]) {
  practice.addEventListener(kind, () => document.body.dispatchEvent(new CustomEvent("practice-changed")));
}
practice.addEventListener("recording-stored", () => location.assign(practice.dataset.practice));

const two = (number) => String(Math.floor(number)).padStart(2, "0");
const clock = (seconds) => `${two(seconds / 60)}:${two(seconds % 60)}`;

function draw() {
  const { currentTime, duration } = player;
  time.textContent = Number.isFinite(duration) ? `${clock(currentTime)} / ${clock(duration)}` : clock(currentTime);
  for (const stroke of strokes) stroke.classList.toggle("on", Number(stroke.dataset.at) < currentTime);
}

function play(from, to = Infinity) {
  until = to;
  player.currentTime = from;
  player.play();
}

/* A player of sound shows no captions of its own: what is being said stands below it. */
function caption(track) {
  const line = document.querySelector("[data-caption]");
  track.mode = "hidden"; // its lines come, and are drawn here
  track.addEventListener("cuechange", () => {
    line.textContent = [...track.activeCues].map((cue) => cue.getCueAsHTML().textContent).join(" ");
  });
}

if (player) {
  player.hidden = true;
  if (player.textTracks.length) caption(player.textTracks[0]);
  player.addEventListener("timeupdate", () => {
    draw();
    if (player.currentTime < until) return;
    until = Infinity;
    player.pause();
  });
  player.addEventListener("loadedmetadata", draw);
  document.addEventListener("click", (event) => {
    const seek = event.target.closest("[data-seek]");
    if (seek) {
      if (!seek.getAttribute("href").startsWith("#")) event.preventDefault();
      play(Number(seek.dataset.seek), Number(seek.dataset.seekEnd));
    }
    const stroke = event.target.closest("[data-at]");
    if (stroke) play(Number(stroke.dataset.at));
    if (event.target.closest("[data-play]")) player.paused ? play(player.currentTime) : player.pause();
  });
}
