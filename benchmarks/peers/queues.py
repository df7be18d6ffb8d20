"""Other queues on SQLite, one process of their users: `python -m benchmarks.peers.queues`.

In the peers' environment. Each gets our journal mode and FULL durability, whatever it would choose
itself, and thirty seconds of patience with a locked database.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from benchmarks.together import cycles, tell, wait_for_the_others

PATIENCE_S = 30.0


class Queue(Protocol):
    def fill(self, rows: int) -> None: ...

    def claim(self) -> Callable[[], object]:
        """Take the next; what is to be called when it was worked on."""


class Huey:
    """Takes the row out of the table and, when the task was run, writes its result."""

    def __init__(self, file: str, journal: str) -> None:
        from huey import SqliteHuey

        self._huey = SqliteHuey(
            "bench", filename=file, fsync=True, journal_mode=journal, timeout=PATIENCE_S
        )
        self._task = self._huey.task()(_work)

    def fill(self, rows: int) -> None:
        storage = self._huey.storage
        tasks = [self._huey.serialize_task(self._task.s(number)) for number in range(rows)]
        storage.conn.execute("BEGIN")
        storage.conn.executemany(
            "INSERT INTO task (queue, data, priority) VALUES (?, ?, 0)",
            [(storage.name, task) for task in tasks],
        )
        storage.conn.execute("COMMIT")

    def claim(self) -> Callable[[], object]:
        task = self._huey.dequeue()
        assert task is not None, "the queue ran dry"
        return partial(self._huey.execute, task)


class LiteQueue:
    """Marks the row as locked and, when it was worked on, as done."""

    def __init__(self, file: str, journal: str) -> None:
        from litequeue import LiteQueue as Theirs

        connection = sqlite3.connect(
            file, timeout=PATIENCE_S, isolation_level=None, factory=_Careful
        )
        connection.be_careful(journal)
        self._queue = Theirs(connection)

    def fill(self, rows: int) -> None:
        with self._queue.transaction():
            for number in range(rows):
                self._queue.put(f"job{number}")

    def claim(self) -> Callable[[], object]:
        message = self._queue.pop()
        assert message is not None, "the queue ran dry"
        return partial(self._queue.done, message.message_id)


class _Careful(sqlite3.Connection):
    """Lets nobody else say how carefully it writes: litequeue asks for WAL and NORMAL."""

    def be_careful(self, journal: str) -> None:
        super().execute(f"PRAGMA journal_mode={journal}")
        super().execute("PRAGMA synchronous=FULL")

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        is_theirs = sql.startswith(("PRAGMA journal_mode", "PRAGMA synchronous"))
        return super().execute("SELECT 1" if is_theirs else sql, *parameters)


QUEUES: dict[str, Callable[[str, str], Queue]] = {"huey": Huey, "litequeue": LiteQueue}


def _work(number: int) -> int:
    return number + 1


def main(name: str, verb: str, file: str, journal: str, much: str) -> None:
    """`NAME fill FILE JOURNAL ROWS` or `NAME work FILE JOURNAL SECONDS`."""
    assert Path(file).parent.is_dir()
    queue = QUEUES[name](file, journal)
    if verb == "fill":
        queue.fill(int(much))
        return
    wait_for_the_others()
    tell({"claims_ms": cycles(queue.claim, float(much))})


if __name__ == "__main__":
    main(*sys.argv[1:])
