// The phone's own HTTP: everything the page says to the server.

const AWAY = "The phone's server does not answer.";
const WHOSE = ["user", "name", "chat", "language"];

/** The server was reached and said no; the message is what it said. */
export class Refused extends Error {}

/** The server could not be reached. */
export class Away extends Error {}

let opened = ""; // the group that is looked at instead of the person's own chat

/** Everything from now on is about that group; empty: about the person's own chat. */
export function openChat(id) {
  opened = id;
}

export function address(path, query = {}) {
  const asked = new URLSearchParams(window.location.search);
  if (opened) asked.set("chat", opened);
  const whose = WHOSE.filter((name) => asked.has(name)).map((name) => [name, asked.get(name)]);
  const said = Object.entries(query).filter(([, value]) => value || value === 0);
  const text = new URLSearchParams([...whose, ...said]).toString();
  return text ? `/phone/${path}?${text}` : `/phone/${path}`;
}

export const mediaAddress = (fileId) => `/phone/media/${encodeURIComponent(fileId)}`;

export const getState = () => ask("GET", "state");
export const getSamples = () => ask("GET", "samples");
export const sendStart = (parameter) => ask("POST", "start", { parameter });
export const sendText = (text, replyTo = 0) => ask("POST", "text", { text, reply_to: replyTo });
export const getBackstage = (after) => ask("GET", "backstage", null, { after });
export const setCondition = (name, isOn) => ask("POST", "backstage/conditions", { [name]: isOn });
export const sendFlood = () => ask("POST", "backstage/flood", {});
export const sendLarge = () => ask("POST", "backstage/large", {});
export const pressGone = () => ask("POST", "backstage/gone", {});
export const restartBot = () => ask("POST", "backstage/restart", {});
export const takeAlong = (token) => ask("POST", "backstage/telegram", { token });
export const leaveTelegram = () => ask("DELETE", "backstage/telegram");
export const killRender = () => ask("POST", "backstage/kill", {});
export const sendSample = (name) => ask("POST", `sample/${encodeURIComponent(name)}`, {});

/** Press a button; the id of the query that the bot will answer. */
export async function sendPress(messageId, data) {
  const answer = await ask("POST", "press", { message_id: messageId, data });
  return answer.query_id;
}

async function ask(method, path, body, query) {
  const how = { method, cache: "no-store" };
  if (body) {
    how.body = JSON.stringify(body);
    how.headers = { "Content-Type": "application/json" };
  }
  let answer;
  try {
    answer = await fetch(address(path, query), how);
  } catch {
    throw new Away(AWAY);
  }
  if (!answer.ok) throw new Refused(reason(answer.status, await answer.text()));
  return answer.json();
}

/** Send a blob; `onShare` hears 0 to 1. Returns `{done, cancel}`. */
export function sendFile(blob, query, onShare = () => {}) {
  const request = new XMLHttpRequest(); // fetch says nothing of an upload's progress
  const done = new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onShare(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      if (request.status < 400) resolve(JSON.parse(request.responseText));
      else reject(new Refused(reason(request.status, request.responseText)));
    });
    request.addEventListener("error", () => reject(new Away(AWAY)));
    request.addEventListener("abort", () => reject(new DOMException("Taken back", "AbortError")));
  });
  request.open("POST", address("file", query));
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.send(blob);
  return { done, cancel: () => request.abort() };
}

// What the server says in Telegram's words, in words for a person.
const PLAINLY = {
  MESSAGE_ID_INVALID: "That message is gone.",
  "no button has gone yet": "No button has gone yet. Change the card once, then press this.",
  IMAGE_PROCESS_FAILED: "That picture cannot be read.",
  PHOTO_INVALID_DIMENSIONS: "That picture is too large, or too long and narrow.",
  "file is too big for a photo": "That picture is larger than 10 MB.",
  "file must be non-empty": "That file is empty.",
  "message is too long": "That is longer than a message can be.",
};

function reason(status, text) {
  if (status === 413) return "That file is larger than a phone can send (2 GB).";
  try {
    const said = JSON.parse(text).description.replace(/^Bad Request: /, "");
    return PLAINLY[said] ?? said;
  } catch {
    return text || `The server answered ${status}.`;
  }
}
