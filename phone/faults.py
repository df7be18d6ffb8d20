"""Trouble to order: what the next calls of a method meet instead of an answer."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

ANY = "*"


class Trouble(StrEnum):
    FLOOD = "429"  # refused with retry_after
    INTERNAL = "500"
    REFUSE = "refuse"  # refused with the given code and description
    TIMEOUT = "timeout"  # nothing applied, nothing said for `seconds`, then the line is cut
    SLOW = "slow"  # answered `seconds` late
    DROP = "drop"  # applied, then the line is cut before the answer
    DISCONNECT = "disconnect"  # the line is cut before anything is applied


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One trouble for the next `times` calls of `method` ("*": any; "file": downloads)."""

    method: str
    trouble: Trouble
    times: int = 1
    retry_after: int = 3
    seconds: float = 30.0
    code: int = 400
    description: str = "Bad Request: fault"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class Faults:
    """The queue of troubles, first in first met."""

    def __init__(self) -> None:
        self._waiting: deque[Fault] = deque()

    def add(self, fault: Fault) -> None:
        self._waiting.extend([fault] * fault.times)

    def clear(self) -> None:
        self._waiting.clear()

    def waiting(self) -> list[Fault]:
        return list(self._waiting)

    def meet(self, method: str) -> Fault | None:
        """The trouble that this call meets, taken off the queue."""
        for fault in self._waiting:
            if fault.method.lower() in (ANY, method.lower()):
                self._waiting.remove(fault)
                return fault
        return None
