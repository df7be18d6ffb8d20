"""How updates reach the bot: long polls that must confirm, or a webhook with its secret."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from phone.chats import Chats
from phone.limits import POLL_S, POLL_UPDATES
from phone.params import Params
from phone.record import Happened, Json
from phone.refusals import OTHER_POLLER, WEBHOOK_ACTIVE, bad_request, conflict

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # a header's name
RETRY_S = 1.0  # between deliveries that the bot's server did not take
DELIVERY_S = 60.0
LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))


class Updates:
    """One bot's updates. A newer poll ends an older one, as Telegram does it."""

    def __init__(self, chats: Chats) -> None:
        self._chats = chats
        self._newest_poll = 0
        self._trouble = ""
        self._trouble_at = 0.0

    async def poll(self, params: Params) -> list[Json]:
        """getUpdates. An offset confirms everything below it; a negative one all but the last."""
        if self._chats.webhook.get("url"):
            raise conflict(WEBHOOK_ACTIVE)
        self._newest_poll += 1
        mine = self._newest_poll
        self.allow(params)
        self._confirm(params.integer("offset"))
        limit = min(max(params.integer("limit", POLL_UPDATES), 1), POLL_UPDATES)
        deadline = time.monotonic() + min(max(params.integer("timeout"), 0), POLL_S)
        while not (waiting := self._chats.pending()) and not self._chats.closing:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                break
            # Half a second at most: a newer poll is noticed soon, and nothing else wakes this one.
            await self._chats.wait_past(len(self._chats.events), min(left_s, 0.5))
            if mine != self._newest_poll:
                raise conflict(OTHER_POLLER)
        return waiting[:limit]

    def allow(self, params: Params) -> None:
        """Remember which kinds of update the bot wants from now on; unsaid, as before."""
        allowed = params.parsed("allowed_updates")
        if allowed is None:
            return
        if not isinstance(allowed, list) or not all(isinstance(kind, str) for kind in allowed):
            raise bad_request("allowed_updates must be an Array of String")
        if allowed != self._chats.allowed:
            self._chats.happen(Happened.ALLOW, allowed=allowed)

    def _confirm(self, offset: int) -> None:
        waiting = self._chats.pending()
        if offset < 0 and waiting:
            offset = waiting[max(0, len(waiting) + offset)]["update_id"]
        if any(update["update_id"] < offset for update in waiting):
            self._chats.happen(Happened.CONFIRM, below=offset)

    def drop(self) -> None:
        """Forget everything the bot has not confirmed."""
        if waiting := self._chats.pending():
            self._chats.happen(Happened.CONFIRM, below=waiting[-1]["update_id"] + 1)

    def set_webhook(self, params: Params) -> bool:
        url = params.text("url")
        if url:
            _check_webhook(url, params.text("secret_token"))
        self.allow(params)
        if params.flag("drop_pending_updates"):
            self.drop()
        webhook = {"url": url, "secret": params.text("secret_token")} if url else {}
        self._trouble = ""
        self._newest_poll += 1
        self._chats.happen(Happened.WEBHOOK, webhook=webhook)
        return True

    def webhook_info(self) -> dict[str, Any]:
        info: dict[str, Any] = {
            "url": self._chats.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self._chats.pending()),
        }
        if self._chats.allowed:
            info["allowed_updates"] = self._chats.allowed
        if self._trouble:
            info["last_error_date"] = int(self._trouble_at)
            info["last_error_message"] = self._trouble
        return info

    async def deliver(self) -> None:
        """Post updates to the webhook, in order, each until it is taken. Ends with the phone."""
        timeout = aiohttp.ClientTimeout(total=DELIVERY_S)
        async with aiohttp.ClientSession(timeout=timeout, trust_env=False) as session:
            # Once the phone closes nothing waits any more: an endless loop would never give way.
            while not self._chats.closing:
                seen = len(self._chats.events)
                url = self._chats.webhook.get("url", "")
                waiting = self._chats.pending()
                if not url or not waiting:
                    await self._chats.wait_past(seen, POLL_S)
                elif await self._delivered(session, url, waiting[0]):
                    self._chats.happen(Happened.CONFIRM, below=waiting[0]["update_id"] + 1)
                else:
                    await asyncio.sleep(RETRY_S)

    async def _delivered(self, session: aiohttp.ClientSession, url: str, update: Json) -> bool:
        secret = self._chats.webhook.get("secret", "")
        headers = {SECRET_HEADER: secret} if secret else {}
        try:
            async with session.post(url, json=update, headers=headers) as answer:
                if answer.ok:
                    return True
                self._trouble = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as failed:
            self._trouble = f"Connection failed: {type(failed).__name__}"
        self._trouble_at = self._chats.now()
        log.info("webhook: update %d not taken: %s", update["update_id"], self._trouble)
        return False


def _check_webhook(url: str, secret: str) -> None:
    parts = urlsplit(url)
    # Telegram wants https; a bot beside this server has no certificate and needs none.
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
