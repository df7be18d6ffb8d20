"""How a file gets from the upload page into storage, over a line that may break.

HEAD says how much of it is here (`Upload-Offset`), or where to put it as a whole (`Upload-To`).
PUT adds a piece (`Content-Range`) and answers 201 to the last one. POST says that all of it is in
storage. Each names its file in the query: `name`, `size`, and when it was `changed`.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from aiohttp import web

from bot.web.pages.arrivals import STATUSES, Arrivals, Closed, Expected, OverQuota
from bot.web.pages.links import UPLOAD
from bot.web.pages.turns import QUIET_S, Busy, Turn, Turns
from storage import uploads
from storage.adapter import (
    CHUNK_BYTES,
    ObjectInfo,
    ObjectMissing,
    ObjectTooLarge,
    StorageAdapter,
)
from storage.arriving import WrongPlace
from storage.local import LocalStorage

log = logging.getLogger(__name__)

LEAST_LINK_S = 60
MOST_NAME_CHARACTERS = 255
_RANGE = re.compile(r"bytes ([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15})")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as the page describes it; `claim` tells it from any other."""

    name: str
    size_bytes: int
    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One request about a file: which card waits for it, and under which key it will be."""

    expected: Expected
    file: File

    @property
    def key(self) -> str:
        return self.expected.project.source.key


class Locked(web.HTTPClientError):
    """Another file is coming through this link."""

    status_code = HTTPStatus.LOCKED


class Pieces:
    """Takes files. A line on which nothing moves for `quiet_s` is given up."""

    def __init__(
        self,
        arrivals: Arrivals,
        storage: StorageAdapter,
        max_bytes: int,
        *,
        quiet_s: float = QUIET_S,
    ) -> None:
        self._arrivals = arrivals
        self._storage = storage
        self._max_bytes = max_bytes
        self._turns = Turns(quiet_s=quiet_s)

    def routes(self) -> list[web.RouteDef]:
        routes = [web.head(UPLOAD, self._how_far), web.post(UPLOAD, self._all_there)]
        if isinstance(self._storage, LocalStorage):
            routes.append(web.put(UPLOAD, self._take))
        return routes

    async def _how_far(self, request: web.Request) -> web.Response:
        upload = await self._asked(request)
        try:
            await self._arrivals.begin(upload.expected)
        except OverQuota as over:
            return _over(over)
        if await self._stored(upload):
            return _offset(200, upload.file.size_bytes)
        if isinstance(self._storage, LocalStorage):
            try:
                self._turns.check(upload.key, upload.file.claim)
            except Busy:
                raise Locked from None
            arriving = self._storage.arriving(upload.key, upload.file.claim)
            return _offset(200, await arriving.size_bytes())
        link = await self._storage.upload_link(
            upload.key,
            max_bytes=self._max_bytes,
            expires_s=max(LEAST_LINK_S, int(upload.expected.until - time.time())),
        )
        return web.Response(headers={"Upload-To": link})

    async def _take(self, request: web.Request) -> web.Response:
        upload = await self._asked(request)
        start = _start(request, upload.file)
        try:
            async with self._turns.turn(upload.key, upload.file.claim) as turn:
                there = await self._add(upload, start, request, turn)
        except Busy:
            raise Locked from None
        except TimeoutError:
            raise web.HTTPRequestTimeout(text="Nothing came for a while.\n") from None
        except WrongPlace:
            raise web.HTTPConflict(text="That is not where it goes on.\n") from None
        except (web.RequestPayloadError, ConnectionError) as broken:
            log.info("upload: broken off: %s", type(broken).__name__)
            raise web.HTTPBadRequest(text="That did not arrive whole.\n") from None
        if there < upload.file.size_bytes:
            return _offset(200, there)
        return await self._finish(upload)

    async def _all_there(self, request: web.Request) -> web.Response:
        return await self._finish(await self._asked(request))

    async def _add(self, upload: Upload, start: int, request: web.Request, turn: Turn) -> int:
        assert isinstance(self._storage, LocalStorage)
        arriving = self._storage.arriving(upload.key, upload.file.claim)
        size_bytes = upload.file.size_bytes
        there = await arriving.add(start, _chunks(request, turn), max_bytes=size_bytes)
        if there == size_bytes:
            await arriving.publish()
        return there

    async def _finish(self, upload: Upload) -> web.Response:
        project, found = upload.expected.project, await self._stored(upload)
        if found is None:
            raise web.HTTPConflict(text="It is not all there.\n")
        try:
            await self._arrivals.arrived(project.id, upload.file.name, found)
        except OverQuota as over:
            return _over(over)
        log.info("project %s: %d bytes were uploaded", project.id, found.size_bytes)
        return web.Response(status=201)

    async def _stored(self, upload: Upload) -> ObjectInfo | None:
        """The object, once all of it is in storage. Raises HTTPRequestEntityTooLarge."""
        try:
            found = await uploads.accepted(self._storage, upload.key, max_bytes=self._max_bytes)
        except ObjectMissing:
            return None
        except ObjectTooLarge:
            raise _too_large(self._max_bytes, self._max_bytes + 1) from None
        return found if found.size_bytes == upload.file.size_bytes else None

    async def _asked(self, request: web.Request) -> Upload:
        """What the request is about. Raises an answer when it is about nothing."""
        file = _file(request)
        if file.size_bytes > self._max_bytes:
            raise _too_large(self._max_bytes, file.size_bytes)
        try:
            expected = await self._arrivals.expected(request.match_info["token"], going_on=True)
        except Closed as closed:
            raise _closed(STATUSES[closed.why]) from None
        return Upload(expected=expected, file=file)


async def _chunks(request: web.Request, turn: Turn) -> AsyncIterator[bytes]:
    async for chunk in request.content.iter_chunked(CHUNK_BYTES):
        turn.moved()
        yield chunk


def _file(request: web.Request) -> File:
    """Raises HTTPBadRequest."""
    name, size, changed = (request.query.get(part, "") for part in ("name", "size", "changed"))
    if not re.fullmatch(r"[1-9][0-9]{0,14}", size):
        raise web.HTTPBadRequest(text="The file's size is missing.\n")
    return File(
        name=name[:MOST_NAME_CHARACTERS],
        size_bytes=int(size),
        claim="\0".join((name, size, changed)),
    )


def _start(request: web.Request, file: File) -> int:
    """Where the piece begins. Raises HTTPBadRequest when it is no piece of the file."""
    found = _RANGE.fullmatch(request.headers.get("Content-Range", ""))
    if found is None:
        raise web.HTTPBadRequest(text="Content-Range is missing.\n")
    start, last, of = (int(number) for number in found.groups())
    is_inside = start <= last < of == file.size_bytes
    if not is_inside or request.content_length != last + 1 - start:
        raise web.HTTPBadRequest(text="The piece and the file do not fit together.\n")
    return start


def _offset(status: int, size_bytes: int) -> web.Response:
    return web.Response(status=status, headers={"Upload-Offset": str(size_bytes)})


def _over(over: OverQuota) -> web.Response:
    """Why not, in words that the page shows; the answer to a HEAD has no body for them."""
    return web.Response(status=429, headers={"Upload-Says": quote(str(over))})


def _too_large(limit_bytes: int, size_bytes: int) -> web.HTTPException:
    return web.HTTPRequestEntityTooLarge(max_size=limit_bytes, actual_size=size_bytes)


def _closed(status: int) -> web.HTTPException:
    return web.HTTPGone() if status == web.HTTPGone.status_code else web.HTTPForbidden()
