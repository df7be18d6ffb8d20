// The panel beside the chat: opened and closed, its tabs, and what it fetches while it is open.

import { Calls } from "/page/calls.js";
import { find } from "/page/elements.js";
import { getBackstage } from "/page/phone_api.js";
import { Rows } from "/page/rows.js";
import { TakeAlong } from "/page/take_along.js";
import { Trouble } from "/page/trouble.js";
import { wireViews } from "/page/views.js";

const LOOK_MS = 1000;
const covers = window.matchMedia("(max-width: 859.98px), (max-height: 519.98px)");

export class Backstage {
  /** `chat` as the page knows it; `second` opens the second phone. */
  constructor(chat, second) {
    this.panel = find("backstage");
    this.tabs = [...this.panel.querySelectorAll('[role="tab"]')];
    this.calls = new Calls(chat);
    this.rows = new Rows();
    this.takeAlong = new TakeAlong();
    this.trouble = new Trouble(second, () => this.#look());
    this.opener = null;
    this.timer = 0;
    wireViews();
    this.#listen();
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  #listen() {
    for (const button of document.querySelectorAll('[data-does="backstage"]')) {
      button.addEventListener("click", () => (this.isOpen ? this.close() : this.open(button)));
    }
    find("backstage-close").addEventListener("click", () => this.close());
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.turnTo(tab));
      tab.addEventListener("keydown", (event) => this.#step(event));
    }
    covers.addEventListener("change", () => this.#cover());
  }

  open(opener) {
    this.opener = opener;
    this.#show(true);
    this.tabs.find((tab) => tab.ariaSelected === "true").focus();
    this.#keepLooking();
  }

  close() {
    clearTimeout(this.timer);
    this.#show(false);
    const openers = [...document.querySelectorAll('[data-does="backstage"]')];
    const seen = [this.opener, ...openers].find((button) => button?.checkVisibility());
    seen?.focus();
  }

  #show(isOpen) {
    this.panel.hidden = !isOpen;
    document.body.dataset.backstage = isOpen ? "open" : "closed";
    for (const button of document.querySelectorAll('[data-does="backstage"]')) {
      button.setAttribute("aria-expanded", String(isOpen));
    }
    this.#cover();
  }

  /** On a small screen the panel lies over the chat, which then takes no keys. */
  #cover() {
    find("phones").inert = this.isOpen && covers.matches;
  }

  turnTo(wanted) {
    for (const tab of this.tabs) {
      const isWanted = tab === wanted;
      tab.ariaSelected = String(isWanted);
      tab.tabIndex = isWanted ? 0 : -1;
      find(tab.getAttribute("aria-controls")).hidden = !isWanted;
    }
  }

  /** Arrows go from tab to tab, the way the page runs. */
  #step(event) {
    const isMirrored = document.documentElement.dir === "rtl";
    const steps = { ArrowRight: isMirrored ? -1 : 1, ArrowLeft: isMirrored ? 1 : -1 };
    const at = this.tabs.indexOf(event.target);
    const last = this.tabs.length - 1;
    const ends = { Home: 0, End: last };
    const next = ends[event.key] ?? at + (steps[event.key] ?? 0);
    if (next === at) return;
    event.preventDefault();
    const tab = this.tabs.at(next > last ? 0 : next);
    this.turnTo(tab);
    tab.focus();
  }

  async #keepLooking() {
    await this.#look();
    clearTimeout(this.timer);
    if (this.isOpen) this.timer = setTimeout(() => this.#keepLooking(), LOOK_MS);
  }

  async #look() {
    let seen;
    try {
      seen = await getBackstage(this.calls.number);
    } catch {
      return; // the server is away; the line below the bot's name says so
    }
    this.calls.take(seen);
    this.rows.take(seen.home);
    this.takeAlong.take(seen.telegram);
    this.trouble.take(seen);
  }
}
