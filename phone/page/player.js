// A player for voice notes and songs: play, its waveform to seek in, the time.

import { icon, make } from "/page/elements.js";
import { drawable } from "/page/glyphs.js";
import { clock, size } from "/page/numbers.js";
import { barsOf, waveOf } from "/page/peaks.js";
import { mediaAddress } from "/page/phone_api.js";

const STEP_S = 0.1;

// Starting one sound or film pauses all others.
document.addEventListener(
  "play",
  (event) => {
    for (const other of document.querySelectorAll("audio, video")) {
      if (other !== event.target) other.pause();
    }
  },
  true,
);

/** The element for an audio or voice object; a song also shows what it is called. */
export function playerFor(media, kind) {
  const source = mediaAddress(media.file_id);
  const name = media.title || media.file_name || "";
  const label = kind === "voice" ? "voice note" : name || "sound";
  const parts = {
    media,
    label,
    audio: make("audio", { src: source, preload: "none" }),
    button: make("button", { type: "button", class: "play" }),
    seek: seekFor(media, label),
    wave: waveOf(),
    time: make("span", { class: "player-time" }),
  };
  const wave = make("div", { class: "wave-box", dir: "ltr" }, parts.wave.element, parts.seek);
  const facts = make("div", { class: "player-facts" }, parts.time, saveLink(media, kind, label));
  const song = kind === "audio" ? songLine(media, name) : null;
  const body = make("div", { class: "player-body" }, song, wave, facts);
  parts.element = make("div", { class: "player" }, parts.audio, parts.button, body);
  run(parts);
  return parts.element;
}

function seekFor(media, label) {
  const range = { min: 0, max: media.duration || 1, step: STEP_S, value: 0 };
  const said = { "aria-label": `Position in the ${label}` };
  return make("input", { type: "range", class: "seek", ...range, ...said });
}

function songLine(media, name) {
  const by = media.performer ? make("span", { class: "song-by" }, ...drawable(media.performer)) : null;
  return make("p", { class: "song", dir: "auto" }, make("b", {}, ...drawable(name)), by);
}

function saveLink(media, kind, label) {
  const file = media.file_name || (kind === "voice" ? "voice.ogg" : "sound");
  const where = { href: mediaAddress(media.file_id), download: file };
  const said = make("span", { class: "unseen" }, `Download the ${label} `);
  return make("a", { ...where, class: "save" }, icon("save"), said, size(media.file_size));
}

function run({ element, audio, button, seek, wave, time, label, media }) {
  const length = () => (Number.isFinite(audio.duration) ? audio.duration : media.duration || 0);
  const show = () => {
    const isStill = audio.paused && audio.currentTime === 0;
    time.textContent = clock(isStill ? length() : audio.currentTime);
    seek.max = length() || 1;
    seek.value = audio.currentTime;
    seek.setAttribute("aria-valuetext", `${clock(audio.currentTime)} of ${clock(length())}`);
    const share = length() ? audio.currentTime / length() : 0;
    wave.element.style.setProperty("--share", share.toFixed(4));
    if (!audio.paused) requestAnimationFrame(show);
  };
  const turn = () => {
    button.replaceChildren(icon(audio.paused ? "play" : "pause"));
    button.setAttribute("aria-label", `${audio.paused ? "Play" : "Pause"} the ${label}`);
    element.classList.toggle("playing", !audio.paused);
    show();
  };
  button.addEventListener("click", () => {
    if (audio.paused) audio.play().catch(() => element.classList.add("broken"));
    else audio.pause();
  });
  seek.addEventListener("input", () => {
    audio.currentTime = Number(seek.value);
    show();
  });
  for (const event of ["play", "pause", "loadedmetadata"]) audio.addEventListener(event, turn);
  audio.addEventListener("ended", () => {
    audio.currentTime = 0;
    turn();
  });
  turn();
  onceSeen(element, async () => wave.draw(await barsOf(media.file_id, media.file_size)));
}

function onceSeen(element, then) {
  const watcher = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    then();
  });
  watcher.observe(element);
}
