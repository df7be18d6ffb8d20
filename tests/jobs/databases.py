"""The databases that keep the contract. Another one is plugged in by one line in DATABASES."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from jobs.database import Database, Statement
from jobs.libsql import LibsqlWire
from jobs.remote import RemoteDatabase
from jobs.sqlite import SqliteDatabase
from jobs.turso import HranaWire
from tests.jobs.sqld import address

MEMORY = Path("/dev/shm")
SLOW_S = 30.0  # a machine that is busy with something else is no fault

# Opens SQLite at a path; the fixture of that name closes it.
OpenAt = Callable[..., SqliteDatabase]

# From a folder to a connection; two connections to one folder see the same rows.
DATABASES: Mapping[str, Callable[[Path], Database]] = {
    "sqlite": lambda folder: SqliteDatabase(folder / "jobs.sqlite3"),
    "turso": lambda folder: RemoteDatabase(HranaWire(*address(folder, "http"), answer_s=SLOW_S)),
    "libsql": lambda folder: RemoteDatabase(LibsqlWire(*address(folder, "ws"), answer_s=SLOW_S)),
}
REMOTE = ("libsql", "turso")


async def wipe(database: Database) -> None:
    """Leave nothing of whoever used the server before."""
    rows = await database.execute(
        "SELECT upper(type) AS type, name FROM sqlite_master"
        " WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'libsql%'"
    )
    drops = [Statement(f"DROP {row['type']} {row['name']}", {}) for row in rows]
    if drops:
        await database.batch(drops)


class Clock:
    """The database's clock, standing still until a test moves it."""

    START_S = 1_700_000_000.0

    def __init__(self, database: Database) -> None:
        self._database = database
        self.now_s = self.START_S

    async def install(self) -> None:
        """Put a table where the view is; everything durable reads either."""
        await self._database.batch(
            [
                Statement("DROP VIEW clock", {}),
                Statement("CREATE TABLE clock (t REAL NOT NULL)", {}),
                Statement("INSERT INTO clock (t) VALUES (:t)", {"t": self.now_s}),
            ]
        )

    async def advance(self, seconds: float) -> None:
        self.now_s += seconds
        await self._database.execute("UPDATE clock SET t = :t", {"t": self.now_s})


def connections() -> int:
    """How many connections this process has; each keeps a thread that outlives a forgetful end."""
    return sum("connection_worker" in thread.name for thread in threading.enumerate())


async def connections_left(count: int) -> None:
    """A connection's thread ends a moment after its `close`; one that stays would be a leak."""
    async with asyncio.timeout(5):
        while connections() > count:  # noqa: ASYNC110 - it rings no bell
            await asyncio.sleep(0.001)


@contextmanager
def swift_folder() -> Iterator[Path]:
    """A folder for real files: in memory where there is such a place, for the commits' sake."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)
