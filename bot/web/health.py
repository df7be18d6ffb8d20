"""`/health`: the process lives. `/ready`: it also does its work."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import web

from jobs.errors import StoreUnavailable
from jobs.outbox import Outbox

OLDEST_OUTBOX_S = 120.0


@dataclass(slots=True)
class Condition:
    """What the bot's loops know about themselves. A refusal is never taken back."""

    introduced: bool = False  # Telegram knows us, and how we take updates
    token_refused: bool = False
    floods: int = 0  # times that Telegram said "too many"
    # Monotonic: when a call last came to nothing, when something owed was last dealt with, and
    # when something broke again that is never given up.
    telegram_failed_at: float = -math.inf
    settled_at: float = -math.inf
    stuck_at: float = -math.inf
    refusal: str = ""  # Telegram's words when it would not send updates as we asked


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
        troubles = list(_troubles_with_telegram(self._condition))
        try:
            oldest_s = await self._outbox.oldest_due_s()
        except StoreUnavailable:
            return [*troubles, "the store does not answer"]
        if oldest_s is not None and oldest_s > OLDEST_OUTBOX_S:
            troubles.append(f"a message has waited {oldest_s:.0f} s")
        return troubles


def _troubles_with_telegram(condition: Condition) -> Iterator[str]:
    if condition.token_refused:
        yield "telegram refuses the token"
    elif condition.refusal:
        yield f"telegram refuses: {condition.refusal}"
    elif not condition.introduced:
        yield "telegram has not answered yet"
