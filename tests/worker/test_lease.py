"""Keeping a job, and letting go of it when it is somebody else's."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from jobs.model import Job, JobKind, JobStatus, Stage
from jobs.store import JobStore
from settings import Settings
from tests.worker.shop import (
    LEASE_S,
    PATIENCE_S,
    Family,
    Waiting,
    Watched,
    all_dead,
    became,
    new_job,
    row,
    until,
    working,
)
from worker.run import POLL_S, SWEEP_S


def test_a_dead_worker_is_noticed_within_45_seconds() -> None:
    """`make takeover` measures it. Sweeps and looks for work are up to a quarter late by chance."""
    at_worst_s = Settings().lease_s + 1.25 * (SWEEP_S + POLL_S)
    assert at_worst_s <= 45


async def test_a_long_job_keeps_its_lease(store: JobStore) -> None:
    waiting = Waiting()
    await store.create(new_job())
    async with working(store, {JobKind.INGEST: waiting}, lease_s=1.0):
        await waiting.started.wait()
        await asyncio.sleep(2.5)
        waiting.may_finish.set()
        job = await became(store, JobStatus.COMPLETE)
    assert job.attempt == 1


async def test_news_are_written_before_the_next_beat(store: JobStore) -> None:
    waiting = Waiting()
    await store.create(new_job())
    async with working(store, {JobKind.INGEST: waiting}, lease_s=30.0):
        await waiting.started.wait()
        assert waiting.child_ref is not None
        waiting.child_ref.say(Stage.LISTENING, 40)
        told = time.monotonic()

        async def is_written() -> bool:
            job = await row(store)
            return (job.stage, job.progress) == (Stage.LISTENING, 40)

        await until(is_written)
        assert time.monotonic() - told < 5, "the next beat is due in ten seconds"
        waiting.may_finish.set()
        await became(store, JobStatus.COMPLETE)


async def test_small_steps_are_not_each_written(store: JobStore, database: Watched) -> None:
    waiting = Waiting()
    await store.create(new_job())
    async with working(store, {JobKind.INGEST: waiting}, lease_s=30.0, poll_s=60, sweep_s=60):
        await waiting.started.wait()
        assert waiting.child_ref is not None
        before, began = database.questions, time.monotonic()
        for percent in range(100):
            waiting.child_ref.say(Stage.LISTENING, percent)
            await asyncio.sleep(0.02)
        asked, took_s = database.questions - before, time.monotonic() - began
        waiting.may_finish.set()
        await became(store, JobStatus.COMPLETE)
    assert 1 <= asked <= took_s + 2, "a write a second at most, and a look whether it is ours"


async def taken_over(store: JobStore, database: Watched) -> Job:
    """The job, its lease run out, as another worker's; a beat in between would renew the lease."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            await database.execute("UPDATE jobs SET lease_until = 0 WHERE id = 'job1'")
            await store.sweep()
            if taken := await store.claim_next_pending("other", [JobKind.INGEST], LEASE_S * 10):
                return taken


async def test_a_worker_that_lost_its_job_writes_nothing(
    store: JobStore, database: Watched, tmp_path: Path
) -> None:
    family = Family(tmp_path)
    await store.create(new_job())
    # With one place it cannot be the one who takes the job again.
    async with working(store, {JobKind.INGEST: family}, light=1):
        members = await family.members()
        other = await taken_over(store, database)
        assert other.attempt == 2
        await all_dead(members)
        job = await row(store)
        assert (job.status, job.attempt) == (JobStatus.PROCESSING, 2)
        assert (job.lease_owner, job.failures) == ("other", other.failures)
        assert await store.complete(other.id, other.attempt, {"by": "other"})
    assert (await row(store)).result == {"by": "other"}


async def test_a_ghost_that_finishes_changes_nothing(store: JobStore, database: Watched) -> None:
    ghost = Waiting()
    await store.create(new_job())
    async with working(store, {JobKind.INGEST: ghost}, lease_s=30.0, light=1):
        await ghost.started.wait()
        other = await taken_over(store, database)
        ghost.may_finish.set()
        await until(lambda: not ghost.at_work)
        assert await store.complete(other.id, other.attempt, {"by": "other"})
    assert (await row(store)).result == {"by": "other"}


@pytest.mark.alone
async def test_a_worker_cut_off_from_the_store_stops_before_its_lease_ends(
    store: JobStore, database: Watched
) -> None:
    waiting = Waiting()
    await store.create(new_job())
    async with working(store, {JobKind.INGEST: waiting}):
        await waiting.started.wait()
        database.is_away = True
        cut_off = time.monotonic()
        async with asyncio.timeout(LEASE_S):
            await waiting.stopped.wait()
        assert time.monotonic() - cut_off > LEASE_S / 4, "a short silence is borne"
        database.is_away = False
        waiting.may_finish.set()
        assert (await became(store, JobStatus.COMPLETE)).attempt == 2


async def test_a_short_silence_of_the_store_is_borne(store: JobStore, database: Watched) -> None:
    waiting = Waiting()
    await store.create(new_job())
    async with working(store, {JobKind.INGEST: waiting}, lease_s=3.0):
        await waiting.started.wait()
        database.is_away = True
        await asyncio.sleep(1.2)
        database.is_away = False
        await asyncio.sleep(2.5)
        waiting.may_finish.set()
        assert (await became(store, JobStatus.COMPLETE)).attempt == 1


async def test_one_question_asks_for_all_held_jobs(store: JobStore, database: Watched) -> None:
    waiting = Waiting()
    for number in range(8):
        await store.create(new_job(f"job{number}"))
    changes = {"light": 8, "lease_s": 600.0, "poll_s": 60, "sweep_s": 60}
    async with working(store, {JobKind.INGEST: waiting}, **changes):
        await until(lambda: len(waiting.at_work) == 8)
        await asyncio.sleep(0.2)
        before = database.questions
        store.bells.cancelled.ring()
        await asyncio.sleep(0.3)
        assert database.questions - before == 1
        waiting.may_finish.set()
        for number in range(8):
            await became(store, JobStatus.COMPLETE, f"job{number}")


async def test_the_same_job_can_come_back_to_the_worker_that_lost_it(
    store: JobStore, database: Watched
) -> None:
    waiting = Waiting()
    await store.create(new_job())
    async with working(store, {JobKind.INGEST: waiting}, lease_s=30.0):
        await waiting.started.wait()
        await database.execute("UPDATE jobs SET lease_until = 0 WHERE id = 'job1'")
        await until(lambda: len(waiting.seen) == 2)
        async with asyncio.timeout(5):  # the old attempt's next beat is due in ten seconds
            await waiting.stopped.wait()
        waiting.may_finish.set()
        job = await became(store, JobStatus.COMPLETE)
    assert job.result == {"attempt": 2}
