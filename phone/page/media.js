// What a message shows above its words: picture, film, sound or file.

import { mediaOf } from "/page/chat.js";
import { icon, make } from "/page/elements.js";
import { enlarge } from "/page/lightbox.js";
import { size } from "/page/numbers.js";
import { mediaAddress } from "/page/phone_api.js";
import { playerFor } from "/page/player.js";

const FILMS = ["video", "animation", "video_note"];
const FADE_MS = 180;

/** The element for the media of `message`; null for a text. */
export function mediaElement(message, kind, words) {
  const media = mediaOf(message);
  if (kind === "photo") return photo(media, words);
  if (FILMS.includes(kind)) return film(media, kind);
  if (kind === "audio" || kind === "voice") return playerFor(media, kind);
  return kind === "document" ? paper(media) : null;
}

/** Width and height in pixels; of a round video note its diameter. */
export function sizeOf(media) {
  return { width: media.width || media.length || 1, height: media.height || media.length || 1 };
}

/** Show another picture in the same place: the old one stays until the new one can be painted. */
export async function changePhoto(element, media, words) {
  const next = picture(media, words);
  element.dataset.wanted = media.file_id;
  try {
    await next.decode();
  } catch {
    return; // it is gone again, or broken; the old one is the best there is
  }
  if (element.dataset.wanted !== media.file_id) return; // a newer one came meanwhile
  next.classList.add("arriving");
  element.append(next);
  setTimeout(() => {
    next.classList.remove("arriving");
    for (const old of element.querySelectorAll("img")) if (old !== next) old.remove();
  }, FADE_MS);
}

function photo(media, words) {
  const image = picture(media, words);
  const show = () => {
    const shown = element.querySelector("img:last-of-type");
    enlarge(shown.src, shown.alt);
  };
  const element = make("button", { type: "button", class: "photo", onclick: show }, image);
  element.setAttribute("aria-label", `Enlarge the picture. ${image.alt}`);
  element.dataset.wanted = media.file_id;
  return element;
}

function picture(media, words) {
  const image = make("img", { src: mediaAddress(media.file_id), decoding: "async" });
  image.alt = words.split("\n").slice(0, 2).join(". ");
  image.width = media.width;
  image.height = media.height;
  image.draggable = false;
  return image;
}

function film(media, kind) {
  const source = mediaAddress(media.file_id);
  const { width, height } = sizeOf(media);
  const poster = media.thumbnail ? mediaAddress(media.thumbnail.file_id) : null;
  const video = make("video", { src: source, poster, preload: "metadata", playsinline: true });
  video.controls = kind !== "animation";
  if (kind === "animation") Object.assign(video, { loop: true, muted: true, autoplay: true });
  video.setAttribute("aria-label", "Video");
  const frame = make("div", { class: "film" }, video);
  if (kind === "animation") return frame;
  const facts = [`${width}×${height}`, size(media.file_size)].filter(Boolean).join(" · ");
  const name = /\.(mp4|mov|webm)$/i.test(media.file_name) ? media.file_name : "pocketreel.mp4";
  const save = make("a", { class: "save-film", href: source, download: name }, icon("save"));
  save.append(make("span", {}, "Download"), make("span", { class: "quiet" }, facts));
  return make("div", { class: "film-box" }, frame, save);
}

function paper(media) {
  const name = media.file_name || "file";
  const facts = make("span", { class: "quiet" }, size(media.file_size));
  const what = make("span", { class: "paper-name", dir: "auto" }, name);
  const where = { href: mediaAddress(media.file_id), download: name };
  return make("a", { class: "paper", ...where }, icon("paper"), make("span", {}, what, facts));
}
