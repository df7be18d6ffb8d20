"""`POST /telegram`: updates in webhook mode, answered after they are committed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from typing import Any

from aiohttp import web

from bot.reading import Receiver
from bot.web.bodies import json_object

PATH = "/telegram"
MOST_BYTES = 1024 * 1024
_HEADER = "X-Telegram-Bot-Api-Secret-Token"
# Other things are signed with the same key; none of them must open this door.
_PURPOSE = b"pocketreel telegram webhook 1"


def webhook_secret(signing_key: bytes) -> str:
    """What Telegram must say with every update."""
    return hmac.new(signing_key, _PURPOSE, hashlib.sha256).hexdigest()


class Webhook:
    """Takes updates from whoever knows the secret. `opened` is set once the bot knows itself."""

    def __init__(self, receiver: Receiver, secret: str, opened: asyncio.Event) -> None:
        self._receiver = receiver
        self._secret = secret.encode()
        self._opened = opened

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self._take)]

    async def _take(self, request: web.Request) -> web.Response:
        said = request.headers.get(_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(said, self._secret):
            raise web.HTTPUnauthorized(text="This door is Telegram's.\n")
        if not self._opened.is_set():
            raise web.HTTPServiceUnavailable(text="Not yet.\n", headers={"Retry-After": "1"})
        await self._receiver.receive(await _update(request))
        return web.Response()


async def _update(request: web.Request) -> dict[str, Any]:
    update = await json_object(request, max_bytes=MOST_BYTES)
    if not _is_number(update.get("update_id")):
        raise web.HTTPBadRequest(text="That is no update.\n")
    return update


def _is_number(update_id: object) -> bool:
    # True is an int, and the database's numbers end somewhere.
    return type(update_id) is int and 0 <= update_id < 2**63
