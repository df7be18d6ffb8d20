// A picture as large as the window.

import { find } from "/page/elements.js";

const box = find("lightbox");
const picture = find("lightbox-picture");

export function enlarge(source, words) {
  picture.src = source;
  picture.alt = words;
  box.showModal();
}

find("lightbox-close").addEventListener("click", () => box.close());
// A press beside or on the picture closes it too.
box.addEventListener("click", () => box.close());
