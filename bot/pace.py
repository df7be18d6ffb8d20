"""When the next call to a chat may leave, so that Telegram never has to say "too many".

About one message a second per chat and 30 a second overall are taken, edits counted; a few at once
are, too. Peers who edited faster were shut out for hours. A chat that was told to wait waits as a
whole. A group, whose id is below 0, hears from us at most 20 times a minute. When all chats
together have too much to say, what was asked for goes before news, and each chat has its turn.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

GROUP_WINDOW_S = 61.0  # a minute, and what one call may be longer on its way than another
# Of a group's calls a minute these many are kept for answers and results.
GROUP_RESERVE = 5
TURN_S = 2.0  # for how long a turn, or leave to speak, is kept


class Occasion(Enum):
    """Why a call is made; the eager ones may follow the chat's last call sooner."""

    PROGRESS = "progress"  # nobody asked for it
    ANSWER = "answer"  # a press, a typed word or the end of a job asked for it
    RESULT = "result"  # the video is there, or will not come
    SEND = "send"  # a new message


@dataclass(frozen=True, slots=True, kw_only=True)
class Spacing:
    """Seconds between two calls to a chat, and calls a second over all chats.

    An edit nobody asked for keeps `progress_s` from whatever was said last, an edit that answers
    `answer_s` from the last edit. All calls together keep `send_s` on average; `burst` may leave
    at once after a pause. In groups more people read along: `group_progress_s`, `group_per_min`.
    Of the calls that all chats together may make at once, news leaves `reserve_s` worth to what
    somebody waits for, and all of that leaves `result_reserve_s` worth to results.
    """

    progress_s: float = 4.0
    group_progress_s: float = 8.0
    answer_s: float = 1.2
    send_s: float = 1.0
    burst: int = 3
    overall_per_s: float = 25.0
    group_per_min: int = 20
    reserve_s: float = 0.6
    result_reserve_s: float = 0.2


@dataclass(slots=True)
class _Chat:
    """When the chat heard from us; `free_at` is when all that was spent is earned back.

    `calls` are the times of the last ones, kept for groups.
    """

    last_call: float = -1e9
    last_edit: float = -1e9
    free_at: float = -1e9
    shut_until: float = -1e9
    calls: deque[float] = field(default_factory=deque)


@dataclass(slots=True)
class _Line:
    """Where chats stand while all together are too many.

    Without turns all of them would come back at the same moment, and find room for one.
    """

    last_turn: float = -1e9
    turns: dict[int, float] = field(default_factory=dict)

    def wait_s(self, chat_id: int, open_from: float, now: float, apart_s: float) -> float:
        """How long until the chat's turn; it takes one if it has to."""
        turn = self.turns.get(chat_id, -1e9)
        is_its_turn = now - TURN_S <= turn <= now
        if open_from <= now and (is_its_turn or self.last_turn <= now):
            return 0.0
        if turn <= now:
            turn = max(open_from, now, self.last_turn + apart_s)
            self.turns[chat_id] = self.last_turn = turn
        # Never nothing: whoever comes before its turn has to wait.
        return max(apart_s, turn - now)


def _lines() -> dict[Occasion, _Line]:
    """Answers and new messages stand in one line."""
    asked = _Line()
    return {
        Occasion.RESULT: _Line(),
        Occasion.ANSWER: asked,
        Occasion.SEND: asked,
        Occasion.PROGRESS: _Line(),
    }


@dataclass(slots=True)
class Pace:
    """Remembers when each chat was last spoken to. `clock` gives monotonic seconds."""

    spacing: Spacing = field(default_factory=Spacing)
    clock: Callable[[], float] = time.monotonic
    _chats: dict[int, _Chat] = field(default_factory=dict)
    _overall_from: float = 0.0
    _lines: dict[Occasion, _Line] = field(default_factory=_lines)
    _leave: dict[int, float] = field(default_factory=dict)

    def wait_s(self, chat_id: int, occasion: Occasion) -> float:
        """How long until such a call may leave; 0 when it may now.

        Whoever has to wait for the other chats is given a turn, and should come back for it.
        Whoever may speak is counted at once: before it does, hundreds of others ask.
        """
        chat = self._chats.get(chat_id, _Chat())
        spacing = self.spacing
        earliest = max(
            chat.free_at - (spacing.burst - 1) * spacing.send_s,
            chat.shut_until,
        )
        if occasion in (Occasion.ANSWER, Occasion.RESULT):
            earliest = max(earliest, chat.last_edit + spacing.answer_s)
        if occasion is Occasion.PROGRESS:
            apart_s = spacing.group_progress_s if chat_id < 0 else spacing.progress_s
            earliest = max(earliest, chat.last_call + apart_s)
        if chat_id < 0:
            earliest = max(earliest, self._minute_over(chat, occasion))
        now = self.clock()
        return earliest - now if earliest > now else self._turn_s(chat_id, occasion, now)

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
        if chat_id < 0:
            chat.calls.append(now)
            while len(chat.calls) > self.spacing.group_per_min:
                chat.calls.popleft()
        if not self._has_leave(chat_id, now):
            self._count(now)
        self._leave.pop(chat_id, None)

    def release(self, chat_id: int) -> None:
        """There was nothing to say after all."""
        if self._leave.pop(chat_id, None) is not None:
            self._overall_from -= 1.0 / self.spacing.overall_per_s

    def shut(self, chat_id: int, wait_s: float) -> None:
        """Telegram told us to leave the chat alone for so long."""
        chat = self._chats.setdefault(chat_id, _Chat())
        chat.shut_until = max(chat.shut_until, self.clock() + wait_s)

    def _minute_over(self, group: _Chat, occasion: Occasion) -> float:
        """When the group may hear from us once more without it being too often in a minute."""
        kept = GROUP_RESERVE if occasion is Occasion.PROGRESS else 0
        most = max(1, self.spacing.group_per_min - kept)
        return group.calls[-most] + GROUP_WINDOW_S if len(group.calls) >= most else -1e9

    def _turn_s(self, chat_id: int, occasion: Occasion, now: float) -> float:
        """How long until all chats together leave room for this one; then it is counted."""
        if self._has_leave(chat_id, now):
            return 0.0
        # A second's worth may leave at once; after that they are spread.
        open_from = self._overall_from - 1.0 + self._reserve_s(occasion)
        apart_s = 1.0 / self.spacing.overall_per_s
        wait_s = self._lines[occasion].wait_s(chat_id, open_from, now, apart_s)
        if not wait_s:
            self._count(now)
            self._leave[chat_id] = now
            for line in self._lines.values():
                line.turns.pop(chat_id, None)
        return wait_s

    def _reserve_s(self, occasion: Occasion) -> float:
        """How much of what may leave at once is kept for what goes before it."""
        if occasion is Occasion.RESULT:
            return 0.0
        is_news = occasion is Occasion.PROGRESS
        return self.spacing.reserve_s if is_news else self.spacing.result_reserve_s

    def _has_leave(self, chat_id: int, now: float) -> bool:
        return now - self._leave.get(chat_id, -1e9) <= TURN_S

    def _count(self, now: float) -> None:
        self._overall_from = max(self._overall_from, now) + 1.0 / self.spacing.overall_per_s
