"""Turso, or a libSQL server of one's own, over HTTP: Hrana's `/v2/pipeline`.

One exchange is one POST that opens a stream, asks, and closes it, so nothing stays open at the
server whatever becomes of the answer. The protocol: https://github.com/tursodatabase/libsql,
docs/HRANA_3_SPEC.md, of which this speaks what its second version has.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from jobs.database import Row, Statement
from jobs.errors import StoreUnavailable, StoreUnusable
from jobs.remote import ANSWER_S, NothingApplied, named, refusal, token_refused

CONNECT_S = 3.0
CONNECTIONS = 16
_TOKEN_REFUSED = (401, 403)
_NO_DATABASE = 404
_TOO_MANY = 429


class HranaWire:
    """A handful of kept connections to the server, opened by the first exchange."""

    def __init__(self, url: str, token: str, *, answer_s: float = ANSWER_S) -> None:
        """`url` is libsql://, https:// or http://, with a path or without."""
        self._host = urlsplit(url).netloc
        self._url = url.rstrip("/").replace("libsql://", "https://", 1) + "/v2/pipeline"
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._answer_s = answer_s
        self._session: aiohttp.ClientSession | None = None

    async def send(self, statements: Sequence[Statement]) -> list[list[Row]]:
        if len(statements) == 1:
            request: Mapping[str, Any] = {"type": "execute", "stmt": _asked(statements[0])}
        else:
            request = {"type": "batch", "batch": {"steps": _transaction(statements)}}
        body = await self._exchange({"requests": [request, {"type": "close"}]})
        try:
            result = _result(json.loads(body))
            if len(statements) == 1:
                return [_rows(result)]
            _look_for_errors(result)
            return [_rows(step) for step in result["step_results"][1:-2]]
        except (ValueError, LookupError, TypeError, AttributeError) as problem:
            raise StoreUnavailable(f"{self._host} answered what is not Hrana") from problem

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _exchange(self, body: Mapping[str, Any]) -> bytes:
        if self._session is None:
            self._session = self._open()
        try:
            # The session's own limits do not count the wait for a free connection.
            async with (
                asyncio.timeout(self._answer_s),
                self._session.post(self._url, json=body, allow_redirects=False) as answer,
            ):
                self._look_at(answer.status)
                return await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as problem:
            raise NothingApplied(f"{self._host} cannot be reached") from problem
        except (aiohttp.ClientError, TimeoutError) as problem:
            raise StoreUnavailable(f"no answer from {self._host}") from problem

    def _open(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS),
            headers=self._headers,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S),
        )

    def _look_at(self, status: int) -> None:
        if status in _TOKEN_REFUSED:
            raise token_refused(self._host)
        if status == _NO_DATABASE:
            raise StoreUnusable(f"{self._host} knows no such database: see TURSO_DATABASE_URL")
        if status == _TOO_MANY:
            raise NothingApplied(f"{self._host} is asked too often")
        if status != 200:
            raise StoreUnavailable(f"{self._host} answered {status}")


def _transaction(statements: Sequence[Statement]) -> list[Mapping[str, Any]]:
    """Each step runs only if the one before it did; what did not get to the end is taken back."""
    middle = [{"sql": "BEGIN IMMEDIATE"}, *map(_asked, statements), {"sql": "COMMIT"}]
    steps: list[Mapping[str, Any]] = [{"stmt": middle[0]}]
    for before, stmt in enumerate(middle[1:]):
        steps.append({"stmt": stmt, "condition": {"type": "ok", "step": before}})
    is_committed = {"type": "ok", "step": len(middle) - 1}
    steps.append({"stmt": {"sql": "ROLLBACK"}, "condition": {"type": "not", "cond": is_committed}})
    return steps


def _asked(statement: Statement) -> Mapping[str, Any]:
    values = [{"name": k, "value": _written(v)} for k, v in named(statement).items()]
    return {"sql": statement.sql, "named_args": values}


def _written(value: object) -> Mapping[str, Any]:
    match value:
        case None:
            return {"type": "null"}
        case int():
            return {"type": "integer", "value": str(int(value))}
        case float():
            return {"type": "float", "value": value}
        case str():
            return {"type": "text", "value": str(value)}
    raise TypeError(f"no column takes a {type(value).__name__}")


def _result(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    first = answer["results"][0]
    if first["type"] == "error":
        raise _refusal(first["error"])
    result: Mapping[str, Any] = first["response"]["result"]
    return result


def _look_for_errors(result: Mapping[str, Any]) -> None:
    for error in result["step_errors"]:
        if error is not None:
            raise _refusal(error)


def _refusal(error: Mapping[str, Any]) -> Exception:
    return refusal(error.get("code") or "UNKNOWN", error["message"])


def _rows(result: Mapping[str, Any]) -> list[Row]:
    names = [column["name"] for column in result["cols"]]
    return [dict(zip(names, map(_read, row), strict=True)) for row in result["rows"]]


def _read(value: Mapping[str, Any]) -> object:
    match value["type"]:
        case "integer":
            return int(value["value"])
        case "null":
            return None
        case "blob":
            return base64.b64decode(value["base64"] + "==")
        case _:
            return value["value"]
