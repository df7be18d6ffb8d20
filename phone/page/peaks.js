// A recording's outline: its loudness in bars, and the drawing of them.

import { make } from "/page/elements.js";
import { mediaAddress } from "/page/phone_api.js";

const BARS = 56;
const HEIGHT = 28; // of the drawing, in its own units; it stretches to its box
const MOST_BYTES = 12_000_000; // larger files are not fetched only to draw them
const DECODE_RATE_HZ = 16_000;
const SVG = "http://www.w3.org/2000/svg";
const known = new Map(); // file id -> promise of bars

/** BARS numbers from 0 to 1; all the same where the file is too large or cannot be read. */
export function barsOf(fileId, sizeBytes) {
  if (!known.has(fileId)) known.set(fileId, read(fileId, sizeBytes));
  return known.get(fileId);
}

export const noBars = () => new Array(BARS).fill(0.02);

async function read(fileId, sizeBytes) {
  const flat = new Array(BARS).fill(0.35);
  if (sizeBytes > MOST_BYTES) return flat;
  try {
    const answer = await fetch(mediaAddress(fileId));
    const context = new OfflineAudioContext(1, 1, DECODE_RATE_HZ);
    const sound = await context.decodeAudioData(await answer.arrayBuffer());
    return loudness(sound.getChannelData(0));
  } catch {
    return flat; // this browser cannot decode it; it may still play it
  }
}

function loudness(samples) {
  const step = Math.max(1, Math.floor(samples.length / BARS));
  const bars = Array.from({ length: BARS }, (_, bar) => {
    let sum = 0;
    const end = Math.min(samples.length, (bar + 1) * step);
    for (let at = bar * step; at < end; at += 1) sum += samples[at] * samples[at];
    return Math.sqrt(sum / step);
  });
  const most = Math.max(...bars, 1e-4);
  return bars.map((bar) => Math.max(0.02, Math.sqrt(bar / most)));
}

/** A waveform whose played part is `--share` of its width; colours are the style sheet's. */
export function waveOf() {
  const whole = drawing("wave-whole");
  const played = drawing("wave-played");
  const element = make("div", { class: "wave", dir: "ltr", "aria-hidden": "true" }, whole, played);
  const draw = (bars) => {
    const path = bars.map(line).join("");
    for (const svg of [whole, played]) svg.firstChild.setAttribute("d", path);
  };
  draw(noBars());
  return { element, draw };
}

function drawing(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${BARS} ${HEIGHT}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("class", name);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("vector-effect", "non-scaling-stroke");
  svg.append(path);
  return svg;
}

function line(bar, index) {
  const half = (bar * (HEIGHT - 3)) / 2;
  return `M${index + 0.5} ${(HEIGHT / 2 - half).toFixed(2)}v${(half * 2).toFixed(2)}`;
}
