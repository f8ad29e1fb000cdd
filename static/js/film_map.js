/* The heatmap over a film: a picture of the server's, laid on the film by its pane, its strength set by [data-viewer-map].
   Its address stands on the film, or on the slider where that came later, when the answer was revealed. */
import { say } from "./announce.js";
import { words } from "./words.js";

export class HeatMap {
  constructor(viewer) {
    this.viewer = viewer;
  }

  get slider() {
    return document.querySelector("[data-viewer-map]");
  }

  open() {
    const address = this.slider?.dataset.map ?? this.viewer.film.dataset.map;
    if (!address || !this.slider) return;
    this.image ??= this.#fetch(address);
    this.show(true);
  }

  #fetch(address) {
    const image = Object.assign(document.createElement("img"), { className: "heat", alt: words("film_map"), draggable: false });
    image.addEventListener("load", () => this.viewer.pane.viewport.render());
    image.addEventListener("error", () => this.viewer.tell(words("film_map_missing")));
    image.src = address;
    this.viewer.pane.surface.after(image);
    return image;
  }

  show(isShown) {
    this.image.hidden = !isShown;
    this.viewer.press("map", isShown);
    this.fade();
  }

  toggle() {
    if (!this.image) return this.open();
    this.show(this.image.hidden);
    return say(words(this.image.hidden ? "film_map_hidden" : "film_map_shown"));
  }

  fade() {
    if (!this.image) return this.open();
    const percent = this.slider.value;
    this.image.style.opacity = percent / 100;
    for (const value of document.querySelectorAll("[data-viewer-map-value]")) value.textContent = `${percent}\u00a0%`;
    return undefined;
  }
}
