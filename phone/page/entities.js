// Text with the Bot API's entities as DOM nodes. Offsets are UTF-16 units, as JavaScript's are.

import { make } from "/page/elements.js";
import { drawable } from "/page/glyphs.js";

const TAGS = {
  bold: "b",
  italic: "i",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};
const SAFE = /^(https?:|tg:|mailto:|tel:)/i;

/** A fragment that shows `text`. `onCommand` hears a bot command that is pressed. */
export function textNodes(text, entities = [], onCommand = null) {
  const fragment = document.createDocumentFragment();
  const ordered = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  fill(fragment, text, 0, text.length, ordered, onCommand);
  return fragment;
}

/** Append text[start:end] to `parent`; `entities` are those that begin in it, outermost first. */
function fill(parent, text, start, end, entities, onCommand) {
  let at = start;
  for (let index = 0; index < entities.length; ) {
    const entity = entities[index];
    const from = Math.max(at, entity.offset);
    const to = Math.min(end, entity.offset + entity.length);
    let next = index + 1;
    while (next < entities.length && entities[next].offset < to) next += 1;
    if (from < to) {
      if (from > at) parent.append(...drawable(text.slice(at, from)));
      const element = elementFor(entity, text.slice(from, to), onCommand);
      fill(element, text, from, to, entities.slice(index + 1, next), onCommand);
      parent.append(element);
      at = to;
    }
    index = next;
  }
  if (at < end) parent.append(...drawable(text.slice(at, end)));
}

function elementFor(entity, words, onCommand) {
  switch (entity.type) {
    case "text_link":
      return link(entity.url);
    case "url":
      return link(words);
    case "email":
      return link(`mailto:${words}`);
    case "phone_number":
      return link(`tel:${words}`);
    case "bot_command":
      return onCommand
        ? make("button", { type: "button", class: "command", onclick: () => onCommand(words) })
        : make("span");
    case "spoiler":
      return spoiler();
    default:
      return make(TAGS[entity.type] ?? "span", { class: `is-${entity.type}` });
  }
}

function link(url) {
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `https://${url}`;
  if (!SAFE.test(whole)) return make("span");
  return make("a", { href: whole, target: "_blank", rel: "noopener noreferrer" });
}

function spoiler() {
  const element = make("span", { class: "spoiler", role: "button", tabindex: "0" });
  element.setAttribute("aria-label", "Hidden words, press to read");
  const show = () => {
    element.classList.add("shown");
    element.removeAttribute("aria-label");
    element.removeAttribute("role");
  };
  element.addEventListener("click", show);
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      show();
    }
  });
  return element;
}
