"""The twelve points at which a bot is killed, and a database that kills its process at one."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jobs import outbox_sql, sql
from jobs.database import Database, Parameters, Row, Statement


@dataclass(frozen=True, slots=True)
class Point:
    """Before anything of the batch with that statement happens, or after all of it has."""

    statement: str
    after: bool


POINTS: Mapping[str, Point] = {
    "a dead bot's open sends are taken up": Point(outbox_sql.FORGET_SENDING, after=True),
    "an update was fetched, nothing is written": Point(sql.DEAL_UPDATE, after=False),
    "it is written, nothing is confirmed": Point(sql.DEAL_UPDATE, after=True),
    "the next are about to be asked for": Point(sql.LAST_UPDATE, after=True),
    "a greeting is about to be marked": Point(outbox_sql.MARK_SENDING, after=False),
    "it is marked, not sent": Point(outbox_sql.MARK_SENDING, after=True),
    "it was sent, nobody knows": Point(outbox_sql.SET_MESSAGE, after=False),
    "its message is known": Point(outbox_sql.SET_MESSAGE, after=True),
    "what follows from a job's end is decided": Point(outbox_sql.SETTLE_OUTGOING, after=False),
    "it is written what follows": Point(outbox_sql.SETTLE_OUTGOING, after=True),
    "a card was drawn, nobody knows": Point(outbox_sql.MARK_SHOWED, after=False),
    "it is known that it was drawn": Point(outbox_sql.MARK_SHOWED, after=True),
}


class Dying:
    """Whoever comes to the point is killed there, as the power does it."""

    def __init__(self, inner: Database, point: Point) -> None:
        self._inner = inner
        self._point = point

    async def execute(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        return (await self.batch([Statement(sql, parameters or {})]))[0]

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        is_there = any(each.sql == self._point.statement for each in statements)
        if is_there and not self._point.after:
            os.kill(os.getpid(), signal.SIGKILL)
        answers = await self._inner.batch(statements)
        if is_there:
            os.kill(os.getpid(), signal.SIGKILL)
        return answers

    async def close(self) -> None:
        await self._inner.close()
