"""The port to a database: three verbs, and thin drivers that keep them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Row = Mapping[str, Any]
Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement with named parameters."""

    sql: str
    parameters: Parameters


class ConstraintViolated(Exception):
    """A constraint or a RAISE(ABORT) in a trigger refused the write; nothing of it was applied."""


class StatementRefused(Exception):
    """The statement itself is wrong, which is our mistake; nothing of it was applied."""


class Database(Protocol):
    """Every write is one statement or one batch, and is safe to repeat.

    Raises StoreUnavailable, StoreUnusable, ConstraintViolated or StatementRefused.
    """

    async def execute(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """The rows the statement returns, after its commit."""

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """All statements in one immediate transaction: every one is applied, or none is."""

    async def close(self) -> None:
        """Let go of the connection; a closed database is not used again."""
