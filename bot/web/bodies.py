"""JSON from whoever may send some: of a bounded size, in a bounded time, and of one meaning."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from aiohttp import web

from bot.web.refusal import refusal

MAX_BODY_BYTES = 64 * 1024
BODY_S = 10.0


async def json_object(
    request: web.Request, *, max_bytes: int = MAX_BODY_BYTES, wait_s: float = BODY_S
) -> dict[str, Any]:
    """The object that the body holds; nothing of a body is ever part of an answer.

    Raises HTTPRequestEntityTooLarge, HTTPRequestTimeout, HTTPBadRequest. A body in which a key
    stands twice is refused, because two readers may take it for two different things.
    """
    try:
        async with asyncio.timeout(wait_s):
            body = await _read(request, max_bytes)
    except TimeoutError:
        raise refusal(web.HTTPRequestTimeout, "slow_body", "The body took too long.") from None
    except (web.RequestPayloadError, ConnectionError):
        raise refusal(web.HTTPBadRequest, "bad_body", "The body broke off.") from None
    try:
        data = json.loads(body, object_pairs_hook=_once, parse_constant=_no_number)
    # Lists within lists within lists end in the second.
    except (ValueError, RecursionError):
        raise refusal(web.HTTPBadRequest, "bad_json", "The body is not JSON.") from None
    if not isinstance(data, dict):
        raise refusal(web.HTTPBadRequest, "bad_json", "The body is not a JSON object.")
    return data


async def _read(request: web.Request, max_bytes: int) -> bytes:
    # How large a compressed body is nobody knows before it is unpacked, so none is.
    coding = request.headers.get("Content-Encoding", "identity")
    if coding.lower() != "identity" or (request.content_length or 0) > max_bytes:
        raise _too_large(max_bytes)
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > max_bytes:
            raise _too_large(max_bytes)
    return bytes(body)


def _too_large(max_bytes: int) -> web.HTTPException:
    message = f"A body is at most {max_bytes} bytes, and not compressed."
    return refusal(partial(web.HTTPRequestEntityTooLarge, max_bytes), "too_large", message)


def _once(pairs: Sequence[tuple[str, Any]]) -> Mapping[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_number(name: str) -> float:
    raise ValueError(name)
