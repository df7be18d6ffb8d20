"""`/renders/{job}/output.mp4?...`: the stable link to a finished video."""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from bot.web.links import VideoLinks
from jobs.model import Job, JobKind, JobStatus
from jobs.payloads import Rendered
from jobs.store import JobStore
from storage.adapter import DOWNLOAD_LINK_S, ObjectMissing, StorageAdapter, StorageUnavailable
from storage.links import LinkExpired, LinkForged

REDIRECT_CACHE_S = 3600
MIN_LINK_S = 60
PATIENCE_S = 5.0  # a storage that is away is said to be away


class Videos:
    """Sends whoever holds a good link on to a fresh signed link of the winning file."""

    def __init__(
        self,
        jobs: JobStore,
        storage: StorageAdapter,
        links: VideoLinks,
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._patience_s = patience_s
        self._jobs = jobs
        self._storage = storage
        self._links = links

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/renders/{job}/output.mp4", self._redirect)]

    async def _redirect(self, request: web.Request) -> web.Response:
        job_id = request.match_info["job"]
        try:
            left_s = self._links.left_s(
                job_id,
                request.query.get("expires", ""),
                request.query.get("sig", ""),
                now=time.time(),
            )
        except LinkExpired:
            raise web.HTTPGone(text="This link has expired.\n") from None
        except LinkForged:
            raise web.HTTPForbidden(text="This link is not valid.\n") from None
        key = await self._winner(job_id)
        expires_s = max(MIN_LINK_S, int(min(left_s, DOWNLOAD_LINK_S)))
        link = await self._storage.download_link(key, filename="video.mp4", expires_s=expires_s)
        cache_s = int(min(REDIRECT_CACHE_S, expires_s))
        headers = {"Location": link, "Cache-Control": f"private, max-age={cache_s}"}
        return web.Response(status=302, headers=headers)

    async def _winner(self, job_id: str) -> str:
        job = await self._jobs.get(job_id)
        key = _video_key(job)
        try:
            async with asyncio.timeout(self._patience_s):
                await self._storage.stat(key)
        except TimeoutError as late:
            raise StorageUnavailable(key) from late
        except ObjectMissing:
            raise web.HTTPGone(text="This video was tidied away.\n") from None
        return key


def _video_key(job: Job | None) -> str:
    if job is None or job.kind is not JobKind.RENDER or job.status is not JobStatus.COMPLETE:
        raise web.HTTPNotFound(text="There is no such video.\n")
    return Rendered.from_json(job.result).video_key
