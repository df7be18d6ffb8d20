// What the page knows of its chat: the server's state, kept up to date by its events.
//
// Dispatches: "loaded"; "message" {message, fresh, silent}; "edit" {message, before};
// "delete" {id}; "reaction" {id}; "answer" {query_id, text, show_alert}; "action" {action}.
// After each of them "changed". "turned" says that another chat is to be loaded.

export const me = { id: 0 }; // whose phone it is

export class Chat extends EventTarget {
  messages = new Map(); // id -> message of the Bot API
  reactions = new Map(); // id -> list of reactions
  bot = { id: 0, first_name: "Pocketreel" };
  about = "";
  id = 0; // of the chat
  title = ""; // of a group
  startParameter = "";
  blocked = false;
  isLoaded = false;
  number = 0; // of the newest event that is part of this
  turns = 0; // how often another chat was opened

  load(state) {
    this.bot = state.bot;
    this.about = state.about;
    this.id = state.chat_id;
    this.title = state.chat.title ?? "";
    me.id = state.person.id;
    this.startParameter = state.start_parameter;
    this.blocked = state.blocked;
    this.number = state.number;
    this.messages = new Map(state.messages.map((message) => [message.message_id, message]));
    this.reactions = new Map(
      Object.entries(state.reactions).map(([id, list]) => [Number(id), list]),
    );
    this.isLoaded = true;
    this.#tell("loaded");
  }

  take(event) {
    this.number = Math.max(this.number, event.number);
    switch (event.kind) {
      case "message":
        return this.#add(event);
      case "edit":
        return this.#edit(event);
      case "delete":
        return this.#delete(event.message_id);
      case "reaction":
        this.reactions.set(event.message_id, event.reaction);
        return this.#tell("reaction", { id: event.message_id });
      case "block":
        this.blocked = event.blocked;
        return this.#tell("loaded");
      case "answer":
      case "action":
        return this.#tell(event.kind, event);
      default:
        return undefined; // nothing that the page shows
    }
  }

  isMine(message) {
    return message.from.id === me.id;
  }

  get isGroup() {
    return this.id < 0;
  }

  /** Another chat is opened. */
  turn() {
    this.turns += 1;
    this.dispatchEvent(new CustomEvent("turned"));
  }

  /** Newest last. */
  all() {
    return [...this.messages.values()].sort((a, b) => a.message_id - b.message_id);
  }

  lastId() {
    return Math.max(0, ...this.messages.keys());
  }

  /** Whether anybody has said anything here yet. */
  get isEmpty() {
    return this.messages.size === 0;
  }

  #add({ message, silent }) {
    const fresh = !this.messages.has(message.message_id);
    this.messages.set(message.message_id, message);
    this.#tell("message", { message, fresh, silent: Boolean(silent) });
  }

  #edit({ message }) {
    const before = this.messages.get(message.message_id);
    this.messages.set(message.message_id, message);
    this.#tell("edit", { message, before });
  }

  #delete(id) {
    this.messages.delete(id);
    this.reactions.delete(id);
    this.#tell("delete", { id });
  }

  #tell(kind, detail = {}) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
    this.dispatchEvent(new CustomEvent("changed"));
  }
}

/** What a message shows: "text", or the kind of its media. */
export function kindOf(message) {
  const kinds = ["photo", "video", "animation", "audio", "voice", "video_note", "document"];
  return kinds.find((kind) => kind in message) ?? "text";
}

/** The Bot API's object of a message's media; of a photo the largest size. */
export function mediaOf(message) {
  const media = message[kindOf(message)];
  return Array.isArray(media) ? media[media.length - 1] : media;
}

/** What a message says. Of a start Telegram's apps never show what it carries. */
export function wordsOf(message) {
  const words = message.text ?? message.caption ?? "";
  return /^\/start \S+$/.test(words) ? "/start" : words;
}

/** The keys below a message, row after row. */
export const keysOf = (message) => (message.reply_markup?.inline_keyboard ?? []).flat();
