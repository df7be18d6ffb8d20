"""A connection to SQLite in its thread, where requests wait for the turn of this process."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import aiosqlite

from jobs.group_commit import Requests, commit
from jobs.turnstile import turn


class Connection(aiosqlite.Connection):
    """Ends all requests that wait in one visit to the thread; to be awaited before it is used.

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

    async def commit_all(self, requests: Requests) -> None:
        """End what waits when the turn of this process comes; nobody waits in vain for the rest.

        Raises what SQLite raises when it is busy: then they wait as before.
        """
        await self._execute(self._in_turn, requests)  # type: ignore[no-untyped-call]

    async def settled(self) -> None:
        """Wait until nothing that was asked for before is under way."""
        await self._execute(lambda: None)  # type: ignore[no-untyped-call]

    async def end(self, *, patience_s: float) -> None:
        """Close what can be closed within that time; the rest ends with the process."""
        ended = self.stop()
        if ended is not None:
            await asyncio.wait({ended}, timeout=patience_s)

    def _in_turn(self, requests: Requests) -> None:
        with turn(self._folder):
            if not (taken := requests.take()):
                return
            try:
                commit(self._conn, taken)
            except BaseException:
                requests.put_back(taken)
                raise
