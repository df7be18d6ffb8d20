// The recordings that come with the phone, one button each.

import { find, icon, make } from "/page/elements.js";
import { getSamples, sendSample } from "/page/phone_api.js";
import { toast } from "/page/toasts.js";

export class Samples {
  constructor(chat, prepare) {
    this.chat = chat;
    this.prepare = prepare;
    this.box = find("samples");
    this.more = find("more");
    this.isWanted = null; // what the person asked for; null: shown until something was sent
    this.box.hidden = true;
    this.more.addEventListener("click", () => {
      this.isWanted = this.box.hidden;
      this.draw();
      if (this.isWanted) this.box.querySelector("button")?.focus();
    });
  }

  /** Fetch the list once; a server that is away is asked again at the next state. */
  async load() {
    if (this.box.children.length) return;
    try {
      const samples = await getSamples();
      this.box.replaceChildren(...samples.map((sample) => this.#button(sample)));
    } catch {
      return;
    }
    this.draw();
  }

  draw() {
    const hasSent = this.chat.all().some((message) => this.chat.isMine(message) && !message.text);
    const isShown = this.isWanted ?? !hasSent;
    this.box.hidden = this.chat.isEmpty || !isShown || this.box.children.length === 0;
    this.more.setAttribute("aria-expanded", String(!this.box.hidden));
  }

  /** Send one; false when that failed, and then the person has been told. */
  async send(name) {
    try {
      await this.prepare();
      await sendSample(name);
    } catch (failed) {
      toast(`Not sent: ${failed.message}`);
      return false;
    }
    this.isWanted = null;
    this.draw();
    // The button that was pressed may be gone; go on where the answer comes.
    if (this.box.hidden) find("feed").focus({ preventScroll: true });
    return true;
  }

  #button(sample) {
    const lines = make("span", { class: "sample-lines" }, make("b", {}, sample.label));
    lines.append(make("span", { class: "quiet" }, sample.about));
    const button = make("button", { type: "button", class: "sample", "data-sample": sample.name });
    button.append(icon("samples"), lines);
    button.addEventListener("click", () => this.send(sample.name));
    return button;
  }
}
