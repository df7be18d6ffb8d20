"""What is said at once, beside the outbox: toasts, 👀, secrets, what the doctor finds. All may be
lost without harm."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial

from telegram.constants import ChatAction, ReactionEmoji

from bot.decisions import Taken
from bot.pace import Occasion, Pace
from bot.profile import offer_commands
from bot.refusals import CallFailed, Flooded, calling
from bot.sending import Post, edit, send
from bot.updates import Incoming, Media, Photo, Press
from conversations.checkup import Examine, nothing_to_see
from conversations.model import Finding, View
from jobs.model import Project

log = logging.getLogger(__name__)

WHISPERS = 3  # tries, while Telegram says that it is too early


class Answers:
    """Calls Telegram beside the reading of updates, in the task group it is given."""

    def __init__(
        self,
        post: Post,
        pace: Pace,
        group: asyncio.TaskGroup,
        *,
        examine: Examine = nothing_to_see,
    ) -> None:
        self._post = post
        self._examine = examine
        self._pace = pace
        self._bot = post.bot
        self._group = group
        self._calls: set[asyncio.Task[None]] = set()
        # What messages beside the cards are to look like, by chat and message; the newest only.
        self._turns: dict[tuple[int, int], View] = {}
        self._turning: set[tuple[int, int]] = set()

    def give(self, incoming: Incoming, taken: Taken) -> None:
        """Answer a press, wink at a new recording, show a secret. Does not wait."""
        decision = taken.decision
        project = decision.changes.project
        if isinstance(incoming.event, Press):
            self._start(partial(self._toast, incoming.event.query_id, decision.toast))
        elif taken.fresh and project is not None and _is_brought(incoming, project):
            self._start(partial(self._wink, incoming.chat_id, incoming.message_id))
        if decision.whisper is not None:
            self._start(partial(self._whisper, incoming.chat_id, decision.whisper))
        if decision.examined is not None:
            self._start(partial(self._look, incoming.chat_id, decision.examined))
        if decision.unsay:
            self._start(partial(self._unsay, incoming.chat_id, incoming.message_id))
        if decision.turns is not None:
            self._turns[incoming.chat_id, incoming.message_id] = decision.turns
            self._start(partial(self._turn, incoming.chat_id, incoming.message_id))
        if taken.offered is not None:
            self._start(partial(offer_commands, self._bot, taken.offered))

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

    async def _whisper(self, chat_id: int, view: View) -> None:
        """Not by way of the outbox, whose rows would keep the secret."""
        for _ in range(WHISPERS):
            try:
                await send(self._post, chat_id, view)
            except Flooded as flooded:
                await asyncio.sleep(flooded.wait_s)
            else:
                return

    async def _look(self, chat_id: int, show: Callable[[Sequence[Finding]], View]) -> None:
        """Say what the doctor finds; somebody who waits sees that something is done."""
        with suppress(CallFailed), calling():
            await self._bot.send_chat_action(chat_id, ChatAction.TYPING)
        await self._whisper(chat_id, show(await self._examine()))

    async def _turn(self, chat_id: int, message_id: int) -> None:
        """Edit the message that was pressed. It names no project, so nothing else would."""
        place = chat_id, message_id
        if place in self._turning:
            return  # whoever is at it looks again
        self._turning.add(place)
        try:
            while place in self._turns:
                await asyncio.sleep(self._pace.wait_s(chat_id, Occasion.ANSWER))
                self._pace.spend(chat_id, Occasion.ANSWER)
                view = self._turns.pop(place)
                try:
                    await edit(self._post, chat_id, message_id, view, None)
                except Flooded as flooded:
                    self._pace.shut(chat_id, flooded.wait_s)
                    self._turns.setdefault(place, view)
        finally:
            self._turning.discard(place)
            self._turns.pop(place, None)

    async def _unsay(self, chat_id: int, message_id: int) -> None:
        with calling():
            await self._bot.delete_message(chat_id, message_id)


def _is_brought(incoming: Incoming, project: Project) -> bool:
    """Whether it led to a card, or brought something to one."""
    return project.revision == 0 or isinstance(incoming.event, Media | Photo)


async def _quietly(call: Callable[[], Awaitable[object]]) -> None:
    """Whatever goes wrong with an answer, the bot lives on."""
    try:
        await call()
    except CallFailed as failed:
        log.info("an answer was not given: %s", type(failed).__name__)
    except Exception:
        log.exception("an answer broke")
