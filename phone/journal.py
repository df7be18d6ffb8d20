"""The last calls of the Bot API, for the side panel and for tests: what, how large, how long."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

KEPT_CALLS = 1000
SHOWN_CHARACTERS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call, numbered as it ended.

    `at` is seconds since 1970; sizes are bytes of the bodies; `took_s` seconds.
    """

    number: int
    at: float
    method: str
    chat_id: str
    sent_bytes: int
    answer_bytes: int
    took_s: float
    code: int
    description: str
    trouble: str
    params: Mapping[str, str]


class Journal:
    """Calls in order; the oldest are forgotten."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=KEPT_CALLS)
        self._count = 0

    def next_number(self) -> int:
        self._count += 1
        return self._count

    def add(self, call: Call) -> None:
        self._calls.append(call)

    def after(self, number: int) -> list[dict[str, Any]]:
        """The calls that ended after the one with that number."""
        return [asdict(call) for call in self._calls if call.number > number]


def shown(values: Mapping[str, object]) -> dict[str, str]:
    """Parameters, shortened for reading."""
    texts = {
        name: value if isinstance(value, str) else str(value) for name, value in values.items()
    }
    return {
        name: text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
        for name, text in texts.items()
    }
