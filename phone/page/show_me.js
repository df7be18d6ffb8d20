// "Show me": the whole way from a voice note to a video, played by the page itself.

import { keysOf, kindOf, wordsOf } from "/page/chat.js";
import { find, icon } from "/page/elements.js";

const KEEPS = "0:01-0:06";
const CARD_MS = 60_000;
const EDIT_MS = 20_000;
const SHEET_MS = 60_000;
const VIDEO_MS = 300_000;
const LETTER_MS = 90;
const LOOK_MS = 1400; // between two steps, so that somebody can follow
// The key of a message that does this, if it has one.
const MAKE = (message) => keyOf(message, /^mk:/);
const LOOKS = (message) => keyOf(message, /^vw:\w+:look$/);
const HOME = (message) => keyOf(message, /^vw:\w+:home$/);
const OTHER_LOOK = (message) => keyOf(message, /^ls:\w+:aurora$/) ?? keyOf(message, /^ls:/);

/** Something it waited for did not come. */
class DidNotCome extends Error {}

export class ShowMe {
  /** `hands`: `start()`, `sample(name)`, `words()`, `put(text)`, `send()`, as a person does. */
  constructor(chat, feed, hands) {
    this.chat = chat;
    this.feed = feed;
    this.hands = hands;
    this.stopping = null;
    for (const button of document.querySelectorAll('[data-does="show-me"]')) {
      button.addEventListener("click", () => (this.stopping ? this.stop() : this.run()));
    }
    find("banner-stop").addEventListener("click", () => {
      if (this.stopping) this.stop();
      else find("banner").hidden = true;
    });
  }

  stop() {
    this.stopping?.abort(new DOMException("Stopped", "AbortError"));
  }

  async run() {
    this.stopping = new AbortController();
    this.#state("running");
    try {
      await this.#steps();
      this.#caption("That's it: from a voice note to a video.", "done");
      this.#state("done");
    } catch (failed) {
      const isStopped = failed.name === "AbortError";
      this.#state(isStopped ? "" : "failed");
      if (!isStopped && !(failed instanceof DidNotCome)) console.warn(failed);
      this.#caption(isStopped ? "" : `It stopped here: ${failed.message}`, "failed");
    }
    this.stopping = null;
    this.#labels("Show me", "play");
  }

