// One message on the screen. An edit changes only the part that is different.

import { kindOf, me, mediaOf, wordsOf } from "/page/chat.js";
import { icon, make } from "/page/elements.js";
import { textNodes } from "/page/entities.js";
import { drawable, lacksLetters } from "/page/glyphs.js";
import { drawKeys } from "/page/keyboard.js";
import { changePhoto, mediaElement, sizeOf } from "/page/media.js";
import { clock, timeOfDay } from "/page/numbers.js";
import { mediaAddress } from "/page/phone_api.js";

const NAMES = {
  photo: "Picture",
  video: "Video",
  animation: "Film",
  audio: "Sound",
  voice: "Voice note",
  video_note: "Video note",
  document: "File",
};

/** `on` has `quote(id)`, `reply(message)` and `command(words)`. */
export class MessageView {
  constructor(message, isMine, on) {
    this.on = on;
    this.shown = {}; // part -> what it was drawn from
    this.quote = make("button", { type: "button", class: "quote", hidden: true });
    this.media = make("div", { class: "media", hidden: true });
    this.words = make("div", { class: "words", dir: "auto" });
    this.keys = make("div", { class: "keys", role: "group", "aria-label": "Buttons" });
    this.foot = make("p", { class: "foot" });
    const bubble = make("article", { class: "bubble" });
    if (message.chat.id < 0 && !isMine) bubble.append(make("p", { class: "sender" }, nameOf(message)));
    bubble.append(this.quote, this.media, this.words, this.foot, this.keys);
    this.reply = isMine ? null : this.#replyButton();
    this.quote.addEventListener("click", () => on.quote(this.message.reply_to_message.message_id));
    const side = isMine ? "mine" : "theirs";
    this.element = make("li", { class: `message ${side}`, "data-id": message.message_id });
    this.element.append(bubble);
  }

  #replyButton() {
    const said = { "aria-label": "Reply to this message", title: "Reply" };
    const onclick = () => this.on.reply(this.message);
    return make("button", { type: "button", class: "reply", ...said, onclick }, icon("reply"));
  }

  update(message, reactions = []) {
    this.message = message;
    const kind = kindOf(message);
    this.element.dataset.kind = kind;
    this.#part("quote", message.reply_to_message ?? null, (said) => this.#drawQuote(said));
    this.#part("media", mediaOf(message) ?? null, () => this.#drawMedia(kind));
    const words = [wordsOf(message), entitiesOf(message)];
    this.#part("words", words, () => this.#drawWords(...words));
    const rows = message.reply_markup?.inline_keyboard ?? [];
    this.#part("keys", rows, () => drawKeys(this.keys, rows, message.message_id));
    this.#part("foot", [message.date, reactions], () => this.#drawFoot(reactions));
    return this;
  }

  /** Draw a part only when what it shows is new, so that nothing else moves or loses its focus. */
  #part(name, content, draw) {
    const wanted = JSON.stringify(content);
    if (this.shown[name] === wanted) return;
    this.shown[name] = wanted;
    draw(content);
  }

  #drawQuote(quoted) {
    this.quote.hidden = !quoted;
    if (!quoted) return;
    const who = nameOf(quoted);
    const small = quoted.photo?.[0];
    const picture = small ? make("img", { src: mediaAddress(small.file_id), alt: "" }) : null;
    const said = make("span", { class: "quote-words", dir: "auto" }, ...drawable(summary(quoted)));
    const lines = make("span", { class: "quote-lines" }, make("b", {}, who), said);
    const before = make("span", { class: "unseen" }, "In reply to ");
    this.quote.replaceChildren(...[before, picture, lines].filter(Boolean));
  }

  #drawMedia(kind) {
    const now = this.media.firstElementChild;
    const media = mediaOf(this.message);
    if (media) {
      const { width, height } = sizeOf(media);
      this.element.style.setProperty("--ratio", width / height);
    }
    if (kind === "photo" && now?.classList.contains("photo")) {
      changePhoto(now, media, wordsOf(this.message));
      return;
    }
    const element = mediaElement(this.message, kind, wordsOf(this.message));
    this.media.hidden = !element;
    this.media.replaceChildren(...[element].filter(Boolean));
  }

  #drawWords(words, entities) {
    this.words.hidden = !words;
    this.words.replaceChildren(textNodes(words, entities, this.on.command));
    if (lacksLetters(this.words)) {
      const note = "This browser has no font for some of these letters.";
      this.words.append(make("small", { class: "no-font-note", dir: "ltr" }, note));
    }
  }

  #drawFoot(reactions) {
    const when = make("time", { dir: "auto", datetime: new Date(this.message.date * 1000).toISOString() });
    when.append(timeOfDay(this.message.date));
    const faces = reactions.map(({ emoji = "★" }) => {
      const said = { role: "img", "aria-label": `Reaction ${emoji}` };
      return make("span", { class: "reaction", ...said }, ...drawable(emoji));
    });
    this.foot.replaceChildren(...faces, ...[this.reply].filter(Boolean), when);
  }
}

const entitiesOf = (message) => message.entities ?? message.caption_entities ?? [];

/** Who said it, to the person at this phone. */
export const nameOf = ({ from }) => (from.id === me.id ? "You" : from.first_name);

/** One line that says what a message is, for quotes and for readers who hear the page. */
export function summary(message) {
  const kind = kindOf(message);
  const words = wordsOf(message).split("\n")[0];
  if (kind === "text") return words;
  const media = mediaOf(message);
  const length = media.duration ? ` ${clock(media.duration)}` : "";
  return words || media.title || `${NAMES[kind]}${length}`;
}
