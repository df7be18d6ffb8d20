// Links to the bot's own chat, as t.me spells them: on this phone they open it here. On t.me somebody
// else may have a bot of that name.

import { sendStart } from "/page/phone_api.js";
import { toast } from "/page/toasts.js";

/** Watch for them; `openOwn()` shows the person's own chat and resolves once it is there. */
export function watchOwnLinks(chat, openOwn) {
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[href]");
    const parameter = link ? parameterOf(link.href, chat.bot.username) : null;
    if (parameter === null) return;
    event.preventDefault();
    try {
      await openOwn();
      if (parameter || chat.isEmpty) await sendStart(parameter);
    } catch (failed) {
      toast(failed.message);
    }
  });
}

/** What the link makes a phone send after /start; null for a link to anywhere else. */
function parameterOf(address, username) {
  const url = new URL(address);
  const isOwn = url.host === "t.me" && url.pathname.toLowerCase() === `/${username?.toLowerCase()}`;
  return isOwn ? (url.searchParams.get("start") ?? "") : null;
}
