"""What happened on the phone, in order, in one file that a kill leaves readable.

One JSON object a line. A line is handed to the system before anybody is answered, so the death of
the process loses nothing that was said; the death of the machine may.
"""

from __future__ import annotations

import errno
import fcntl
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from io import FileIO
from pathlib import Path
from typing import Any

Json = Mapping[str, Any]


class Happened(StrEnum):
    """The kinds of things that happen; what each carries is said in chats.py, which folds them."""

    MESSAGE = "message"
    EDIT = "edit"
    DELETE = "delete"
    PRESS = "press"
    ANSWER = "answer"
    ACTION = "action"
    REACTION = "reaction"
    FILE = "file"
    CONFIRM = "confirm"
    BLOCK = "block"
    PROFILE = "profile"
    ALLOW = "allow"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened: `number` counts from 1, `at` is seconds since 1970."""

    number: int
    at: float
    kind: Happened
    body: Json

    def to_json(self) -> dict[str, Any]:
        return {"number": self.number, "at": self.at, "kind": self.kind.value, **self.body}


class Record:
    """The file of events. One process writes it at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO | None = None
        self._count = 0
        self._end = 0

    def open(self) -> list[Event]:
        """Everything recorded so far, ready for more. A line torn by a kill is cut off.

        Raises BlockingIOError when another process has the record open.
        """
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Unbuffered: a line is the system's as soon as write() returns.
        self._file = FileIO(self._path, "a")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.close()
            raise
        events, self._end = _read(self._path.read_bytes())
        self._file.truncate(self._end)
        self._count = len(events)
        return events

    def append(self, kind: Happened, body: Json, at: float) -> Event:
        """Raises OSError when the disk is full; then nothing was recorded."""
        assert self._file is not None
        event = Event(number=self._count + 1, at=at, kind=kind, body=body)
        text = json.dumps(event.to_json(), ensure_ascii=False, separators=(",", ":"))
        line = text.encode() + b"\n"
        # Half a line in the middle of the file would make the rest unreadable.
        if self._file.write(line) < len(line):
            self._file.truncate(self._end)
            raise OSError(errno.ENOSPC, "no room for the record", str(self._path))
        self._count += 1
        self._end += len(line)
        return event

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _read(content: bytes) -> tuple[list[Event], int]:
    """The events of the whole lines, and how many bytes those lines take."""
    whole = content.rfind(b"\n") + 1
    events = []
    for line in content[:whole].splitlines():
        fields = json.loads(line)
        events.append(
            Event(
                number=fields.pop("number"),
                at=fields.pop("at"),
                kind=Happened(fields.pop("kind")),
                body=fields,
            )
        )
    return events, whole
