"""A connection to SQLite in its thread, where statements wait for their turn."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

import aiosqlite

from jobs.database import Row, Statement
from jobs.errors import StoreUnavailable
from jobs.turnstile import turn

_Answers = list[list[sqlite3.Row]]


class Connection(aiosqlite.Connection):
    """Applies all its statements in one visit to the thread; to be awaited before it is used.

    `timeout_s` is how long SQLite itself asks when the database is locked.
    """

    def __init__(self, path: Path, *, timeout_s: float) -> None:
        def connect() -> sqlite3.Connection:
            opened = sqlite3.connect(path, timeout=timeout_s, isolation_level=None)
            opened.row_factory = sqlite3.Row
            return opened

        super().__init__(connect, iter_chunk_size=1)
        # Whoever has its turn may be frozen; that must not keep this process from ever ending.
        self._thread.daemon = True
        self._folder = path.parent

    async def apply(self, statements: Sequence[Statement], *, patience_s: float) -> list[list[Row]]:
        """One statement as it is, several in one immediate transaction.

        Raises StoreUnavailable when its turn has not come in time; then it never will. Raises what
        SQLite raises, with nothing applied.
        """
        asked: Future[_Answers] = Future()
        try:
            async with asyncio.timeout(patience_s):
                await self._in_thread(lambda: self._in_turn(statements, asked))
        except TimeoutError:
            if asked.cancel():
                raise StoreUnavailable("others write and come to no end") from None
            # It has begun: how it ends is known to whoever comes behind it.
            await self._in_thread(lambda: None)
        return [[dict(row) for row in rows] for rows in asked.result()]

    async def end(self, *, patience_s: float) -> None:
        """Close what can be closed within that time; the rest ends with the process."""
        ended = self.stop()
        if ended is not None:
            await asyncio.wait({ended}, timeout=patience_s)

    async def _in_thread(self, visit: Callable[[], None]) -> None:
        await self._execute(visit)  # type: ignore[no-untyped-call]

    def _in_turn(self, statements: Sequence[Statement], asked: Future[_Answers]) -> None:
        with turn(self._folder):
            if not asked.set_running_or_notify_cancel():
                return
            try:
                asked.set_result(_applied(self._conn, statements))
            except BaseException as problem:  # noqa: BLE001 - it is raised where it was asked
                asked.set_exception(problem)


def _applied(connection: sqlite3.Connection, statements: Sequence[Statement]) -> _Answers:
    if len(statements) == 1:
        return [_rows(connection, statements[0])]
    connection.execute("BEGIN IMMEDIATE")
    try:
        answers = [_rows(connection, statement) for statement in statements]
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return answers


def _rows(connection: sqlite3.Connection, statement: Statement) -> list[sqlite3.Row]:
    return connection.execute(statement.sql, dict(statement.parameters)).fetchall()
