// The second phone: a guest's, in a frame of this same page, beside the owner's or instead of it.

import { find, make } from "/page/elements.js";

const GUEST = { user: "7001002", name: "Noor", frame: "1" };

export class SecondPhone {
  constructor() {
    this.place = find("guest");
    this.whose = find("whose");
    for (const button of this.whose.querySelectorAll("button")) {
      button.addEventListener("click", () => this.show(button.dataset.whose));
    }
    for (const input of document.querySelectorAll('[name="phones"]')) {
      input.addEventListener("change", () => this.set(input.value === "two"));
    }
  }

  get isOpen() {
    return !this.place.hidden;
  }

  toggle() {
    this.set(!this.isOpen);
  }

  /** One phone or two. The guest's goes with its frame, and its chat is there again next time. */
  set(isOpen) {
    this.place.hidden = !isOpen;
    this.whose.hidden = !isOpen;
    document.body.dataset.phones = isOpen ? "two" : "one";
    if (isOpen && !this.place.querySelector("iframe")) this.place.append(frame());
    if (!isOpen) this.place.querySelector("iframe")?.remove();
    find("second-phone").setAttribute("aria-pressed", String(isOpen));
    for (const input of document.querySelectorAll('[name="phones"]')) {
      input.checked = (input.value === "two") === isOpen;
    }
    this.show("owner");
    document.dispatchEvent(new CustomEvent("phones", { detail: { isOpen } }));
  }

  /** On a small screen one of the two is shown. */
  show(whose) {
    document.body.dataset.whose = whose;
    for (const button of this.whose.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.whose === whose));
    }
  }
}

function frame() {
  const address = `/?${new URLSearchParams(GUEST)}`;
  const said = { title: `${GUEST.name}'s phone`, allow: "microphone; clipboard-write" };
  return make("iframe", { src: address, ...said });
}
