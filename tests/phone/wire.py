"""The Bot API as bytes on the wire: what a client library would hide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aiohttp

from phone.server import Phone


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; `body` is its JSON."""

    status: int
    body: dict[str, Any]

    @property
    def result(self) -> Any:
        assert self.body["ok"], self.body
        return self.body["result"]

    @property
    def refusal(self) -> tuple[int, str]:
        """The code and the words. Both codes agree, and a refusal has no result."""
        assert not self.body["ok"]
        assert self.body["error_code"] == self.status
        assert "result" not in self.body
        return self.status, self.body["description"]


class Wire:
    """Calls to one phone's Bot API."""

    def __init__(self, session: aiohttp.ClientSession, phone: Phone) -> None:
        self.session = session
        self.phone = phone

    async def call(self, method: str, /, **params: Any) -> Answer:
        """The method with its parameters as JSON."""
        return await self.post(method, json=params)

    async def post(self, method: str, /, *, token: str = "", **how: Any) -> Answer:
        """The method with whatever body and headers."""
        url = f"{self.phone.url}/bot{token or self.phone.token}/{method}"
        async with self.session.post(url, **how) as answer:
            return Answer(answer.status, await answer.json())

    async def get(self, path: str, /, **how: Any) -> tuple[int, bytes, Any]:
        """Any path of the server: status, body, headers."""
        async with self.session.get(self.phone.url + path, **how) as answer:
            return answer.status, await answer.read(), answer.headers
