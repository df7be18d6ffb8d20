// Short words over the chat, and the ones that wait for OK.

import { find, make } from "/page/elements.js";
import { drawable } from "/page/glyphs.js";

const LEAST_MS = 2600;
const PER_LETTER_MS = 45;
const place = find("toasts");
const dialog = find("alert");

export function toast(words) {
  if (!words) return;
  const element = make("p", { class: "toast", dir: "auto" }, ...drawable(words));
  place.replaceChildren(element); // the newest answer is the one that counts
  setTimeout(() => element.classList.add("leaving"), LEAST_MS + words.length * PER_LETTER_MS);
  setTimeout(() => element.remove(), LEAST_MS + words.length * PER_LETTER_MS + 300);
}

export function alertWith(words) {
  find("alert-words").replaceChildren(...drawable(words));
  if (!dialog.open) dialog.showModal();
}

find("alert-close").addEventListener("click", () => dialog.close());
