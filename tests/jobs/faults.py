"""A database that breaks where a test wants it to."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from jobs.database import Database, Parameters, Row, Statement, StatementRefused
from jobs.errors import StoreUnavailable

_BROKEN = Statement("SELECT * FROM nowhere", {})


class Fault(StrEnum):
    """Where the next call breaks. Its caller sees StoreUnavailable in any case."""

    NONE = "none"
    BEFORE = "before"  # nothing of it is written
    WITHIN = "within"  # some of its statements ran; the database takes them back
    AFTER = "after"  # all of it is written, the answer is lost


class Faulty:
    """The inner database; `fault` befalls the next call and that one only."""

    def __init__(self, inner: Database) -> None:
        self._inner = inner
        self.fault = Fault.NONE
        self.after_statements = 0  # for WITHIN: how many statements run before it breaks

    async def execute(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        return (await self.batch([Statement(sql, parameters or {})]))[0]

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        fault, self.fault = self.fault, Fault.NONE
        if fault is Fault.BEFORE:
            raise StoreUnavailable
        if fault is Fault.WITHIN:
            await self._begin(statements)
            raise StoreUnavailable
        answers = await self._answer(statements)
        if fault is Fault.AFTER:
            raise StoreUnavailable
        return answers

    async def close(self) -> None:
        await self._inner.close()

    async def _answer(self, statements: Sequence[Statement]) -> list[list[Row]]:
        if len(statements) == 1:
            return [await self._inner.execute(statements[0].sql, statements[0].parameters)]
        return await self._inner.batch(statements)

    async def _begin(self, statements: Sequence[Statement]) -> None:
        some = statements[: self.after_statements % (len(statements) + 1)]
        try:
            await self._inner.batch([*some, _BROKEN])
        except StatementRefused:
            return
