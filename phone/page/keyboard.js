// The keys below a message. Drawn anew in place: a key that stays keeps its element and its focus.

import { icon, make } from "/page/elements.js";
import { drawable } from "/page/glyphs.js";
import { sendPress } from "/page/phone_api.js";
import { toast } from "/page/toasts.js";

const ANSWER_MS = 15_000; // how long Telegram's apps show that a press waits for its answer
const waiting = new Map(); // query id -> the key that was pressed
const early = new Map(); // query id of an answer that came before the press returned -> telling it

/** Bring `element` up to date with `rows`, the message's inline keyboard. */
export function drawKeys(element, rows, messageId) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  const place = focused ? [...element.querySelectorAll(".key")].indexOf(focused) : -1;
  const data = focused?.dataset.data;
  rows.forEach((buttons, index) => {
    const row = element.children[index] ?? element.appendChild(make("div", { class: "keys-row" }));
    drawRow(row, buttons, messageId);
  });
  while (element.children.length > rows.length) element.lastChild.remove();
  element.hidden = rows.length === 0;
  if (focused && !focused.isConnected) refocus(element, data, place);
}

function drawRow(row, buttons, messageId) {
  row.dataset.count = Math.min(4, buttons.length);
  buttons.forEach((button, index) => {
    const wanted = signature(button);
    const key = row.children[index];
    if (key?.dataset.is === wanted) return;
    if (key && canBecome(key, button)) dress(key, button);
    else if (key) key.replaceWith(keyFor(button, messageId));
    else row.append(keyFor(button, messageId));
  });
  while (row.children.length > buttons.length) row.lastChild.remove();
}

const signature = (button) => JSON.stringify(button);

/** A key that sends data can become any other that does, and keep its place and its focus. */
function canBecome(key, button) {
  return Boolean(key.dataset.data && button.callback_data);
}

function refocus(element, data, place) {
  const keys = [...element.querySelectorAll(".key")];
  const same = keys.find((key) => key.dataset.data === data);
  (same ?? keys[Math.min(place, keys.length - 1)])?.focus({ preventScroll: true });
}

function keyFor(button, messageId) {
  const url = button.url ?? button.web_app?.url;
  const key = url ? linkKey(url) : make("button", { type: "button", class: "key" });
  dress(key, button);
  if (!url) key.addEventListener("click", () => act(key, messageId));
  return key;
}

function linkKey(url) {
  const isSafe = /^(https?|tg):/i.test(url);
  return make("a", { class: "key", href: isSafe ? url : null, target: "_blank", rel: "noopener" });
}

function dress(key, button) {
  key.dataset.is = signature(button);
  key.dataset.style = button.style ?? "";
  if (button.callback_data) key.dataset.data = button.callback_data;
  const label = make("span", { class: "key-label", dir: "auto" }, ...drawable(button.text));
  const sign = key.tagName === "A" ? icon("out") : button.copy_text ? icon("copy") : null;
  key.replaceChildren(...[label, sign].filter(Boolean));
}

async function act(key, messageId) {
  const button = JSON.parse(key.dataset.is);
  if (button.callback_data) await press(key, messageId, button.callback_data);
  else if (button.copy_text) await copy(button.copy_text.text);
  else toast("That one works in Telegram itself.");
}

async function press(key, messageId, data) {
  key.classList.add("waiting");
  key.setAttribute("aria-busy", "true");
  try {
    const queryId = await sendPress(messageId, data);
    if (early.has(queryId)) {
      early.get(queryId)();
      early.delete(queryId);
      rest(key);
    } else {
      waiting.set(queryId, key);
      setTimeout(() => waiting.has(queryId) && answered(queryId), ANSWER_MS);
    }
  } catch (failed) {
    rest(key);
    toast(failed.message);
  }
}

/** The bot answered a press: its key rests, and `tell` tells what it said, if it was ours. */
export function answered(queryId, tell = () => {}) {
  const key = waiting.get(queryId);
  waiting.delete(queryId);
  if (!key) {
    early.set(queryId, tell);
    return;
  }
  rest(key);
  tell();
}

function rest(key) {
  key.classList.remove("waiting");
  key.removeAttribute("aria-busy");
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied");
  } catch {
    toast("The browser did not let me copy it.");
  }
}
