"""What requests to the phone's own side carry: whose phone it is, numbers, JSON, a file."""

from __future__ import annotations

import asyncio
import math
import re
from pathlib import Path
from typing import Any

from aiohttp import web

from phone.params import CHUNK_BYTES, json_object
from phone.people import PAGE_LANGUAGE, PAGE_USER_ID, PAGE_USER_NAME, Person
from phone.refusals import too_large

_MOST_DIGITS = 18
_NAME_CHARACTERS = 64
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


def read_person(request: web.Request) -> Person:
    """Whose phone it is. Nobody writes in another's chat; groups (< 0) are everybody's."""
    user_id = whole(request.query.get("user")) or PAGE_USER_ID
    chat = request.query.get("chat", "")
    group = whole(chat[1:]) if chat.startswith("-") else 0
    name = request.query.get("name", "").strip()[:_NAME_CHARACTERS]
    language = request.query.get("language", "")
    return Person(
        user_id=user_id,
        name=name or PAGE_USER_NAME,
        chat_id=-group or user_id,
        language=language if _LANGUAGE.fullmatch(language) else PAGE_LANGUAGE,
    )


def whole(value: object) -> int:
    """A number from 0 on; 0 for whatever is none."""
    text = str(value)
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else 0


def read_seconds(text: str) -> float:
    """A duration; 0 for whatever is none."""
    try:
        duration_s = float(text)
    except ValueError:
        return 0.0
    return max(0.0, duration_s) if math.isfinite(duration_s) else 0.0


async def read_object(request: web.Request) -> dict[str, Any]:
    """The JSON object in the request's body. Raises Refusal 400 or 413."""
    try:
        return json_object(await request.read())
    except web.HTTPRequestEntityTooLarge:
        raise too_large() from None


async def receive(request: web.Request, path: Path, most_bytes: int) -> int:
    """Write the request's body to `path`; its size. Raises Refusal 413."""
    if (request.content_length or 0) > most_bytes:
        raise too_large()
    size = 0
    with await asyncio.to_thread(path.open, "wb") as file:
        async for chunk in request.content.iter_chunked(CHUNK_BYTES):
            size += len(chunk)
            if size > most_bytes:
                raise too_large()
            await asyncio.to_thread(file.write, chunk)
    return size
