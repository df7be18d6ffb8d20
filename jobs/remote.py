"""A database at the other end of a wire behind the three verbs: what is asked again, and when.

A request may be lost, and so may its answer. What certainly was not applied is sent again, and so
is what only reads. A write that nobody answered for may have happened: whoever asked for it finds
out by the row, its id and its attempt.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Collection, Sequence
from functools import cache
from typing import Protocol

from jobs.database import ConstraintViolated, Parameters, Row, Statement, StatementRefused
from jobs.errors import StoreUnavailable, StoreUnusable

ANSWER_S = 8.0  # servers take their lock from a silent transaction after 5 s; then they go on
PATIENCE_S = 10.0  # how long what may be asked again is asked again
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.02, 1.0
_READS = ("SELECT", "EXPLAIN")
# Names as libSQL gives them; what SQLite itself calls a plain error has no name of its own.
_OURS = ("SQLITE_UNKNOWN", "SQLITE_ERROR", "SQLITE_RANGE", "SQL_", "ARGS_")
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
_UNUSABLE = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_READONLY", "SQLITE_AUTH", "BLOCKED")
_PREFIX = "SQLite error: "


class NothingApplied(StoreUnavailable):
    """The database did not take the request; for certain nothing of it was applied."""


class Wire(Protocol):
    """A way to a database: every call is one exchange, never longer than ANSWER_S or so."""

    async def send(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """The rows of each statement; several are one immediate transaction.

        Raises what `refusal` gives, NothingApplied, or StoreUnavailable when nobody knows.
        """

    async def close(self) -> None: ...


class RemoteDatabase:
    """Any number of calls at once, each patient with what may be repeated."""

    def __init__(self, wire: Wire, *, patience_s: float = PATIENCE_S) -> None:
        self._wire = wire
        self._patience_s = patience_s
        self._is_closed = False

    async def execute(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """The rows the statement returns, after its commit."""
        return (await self.batch([Statement(sql, parameters or {})]))[0]

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """All statements in one immediate transaction: every one is applied, or none is."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._patience_s
        wait_s = _FIRST_WAIT_S
        while True:
            if self._is_closed:
                raise StoreUnavailable("the database was closed")
            try:
                return await self._wire.send(statements)
            except StoreUnavailable as problem:
                if clock() + wait_s > deadline or not _may_repeat(statements, problem):
                    raise
            await asyncio.sleep(random.uniform(wait_s / 4, wait_s))  # noqa: S311
            wait_s = min(_LONGEST_WAIT_S, 2 * wait_s)

    async def close(self) -> None:
        """Let go of the connections; a closed database is not used again."""
        self._is_closed = True
        await self._wire.close()


def refusal(code: str, message: str) -> Exception:
    """What the database's own error means to us."""
    said = message.removeprefix(_PREFIX)
    if code.startswith("SQLITE_CONSTRAINT"):
        return ConstraintViolated(said)
    if code.startswith(_BUSY):
        return NothingApplied(said)
    if code.startswith(_UNUSABLE):
        return StoreUnusable(f"the database cannot be written to: {said}")
    if code.startswith(_OURS):
        return StatementRefused(said)
    return StoreUnavailable(f"{code}: {said}")


def token_refused(host: str) -> StoreUnusable:
    return StoreUnusable(f"{host} refuses the token: renew TURSO_AUTH_TOKEN")


def named(statement: Statement) -> dict[str, object]:
    """The parameters that the statement names: libSQL takes no others."""
    names = _names(statement.sql)
    return {name: value for name, value in statement.parameters.items() if name in names}


@cache
def _names(sql: str) -> frozenset[str]:
    return frozenset(re.findall(r":(\w+)", sql))


def _may_repeat(statements: Collection[Statement], problem: StoreUnavailable) -> bool:
    if isinstance(problem, StoreUnusable):
        return False
    is_reading = all(statement.sql.lstrip().startswith(_READS) for statement in statements)
    return is_reading or isinstance(problem, NothingApplied)
