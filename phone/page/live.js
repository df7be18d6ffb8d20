// Staying in touch with the server as long as the page is open: its state first, then its events.
//
// When the line breaks the state is loaded again, so it does not matter what was missed; events
// then go on after the number that the state had.

import { Away, address, getState } from "/page/phone_api.js";

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 3000;

/** Never returns. `onLine(true | false)` hears whether the server is there. */
export async function stayInTouch(chat, onLine) {
  let waitMs = FIRST_WAIT_MS;
  for (;;) {
    try {
      const { turns } = chat;
      const state = await getState();
      if (chat.turns !== turns) continue; // it is another chat's by now
      chat.load(state);
      waitMs = FIRST_WAIT_MS;
      onLine(true);
      if ((await follow(chat)) === "turned") continue;
    } catch (failed) {
      // A server that is just stopping may refuse; anything else is a mistake of this page.
      if (!(failed instanceof Away)) console.warn(failed);
    }
    onLine(false);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 1.6);
  }
}

/** Hand the chat every event until the line breaks, or another chat is opened. */
function follow(chat) {
  return new Promise((resolve) => {
    const source = new EventSource(address("events", { after: chat.number }));
    const leave = (why) => {
      chat.removeEventListener("turned", turn);
      source.close();
      resolve(why);
    };
    const turn = () => leave("turned");
    chat.addEventListener("turned", turn);
    source.addEventListener("message", (event) => chat.take(JSON.parse(event.data)));
    source.addEventListener("error", () => leave("broken"));
  });
}
