/* How loud it is, seen and in words: bars of the last seconds, and one sentence that says whether a voice is heard. */
import { words } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const BARS = 72;
const STEP = 100 / BARS;
const AHEAD = 18;
const FLOOR_DB = -60;
const JUDGED_BLOCKS = 50;
const CALM_EVERY = 10;
const NOTHING = 0.001;
const VOICE = 0.006;
const CLIPPED = 0.99;
const OVER_THE_FLOOR = 2.5;

const share = (loudness) => Math.max(0.06, 1 - (20 * Math.log10(Math.max(loudness, 1e-6))) / FLOOR_DB);

export class Level {
  constructor(svg, line) {
    Object.assign(this, { svg, line, blocks: [], count: 0, verdict: "" });
    this.isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.bars = Array.from({ length: BARS }, (_, at) => this.bar(at));
    svg.replaceChildren(...this.bars);
    this.clear();
  }

  bar(at) {
    const bar = document.createElementNS(SVG, "rect");
    const fixed = { x: `${(at * STEP).toFixed(2)}%`, width: `${(STEP * 0.6).toFixed(2)}%`, rx: 1 };
    for (const [name, value] of Object.entries(fixed)) bar.setAttribute(name, value);
    return bar;
  }

  clear(sentence = "") {
    this.blocks = [];
    this.draw();
    this.say(sentence);
  }

  hear({ loudness, peak }) {
    this.blocks = [...this.blocks, { loudness, peak }].slice(-(BARS - AHEAD));
    this.count += 1;
    if (this.isCalm && this.count % CALM_EVERY) return;
    this.draw();
    this.say(this.judge());
  }

  draw() {
    this.bars.forEach((bar, at) => {
      const height = at < this.blocks.length ? 84 * share(this.blocks[at].loudness) : 6;
      bar.classList.toggle("q", at >= this.blocks.length);
      bar.setAttribute("height", `${height.toFixed(1)}%`);
      bar.setAttribute("y", `${(50 - height / 2).toFixed(1)}%`);
    });
  }

  judge() {
    const last = this.blocks.slice(-JUDGED_BLOCKS).sort((one, other) => one.loudness - other.loudness);
    const loudest = last.at(-1).loudness;
    if (last.length < JUDGED_BLOCKS / 2 && loudest < VOICE) return "waiting";
    if (loudest < NOTHING) return "nothing";
    if (last.filter((block) => block.peak >= CLIPPED).length > last.length / 10) return "loud";
    const floor = last[Math.floor(last.length / 10)].loudness;
    if (loudest < VOICE) return "quiet";
    return loudest > OVER_THE_FLOOR * floor ? "good" : "steady";
  }

  say(verdict) {
    if (verdict === this.verdict) return;
    this.verdict = verdict;
    this.line.textContent = verdict ? words(`level_${verdict}`) : "";
    this.line.dataset.level = verdict;
  }
}
