"""What is said at once, beside the outbox: toasts and 👀. Both may be lost without harm."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from telegram import Bot
from telegram.constants import ReactionEmoji

from bot.decisions import Taken
from bot.profile import offer_owner_commands
from bot.refusals import CallFailed, calling
from bot.updates import Incoming, Press

log = logging.getLogger(__name__)


class Answers:
    """Calls Telegram beside the reading of updates, in the task group it is given."""

    def __init__(self, bot: Bot, group: asyncio.TaskGroup) -> None:
        self._bot = bot
        self._group = group
        self._calls: set[asyncio.Task[None]] = set()

    def give(self, incoming: Incoming, taken: Taken) -> None:
        """Answer a press, wink at a new recording. Does not wait."""
        project = taken.decision.changes.project
        if isinstance(incoming.event, Press):
            self._start(partial(self._toast, incoming.event.query_id, taken.decision.toast))
        elif taken.fresh and project is not None and project.revision == 0:
            self._start(partial(self._wink, incoming.chat_id, incoming.message_id))
        if taken.claimed:
            self._start(partial(offer_owner_commands, self._bot, incoming.user_id))

    def stop(self) -> None:
        for call in self._calls:
            call.cancel()

    def _start(self, call: Callable[[], Awaitable[object]]) -> None:
        task = self._group.create_task(_quietly(call))
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def _toast(self, query_id: str, toast: str) -> None:
        with calling():
            await self._bot.answer_callback_query(query_id, text=toast or None)

    async def _wink(self, chat_id: int, message_id: int) -> None:
        with calling():
            await self._bot.set_message_reaction(chat_id, message_id, ReactionEmoji.EYES)


async def _quietly(call: Callable[[], Awaitable[object]]) -> None:
    """Whatever goes wrong with an answer, the bot lives on."""
    try:
        await call()
    except CallFailed as failed:
        log.info("an answer was not given: %s", type(failed).__name__)
    except Exception:
        log.exception("an answer broke")
