// The page: one chat, and what a person can do in it.

import { Backstage } from "/page/backstage.js";
import { Chat } from "/page/chat.js";
import { Chats } from "/page/chats.js";
import { Composer } from "/page/composer.js";
import { find } from "/page/elements.js";
import { Feed } from "/page/feed.js";
import { answered } from "/page/keyboard.js";
import { stayInTouch } from "/page/live.js";
import { Mic } from "/page/mic.js";
import { watchOwnLinks } from "/page/own_links.js";
import { sendStart } from "/page/phone_api.js";
import { Samples } from "/page/samples.js";
import { SecondPhone } from "/page/second.js";
import { ShowMe } from "/page/show_me.js";
import { Status } from "/page/status.js";
import { alertWith, toast } from "/page/toasts.js";
import { Uploads, watchDrops } from "/page/uploads.js";

const ABOUT = "Send a voice note, a song, a video or a link. A finished video comes back.";

const chat = new Chat();
const status = new Status(chat);
const feed = new Feed(chat, {
  quote: (id) => feed.goTo(id),
  reply: (message) => composer.reply(message),
  command: (words) => {
    composer.put(words);
    composer.send();
  },
});
const uploads = new Uploads(startOnce);
const composer = new Composer(startOnce, (files) => sendFiles(files));
const samples = new Samples(chat, startOnce);
new Mic(({ file, seconds }) => sendRecording(file, seconds), notice);
new ShowMe(chat, feed, {
  start: startOnce,
  sample: (name) => samples.send(name),
  words: () => composer.words.value,
  put: (text) => composer.put(text),
  send: () => composer.send(),
});

// A second phone is a frame of this page, and has neither panel nor frame of its own.
if (!("frame" in document.documentElement.dataset)) new Backstage(chat, new SecondPhone());
const chats = new Chats(chat);
watchOwnLinks(chat, () => chats.own());

let starting = null;

/** A bot may only speak to somebody who has started it. Resolves once the chat shows the start. */
async function startOnce() {
  if (chat.isGroup || (!chat.isEmpty && !chat.blocked)) return;
  starting ??= start().finally(() => {
    starting = null;
  });
  await starting;
}

async function start() {
  const shown = new Promise((resolve) => {
    chat.addEventListener("message", resolve, { once: true });
  });
  await sendStart(chat.isEmpty ? chat.startParameter : "");
  await shown;
}

function sendFiles(files) {
  const replyTo = composer.replyTo?.message_id ?? 0;
  composer.reply(null);
  return uploads.sendAll(files, { reply_to: replyTo });
}

function sendRecording(file, seconds) {
  const query = { kind: "voice", duration: Math.round(seconds) };
  const replyTo = composer.replyTo?.message_id ?? 0;
  composer.reply(null);
  return uploads.send(file, { ...query, reply_to: replyTo });
}

function notice(words) {
  find("notice").hidden = !words;
  find("notice-words").textContent = words;
}

/** What only makes sense before, or only after, the first word. */
function draw() {
  const isFresh = chat.isLoaded && !chat.isGroup && (chat.isEmpty || chat.blocked);
  find("start").hidden = !isFresh;
  find("composer").hidden = isFresh;
  find("welcome").hidden = chat.isGroup || !(chat.isLoaded && chat.isEmpty);
  find("welcome-about").textContent = chat.about || ABOUT;
  find("bot-name").textContent = chat.title || chat.bot.first_name;
  find("welcome-name").textContent = chat.bot.first_name;
  samples.draw();
}

find("start").addEventListener("click", async () => {
  try {
    await startOnce();
  } catch (failed) {
    toast(failed.message);
    return;
  }
  find("samples").querySelector("button")?.focus();
});
find("notice-off").addEventListener("click", () => notice(""));
chat.addEventListener("changed", draw);
chat.addEventListener("loaded", () => samples.load());
chat.addEventListener("answer", ({ detail }) => {
  const tell = () => (detail.show_alert && detail.text ? alertWith(detail.text) : toast(detail.text));
  // In a group others press too, and read themselves what they are told.
  answered(detail.query_id, chat.isGroup ? tell : undefined);
  if (!chat.isGroup) tell();
});
watchDrops(sendFiles);
stayInTouch(chat, (isThere) => {
  status.isOnline = isThere;
});
