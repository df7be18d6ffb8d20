"""Updates are read so that none is lost: first committed, then confirmed.

Telegram forgets an update when the next getUpdates asks for later ones, or when the webhook is
answered. Both happen only after the update's decision is in the database.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Bot, Update

from bot.answers import Answers
from bot.decisions import Decisions
from bot.refusals import CallFailed, Flooded, OtherPoller, TokenRefused, calling
from bot.updates import ALLOWED, read_update
from bot.web.health import Condition
from jobs.about import about
from jobs.alerts import Alerts, Cause
from jobs.errors import StoreUnavailable
from jobs.updates import Updates

log = logging.getLogger(__name__)

POLL_S = 30
ANSWER_S = 10.0  # what a poll may take beyond the time it was asked to wait
TRIES = 3
RETRY_S = 0.5


class Receiver:
    """Deals with updates one at a time, in the order they came."""

    def __init__(
        self,
        bot: Bot,
        updates: Updates,
        decisions: Decisions,
        answers: Answers,
        *,
        retry_s: float = RETRY_S,
    ) -> None:
        self._bot = bot
        self._updates = updates
        self._decisions = decisions
        self._answers = answers
        self._retry_s = retry_s
        self._turn = asyncio.Lock()

    async def receive(self, raw: Mapping[str, Any]) -> None:
        """Deal with the update, whatever it holds; afterwards it may be confirmed.

        One that fails three times is recorded and skipped, so that it does not block those behind
        it. Raises StoreUnavailable.
        """
        update_id = int(raw["update_id"])
        async with self._turn:
            with about(update=update_id, chat=_chat_of(raw)):
                await self._deal(update_id, raw)

    async def _deal(self, update_id: int, raw: Mapping[str, Any]) -> None:
        while True:
            try:
                return await self._take(update_id, raw)
            except StoreUnavailable:
                raise
            except Exception as problem:
                log.exception("update %d: could not be dealt with", update_id)
                tries = await self._updates.failed(update_id, type(problem).__name__)
            if tries >= TRIES:
                log.error("update %d: skipped after %d tries", update_id, tries)
                await self._updates.skip(update_id)
                return await self._decisions.apologise(_chat_of(raw))
            await asyncio.sleep(self._retry_s * tries)

    async def _take(self, update_id: int, raw: Mapping[str, Any]) -> None:
        # Nothing else was asked for; what nobody looks at cannot be wrong.
        asked = {kind: raw[kind] for kind in ("update_id", *ALLOWED) if kind in raw}
        update = Update.de_json(asked, self._bot)
        incoming = read_update(update, self._bot.username)
        if incoming is None:
            await self._decisions.ignore(update_id)
        else:
            self._answers.give(incoming, await self._decisions.take(incoming))


def _chat_of(raw: Mapping[str, Any]) -> int:
    """The chat of an update that cannot be read, 0 where even that is not to be found."""
    message = raw.get("message")
    chat = message.get("chat") if isinstance(message, Mapping) else None
    chat_id = chat.get("id") if isinstance(chat, Mapping) else None
    # The database's numbers end somewhere.
    return chat_id if isinstance(chat_id, int) and -(2**63) < chat_id < 2**63 else 0


@dataclass(slots=True)
class Patience:
    """Waits that double from `first_s` to `most_s`, and one log line for all of them, if any."""

    complaint: str
    first_s: float
    most_s: float
    _waited: int = 0

    async def wait(self) -> None:
        if not self._waited and self.complaint:
            log.warning("%s", self.complaint)
        wait_s = min(self.most_s, self.first_s * 2**self._waited)
        self._waited = min(self._waited + 1, 10)
        # Two bots that met once should not meet again at the same moment.
        await asyncio.sleep(wait_s * random.uniform(0.9, 1.1))  # noqa: S311

    def over(self) -> None:
        self._waited = 0


class Poller:
    """Asks Telegram for updates until it is cancelled or the token is refused."""

    def __init__(
        self,
        bot: Bot,
        updates: Updates,
        receiver: Receiver,
        condition: Condition,
        alerts: Alerts,
        *,
        poll_s: int = POLL_S,
        conflict_s: tuple[float, float] = (5.0, 60.0),
        away_s: tuple[float, float] = (1.0, 5.0),
    ) -> None:
        self._bot = bot
        self._updates = updates
        self._receiver = receiver
        self._condition = condition
        self._alerts = alerts
        self._poll_s = poll_s
        self._conflict = Patience("somebody else fetches this bot's updates", *conflict_s)
        self._away = Patience("", *away_s)  # the line says so
        self._store_away = Patience("the store does not answer, no updates are taken", *away_s)

    async def run(self) -> None:
        while True:
            try:
                await self._round()
            except TokenRefused:
                self._condition.token_refused = True
                log.error("telegram refuses the token: no more updates are read")  # noqa: TRY400
                return
            except OtherPoller:
                await self._alerts.note(Cause.UPDATES_TAKEN, is_so=True)
                await self._conflict.wait()
            except Flooded as flooded:
                await asyncio.sleep(flooded.wait_s)
            except CallFailed:
                await self._away.wait()
            except StoreUnavailable:
                await self._store_away.wait()
            else:
                await self._alerts.note(Cause.UPDATES_TAKEN, is_so=False)
                for trouble in (self._conflict, self._away, self._store_away):
                    trouble.over()

    async def _round(self) -> None:
        found = await self._fetch(await self._updates.next_offset())
        # The last one that was dealt with says where to go on, so none may be left before it.
        for raw in sorted(found, key=lambda raw: int(raw["update_id"])):
            await self._receiver.receive(raw)

    async def _fetch(self, offset: int) -> list[dict[str, Any]]:
        """Raw, because the library gives up on a whole batch for one update it cannot read."""
        with calling():
            # In this spelling the library does not insist on its own get_updates.
            found: list[dict[str, Any]] = await self._bot.do_api_request(
                "GetUpdates",
                {"offset": offset, "timeout": self._poll_s, "allowed_updates": list(ALLOWED)},
                read_timeout=self._poll_s + ANSWER_S,
            )
        return found
