"""SQLite behind the three verbs."""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from jobs.connection import Connection
from jobs.database import ConstraintViolated, Parameters, Row, Statement, StatementRefused
from jobs.errors import StoreUnavailable, StoreUnusable
from jobs.group_commit import Request, Requests, code_of, is_busy

log = logging.getLogger(__name__)

PATIENCE_S = 30.0  # how long a locked database is asked again
_OPENING_S = 0.25  # how long SQLite itself asks while the file is opened
# And afterwards, where others take no turns: it asks after 1, 2 and 5 ms, then we ask anew. Left to
# itself it would ask more and more seldom, down to every 100 ms, and whoever waits longest be
# overtaken by all who come later.
_BUSY_MS = 8
_AGAIN_S = 0.002
_LAST_S = 0.05  # whoever waited too long behind others of this process still asks once
# A statement that is wrong is our mistake, not the database's state.
_OURS = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISUSE, sqlite3.SQLITE_RANGE)
_DAMAGED = "is damaged: put a backup in its place, or move it away to start anew"
_CLOSED_TO_US = "cannot be opened for writing: see who owns it, and its folder"
_UNUSABLE: Mapping[int, str] = {
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_READONLY: _CLOSED_TO_US,
    sqlite3.SQLITE_CANTOPEN: _CLOSED_TO_US,
}
# Before these, two connections in WAL mode can corrupt the file (the "WAL-reset" bug).
_WAL_IS_SAFE = ((3, 44, 6, 3, 45), (3, 50, 7, 3, 51), (3, 51, 3, 4, 0))


def journal_mode(version: tuple[int, int, int]) -> str:
    """WAL where this version of SQLite may use it with several connections, else TRUNCATE."""
    for major, minor, patch, end_major, end_minor in _WAL_IS_SAFE:
        if (major, minor, patch) <= version < (end_major, end_minor, 0):
            return "WAL"
    return "WAL" if version >= (4, 0, 0) else "TRUNCATE"


def pragmas(version: tuple[int, int, int]) -> tuple[str, ...]:
    """What a connection is told first: how it writes, and that a commit waits for the disk."""
    return (
        f"PRAGMA journal_mode={journal_mode(version)}",
        "PRAGMA synchronous=FULL",
        "PRAGMA foreign_keys=ON",
    )


class SqliteDatabase:
    """One connection to the file, opened by the first caller; every commit is on the disk.

    Callers at once share a commit; those that find the file busy go on in the order they came.
    """

    def __init__(self, path: Path, *, patience_s: float = PATIENCE_S) -> None:
        self._path = path
        self._patience_s = patience_s
        self._connection: Connection | None = None
        self._is_closed = False
        self._requests = Requests()
        # One at a time goes to the database, for all: two first callers would each open it.
        self._lock = asyncio.Lock()

    async def execute(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """The rows the statement returns, after its commit."""
        return (await self.batch([Statement(sql, parameters or {})]))[0]

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """All statements in one immediate transaction: every one is applied, or none is."""
        # Shielded: a cancelled caller must not leave a transaction open. It does not ask how it
        # ended, so somebody has to, or asyncio complains.
        applying = asyncio.ensure_future(self._applied(statements))
        applying.add_done_callback(_seen)
        return await asyncio.shield(applying)

    async def close(self) -> None:
        """Let go of the connection; a closed database is not used again."""
        async with self._lock:
            self._is_closed = True
            if self._connection is not None:
                await self._connection.end(patience_s=self._patience_s)
                self._connection = None

    async def _applied(self, statements: Sequence[Statement]) -> list[list[Row]]:
        deadline = asyncio.get_running_loop().time() + self._patience_s
        request = Request(statements)
        self._requests.add(request)
        try:
            async with self._lock:
                await self._end(request, deadline)
        finally:
            self._requests.withdraw(request)
        ending = request.ending
        if isinstance(ending, sqlite3.DatabaseError):
            raise self._meaning(ending) from ending
        if isinstance(ending, Exception):
            raise ending
        assert ending is not None
        return [[dict(row) for row in rows] for rows in ending]

    async def _end(self, request: Request, deadline: float) -> None:
        """Until it has its ending, which it may have from whoever was here before."""
        loop = asyncio.get_running_loop()
        while request.ending is None:
            try:
                connection = self._connection or await self._open()
                left_s = max(_LAST_S, deadline - loop.time())
                await self._visit(connection, request, left_s)
            except sqlite3.DatabaseError as problem:
                if not is_busy(problem):
                    raise self._meaning(problem) from problem
                if loop.time() > deadline:
                    raise StoreUnavailable(str(problem)) from problem
                await asyncio.sleep(random.uniform(0.0, _AGAIN_S))  # noqa: S311

    async def _visit(self, connection: Connection, request: Request, patience_s: float) -> None:
        try:
            async with asyncio.timeout(patience_s):
                await connection.commit_all(self._requests)
        except TimeoutError:
            if self._requests.withdraw(request):
                raise StoreUnavailable("others write and come to no end") from None
            await connection.settled()  # it has begun

    def _meaning(self, problem: sqlite3.DatabaseError) -> Exception:
        if isinstance(problem, sqlite3.IntegrityError):
            return ConstraintViolated(str(problem))
        code = code_of(problem)
        if code is None or code in _OURS:
            return StatementRefused(str(problem))
        if code in _UNUSABLE:
            return StoreUnusable(f"the database {self._path} {_UNUSABLE[code]} ({problem})")
        return StoreUnavailable(str(problem))

    async def _open(self) -> Connection:
        if self._is_closed:
            raise StoreUnavailable("the database was closed")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as problem:
            raise StoreUnusable(
                f"the folder of {self._path} cannot be made: {problem}"
            ) from problem
        with suppress(OSError):  # it is there already, or SQLite says what is wrong
            # Nobody else's to read; the journal gets the same mode.
            self._path.touch(mode=0o600, exist_ok=False)
        connection = Connection(self._path, timeout_s=_OPENING_S)
        await connection
        try:
            for pragma in pragmas(sqlite3.sqlite_version_info):
                await connection.execute(pragma)
            await _check(connection)
            await connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        except BaseException:
            await connection.end(patience_s=self._patience_s)
            raise
        self._connection = connection
        return connection


def _seen(ended: asyncio.Future[list[list[Row]]]) -> None:
    if not ended.cancelled():
        ended.exception()


async def _check(connection: Connection) -> None:
    # Damage shows when its page is read, which may be days later; 100,000 jobs take half a second.
    ((found,),) = await connection.execute_fetchall("PRAGMA quick_check(1)")
    if found != "ok":
        damaged = sqlite3.DatabaseError(found)
        damaged.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise damaged
