"""When the next call to a chat may leave, so that Telegram never has to say "too many".

About one message a second per chat and 30 a second overall are taken, edits counted; a few at once
are, too. Peers who edited faster were shut out for hours. A chat that was told to wait waits as a
whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum


class Occasion(Enum):
    """Why a call is made; the eager ones may follow the chat's last call sooner."""

    PROGRESS = "progress"  # nobody asked for it
    ANSWER = "answer"  # a press, a typed word or the end of a job asked for it
    SEND = "send"  # a new message


@dataclass(frozen=True, slots=True, kw_only=True)
class Spacing:
    """Seconds between two calls to a chat, and calls a second over all chats.

    An edit nobody asked for keeps `progress_s` from whatever was said last, an edit that answers
    `answer_s` from the last edit. All calls together keep `send_s` on average; `burst` may leave
    at once after a pause.
    """

    progress_s: float = 4.0
    answer_s: float = 1.2
    send_s: float = 1.0
    burst: int = 3
    overall_per_s: float = 25.0


@dataclass(slots=True)
class _Chat:
    """When the chat heard from us; `free_at` is when all that was spent is earned back."""

    last_call: float = -1e9
    last_edit: float = -1e9
    free_at: float = -1e9
    shut_until: float = -1e9


@dataclass(slots=True)
class Pace:
    """Remembers when each chat was last spoken to. `clock` gives monotonic seconds."""

    spacing: Spacing = field(default_factory=Spacing)
    clock: Callable[[], float] = time.monotonic
    _chats: dict[int, _Chat] = field(default_factory=dict)
    _overall_from: float = 0.0

    def wait_s(self, chat_id: int, occasion: Occasion) -> float:
        """How long until such a call may leave; 0 when it may now."""
        chat = self._chats.get(chat_id, _Chat())
        spacing = self.spacing
        earliest = max(
            chat.free_at - (spacing.burst - 1) * spacing.send_s,
            chat.shut_until,
            # A second's worth may leave at once; after that they are spread.
            self._overall_from - 1.0,
        )
        if occasion is Occasion.ANSWER:
            earliest = max(earliest, chat.last_edit + spacing.answer_s)
        if occasion is Occasion.PROGRESS:
            earliest = max(earliest, chat.last_call + spacing.progress_s)
        return max(0.0, earliest - self.clock())

    def shut_s(self, chat_id: int) -> float:
        """How long the chat is still to be left alone; 0 when it need not be."""
        return max(0.0, self._chats.get(chat_id, _Chat()).shut_until - self.clock())

    def spend(self, chat_id: int, occasion: Occasion) -> None:
        """A call to the chat leaves now."""
        now = self.clock()
        chat = self._chats.setdefault(chat_id, _Chat())
        chat.last_call = now
        chat.free_at = max(chat.free_at, now) + self.spacing.send_s
        if occasion is not Occasion.SEND:
            chat.last_edit = now
        self._overall_from = max(self._overall_from, now) + 1.0 / self.spacing.overall_per_s

    def shut(self, chat_id: int, wait_s: float) -> None:
        """Telegram told us to leave the chat alone for so long."""
        chat = self._chats.setdefault(chat_id, _Chat())
        chat.shut_until = max(chat.shut_until, self.clock() + wait_s)
