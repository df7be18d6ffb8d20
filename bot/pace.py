"""When the next call to a chat may leave, so that Telegram never has to say "too many".

About one message a second per chat and 30 a second overall are taken, edits counted. Peers who
edited faster were shut out for hours. A chat that was told to wait waits as a whole.
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
    """Seconds between a chat's last call and the next one, and calls a second over all chats."""

    progress_s: float = 4.0
    answer_s: float = 1.2
    send_s: float = 1.0
    overall_per_s: float = 25.0

    def after_s(self, occasion: Occasion) -> float:
        if occasion is Occasion.PROGRESS:
            return self.progress_s
        return self.answer_s if occasion is Occasion.ANSWER else self.send_s


@dataclass(slots=True)
class Pace:
    """Remembers when each chat was last spoken to. `clock` gives monotonic seconds."""

    spacing: Spacing = field(default_factory=Spacing)
    clock: Callable[[], float] = time.monotonic
    _last: dict[int, float] = field(default_factory=dict)
    _shut_until: dict[int, float] = field(default_factory=dict)
    _overall_from: float = 0.0

    def wait_s(self, chat_id: int, occasion: Occasion) -> float:
        """How long until such a call may leave; 0 when it may now."""
        now = self.clock()
        earliest = max(
            self._last.get(chat_id, -1e9) + self.spacing.after_s(occasion),
            self._shut_until.get(chat_id, 0.0),
            # A second's worth may leave at once; after that they are spread.
            self._overall_from - 1.0,
        )
        return max(0.0, earliest - now)

    def is_shut(self, chat_id: int) -> bool:
        """Whether Telegram's last word for the chat was to leave it alone."""
        return self._shut_until.get(chat_id, 0.0) > self.clock()

    def spend(self, chat_id: int) -> None:
        """A call to the chat leaves now."""
        now = self.clock()
        self._last[chat_id] = now
        self._overall_from = max(self._overall_from, now) + 1.0 / self.spacing.overall_per_s

    def shut(self, chat_id: int, wait_s: float) -> None:
        """Telegram told us to leave the chat alone for so long."""
        until = self.clock() + wait_s
        self._shut_until[chat_id] = max(self._shut_until.get(chat_id, 0.0), until)
