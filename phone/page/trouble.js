// "Make it go wrong": switches that last and buttons that strike once.

import { find, make } from "/page/elements.js";
import {
  killRender,
  pressGone,
  restartBot,
  sendFlood,
  sendLarge,
  setCondition,
} from "/page/phone_api.js";

const STRIKES = {
  flood: {
    strike: sendFlood,
    before: "",
    after: "Shut for 10 s. The bot waits that long, then shows the newest state at once.",
  },
  restart: {
    strike: restartBot,
    before: "The bot is going down…",
    after: "The bot is back. Cards and buttons are as they were.",
  },
  kill: {
    strike: killRender,
    before: "",
    after: (answer) =>
      answer.killed
        ? "Killed with -9. The job goes back to the queue and is tried once more."
        : "Nothing is being drawn now. Press Make video first, then this.",
  },
  large: {
    strike: sendLarge,
    before: "Sending 64 MB…",
    after: "Sent. A bot may fetch 20 MB; see what it says.",
  },
  gone: {
    strike: pressGone,
    before: "",
    after: (answer) => `Pressed “${answer.label}”, which the card no longer shows.`,
  },
};

export class Trouble {
  /** `look` fetches the panel's facts anew; `second` opens and closes the second phone. */
  constructor(second, look) {
    this.look = look;
    this.told = find("trouble-told"); // what is read out; the same stands below what struck
    this.note = make("p", { class: "told", "aria-hidden": "true" });
    this.switches = [...document.querySelectorAll("[data-condition]")];
    for (const box of this.switches) {
      box.addEventListener("change", () => this.#switch(box));
    }
    for (const button of document.querySelectorAll("[data-strike]")) {
      button.addEventListener("click", () => this.#strike(button));
    }
    find("second-phone").addEventListener("click", () => second.toggle());
  }

  /** What the server says is the matter now. */
  take({ conditions, shut_s: shutS, home }) {
    for (const box of this.switches) box.checked = conditions[box.dataset.condition];
    for (const name of ["restart", "kill"]) {
      document.querySelector(`[data-strike="${name}"]`).closest("li").hidden = !home;
    }
    find("flood-left").textContent = shutS > 0 ? `${Math.ceil(shutS)} s left` : "";
    const isAny = shutS > 0 || Object.values(conditions).some(Boolean);
    document.body.dataset.trouble = isAny ? "on" : "off";
  }

  async #switch(box) {
    try {
      await setCondition(box.dataset.condition, box.checked);
      this.#say("", box);
    } catch (failed) {
      box.checked = !box.checked;
      this.#say(failed.message, box);
    }
    this.look();
  }

  async #strike(button) {
    const { strike, before, after } = STRIKES[button.dataset.strike];
    if (button.ariaDisabled === "true") return;
    button.ariaDisabled = "true";
    this.#say(before, button);
    try {
      const answer = await strike();
      this.#say(typeof after === "function" ? after(answer) : after, button);
    } catch (failed) {
      this.#say(failed.message, button);
    }
    button.ariaDisabled = "false";
    this.look();
  }

  #say(words, control) {
    this.told.textContent = words;
    this.note.textContent = words;
    if (words) control.closest("li").append(this.note);
    else this.note.remove();
  }
}
