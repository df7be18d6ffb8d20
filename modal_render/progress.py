"""Lines about how far we are, on stdout, at most a few a second."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any

EVERY_S = 0.25


class Stage(StrEnum):
    """The words of jobs.model.Stage that a renderer can be at; this room imports no other."""

    FETCHING = "fetching"
    LISTENING = "listening"
    DRAWING = "drawing"
    PACKING = "packing"
    STORING = "storing"


class Progress:
    """Tells stage and percent of the whole, never falling, from any thread; on stdout or `tell`."""

    def __init__(
        self, every_s: float = EVERY_S, tell: Callable[[str, float], None] | None = None
    ) -> None:
        self._every_s, self._lock, self._tell = every_s, threading.Lock(), tell or _print
        self._said: tuple[str, float] = ("", -1.0)
        self._next = 0.0

    def say(self, stage: Stage, percent: float) -> None:
        with self._lock:
            # Tenths, so that a long video shows more often than once a minute that it lives.
            now, line = time.monotonic(), (stage.value, max(round(percent, 1), self._said[1]))
            if line == self._said or (now < self._next and line[0] == self._said[0]):
                return
            self._said, self._next = line, now + self._every_s
            self._tell(*line)


def _print(stage: str, percent: float) -> None:
    say({"stage": stage, "progress": percent})


def say(message: dict[str, Any]) -> None:
    """One JSON line on stdout, at once."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
