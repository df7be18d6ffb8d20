"""A Telegram that says one thing in ten twice and nothing in order: a wire to the phone."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

_HOP = {"connection", "content-length", "transfer-encoding", "content-encoding", "host"}
SHARE = 0.1


@dataclass(slots=True)
class Wire:
    """`repeated` updates went over it once more, at once or with a later answer."""

    phone_url: str
    session: aiohttp.ClientSession
    url: str = ""
    repeated: int = 0
    _chance: random.Random = field(default_factory=lambda: random.Random(6))
    _later: list[dict[str, Any]] = field(default_factory=list)

    async def hand_on(self, request: web.Request) -> web.Response:
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _HOP}
        async with self.session.request(
            request.method,
            f"{self.phone_url}{request.raw_path}",
            headers=headers,
            data=await request.read(),
        ) as answer:
            body = await answer.read()
            if request.path.lower().endswith("/getupdates") and answer.status == 200:
                body = self._mixed(body)
            kept = {k: v for k, v in answer.headers.items() if k.lower() not in _HOP}
            return web.Response(status=answer.status, headers=kept, body=body)

    def _mixed(self, body: bytes) -> bytes:
        told = json.loads(body)
        updates = told["result"]
        if updates:  # an empty answer stays empty: nobody waits for it
            again = [update for update in updates if self._chance.random() < SHARE]
            now, self._later = self._later, again[::2]
            self.repeated += len(again)
            updates += [*now, *again[1::2]]
            self._chance.shuffle(updates)
        return json.dumps(told).encode()


@asynccontextmanager
async def repeating(phone_url: str) -> AsyncIterator[Wire]:
    async with aiohttp.ClientSession() as session:
        wire = Wire(phone_url, session)
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{path:.*}", wire.hand_on)
        # A bot that is dead must not be heard asking for updates.
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        wire.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield wire
        finally:
            await runner.cleanup()
