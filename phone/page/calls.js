// The Bot API calls as they end, newest first, and how many of them count against the limit.

import { find, make } from "/page/elements.js";
import { size } from "/page/numbers.js";

const SHOWN = 60;
const MINUTE_S = 60;
const POLL = "getupdates"; // would fill the list and say nothing
const COUNTED = /^(send(?!ChatAction)|editMessage|copyMessage|forwardMessage)/;

export class Calls {
  number = 0; // of the newest call that was seen
  known = []; // oldest first

  constructor(chat) {
    this.chat = chat;
    this.list = find("calls");
    this.polls = 0;
  }

  /** `seen`: the calls since last time, and how many a minute the chat takes. */
  take({ calls, per_minute: perMinute }) {
    this.number = Math.max(this.number, ...calls.map((call) => call.number));
    const told = calls.filter((call) => call.method.toLowerCase() !== POLL);
    this.polls += calls.length - told.length;
    this.known.push(...told);
    if (calls.length) this.#list();
    this.#pace(perMinute);
  }

  #list() {
    const newest = this.known.slice(-SHOWN).reverse();
    const drawn = new Map([...this.list.children].map((row) => [Number(row.dataset.number), row]));
    this.list.replaceChildren(...newest.map((call) => drawn.get(call.number) ?? rowFor(call)));
    find("calls-none").hidden = newest.length > 0;
    const times = this.polls === 1 ? "once" : `${this.polls} times`;
    find("calls-polls").textContent = this.polls ? `It also asked for updates ${times}.` : "";
  }

  /** The last minute, a bar for each second. */
  #pace(perMinute) {
    const now = Date.now() / 1000;
    const id = String(this.chat.id);
    const counted = this.known.filter((call) => COUNTED.test(call.method) && call.chat_id === id);
    const ages = counted.filter(({ code }) => code === 200).map((call) => now - call.at);
    const recent = ages.filter((age) => age < MINUTE_S);
    const counts = new Array(MINUTE_S).fill(0);
    for (const age of recent) counts[MINUTE_S - 1 - Math.max(0, Math.floor(age))] += 1;
    find("pace-count").textContent = String(recent.length);
    find("pace-limit").textContent = `of ${perMinute} a minute`;
    find("pace-bars").setAttribute("d", counts.map(barAt).join(""));
    const meter = find("pace-meter");
    meter.max = perMinute;
    meter.value = Math.min(perMinute, recent.length);
    this.known = this.known.slice(-1000);
  }
}

/** A bar of a second with `count` calls, in a drawing of 60 by 8. */
function barAt(count, second) {
  return count ? `M${second + 0.5} 8v-${Math.min(8, 2 + count * 2)}` : "";
}

function rowFor(call) {
  const isGood = call.code === 200;
  const said = isGood ? "200" : `${call.code || "cut off"}`;
  const code = make("span", { class: "code", "data-good": String(isGood) }, said);
  const time = new Date(call.at * 1000).toLocaleTimeString([], { hour12: false });
  const facts = [
    time,
    `${size(call.sent_bytes) || "0 B"} → ${size(call.answer_bytes) || "0 B"}`,
    `${Math.round(call.took_s * 1000)} ms`,
  ];
  const head = make("summary", { class: "call-head" }, code, make("b", {}, call.method));
  head.append(make("span", { class: "quiet" }, facts.join(" · ")));
  const body = make("dl", { class: "facts" });
  const told = { ...call.params, answer: call.description, trouble: call.trouble };
  for (const [name, value] of Object.entries(told)) {
    if (value) body.append(make("dt", {}, name), make("dd", { dir: "auto" }, value));
  }
  const row = make("details", { class: "call" }, head, body);
  return make("li", { "data-number": call.number }, row);
}
