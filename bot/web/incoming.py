"""Local storage's upload links: `PUT /files/{key}?...`, streamed to the disk."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

from aiohttp import web

from storage.adapter import CHUNK_BYTES, ObjectInfo, ObjectTooLarge
from storage.links import Grant, LinkExpired, LinkForged
from storage.local import LocalStorage

log = logging.getLogger(__name__)

SILENCE_S = 30.0  # a sender that says nothing for so long has gone
WHOLE_S = 900.0  # 100 MB at 0.9 Mbit/s


class Incoming:
    """Takes what links that `storage` signed allow, and nothing else."""

    def __init__(
        self, storage: LocalStorage, *, silence_s: float = SILENCE_S, whole_s: float = WHOLE_S
    ) -> None:
        self._storage = storage
        self._silence_s = silence_s
        self._whole_s = whole_s

    def routes(self) -> list[web.RouteDef]:
        return [web.put("/files/{key:.*}", self._write)]

    async def _write(self, request: web.Request) -> web.Response:
        try:
            grant = self._storage.verify_upload(request.raw_path)
        except LinkExpired:
            raise web.HTTPGone(text="This link has expired.\n") from None
        except LinkForged:
            raise web.HTTPForbidden(text="This link is not valid.\n") from None
        found = await self._take(request, grant)
        return web.Response(headers={"ETag": f'"{found.etag}"'})

    async def _take(self, request: web.Request, grant: Grant) -> ObjectInfo:
        """What came, once all of it is on the disk."""
        said_bytes = request.content_length or 0
        if said_bytes > grant.max_bytes:
            raise _too_large(grant, said_bytes)
        try:
            async with asyncio.timeout(self._whole_s):
                return await self._storage.put_stream(
                    grant.key, self._chunks(request), max_bytes=grant.max_bytes
                )
        except ObjectTooLarge:
            raise _too_large(grant, said_bytes) from None
        except TimeoutError:
            raise web.HTTPRequestTimeout(text="That took too long.\n") from None
        except (web.RequestPayloadError, ConnectionError) as broken:
            log.info("upload: broken off: %s", type(broken).__name__)
            raise web.HTTPBadRequest(text="That did not arrive whole.\n") from None

    async def _chunks(self, request: web.Request) -> AsyncIterator[bytes]:
        while True:
            async with asyncio.timeout(self._silence_s):
                chunk = await request.content.read(CHUNK_BYTES)
            if not chunk:
                return
            yield chunk


def _too_large(grant: Grant, said_bytes: int) -> web.HTTPRequestEntityTooLarge:
    told = f"At most {grant.max_bytes} bytes.\n"
    return web.HTTPRequestEntityTooLarge(grant.max_bytes, said_bytes, text=told)
