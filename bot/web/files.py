"""Local storage's signed links: `/files/{key}?...`, read with GET and HEAD."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import ClientConnectionResetError, web

from bot.web.ranges import RangeNotSatisfiable, wanted_range
from storage.adapter import (
    ObjectInfo,
    ObjectMissing,
    StorageError,
)
from storage.headers import content_type, disposition
from storage.links import Grant, LinkExpired, LinkForged
from storage.local import LocalStorage

log = logging.getLogger(__name__)

# What a person sent us is never anything a browser would run or draw as a page.
_SAFE_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class Files:
    """Serves the links that `storage` signed, and no others."""

    def __init__(self, storage: LocalStorage) -> None:
        self._storage = storage

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/files/{key:.*}", self._read)]  # HEAD comes with it

    async def _read(self, request: web.Request) -> web.StreamResponse:
        try:
            # The signature is over the link as it was sent, so no second spelling passes.
            grant = self._storage.verify_download(request.raw_path)
            info = await self._storage.stat(grant.key)
        except LinkExpired:
            raise web.HTTPGone(text="This link has expired.\n") from None
        except LinkForged:
            raise web.HTTPForbidden(text="This link is not valid.\n") from None
        except ObjectMissing:
            raise web.HTTPNotFound(text="This file is gone.\n") from None
        return await self._answer(request, grant, info)

    async def _answer(
        self, request: web.Request, grant: Grant, info: ObjectInfo
    ) -> web.StreamResponse:
        headers = _headers(grant, info)
        if _has_it(request, info):
            return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        try:
            wanted = _range(request, info)
        except RangeNotSatisfiable:
            headers["Content-Range"] = f"bytes */{info.size_bytes}"
            return web.Response(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
        start, end = wanted or (0, info.size_bytes)
        response = web.StreamResponse(headers=headers)
        response.content_type = content_type(grant.key)
        response.content_length = end - start
        if wanted:
            response.set_status(HTTPStatus.PARTIAL_CONTENT)
            response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{info.size_bytes}"
        await response.prepare(request)
        try:
            if request.method != "HEAD" and end > start:
                await self._copy(response, grant.key, start, end)
            await response.write_eof()
        except ClientConnectionResetError:
            pass  # who plays a video hangs up wherever it is jumped in
        return response

    async def _copy(self, response: web.StreamResponse, key: str, start: int, end: int) -> None:
        try:
            async for chunk in self._storage.get_stream(key, start=start, end=end):
                await response.write(chunk)
        except StorageError as lost:
            # The length was promised; only a cut line tells the reader that this is not all.
            log.warning("file %s: lost while it was read: %s", key, type(lost).__name__)
            raise ConnectionResetError from lost


def _headers(grant: Grant, info: ObjectInfo) -> dict[str, str]:
    return {
        **_SAFE_HEADERS,
        "Accept-Ranges": "bytes",
        "ETag": f'"{info.etag}"',
        "Cache-Control": "private, max-age=3600",
        "Content-Disposition": disposition(grant.filename),
    }


def _has_it(request: web.Request, info: ObjectInfo) -> bool:
    """Whether the reader said that it holds these very bytes."""
    said = request.headers.get("If-None-Match", "")
    tags = [tag.strip().removeprefix("W/") for tag in said.split(",")]
    return "*" in tags or f'"{info.etag}"' in tags


def _range(request: web.Request, info: ObjectInfo) -> tuple[int, int] | None:
    condition = request.headers.get("If-Range", "")
    if condition and condition != f'"{info.etag}"':
        return None  # the reader's first part is of other bytes
    return wanted_range(request.headers.get("Range", ""), info.size_bytes)
