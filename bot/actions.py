"""The line below a chat's name: "recording a video…", for as long as it is true."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from telegram import Bot
from telegram.constants import ChatAction

from bot.pace import Pace
from bot.refusals import CallFailed, calling

log = logging.getLogger(__name__)

EVERY_S = 4.5  # Telegram shows an action for 5 s
NEWS_S = 60.0  # a render nobody heard of for so long is not spoken of any more


class Actions:
    """Repeats the actions that are true. `clock` gives monotonic seconds."""

    def __init__(
        self,
        bot: Bot,
        pace: Pace,
        *,
        every_s: float = EVERY_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot = bot
        self._pace = pace
        self._every_s = every_s
        self._clock = clock
        self._making: dict[str, tuple[int, float]] = {}
        self._uploading: list[int] = []
        # By chat: what it shows, and until when that need not be repeated.
        self._shown: dict[int, tuple[ChatAction, float]] = {}
        self._begun = asyncio.Event()

    def making(self, project_id: str, chat_id: int, *, is_so: bool) -> None:
        """A project's video is being made, or is not."""
        if is_so:
            if project_id not in self._making:
                self._begun.set()
            self._making[project_id] = (chat_id, self._clock())
        else:
            self._making.pop(project_id, None)

    @contextmanager
    def uploading(self, chat_id: int) -> Iterator[None]:
        """A video is on its way to the chat during the block."""
        self._uploading.append(chat_id)
        self._begun.set()
        try:
            yield
        finally:
            self._uploading.remove(chat_id)

    @property
    def is_uploading(self) -> bool:
        """Whether a video is on its way to anybody."""
        return bool(self._uploading)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            wait_s = await self._show_due()
            try:
                async with asyncio.timeout(wait_s):
                    await self._begun.wait()
            except TimeoutError:
                continue
            self._begun.clear()

    async def _show_due(self) -> float:
        """Show what is new, and what Telegram is about to take away; seconds until the next."""
        true = self._true_now()
        self._shown = {chat: shown for chat, shown in self._shown.items() if chat in true}
        wait_s = self._every_s
        for chat_id, action in true.items():
            shown, until = self._shown.get(chat_id, (None, 0.0))
            left_s = until - self._clock() if shown is action else 0.0
            if left_s > 0:
                wait_s = min(wait_s, left_s)
                continue
            self._shown[chat_id] = (action, self._clock() + self._every_s)
            await self._show(chat_id, action)
        return wait_s

    def _true_now(self) -> dict[int, ChatAction]:
        oldest = self._clock() - NEWS_S
        self._making = {
            project: (chat_id, at) for project, (chat_id, at) in self._making.items() if at > oldest
        }
        true = {chat_id: ChatAction.RECORD_VIDEO for chat_id, _ in self._making.values()}
        return true | dict.fromkeys(self._uploading, ChatAction.UPLOAD_VIDEO)

    async def _show(self, chat_id: int, action: ChatAction) -> None:
        if self._pace.shut_s(chat_id):
            return
        try:
            with calling():
                await self._bot.send_chat_action(chat_id, action)
        except CallFailed as failed:
            log.info("chat action not shown: %s", type(failed).__name__)
