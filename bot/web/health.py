"""`/health`: the process lives. `/ready`: it also does its work."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from jobs.errors import StoreUnavailable
from jobs.outbox import Outbox

OLDEST_OUTBOX_S = 120.0


@dataclass(slots=True)
class Condition:
    """What the bot's loops know about themselves. `token_refused` never becomes False again."""

    token_refused: bool = False


class Health:
    def __init__(self, outbox: Outbox, condition: Condition) -> None:
        self._outbox = outbox
        self._condition = condition

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/health", self._health), web.get("/ready", self._ready)]

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _ready(self, _: web.Request) -> web.Response:
        troubles = await self._troubles()
        return web.json_response(
            {"status": "waiting" if troubles else "ready", "troubles": troubles},
            status=503 if troubles else 200,
        )

    async def _troubles(self) -> list[str]:
        troubles = ["telegram refuses the token"] if self._condition.token_refused else []
        try:
            oldest_s = await self._outbox.oldest_due_s()
        except StoreUnavailable:
            return [*troubles, "the store does not answer"]
        if oldest_s is not None and oldest_s > OLDEST_OUTBOX_S:
            troubles.append(f"a message has waited {oldest_s:.0f} s")
        return troubles
