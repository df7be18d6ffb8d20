// Where the person writes: words, a reply, files from the clip or the clipboard.

import { find } from "/page/elements.js";
import { nameOf, summary } from "/page/message.js";
import { sendText } from "/page/phone_api.js";
import { toast } from "/page/toasts.js";

export class Composer {
  /** `onFiles(files)` takes what was attached or pasted; `prepare` is awaited before sending. */
  constructor(prepare, onFiles) {
    this.prepare = prepare;
    this.onFiles = onFiles;
    this.replyTo = null;
    this.words = find("words");
    this.#listen();
  }

  #listen() {
    find("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.words.addEventListener("input", () => this.#fit());
    this.words.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.send();
      }
      if (event.key === "Escape" && this.replyTo) this.reply(null);
    });
    find("attach").addEventListener("click", () => find("file").click());
    find("file").addEventListener("change", ({ target }) => {
      const files = [...target.files];
      target.value = "";
      this.onFiles(files);
    });
    find("replying-off").addEventListener("click", () => this.reply(null));
    document.addEventListener("paste", (event) => this.#paste(event));
  }

  /** A pasted file is sent; words pasted anywhere land in the box, to be read before they go. */
  #paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) {
      event.preventDefault();
      this.onFiles(files);
      return;
    }
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!text || event.target.closest?.("input, textarea")) return;
    event.preventDefault();
    this.words.focus();
    this.put(this.words.value + text);
  }

  put(text) {
    this.words.value = text;
    this.#fit();
  }

  /** Send the words; false when that failed, and then they stay. */
  async send() {
    const text = this.words.value.trim();
    if (!text) return false;
    try {
      await this.prepare();
      await sendText(text, this.replyTo?.message_id ?? 0);
    } catch (failed) {
      toast(`Not sent: ${failed.message} Your words are still here.`);
      return false;
    }
    this.put("");
    this.reply(null);
    return true;
  }

  reply(message) {
    this.replyTo = message;
    const bar = find("replying");
    bar.hidden = !message;
    if (!message) return;
    bar.querySelector(".replying-to").textContent = nameOf(message);
    bar.querySelector(".replying-words").textContent = summary(message);
    this.words.focus();
  }

  /** As tall as its words, up to a few lines; a microphone while it is empty, else an arrow. */
  #fit() {
    const { words } = this;
    words.style.height = "auto";
    words.style.height = `${words.scrollHeight}px`;
    const isEmpty = words.value.trim() === "";
    words.dir = words.value ? "auto" : ""; // an empty box runs the way the page does
    find("send").hidden = isEmpty;
    find("mic").hidden = !isEmpty;
  }
}
