"""A libSQL server of one's own by the `libsql-client` extra, over a WebSocket or plain HTTP.

The client is archived. It has no time limits, begins transactions deferred, and lets aiohttp's
errors through; this gives it the first two and maps the third.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Sequence
from contextlib import suppress
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from jobs.database import Row, Statement
from jobs.errors import StoreUnavailable, StoreUnusable
from jobs.remote import ANSWER_S, NothingApplied, named, refusal, token_refused

EXTRA = "pip install --no-deps libsql-client==0.3.1"
# The client begins every batch with a deferred transaction, and one that reads before it writes
# may find the database busy for good. So that one ends before it did anything.
_BEGIN_ANEW = ("COMMIT", "BEGIN IMMEDIATE")
_REFUSED_TOKEN = ("AUTH_", "HTTP status 401", "HTTP status 403")


class LibsqlWire:
    """One client, made by the first exchange and anew when it fell silent."""

    def __init__(self, url: str, token: str, *, answer_s: float = ANSWER_S) -> None:
        """`url` is ws://, wss://, http:// or https://. Raises StoreUnusable without the extra."""
        self._library = _library()
        self._url = f"{url.rstrip('/')}/"  # it joins paths of its own to it
        self._host = urlsplit(url).netloc
        self._token = token or None
        self._answer_s = answer_s
        self._client: Any = None
        self._exchanges: set[asyncio.Task[list[list[Row]]]] = set()

    async def send(self, statements: Sequence[Statement]) -> list[list[Row]]:
        if self._client is None:
            self._client = self._library.create_client(self._url, auth_token=self._token)
        client = self._client
        exchange = asyncio.create_task(_exchange(client, statements))
        self._exchanges.add(exchange)
        exchange.add_done_callback(self._forget)
        # Not cancelled with its caller: the client stumbles over answers nobody waits for.
        await asyncio.wait([exchange], timeout=self._answer_s)
        if not exchange.done():
            await self._drop(client)
            raise StoreUnavailable(f"no answer from {self._host}")
        try:
            return exchange.result()
        except self._library.LibsqlError as problem:
            raise self._meaning(problem.code, problem.explanation) from problem
        except aiohttp.WSServerHandshakeError as problem:
            raise self._meaning("", f"HTTP status {problem.status}") from problem
        except aiohttp.ClientConnectorError as problem:
            raise NothingApplied(f"{self._host} cannot be reached") from problem
        except (aiohttp.ClientError, OSError) as problem:
            raise StoreUnavailable(f"no answer from {self._host}") from problem

    async def close(self) -> None:
        if self._client is not None:
            await self._drop(self._client)
        if self._exchanges:
            await asyncio.wait(self._exchanges, timeout=self._answer_s)

    async def _drop(self, client: Any) -> None:
        """Let go of a client; whoever still waits for it gets no answer."""
        if self._client is client:
            self._client = None
        # A server that is silent does not say goodbye either.
        with suppress(TimeoutError):
            async with asyncio.timeout(self._answer_s):
                await client.close()

    def _forget(self, exchange: asyncio.Task[list[list[Row]]]) -> None:
        self._exchanges.discard(exchange)
        if not exchange.cancelled():
            exchange.exception()  # looked at, so that nobody is told of it

    def _meaning(self, code: str, message: str) -> Exception:
        if any(mark in f"{code} {message}" for mark in _REFUSED_TOKEN):
            return token_refused(self._host)
        return refusal(code, message)


async def _exchange(client: Any, statements: Sequence[Statement]) -> list[list[Row]]:
    asked = [(statement.sql, named(statement)) for statement in statements]
    if len(asked) == 1:
        return [_rows(await client.execute(*asked[0]))]
    answers = await client.batch([*_BEGIN_ANEW, *asked])
    return [_rows(answer) for answer in answers[len(_BEGIN_ANEW) :]]


def _rows(answer: Any) -> list[Row]:
    return [row.asdict() for row in answer]


def _library() -> ModuleType:
    """Imported only by who chose it."""
    try:
        return importlib.import_module("libsql_client")
    except ImportError as missing:
        raise StoreUnusable(f"that TURSO_DATABASE_URL needs an extra: {EXTRA}") from missing
