// The line below the bot's name, and what makes somebody look: the buzz and the title.

import { find, isCalm } from "/page/elements.js";

const ACTION_MS = 5000; // how long Telegram's apps believe a chat action
const ACTIONS = {
  typing: "typing…",
  upload_photo: "sending a picture…",
  record_video: "recording video…",
  upload_video: "sending the video…",
  record_voice: "recording sound…",
  upload_voice: "sending sound…",
  upload_document: "sending a file…",
  choose_sticker: "choosing a sticker…",
  find_location: "finding a place…",
  record_video_note: "recording video…",
  upload_video_note: "sending the video…",
};
const TITLE = "Pocketreel";

export class Status {
  constructor(chat) {
    this.line = find("status");
    this.phone = find("phone");
    this.isThere = false;
    this.timer = 0;
    chat.addEventListener("action", ({ detail }) => this.#act(detail.action));
    chat.addEventListener("message", ({ detail }) => {
      if (chat.isMine(detail.message)) return;
      this.#rest();
      if (detail.fresh && !detail.silent) this.#buzz();
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) document.title = TITLE;
    });
  }

  /** Whether the server is there. */
  set isOnline(isThere) {
    this.isThere = isThere;
    this.#rest();
  }

  #act(action) {
    this.#show("busy", ACTIONS[action] ?? "working…");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#rest(), ACTION_MS);
  }

  #rest() {
    clearTimeout(this.timer);
    if (this.isThere) this.#show("here", "on this computer");
    else this.#show("away", "reconnecting…");
  }

  #show(state, words) {
    this.line.dataset.state = state;
    this.phone.dataset.state = state;
    if (this.line.textContent !== words) this.line.textContent = words;
  }

  #buzz() {
    if (document.hidden) document.title = `● ${TITLE}`;
    if (isCalm()) return;
    // Browsers let a page vibrate only once somebody has touched it, and complain before.
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(24);
    const shake = [0, -2, 2, -1.5, 1, 0].map((x) => ({ transform: `translateX(${x}px)` }));
    this.phone.animate(shake, { duration: 260, easing: "ease-out" });
  }
}
