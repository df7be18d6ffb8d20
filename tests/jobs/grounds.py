"""Where games of the queue are played: a database that is the same before each of them."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from jobs.database import Database, Row, Statement
from jobs.opening import build_store
from jobs.quotas import Quotas
from jobs.sqlite import SqliteDatabase
from tests.jobs.databases import Clock
from tests.jobs.samples import begin
from tests.jobs.stream import Stream

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
# A project that appears writes to the outbox.
_PLAYED_WITH = ("projects", "jobs", "stray_calls", "outbox", "updates", "history")


class Game(Protocol):
    """One game's database, and an eye on it that goes past the store."""

    def open(self) -> Database: ...

    def look(self, *statements: Statement) -> list[list[Row]]: ...

    def end(self) -> None: ...


class Ground(Protocol):
    def begin(self) -> Game:
        """A game of its own."""


@dataclass(frozen=True, slots=True)
class FileGround:
    template: Path

    def begin(self) -> Game:
        return FileGame(self.template)


@dataclass(frozen=True, slots=True)
class ServerGround:
    """`folder` is where its address was told."""

    connect: Callable[[], Database]
    folder: Path

    def begin(self) -> Game:
        return ServerGame(self.connect, Stream(self.folder))


async def lay_out(database: Database) -> None:
    """Make everything that a game begins with, once: two people have a project each."""
    store = build_store(database, QUOTAS)
    await store.jobs.setup()
    await Clock(database).install()
    for owner_id, project_id in PROJECTS.items():
        await begin(store, project_id, owner_id=owner_id)
    kept = [f"CREATE TABLE begun_{name} AS SELECT * FROM {name}" for name in _PLAYED_WITH]
    texts = ("DELETE FROM jobs", *WITNESS, *kept)
    await database.batch([Statement(text, {}) for text in texts])


def begin_anew() -> list[Statement]:
    """What takes out all that was played, and puts back what a game begins with."""
    texts = [f"DELETE FROM {name}" for name in _PLAYED_WITH]
    for name in _PLAYED_WITH:
        # Triggers may have written something already.
        texts += [f"DELETE FROM {name}", f"INSERT INTO {name} SELECT * FROM begun_{name}"]
    texts += ["DELETE FROM witness", f"UPDATE clock SET t = {Clock.START_S}"]
    return [Statement(text, {}) for text in texts]


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
    """The one database of a server; the eye is one more stream."""

    def __init__(self, connect: Callable[[], Database], eye: Stream) -> None:
        self._connect = connect
        self._eye = eye
        eye.ask(begin_anew())

    def open(self) -> Database:
        return self._connect()

    def look(self, *statements: Statement) -> list[list[Row]]:
        return self._eye.ask(statements)

    def end(self) -> None:
        self._eye.close()
