"""Every way in which an operation may refuse, brought about and compared with its document."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from bot.web.api import document, errors, examples
from bot.web.api.operations import OPERATIONS, Operation
from bot.web.links import StreamLinks
from jobs.model import Changes, JobKind, Project
from jobs.opening import Store
from storage.local import LocalStorage
from tests.bot.api_world import KIM, NAMED, Answer, Program, api_of, furnished, job_of
from tests.bot.conftest import LINK_BASE, SECRET
from tests.worker.shop import Watched

GIB = 1024**3
REFUSALS = [(operation.name, code) for operation in OPERATIONS for code in operation.codes]
CLIPS: Mapping[str, list[dict[str, float]]] = {
    "recipe_clip_too_short": [{"startS": 1, "endS": 1.05}],
    "recipe_fade": [{"startS": 1, "endS": 3, "fadeInS": 1.5, "fadeOutS": 1}],
    "recipe_range": [{"startS": 5, "endS": 121}],
    "recipe_too_long": [{"startS": 0, "endS": 120}] * 16,
    "recipe_too_short": [{"startS": 1, "endS": 1.5}],
}


@dataclass(frozen=True, slots=True)
class Case:
    """One operation, whose example is spoilt."""

    operation: Operation
    program: Program
    store: Store
    database: Watched
    project: Project

    @property
    def name(self) -> str:
        return self.operation.name

    @property
    def body(self) -> Any:
        return next(iter(examples.BODIES.get(self.name, {}).values()), None)

    @property
    def given(self) -> dict[str, Any]:
        return dict(examples.PARAMETERS.get(self.name, {}))

    async def ask(self, **instead: Any) -> Answer:
        usual = {"body": self.body} if "data" not in instead else {}
        return await self.program.ask(self.name, **{**usual, **self.given, **instead})

    async def queue(self, kind: JobKind, count: int, given: Any = None) -> None:
        jobs = tuple(
            job_of(self.project, f"{kind}{number:03}", kind, given) for number in range(count)
        )
        await self.store.projects.accept(None, Changes(jobs=jobs))


async def nobody(case: Case) -> Answer:
    return await Program(case.program.session, "").ask(case.name, body=case.body, **case.given)


async def away(case: Case) -> Answer:
    case.database.is_away = True
    return await case.ask()


async def half_a_body(case: Case) -> Answer:
    return await case.ask(data=b'{"assetId":')


async def large_body(case: Case) -> Answer:
    return await case.ask(data=b" " * 70_000)


async def slow_body(case: Case) -> Answer:
    async def drops() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.05)

    return await case.ask(data=drops())


async def wrong(case: Case) -> Answer:
    spoilt = examples.WRONG[case.name]
    given = {part: case.given[part] for part in case.operation.parameters}
    body = spoilt.body if case.operation.body else None
    return await case.program.ask(case.name, body=body, **given, **spoilt.query)


async def unknown(case: Case) -> Answer:
    if case.name == "ingest":
        return await case.ask(body={"uploadKey": "uploads/x/recording.m4a"})
    if case.operation.body:
        return await case.ask(body={"assetId": f"{examples.RENDER_JOB}-1"})
    if case.name == "download":
        return await case.ask(key="renders/x/a1/output.mp4")
    return await case.ask(**dict.fromkeys(case.operation.parameters, "unknown-1"))


async def bad_recipe(case: Case, code: str) -> Answer:
    return await case.ask(body={"assetId": examples.ASSET, "recipe": {"clips": CLIPS[code]}})


async def too_many_renders(case: Case) -> Answer:
    await case.queue(JobKind.RENDER, 3)
    return await case.ask()


async def too_many_videos(case: Case) -> Answer:
    for number in range(19):
        job = job_of(case.project, f"video{number:02}", JobKind.RENDER)
        await case.store.jobs.create(job)
        await case.store.jobs.claim_next_pending("worker", [JobKind.RENDER], 60.0)
        await case.store.jobs.cancel(job.id)
    return await case.ask()


async def too_many_edits(case: Case) -> Answer:
    await case.queue(JobKind.PREVIEW, 198)  # one, and a save, are there
    return await case.ask()


async def too_much_waits(case: Case) -> Answer:
    if case.name == "upload":
        for number in range(19):
            await case.store.uploads.promise(f"uploads/{number}/recording.bin", KIM.id)
    else:
        await case.queue(JobKind.INGEST, 19)
    return await case.ask()


async def too_many_bytes(case: Case) -> Answer:
    await case.queue(JobKind.INGEST, 1, {"size_bytes": 2 * GIB - 983_040})
    return await case.ask()


async def plain_link(case: Case) -> Answer:
    return await case.ask(body={"url": "http://example.com/a.mp3"})


async def unattested(case: Case) -> Answer:
    return await case.ask(body={"url": "https://youtu.be/dQw4w9WgXcQ"})


async def not_put(case: Case) -> Answer:
    await case.store.uploads.promise("uploads/empty/recording.m4a", KIM.id)
    return await case.ask(body={"uploadKey": "uploads/empty/recording.m4a"})


async def ended(case: Case) -> Answer:
    return await case.ask(job=examples.RENDER_JOB)


async def under_way(case: Case) -> Answer:
    await case.queue(JobKind.PREVIEW, 1)
    return await case.ask(job="preview000")


async def forged(case: Case) -> Answer:
    return await case.ask(expires="9999999999", sig="0" * 64)


async def expired(case: Case) -> Answer:
    links = StreamLinks(LINK_BASE, SECRET)
    link = links.link(examples.ASSET, "original", int(time.time()) - 1)
    return await case.program.send("GET", link.removeprefix(LINK_BASE))


async def usual(case: Case) -> Answer:
    return await case.ask()


WAYS: Mapping[str, Callable[[Case], Awaitable[Answer]]] = {
    "active_renders": too_many_renders,
    "already_ended": ended,
    "bad_json": half_a_body,
    "bad_request": wrong,
    "bytes_per_day": too_many_bytes,
    "edits_per_day": too_many_edits,
    "link_expired": expired,
    "link_not_https": plain_link,
    "link_not_valid": forged,
    "no_links": usual,
    "not_attested": unattested,
    "not_found": unknown,
    "not_ready": under_way,
    "nothing_uploaded": not_put,
    "queued_ingests": too_much_waits,
    "slow_body": slow_body,
    "too_large": large_body,
    "unauthorized": nobody,
    "unavailable": away,
    "upload_too_large": usual,
    "videos_per_day": too_many_videos,
}
LIMITS: Mapping[str, Mapping[str, Any]] = {"upload_too_large": {"source_bytes": 5}}


@pytest.mark.parametrize(("name", "code"), REFUSALS)
async def test_every_refusal_is_told_as_it_is_described(
    name: str, code: str, store: Store, database: Watched, storage: LocalStorage, tmp_path: Any
) -> None:
    operation = NAMED[name]
    key = await furnished(store, storage)
    project = await store.projects.get("examplec")
    assert project is not None
    base = "" if code == "no_links" else LINK_BASE
    served = LocalStorage(tmp_path / "storage", secret=SECRET, link_base=base)
    async with api_of(store, served, body_s=0.3, **LIMITS.get(code, {})) as session:
        case = Case(operation, Program(session, key), store, database, project)
        if code in CLIPS:
            answer = await bad_recipe(case, code)
        else:
            answer = await WAYS[code](case)
        database.is_away = False
    status = errors.STATUS[code]
    paths = document.described(LINK_BASE)["paths"]
    told = paths[operation.path][operation.method.lower()]["responses"][str(status.value)]
    example = told["content"]["application/json"]["examples"][code]["value"]
    assert (answer.status, answer.body) == (status, example)


async def test_what_nobody_described_is_refused_in_the_same_form(
    store: Store, storage: LocalStorage
) -> None:
    async with api_of(store, storage) as session:
        program = Program(session, "")
        for method, address, status, code in (
            ("GET", "/api/", 404, "not_found"),
            ("GET", "/api/nothing/here", 404, "not_found"),
            ("POST", "/api/audio/../render/%2e%2e/x", 404, "not_found"),
            ("DELETE", "/api/render", 405, "method_not_allowed"),
            ("PUT", "/api/openapi.json", 405, "method_not_allowed"),
            ("PATCH", "/api/audio/assets", 405, "method_not_allowed"),
        ):
            answer = await program.send(method, address)
            assert (answer.status, answer.code) == (status, code)
            assert ("Allow" in answer.headers) == (status == 405)
        head = await program.send("HEAD", "/api/audio/assets")
        assert (head.status, head.body) == (405, b"")
