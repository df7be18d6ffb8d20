"""A thousand renders elsewhere whose reports come in any order, five times, forged, or never."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.web.server import serving
from bot.web.webhook import Reports
from jobs.database import Database
from jobs.model import JobKind, JobStatus
from jobs.opening import Store, build_store
from jobs.rows import job_from_row
from modal_render.dispatch import Ending
from storage import keys
from storage.local import LocalStorage
from tests.bot.reporting import Answer, Renderer
from tests.jobs.databases import DATABASES, swift_folder
from tests.jobs.sqld import Sqld
from tests.worker.faraway import KEY, Faraway, broken, made, sending, store_video
from tests.worker.shop import new_job, until, working
from worker.reconcile import Abroad, reconcile

BATCH = 250
COPIES = 5
SENDERS = 40
FORGED_FRAMES, LATE_FRAMES = 666, 667
# A sixtieth of the usual times.
SILENT_S, EVERY_S = 1.0, 0.25

Report = Callable[[], Coroutine[Any, Any, Answer]]


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one render, and what its renderer and others say of it."""

    job_id: str
    number: int
    breaks: bool
    is_reported: bool
    is_forged: bool
    is_late: bool  # its first call is lost, and reports after a second was made

    @property
    def attempt(self) -> int:
        return 2 if self.is_late else 1

    @property
    def ending(self) -> Ending:
        if self.breaks:
            return broken(self.job_id, self.attempt, "source_silent")
        return made(self.job_id, self.attempt, frames=self.number + 1)


def fates(count: int) -> list[Fate]:
    """A tenth breaks, a fifth is never reported, a twentieth is forged, another is late."""
    return [
        Fate(
            job_id=f"video{number:04}",
            number=number,
            breaks=number % 10 == 3,
            is_reported=number % 5 != 0,
            is_forged=number % 40 in (5, 26),
            is_late=number % 20 == 7,
        )
        for number in range(count)
    ]


