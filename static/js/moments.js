/* [data-seek] plays the recording on the page from that second on, to [data-seek-end]. Without script the address of the
   recording names the moment, and its own controls play it. */
const player = document.querySelector("audio[data-moment]");
let until = Infinity;

for (const button of document.querySelectorAll("[data-seek]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    until = Number(button.dataset.seekEnd);
    player.currentTime = Number(button.dataset.seek);
    player.play();
  });
}

player?.addEventListener("timeupdate", () => {
  if (player.currentTime < until) return;
  until = Infinity;
  player.pause();
});
