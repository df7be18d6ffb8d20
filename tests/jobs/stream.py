"""A stream to a libSQL server that stays open: for looking often, past our own drivers.

They open and close a stream with every exchange, and each time the server reads the schema anew:
three times the work of the question itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jobs.database import Row, Statement
from jobs.remote import named
from tests.jobs.sqld import address

ANSWER_S = 30.0


class Stream:
    """Asks the server that `Sqld.tell_address` told of in `folder`."""

    def __init__(self, folder: Path) -> None:
        url, token = address(folder, "http")
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=ANSWER_S)
        self._token = token
        self._baton: str | None = None

    def ask(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """The rows of each statement. They are no transaction, and may be asked twice."""
        requests = [{"type": "execute", "stmt": _asked(statement)} for statement in statements]
        answer = self._exchange(requests)
        if answer is None:  # the server closes a stream that was silent for ten seconds
            self._baton = None
            answer = self._exchange(requests)
        assert answer is not None
        self._baton = answer["baton"]
        for result in answer["results"]:
            assert result["type"] == "ok", result
        return [_rows(result["response"]["result"]) for result in answer["results"]]

    def close(self) -> None:
        self._exchange([{"type": "close"}])
        self._connection.close()

    def _exchange(self, requests: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
        """What the server answers; nothing when it knows the stream no more."""
        body = json.dumps({"baton": self._baton, "requests": requests})
        headers = {"Authorization": f"Bearer {self._token}"}
        self._connection.request("POST", "/v2/pipeline", body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status == 400 and self._baton is not None:
            return None
        assert answer.status == 200, content
        found: dict[str, Any] = json.loads(content)
        return found


def _asked(statement: Statement) -> Mapping[str, Any]:
    values = [{"name": k, "value": _written(v)} for k, v in named(statement).items()]
    return {"sql": statement.sql, "named_args": values}


def _written(value: object) -> Mapping[str, Any]:
    match value:
        case int():
            return {"type": "integer", "value": str(value)}
        case float():
            return {"type": "float", "value": value}
    return {"type": "text", "value": str(value)}


def _rows(result: Mapping[str, Any]) -> list[Row]:
    names = [column["name"] for column in result["cols"]]
    return [dict(zip(names, map(_read, row), strict=True)) for row in result["rows"]]


def _read(value: Mapping[str, Any]) -> object:
    if value["type"] == "integer":
        return int(value["value"])
    return value.get("value")
