// Sending files: from the clip, from the clipboard, dropped on the page, or just recorded.

import { find, icon, make } from "/page/elements.js";
import { size } from "/page/numbers.js";
import { sendFile } from "/page/phone_api.js";

const PHOTOS = ["image/jpeg", "image/png", "image/webp"];
const KINDS = { "audio/": "audio", "video/": "video" };
const SUFFIXES = {
  audio: /\.(mp3|m4a|ogg|oga|opus|wav|flac|aac)$/i,
  video: /\.(mp4|mov|webm|mkv)$/i,
};

/** What Telegram's apps would send a file as. */
export function kindOfFile(file) {
  if (PHOTOS.includes(file.type)) return "photo";
  const family = Object.keys(KINDS).find((prefix) => file.type.startsWith(prefix));
  if (family) return KINDS[family];
  return Object.keys(SUFFIXES).find((kind) => SUFFIXES[kind].test(file.name)) ?? "document";
}

export class Uploads {
  /** `prepare` is awaited before the first byte: the bot must have been started. */
  constructor(prepare) {
    this.prepare = prepare;
    this.list = find("pending");
  }

  /** Send several files one after the other, so that they arrive in their order. */
  async sendAll(files, query = {}) {
    for (const file of files) await this.send(file, { kind: kindOfFile(file), ...query });
  }

  /** Send one file and show how far it is. Resolves when it is sent or given up. */
  async send(file, query) {
    const row = new Row(file.name || "Voice note", file.size);
    this.list.append(row.element);
    const said = { file_name: file.name || "voice.webm", mime: file.type.split(";")[0], ...query };
    for (;;) {
      try {
        await this.prepare();
        const { done, cancel } = sendFile(file, said, (share) => row.progress(share));
        row.onCancel = cancel;
        await done;
        break;
      } catch (failed) {
        if (failed.name === "AbortError") break;
        if (!(await row.asks(failed.message))) break;
      }
    }
    row.element.remove();
  }
}

/** A file under way: its name, how far it is, a way to stop it or to try it again. */
class Row {
  constructor(name, bytes) {
    this.onCancel = () => {};
    this.name = make("b", { class: "upload-name", dir: "auto" }, name);
    this.words = make("span", { class: "quiet" }, size(bytes));
    this.meter = make("progress", { max: 1, value: 0, "aria-label": `Sending ${name}` });
    const said = { "aria-label": `Stop sending ${name}`, onclick: () => this.onCancel() };
    this.close = make("button", { type: "button", class: "round", ...said }, icon("close"));
    this.again = make("button", { type: "button", class: "small-key", hidden: true }, "Try again");
    const lines = make("div", { class: "upload-lines" }, this.name, this.meter, this.words);
    this.box = make("div", { class: "bubble upload" }, lines, this.again, this.close);
    this.element = make("li", { class: "message mine" }, this.box);
  }

  progress(share) {
    this.meter.value = share;
    this.words.textContent = share < 1 ? `${Math.floor(share * 100)} %` : "almost there…";
  }

  /** Say that it failed; true when it should be tried again, false when it should go. */
  asks(why) {
    this.box.classList.add("failed");
    this.words.textContent = `Not sent: ${why}`;
    this.again.hidden = false;
    return new Promise((resolve) => {
      const settle = (again) => {
        this.box.classList.remove("failed");
        this.again.hidden = true;
        resolve(again);
      };
      this.again.onclick = () => settle(true);
      this.onCancel = () => settle(false);
    });
  }
}

/** Files dropped anywhere on the page go to `take`. */
export function watchDrops(take) {
  const cover = find("drop");
  let depth = 0; // dragenter and dragleave come for every element that is passed over
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const show = (isOver) => {
    if (!isOver) depth = 0;
    cover.hidden = !isOver;
  };
  window.addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth += 1;
    show(true);
  });
  window.addEventListener("dragover", (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  window.addEventListener("dragleave", () => {
    depth -= 1;
    if (depth <= 0) show(false);
  });
  window.addEventListener("drop", (event) => {
    show(false);
    if (!hasFiles(event)) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
}
