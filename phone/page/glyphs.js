// Letters and emoji that this browser has no font for: drawn by hand where they are ours, hatched
// where they are not, so that nobody sees the empty boxes that a browser puts there.

import { icon, make } from "/page/elements.js";

// What the bot puts on its buttons and on messages; the names are those of the sprite.
const DRAWN = {
  "✨": "sparkles",
  "✂": "scissors",
  "🎨": "palette",
  "🎚": "slider",
  "🎧": "headphones",
  "🎲": "die",
  "🖼": "frame",
  "⬇": "save",
  "⬆": "load",
  "↩": "reply",
  "↪": "forward",
  "🔗": "link",
  "📣": "horn",
  "👁": "eye",
  "👀": "eyes",
  "💬": "words",
};
const EMOJI = /^[\p{Extended_Pictographic}\p{Regional_Indicator}]/u;
// In the page's own font, whatever the system has.
const OURS = /^[\u0000-\u024f\u02b0-\u036f\u0400-\u045f\u1e00-\u1eff\u2000-\u206f\u20a0-\u20bf\s]*$/u;
const SELECTORS = /[\ufe0e\ufe0f\u200d]/gu;
const AS_EMOJI = "\ufe0f";
const NOWHERE = "\u{10fffd}"; // for private use, in nobody's font
const SIDE = 48; // pixels of a trial drawing
const known = new Map(); // what was tried -> whether it can be drawn
let pen = null;
let box = null;

/** Nodes that show `text`; the text itself stays in them, to be read out, found and copied. */
export function drawable(text) {
  if (OURS.test(text)) return [text];
  const parts = [];
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const kind = kindOf(segment);
    const last = parts.at(-1);
    if (last?.kind === kind && kind !== "drawn") last.text += segment;
    else parts.push({ kind, text: segment });
  }
  return parts.map(nodeFor);
}

/** Whether any node below `element` stands for letters that could not be drawn. */
export const lacksLetters = (element) => Boolean(element.querySelector(".no-font"));

const bare = (segment) => segment.replace(SELECTORS, "");

function kindOf(segment) {
  if (OURS.test(segment)) return "text";
  // Where emoji have no colour of the system's, all of ours are drawn by hand, and so alike.
  if (bare(segment) in DRAWN) return remembered(bare(segment) + AS_EMOJI, isColoured, "drawn");
  return remembered(segment, isThere, EMOJI.test(segment) ? "drawn" : "letters");
}

function remembered(tried, test, otherwise) {
  if (!known.has(tried)) known.set(tried, test(tried));
  return known.get(tried) ? "text" : otherwise;
}

function nodeFor({ kind, text }) {
  if (kind === "text") return text;
  if (kind === "letters") return make("span", { class: "no-font" }, text);
  const name = DRAWN[bare(text)];
  const said = make("span", { class: "unseen" }, text);
  return make("span", { class: "emoji" }, name ? icon(name) : null, said);
}

/** Every letter drawn alone must differ from the box that stands for what no font has. */
function isThere(segment) {
  box ??= trial(NOWHERE).join();
  return [...bare(segment)].every((letter) => trial(letter).join() !== box);
}

function isColoured(segment) {
  const pixels = trial(segment);
  return pixels.some((value, at) => at % 4 === 0 && value !== pixels[at + 1]);
}

/** The pixels of `text`, red, green, blue and opacity in turn. */
function trial(text) {
  pen ??= makePen();
  pen.clearRect(0, 0, SIDE, SIDE);
  pen.fillText(text, SIDE / 4, SIDE * 0.7);
  return pen.getImageData(0, 0, SIDE, SIDE).data;
}

function makePen() {
  const canvas = make("canvas", { width: SIDE, height: SIDE });
  const made = canvas.getContext("2d", { willReadFrequently: true });
  // Not the page's own font, which may still be on its way and then changes the box.
  made.font = `${SIDE / 2}px system-ui, sans-serif`;
  return made;
}
