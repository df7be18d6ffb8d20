// "Take it to your phone": the bot on Telegram itself, begun with a token that is pasted here.

import { find } from "/page/elements.js";
import { leaveTelegram, takeAlong } from "/page/phone_api.js";

const SAID = {
  off: "",
  malformed: "That is no token. It looks like 123456789:ABC…, all of it on one line.",
  refused: "Telegram does not know that token. Copy it again, or ask BotFather for a new one.",
  away: "Telegram does not answer. Is this computer online?",
  failed: "The bot ended of itself. The terminal says why.",
};
const QUIET = 4; // squares of white around a code, so that a camera finds it

export class TakeAlong {
  constructor() {
    this.field = find("token");
    this.button = find("take-go");
    this.shown = "";
    find("take").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#begin();
    });
    find("take-stop").addEventListener("click", async () => {
      this.take(await leaveTelegram());
      this.field.focus();
    });
  }

  /** How the bot on Telegram is; null where this page's server has no bot beside it. */
  take(told) {
    const wanted = JSON.stringify(told);
    if (wanted === this.shown) return;
    this.shown = wanted;
    find("take-token").hidden = !told;
    find("take-elsewhere").hidden = Boolean(told);
    const isRunning = told?.state === "running";
    find("taken").hidden = !isRunning;
    find("take-told").textContent = isRunning ? `Running as @${told.username}.` : SAID[told?.state] ?? "";
    if (isRunning) this.#show(told);
  }

  #show({ link, code, is_owned: isOwned, data_dir: folder }) {
    const picture = find("take-code");
    const side = code.side + 2 * QUIET;
    picture.setAttribute("viewBox", `${-QUIET} ${-QUIET} ${side} ${side}`);
    picture.firstElementChild.setAttribute("d", code.path);
    find("take-link").href = link;
    find("take-link").textContent = link.replace("https://", "");
    find("take-command").textContent = `DATA_DIR=${folder} TELEGRAM_BOT_TOKEN=… pocketreel run`;
    find("take-open").textContent = isOwned
      ? "Scan this with your phone, or open the link. The bot is yours already."
      : "Scan this with your phone, or open the link. Whoever opens it first owns the bot; everybody else has to ask.";
  }

  async #begin() {
    if (this.button.ariaDisabled === "true") return;
    this.button.ariaDisabled = "true";
    find("take-told").textContent = "Asking Telegram…";
    this.shown = "";
    try {
      const told = await takeAlong(this.field.value);
      if (told.state === "running") this.field.value = "";
      this.take(told);
    } catch (failed) {
      find("take-told").textContent = failed.message;
    }
    this.button.ariaDisabled = "false";
  }
}
