// The list of messages: put in order, kept at the end while the reader is there, read out.

import { kindOf, wordsOf } from "/page/chat.js";
import { find, isCalm } from "/page/elements.js";
import { MessageView, summary } from "/page/message.js";

const AT_END_PX = 56;
const LEAVE_PX = 24; // this far up a reader has left the end
const QUIET_MS = 4000; // edits of progress are read out at most this often

export class Feed {
  constructor(chat, on) {
    this.chat = chat;
    this.on = on;
    this.views = new Map(); // message id -> MessageView
    this.box = find("feed");
    this.list = find("messages");
    this.newer = find("newer");
    this.heard = find("heard");
    this.isAtEnd = true;
    this.lastTop = 0;
    this.heardAt = 0;
    this.#listen();
  }

  #listen() {
    const { chat } = this;
    chat.addEventListener("loaded", () => this.#load());
    chat.addEventListener("message", ({ detail }) => this.#add(detail));
    chat.addEventListener("edit", ({ detail }) => this.#edit(detail));
    chat.addEventListener("delete", ({ detail }) => this.#remove(detail.id));
    chat.addEventListener("reaction", ({ detail }) => this.#draw(chat.messages.get(detail.id)));
    this.box.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.newer.addEventListener("click", () => this.toEnd(true));
    // Whatever grows (a picture, a keyboard, the window's edge): a reader at the end stays there.
    const watcher = new ResizeObserver(() => this.isAtEnd && this.toEnd());
    for (const element of [this.list, find("pending"), this.box]) watcher.observe(element);
  }

  /** The chat as the server has it; what is on the screen already stays where it is. */
  #load() {
    for (const id of [...this.views.keys()]) if (!this.chat.messages.has(id)) this.#remove(id);
    for (const message of this.chat.all()) this.#draw(message);
    if (this.isAtEnd) this.toEnd();
  }

  #add({ message }) {
    const isMine = this.chat.isMine(message);
    const view = this.#draw(message);
    view?.element.classList.add("arriving");
    if (isMine) this.toEnd(true);
    else {
      this.newer.hidden = this.isAtEnd;
      this.#say(`${message.from.first_name}: ${summary(message)}`);
    }
  }

  #edit({ message, before }) {
    const view = this.#draw(message);
    const isOther = !before || kindOf(before) !== kindOf(message);
    // The end of a film's message is its buttons; who waited for the film wants to see the film.
    if (isOther && kindOf(message) === "video" && this.isAtEnd) this.lookAt(view.media);
    const isQuiet = Date.now() - this.heardAt > QUIET_MS;
    if (isOther || (isQuiet && wordsOf(before) !== wordsOf(message))) this.#say(summary(message));
  }

  #remove(id) {
    this.views.get(id)?.element.remove();
    this.views.delete(id);
  }

  #draw(message) {
    if (!message) return null;
    const id = message.message_id;
    let view = this.views.get(id);
    if (!view) {
      view = new MessageView(message, this.chat.isMine(message), this.on);
      this.views.set(id, view);
      const after = [...this.list.children].find((other) => Number(other.dataset.id) > id);
      this.list.insertBefore(view.element, after ?? null);
    }
    return view.update(message, this.chat.reactions.get(id));
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    const isNear = scrollHeight - scrollTop - clientHeight < AT_END_PX;
    // Only a reader who moves up leaves the end; a chat that grew meanwhile takes nobody from it.
    if (isNear) this.isAtEnd = true;
    else if (scrollTop < this.lastTop - LEAVE_PX) this.isAtEnd = false;
    if (this.isAtEnd) this.newer.hidden = true;
    // Small steps up add up to leaving; a list that shrinks by a hair is no step.
    const isLeaving = this.isAtEnd && !isNear;
    this.lastTop = isLeaving ? Math.max(this.lastTop, scrollTop) : scrollTop;
  }

  #say(words) {
    this.heardAt = Date.now();
    this.heard.textContent = words;
  }

  toEnd(isAsked = false) {
    if (isAsked) {
      this.isAtEnd = true;
      this.newer.hidden = true;
    }
    this.box.scrollTop = this.box.scrollHeight;
    this.lastTop = this.box.scrollTop;
  }

  /** Show a message that is somewhere above. */
  goTo(id) {
    const view = this.views.get(id);
    if (!view) return;
    this.lookAt(view.element);
    view.element.classList.remove("found");
    void view.element.offsetWidth; // lets the animation begin again
    view.element.classList.add("found");
  }

  /** Show a part of a message and stay there, whatever comes below. */
  lookAt(element) {
    this.isAtEnd = false;
    element.scrollIntoView({ block: "center", behavior: isCalm() ? "auto" : "smooth" });
  }

  elementOf(id) {
    return this.views.get(id)?.element ?? null;
  }
}
