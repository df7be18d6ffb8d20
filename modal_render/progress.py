"""Lines about how far we are, on stdout, at most a few a second."""

from __future__ import annotations

import json
import sys
import threading
import time
from enum import StrEnum
from typing import Any

EVERY_S = 0.25


class Stage(StrEnum):
    """The words of jobs.model.Stage that a renderer can be at; this room imports no other."""

    LISTENING = "listening"
    DRAWING = "drawing"
    PACKING = "packing"


class Progress:
    """Says stage and percent of the whole, never falling, from any thread."""

    def __init__(self, every_s: float = EVERY_S) -> None:
        self._every_s, self._lock = every_s, threading.Lock()
        self._said: tuple[str, int] = ("", -1)
        self._next = 0.0

    def say(self, stage: Stage, percent: float) -> None:
        with self._lock:
            now, line = time.monotonic(), (stage.value, max(int(percent), self._said[1]))
            if line == self._said or (now < self._next and line[0] == self._said[0]):
                return
            self._said, self._next = line, now + self._every_s
            say({"stage": line[0], "progress": line[1]})


def say(message: dict[str, Any]) -> None:
    """One JSON line on stdout, at once."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
