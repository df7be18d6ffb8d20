"""Trouble to order: what the next calls of a method meet instead of an answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

ANY = "*"
MOST_TIMES = 1000
LONGEST_S = 600.0


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

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises ValueError when that is no fault."""
        if unknown := data.keys() - _FIELDS.keys():
            raise ValueError(f"no such fields: {', '.join(sorted(unknown))}")
        try:
            fault = cls(**{name: _FIELDS[name](value) for name, value in data.items()})
        except TypeError as missing:
            raise ValueError(str(missing)) from None
        if not (1 <= fault.times <= MOST_TIMES and 0 <= fault.seconds <= LONGEST_S):
            raise ValueError(f"times is 1 to {MOST_TIMES}, seconds at most {LONGEST_S:.0f}")
        return fault


_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "method": str,
    "trouble": Trouble,
    "times": int,
    "retry_after": int,
    "seconds": float,
    "code": int,
    "description": str,
}


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
