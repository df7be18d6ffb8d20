"""How often a bot may speak: about once a second in a chat, 30 a second in all, 20 a minute in a
group. Who floods is told how long to wait, and refused until then."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

from phone.limits import Limits
from phone.refusals import flood

GROUP_WINDOW_S = 60.0


class _Bucket:
    """Fills by `per_s` up to `burst`; every message takes one out."""

    def __init__(self, per_s: float, burst: int, now: float) -> None:
        self._per_s = per_s
        self._burst = burst
        self._level = float(burst)
        self._at = now

    def wait_s(self, count: int, now: float) -> float:
        """How long until `count` fit; 0 when they do now."""
        self._level = min(self._burst, self._level + (now - self._at) * self._per_s)
        self._at = now
        # An album may be larger than the burst: it fits when the bucket is full.
        return max(0.0, (min(count, self._burst) - self._level) / self._per_s)

    def take(self, count: int) -> None:
        self._level -= count


class Floods:
    """Counts what the bot sends and edits. `clock` gives monotonic seconds."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._overall = _Bucket(limits.overall_per_s, limits.overall_burst, clock())
        self._chats: dict[int, _Bucket] = {}
        self._groups: dict[int, deque[float]] = {}
        self._shut_until: dict[int, float] = {}

    def shut(self, chat_id: int, wait_s: float) -> None:
        """Refuse everything to the chat for so long, as after a flood."""
        self._shut_until[chat_id] = self._clock() + wait_s

    def shut_s(self, chat_id: int) -> float:
        """How long everything to the chat is still refused."""
        return max(0.0, self._shut_until.get(chat_id, 0.0) - self._clock())

    def spend(self, chat_id: int, count: int = 1) -> None:
        """Count `count` messages to a chat. Raises Refusal 429 when that is a flood."""
        now = self._clock()
        if (still_shut_s := self.shut_s(chat_id)) > 0:
            raise flood(math.ceil(still_shut_s))
        chat = self._chats.setdefault(
            chat_id, _Bucket(self._limits.chat_per_s, self._limits.chat_burst, now)
        )
        wait_s = max(
            chat.wait_s(count, now),
            self._overall.wait_s(count, now),
            self._group_wait_s(chat_id, count, now),
        )
        if wait_s > 0:
            retry_after = max(self._limits.flood_wait_s, math.ceil(wait_s))
            self._shut_until[chat_id] = now + retry_after
            raise flood(retry_after)
        chat.take(count)
        self._overall.take(count)
        if chat_id < 0:
            self._groups[chat_id].extend([now] * count)

    def _group_wait_s(self, chat_id: int, count: int, now: float) -> float:
        if chat_id > 0:
            return 0.0
        sent = self._groups.setdefault(chat_id, deque())
        while sent and sent[0] <= now - GROUP_WINDOW_S:
            sent.popleft()
        too_many = len(sent) + count - self._limits.group_per_min
        return sent[too_many - 1] + GROUP_WINDOW_S - now if 0 < too_many <= len(sent) else 0.0