class Storm:
    """A store, a worker's place elsewhere, and everybody who reports about it over HTTP."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.storage = LocalStorage(folder / "storage", secret=KEY, link_base="")
        self.faraway = Faraway()

    def abroad(self, silent_s: float) -> Abroad:
        return Abroad(
            jobs=self.store.jobs,
            storage=self.storage,
            elsewhere=self.faraway,
            silent_s=silent_s,
            every_s=EVERY_S,
        )

    async def send_all_away(self, all_fates: Sequence[Fate]) -> None:
        """Every render is at work elsewhere; those whose first call got lost for the second time.

        Each belongs to another person, so that no quota is in the way.
        """
        for start in range(0, len(all_fates), BATCH):
            batch = all_fates[start : start + BATCH]
            for fate in batch:
                await self.store.jobs.create(new_job(fate.job_id, JobKind.RENDER, fate.number))
            await self._work_until_away(start + len(batch))
        lost = {fate.job_id for fate in all_fates if fate.is_late}
        for call_id, call in self.faraway.calls.items():
            if call.assignment.job in lost:
                self.faraway.forgets.add(call_id)
        await reconcile(self.abroad(0.0))
        await self._work_until_away(len(all_fates))
        assert len(self.faraway.calls) == len(all_fates) + len(lost)

    async def _work_until_away(self, count: int) -> None:
        pipelines = {JobKind.RENDER: sending(self.faraway)}
        async with working(self.store.jobs, pipelines, heavy=8, drain_s=5.0):
            await until(lambda: self.are_away(count))

    async def are_away(self, count: int) -> bool:
        noted = "SELECT count(*) AS n FROM jobs WHERE status = 'dispatched' AND call_id <> ''"
        return bool((await self.store.database.execute(noted))[0]["n"] == count)

    async def end_all(self, all_fates: Sequence[Fate]) -> None:
        """Every call is over, and its video is stored."""
        for fate in all_fates:
            if not fate.breaks:
                await store_video(self.storage, fate.job_id, fate.attempt)
            self.faraway.call_of(fate.job_id, fate.attempt).ending = fate.ending


def said_of(fate: Fate, session: aiohttp.ClientSession) -> list[tuple[str, Report]]:
    """Everything that somebody reports about the render, and what kind of report each is."""
    said: list[tuple[str, Report]] = []
    mine = Renderer(session, fate.job_id, fate.attempt)
    if fate.is_reported:
        said += [("good", lambda: mine.end(fate.ending))] * COPIES
        said += [("progress", lambda: mine.tell(99, "storing"))]
    if fate.is_late:
        late = Renderer(session, fate.job_id, 1)
        said += [("late", lambda: late.end(made(fate.job_id, 1, frames=LATE_FRAMES)))] * COPIES
    if fate.is_forged:
        forged = made(fate.job_id, fate.attempt, frames=FORGED_FRAMES)
        stranger = Renderer(session, fate.job_id, fate.attempt)
        stranger.bearer = stranger.bearer[:-1] + ("0" if stranger.bearer[-1] != "0" else "1")
        neighbour = Renderer(session, "video0001", 1)  # with a good token of its own
        if fate.job_id != "video0001":
            said += [("forged", lambda: neighbour.end(forged))] * COPIES
        said += [("forged", lambda: stranger.end(forged)), ("forged", lambda: stranger.tell(99))]
    return said


async def send_all(said: Sequence[tuple[str, Report]]) -> Counter[tuple[str, str]]:
    """Send everything, many at once; how often each kind was answered how."""
    answers: Counter[tuple[str, str]] = Counter()
    waiting = iter(said)

    async def one_after_another() -> None:
        for kind, report in waiting:
            answer = await report()
            answers[kind, answer.outcome or str(answer.status)] += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(SENDERS):
            group.create_task(one_after_another())
    return answers


@asynccontextmanager
async def reporters(storm: Storm) -> AsyncIterator[aiohttp.ClientSession]:
    routes = Reports(storm.store.jobs, storm.storage, KEY).routes()
    async with (
        serving("127.0.0.1", 0, routes) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}", trust_env=False) as session,
    ):
        yield session


async def all_have_ended(store: Store) -> bool:
    going = "SELECT count(*) AS n FROM jobs WHERE status IN ('pending', 'processing', 'dispatched')"
    return bool((await store.database.execute(going))[0]["n"] == 0)


async def weather(storm: Storm, count: int) -> None:
    """The whole story; what must hold is asserted on the way."""
    all_fates = fates(count)
    await storm.send_all_away(all_fates)
    await storm.end_all(all_fates)
    async with reporters(storm) as session:
        said = [one for fate in all_fates for one in said_of(fate, session)]
        random.Random(7).shuffle(said)
        answers = await send_all(said)
    reported = sum(fate.is_reported for fate in all_fates)
    assert answers["good", "recorded"] == reported
    assert answers["good", "stale"] == reported * (COPIES - 1)
    assert answers["late", "stale"] == COPIES * sum(fate.is_late for fate in all_fates)
    assert {how for kind, how in answers if kind == "forged"} == {"400", "401"}
    begun = time.monotonic()
    abroad = storm.abroad(SILENT_S)
    async with working(storm.store.jobs, {}, abroad=abroad):
        await until(lambda: all_have_ended(storm.store))
    assert time.monotonic() - begun < 90.0
    await everything_is_true(storm.store, all_fates)


async def everything_is_true(store: Store, all_fates: Sequence[Fate]) -> None:
    rows = await store.database.execute("SELECT * FROM jobs")
    jobs = {row["id"]: job_from_row(row) for row in rows}
    assert len(jobs) == len(all_fates)
    for fate in all_fates:
        job = jobs[fate.job_id]
        assert job.attempt == fate.attempt
        if fate.breaks:
            assert (job.status, job.error_code) == (JobStatus.FAILED, "source_silent")
        else:
            assert job.status is JobStatus.COMPLETE
            assert job.result["frames"] == fate.number + 1
            assert job.result["video_key"] == keys.video(fate.job_id, fate.attempt)
    told = "SELECT count(*) AS n, count(DISTINCT job_id) AS jobs FROM outbox WHERE kind = 'final'"
    assert await store.database.execute(told) == [{"n": len(jobs), "jobs": len(jobs)}]


@asynccontextmanager
async def storming(database: Database, folder: Path) -> AsyncIterator[Storm]:
    store = build_store(database)
    await store.jobs.setup()
    yield Storm(store, folder)
    await store.close()


def test_the_fates_are_those_that_were_promised() -> None:
    all_fates = fates(1000)
    assert sum(not fate.is_reported for fate in all_fates) == 200
    assert sum(fate.is_late for fate in all_fates) == 50
    assert sum(fate.is_forged for fate in all_fates) == 50
    assert sum(fate.is_forged and not fate.is_reported for fate in all_fates) == 25


async def test_a_thousand_renders_end_as_they_did_whatever_becomes_of_their_reports() -> None:
    with swift_folder() as folder:
        async with storming(DATABASES["sqlite"](folder), folder) as storm:
            await weather(storm, 1000)


@pytest.mark.sqld
async def test_renders_end_as_they_did_on_a_server_too() -> None:
    with swift_folder() as folder:
        server = Sqld(folder)
        server.start()
        try:
            server.tell_address(folder)
            async with storming(DATABASES["turso"](folder), folder) as storm:
                await weather(storm, 60)
        finally:
            server.stop()
