"""Where games of the queue are played: a database that is the same before each of them."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from jobs.database import Database, Row, Statement
from jobs.model import Quotas
from jobs.opening import build_store
from jobs.sqlite import SqliteDatabase
from tests.jobs.databases import Clock
from tests.jobs.samples import begin

QUOTAS = Quotas(active_renders=3, videos_per_day=5, queued_ingests=4)
PROJECTS = {1: "project1", 2: "project2"}  # by owner
# Written beside the tables by triggers of the test's own.
WITNESS = (
    "CREATE TABLE witness (job_id TEXT, before TEXT, after TEXT)",
    """CREATE TRIGGER witness_insert AFTER INSERT ON jobs
    BEGIN INSERT INTO witness VALUES (NEW.id, '', 'pending'); END""",
    """CREATE TRIGGER witness_update AFTER UPDATE OF status ON jobs
    BEGIN INSERT INTO witness VALUES (NEW.id, OLD.status, NEW.status); END""",
)
_PLAYED_WITH = ("jobs", "stray_calls", "projects", "outbox", "updates", "history")


class Game(Protocol):
    """One game's database, and an eye on it that goes past the store."""

    def open(self) -> Database: ...

    def look(self, *statements: Statement) -> list[list[Row]]: ...

    def end(self) -> None: ...


class Ground(Protocol):
    def begin(self, runner: asyncio.Runner) -> Game:
        """A game of its own; what is asynchronous runs in `runner`."""


@dataclass(frozen=True, slots=True)
class FileGround:
    template: Path

    def begin(self, runner: asyncio.Runner) -> Game:
        return FileGame(self.template)


@dataclass(frozen=True, slots=True)
class ServerGround:
    connect: Callable[[], Database]

    def begin(self, runner: asyncio.Runner) -> Game:
        return ServerGame(self.connect, runner)


async def lay_out(database: Database) -> None:
    """Make everything that a game begins with, once."""
    await build_store(database, QUOTAS).jobs.setup()
    await Clock(database).install()
    await database.batch([Statement(text, {}) for text in WITNESS])
    await begin_anew(database)


async def begin_anew(database: Database) -> None:
    """Take out what was played; two people have a project each."""
    clearing = [Statement(f"DELETE FROM {name}", {}) for name in _PLAYED_WITH]
    await database.batch([*clearing, Statement("UPDATE clock SET t = :t", {"t": Clock.START_S})])
    for owner_id, project_id in PROJECTS.items():
        await begin(build_store(database), project_id, owner_id=owner_id)
    await database.batch([Statement(f"DELETE FROM {name}", {}) for name in ("jobs", "witness")])


class FileGame:
    """A copy of a file; the eye is a connection without a thread, for speed."""

    def __init__(self, template: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(dir=template.parent))
        self._path = self._folder / "jobs.sqlite3"
        shutil.copy(template, self._path)
        self._eye = sqlite3.connect(self._path, isolation_level=None)
        self._eye.row_factory = sqlite3.Row

    def open(self) -> Database:
        return SqliteDatabase(self._path)

    def look(self, *statements: Statement) -> list[list[Row]]:
        return [self._rows(statement.sql, statement.parameters) for statement in statements]

    def end(self) -> None:
        self._eye.close()
        shutil.rmtree(self._folder)

    def _rows(self, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
        return [dict(row) for row in self._eye.execute(sql, parameters)]


class ServerGame:
    """The one database of a server; the eye is one more connection."""

    def __init__(self, connect: Callable[[], Database], runner: asyncio.Runner) -> None:
        self._connect = connect
        self._runner = runner
        self._eye = connect()
        runner.run(begin_anew(self._eye))

    def open(self) -> Database:
        return self._connect()

    def look(self, *statements: Statement) -> list[list[Row]]:
        return self._runner.run(self._all(statements))

    def end(self) -> None:
        self._runner.run(self._eye.close())

    async def _all(self, statements: Sequence[Statement]) -> list[list[Row]]:
        return await self._eye.batch(statements)
