"""Group commit: what several callers wait for goes to the disk in one transaction.

A commit waits for the disk, however little it writes. So whoever comes to write takes along all
that is asked for by then in this process: each request is applied whole or not at all, and nobody
hears of theirs before all of it is on the disk.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from jobs.database import Statement

MOST = 64  # how many are taken along: others wait for their turn meanwhile
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
Answers = list[list[sqlite3.Row]]


@dataclass(slots=True, eq=False)
class Request:
    """Statements that are applied together, and once they were, their answers or the problem."""

    statements: Sequence[Statement]
    ending: Answers | Exception | None = None


class Requests:
    """Those that wait, in the order in which they came; for all threads."""

    def __init__(self) -> None:
        self._waiting: deque[Request] = deque()
        self._lock = threading.Lock()

    def add(self, request: Request) -> None:
        """It waits, behind all others."""
        with self._lock:
            self._waiting.append(request)

    def take(self) -> list[Request]:
        """Those that go first, MOST of them at most."""
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]

    def put_back(self, taken: Sequence[Request]) -> None:
        """Those without an ending wait as if they had never been taken."""
        with self._lock:
            self._waiting.extendleft(each for each in reversed(taken) if each.ending is None)

    def withdraw(self, request: Request) -> bool:
        """It waits no longer; False: it did not, and may be at its end by now."""
        with self._lock:
            is_waiting = request in self._waiting
            if is_waiting:
                self._waiting.remove(request)
        return is_waiting


def commit(connection: sqlite3.Connection, requests: Sequence[Request]) -> None:
    """Apply them and give each its ending.

    Raises what SQLite raises when it is busy: nothing is applied of those without an ending.
    """
    try:
        endings = _applied(connection, requests)
    except Exception as problem:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if is_busy(problem):
            raise
        if len(requests) > 1:
            # On a full disk, for one, what is too much of somebody undoes everybody's.
            for request in requests:
                commit(connection, [request])
            return
        endings = [problem]
    for request, ending in zip(requests, endings, strict=True):
        request.ending = ending


def code_of(problem: Exception) -> int | None:
    """SQLite's primary code: what is left without its finer distinctions."""
    code: int | None = getattr(problem, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def is_busy(problem: Exception) -> bool:
    """Whether somebody else has the database, and it is to be asked again."""
    return code_of(problem) in _BUSY


def _applied(
    connection: sqlite3.Connection, requests: Sequence[Request]
) -> list[Answers | Exception]:
    if len(requests) == 1 and len(requests[0].statements) == 1:
        return [_answers(connection, requests[0])]
    connection.execute("BEGIN IMMEDIATE")
    endings = [_ending(connection, request) for request in requests]
    connection.execute("COMMIT")
    return endings


def _ending(connection: sqlite3.Connection, request: Request) -> Answers | Exception:
    # A single statement that is refused undoes itself.
    is_saved = len(request.statements) > 1
    if is_saved:
        connection.execute("SAVEPOINT request")
    ending: Answers | Exception
    try:
        ending = _answers(connection, request)
    except Exception as problem:
        if is_busy(problem) or not connection.in_transaction:
            raise
        if is_saved:
            connection.execute("ROLLBACK TO request")
        ending = problem
    if is_saved:
        connection.execute("RELEASE request")
    return ending


def _answers(connection: sqlite3.Connection, request: Request) -> Answers:
    return [
        connection.execute(statement.sql, dict(statement.parameters)).fetchall()
        for statement in request.statements
    ]
