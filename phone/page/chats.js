// Which chat a phone shows once there are two phones: the person's own, or the group of both.

import { find } from "/page/elements.js";
import { openChat } from "/page/phone_api.js";

const GROUP = "-1007001000001";
const WRITE = { own: "Message or link", group: "/video in reply to a recording" };

export class Chats {
  constructor(chat) {
    this.chat = chat;
    this.buttons = [...find("chats").querySelectorAll("button")];
    for (const button of this.buttons) {
      button.addEventListener("click", () => this.show(button.dataset.chat));
      button.disabled = false; // before this it would take a click and do nothing
    }
    // One phone alone has nobody to be in a group with.
    document.addEventListener("phones", ({ detail }) => detail.isOpen || this.show("own"));
  }

  /** Resolves once the person's own chat is there. */
  async own() {
    if (!this.chat.isGroup) return;
    const shown = new Promise((resolve) => {
      this.chat.addEventListener("loaded", resolve, { once: true });
    });
    this.show("own");
    await shown;
  }

  show(which) {
    if (document.body.dataset.chat === which) return;
    document.body.dataset.chat = which;
    for (const button of this.buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.chat === which));
    }
    find("words").placeholder = WRITE[which];
    openChat(which === "group" ? GROUP : "");
    this.chat.turn();
  }
}