  async #steps() {
    this.#labels("Stop", "stop");
    const { hands } = this;
    if (this.chat.isEmpty || this.chat.blocked) {
      this.#caption("Starting the bot");
      await hands.start();
      await this.#pause();
    }
    const sentAfter = this.chat.lastId();
    this.#caption("Sending a voice note");
    if (!(await hands.sample("speech"))) throw new DidNotCome("the voice note could not be sent.");
    this.#caption("It listens and draws the card");
    const card = await this.#until(
      (message) => message.message_id > sentAfter && message.photo && MAKE(message),
      CARD_MS,
      "the card",
    );
    await this.#pause();
    await this.#keep(card.message_id);
    await this.#changeLook(card.message_id);
    await this.#makeVideo(card.message_id, sentAfter);
  }

  async #keep(cardId) {
    this.#caption("Typing which part to keep");
    const before = wordsOf(this.chat.messages.get(cardId));
    const unsent = this.hands.words();
    try {
      for (let end = 1; end <= KEEPS.length; end += 1) {
        this.hands.put(KEEPS.slice(0, end));
        await this.#pause(LETTER_MS);
      }
      if (!(await this.hands.send())) throw new DidNotCome("the times could not be sent.");
    } finally {
      this.hands.put(unsent); // what the person was about to say is theirs
    }
    const changed = (message) => message.message_id === cardId && wordsOf(message) !== before;
    await this.#until(changed, EDIT_MS, "the shorter card");
    await this.#pause();
  }

  async #changeLook(cardId) {
    this.#caption("Choosing how it looks");
    const before = pictureOf(this.chat.messages.get(cardId));
    await this.#press(cardId, LOOKS);
    const isSheet = (message) =>
      message.message_id === cardId && OTHER_LOOK(message) && pictureOf(message) !== before;
    const seen = pictureOf(await this.#until(isSheet, SHEET_MS, "the sheet of looks"));
    this.feed.lookAt(this.feed.elementOf(cardId).querySelector("img"));
    await this.#pause();
    await this.#press(cardId, OTHER_LOOK);
    await this.#pause();
    await this.#press(cardId, HOME);
    const isCard = (message) =>
      message.message_id === cardId && MAKE(message) && pictureOf(message) !== seen;
    await this.#until(isCard, SHEET_MS, "the card in its new look");
    this.feed.lookAt(this.feed.elementOf(cardId).querySelector("img"));
    await this.#pause();
  }

  async #makeVideo(cardId, after) {
    this.#caption("Making the video");
    await this.#press(cardId, MAKE);
    const isFilm = (message) =>
      message.message_id > after && !this.chat.isMine(message) && kindOf(message) === "video";
    const film = await this.#until(isFilm, VIDEO_MS, "the video");
    this.#caption("Here it is");
    await this.#play(film.message_id);
  }

  async #press(cardId, wanted) {
    const hasKey = (message) => message.message_id === cardId && wanted(message);
    const message = await this.#until(hasKey, EDIT_MS, "the button");
    const data = wanted(message).callback_data;
    const keys = [...this.feed.elementOf(cardId).querySelectorAll(".key")];
    const key = keys.find((one) => one.dataset.data === data);
    this.feed.lookAt(key);
    key.classList.add("shown-press");
    await this.#pause(LOOK_MS / 2);
    key.classList.remove("shown-press");
    key.click();
  }

  /** Play a message's video without sound, which no browser forbids. */
  async #play(id) {
    const film = this.feed.elementOf(id).querySelector("video");
    this.feed.lookAt(film);
    film.muted = true;
    await film.play().catch(() => {}); // a browser without the codec still shows the rest
    await this.#pause(LOOK_MS);
  }

  /** The first message that is `wanted`, as the chat stands or as it changes. */
  #until(wanted, limitMs, what) {
    const { chat } = this;
    const { signal } = this.stopping;
    return new Promise((resolve, reject) => {
      const settle = (how, value) => {
        clearTimeout(timer);
        chat.removeEventListener("changed", look);
        signal.removeEventListener("abort", stopped);
        how(value);
      };
      const look = () => {
        const found = chat.all().find(wanted);
        if (found) settle(resolve, found);
      };
      const stopped = () => settle(reject, signal.reason);
      const late = () => settle(reject, new DidNotCome(`${what} did not come in time.`));
      const timer = setTimeout(late, limitMs);
      chat.addEventListener("changed", look);
      signal.addEventListener("abort", stopped);
      if (signal.aborted) stopped();
      else look();
    });
  }

  async #pause(ms = LOOK_MS) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.stopping.signal.throwIfAborted();
  }

  #state(state) {
    if (state) document.body.dataset.showMe = state;
    else delete document.body.dataset.showMe;
  }

  #caption(words, state = "running") {
    const banner = find("banner");
    banner.hidden = !words;
    banner.dataset.state = state;
    find("banner-words").textContent = words;
    find("banner-stop").textContent = state === "running" ? "Stop" : "Close";
  }

  /** What the buttons that started it do now. */
  #labels(words, sign) {
    for (const button of document.querySelectorAll('[data-does="show-me"]')) {
      button.querySelector("span").textContent = words;
      button.querySelector("svg").replaceWith(icon(sign));
    }
  }
}

/** The first key whose callback data is of that form. */
function keyOf(message, form) {
  return keysOf(message).find((key) => form.test(key.callback_data ?? ""));
}

/** Which picture it shows; empty for none. */
function pictureOf(message) {
  return message.photo?.at(-1).file_unique_id ?? "";
}
