"""Reports from whoever renders elsewhere: how far it is, and how it ended.

Who may report is known from the header alone, before a byte of the body is read. A report that
repeats another, or comes too late, is taken and changes nothing.
"""

from __future__ import annotations

from aiohttp import web

from bot.web.bodies import BODY_S, json_object
from bot.web.refusal import refusal
from jobs.about import about
from jobs.model import Job, JobKind, Stage
from jobs.store import JobStore
from modal_render.contract import BadRequest
from modal_render.dispatch import (
    PROGRESS_PATH,
    WEBHOOK_PATH,
    TokenForged,
    ending_from_json,
    progress_from_json,
    read_token,
)
from pipelines.ended import PATIENCE_S, NotItsOwn, check_ownership, record_ending
from storage.adapter import StorageAdapter

_SCHEME = b"bearer "


class Reports:
    """Takes reports signed with `key`; `body_s` is how long one may take to come in."""

    def __init__(
        self,
        jobs: JobStore,
        storage: StorageAdapter,
        key: bytes,
        *,
        body_s: float = BODY_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._jobs = jobs
        self._storage = storage
        self._key = key
        self._body_s = body_s
        self._patience_s = patience_s

    def routes(self) -> list[web.RouteDef]:
        return [web.post(WEBHOOK_PATH, self._end), web.patch(PROGRESS_PATH, self._progress)]

    async def _end(self, request: web.Request) -> web.Response:
        job_id, attempt = self._reporter(request)
        with about(job=job_id, attempt=attempt):
            return await self._end_of(request, job_id, attempt)

    async def _end_of(self, request: web.Request, job_id: str, attempt: int) -> web.Response:
        body = await json_object(request, wait_s=self._body_s)
        try:
            ending = ending_from_json(body)
            check_ownership(ending, job_id, attempt)
        except BadRequest:
            raise refusal(web.HTTPBadRequest, "bad_report", "Not the end of a render.") from None
        except NotItsOwn:
            raise _of_another() from None
        job = await self._job(job_id)
        return _taken(
            is_news=await record_ending(
                self._jobs, self._storage, job, attempt, ending, patience_s=self._patience_s
            )
        )

    async def _progress(self, request: web.Request) -> web.Response:
        job_id, attempt = self._reporter(request)
        if request.match_info["job"] != job_id:
            raise _unknown()
        body = await json_object(request, wait_s=self._body_s)
        try:
            told = progress_from_json(body)
            stage = Stage(told.stage)
        except (BadRequest, ValueError):
            message = "Not the progress of a render."
            raise refusal(web.HTTPBadRequest, "bad_report", message) from None
        if told.attempt != attempt:
            raise _of_another()
        is_news = await self._jobs.report(job_id, attempt, stage=stage, progress=told.progress)
        if not is_news:
            await self._job(job_id)
        return _taken(is_news=is_news)

    def _reporter(self, request: web.Request) -> tuple[str, int]:
        """The job and the attempt that the header's token speaks for. Raises HTTPUnauthorized."""
        shown = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        is_bearer = shown[: len(_SCHEME)].lower() == _SCHEME
        try:
            return read_token(self._key, shown[len(_SCHEME) :] if is_bearer else b"")
        except TokenForged:
            raise _unknown() from None

    async def _job(self, job_id: str) -> Job:
        job = await self._jobs.get(job_id)
        if job is None or job.kind is not JobKind.RENDER:
            raise refusal(web.HTTPNotFound, "no_such_job", "There is no such render.")
        return job


def _taken(*, is_news: bool) -> web.Response:
    """A renderer that learns that nobody waits for its attempt may stop."""
    return web.json_response({"outcome": "recorded" if is_news else "stale"})


def _unknown() -> web.HTTPException:
    message = "The token is not for this."
    bearer = {"WWW-Authenticate": "Bearer"}
    return refusal(web.HTTPUnauthorized, "unauthorized", message, bearer)


def _of_another() -> web.HTTPException:
    message = "The report speaks of what is not the token's attempt."
    return refusal(web.HTTPBadRequest, "of_another", message)
