"""Renderers elsewhere, as tests play them: what they send, and the bare wire for worse."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from modal_render.dispatch import (
    PROGRESS_PATH,
    WEBHOOK_PATH,
    Ending,
    ending_to_json,
    token,
)
from tests.worker.faraway import KEY


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def outcome(self) -> str:
        return str(self.body.get("outcome", ""))


class Renderer:
    """Reports with the token of one attempt."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        job_id: str = "video",
        attempt: int = 1,
        *,
        key: bytes = KEY,
    ) -> None:
        self._session = session
        self._job_id = job_id
        self._attempt = attempt
        self.bearer = f"Bearer {token(key, job_id, attempt)}"

    async def end(self, ending: Ending) -> Answer:
        return await self.post(json=ending_to_json(ending))

    async def tell(self, progress: object, stage: str = "drawing", **more: object) -> Answer:
        body = {"attempt": self._attempt, "progress": progress, "stage": stage, **more}
        path = PROGRESS_PATH.format(job=self._job_id)
        return await self.send("PATCH", path, json=body)

    async def post(self, **body: Any) -> Answer:
        return await self.send("POST", WEBHOOK_PATH, **body)

    async def send(self, method: str, path: str, **body: Any) -> Answer:
        headers = {"Authorization": self.bearer, **body.pop("headers", {})}
        async with self._session.request(method, path, headers=headers, **body) as answer:
            return Answer(answer.status, await answer.json(), dict(answer.headers))


async def raw(port: int, lines: Sequence[str], body: bytes = b"", *, hangs: bool = True) -> str:
    """What the server says to exactly these bytes; whoever `hangs` does not end the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await writer.drain()
        if not hangs:
            writer.write_eof()
        async with asyncio.timeout(5):
            return (await reader.readuntil(b"\r\n")).decode().strip()
    finally:
        writer.close()


def head(bearer: str, *more: str, path: str = WEBHOOK_PATH) -> list[str]:
    """The first lines of a report."""
    return [f"POST {path} HTTP/1.1", "Host: bot.example", f"Authorization: {bearer}", *more]
