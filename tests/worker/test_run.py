"""How a worker takes jobs, and what it does however they end."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from pathlib import Path

import pytest

from jobs import sql
from jobs.errors import (
    JobError,
    LinkFailed,
    NotMedia,
    StorageAway,
    StoreUnavailable,
    WorkerLost,
)
from jobs.model import JobKind, JobStatus
from jobs.store import JobStore
from pipelines import Pipeline
from storage.adapter import StorageUnavailable
from tests.worker.shop import (
    Family,
    Waiting,
    Watched,
    all_dead,
    became,
    failing,
    finishing,
    is_alive,
    new_job,
    row,
    until,
    working,
)
from worker.outages import QUIET_S, Outages


async def test_a_job_is_worked_on_and_its_result_kept(store: JobStore) -> None:
    await store.create(new_job())
    async with working(store, {JobKind.INGEST: finishing({"size_bytes": 7})}):
        job = await became(store, JobStatus.COMPLETE)
    assert job.result == {"size_bytes": 7}
    assert (job.attempt, job.progress) == (1, 100)


@pytest.mark.alone
async def test_a_worker_beside_the_store_hears_of_a_job_at_once(store: JobStore) -> None:
    waiting = Waiting()
    async with working(store, {JobKind.INGEST: waiting}, poll_s=600) as stopping:
        await asyncio.sleep(0.1)  # let it find nothing and go to sleep
        created = time.monotonic()
        await store.create(new_job())
        async with asyncio.timeout(5):
            await waiting.started.wait()
        took_s = time.monotonic() - created
        waiting.may_finish.set()
        await became(store, JobStatus.COMPLETE)
        stopping.set()
    assert took_s < 1


async def test_a_worker_elsewhere_finds_a_job_by_asking(store: JobStore, database: Watched) -> None:
    elsewhere = JobStore(database)  # its bells are its own and stay silent
    async with working(elsewhere, {JobKind.INGEST: finishing({})}, poll_s=0.2):
        await store.create(new_job())
        await became(store, JobStatus.COMPLETE)


async def test_an_idle_worker_asks_less_than_once_a_second(
    store: JobStore, database: Watched
) -> None:
    # A tenth of the usual times, so that ten questions a second stand for one.
    async with working(store, {JobKind.INGEST: finishing({})}, poll_s=0.3, sweep_s=0.5):
        await asyncio.sleep(0.5)
        before = database.questions
        await asyncio.sleep(3)
        asked = database.questions - before
    assert 5 <= asked <= 30


async def test_a_long_render_does_not_hold_up_the_short_jobs(store: JobStore) -> None:
    render = Waiting()
    pipelines: dict[JobKind, Pipeline] = {JobKind.RENDER: render, JobKind.LOOK: finishing({})}
    async with working(store, pipelines):
        await store.create(new_job("video1", JobKind.RENDER))
        await store.create(new_job("video2", JobKind.RENDER))
        await render.started.wait()
        await store.create(new_job("look1", JobKind.LOOK))
        await became(store, JobStatus.COMPLETE, "look1")
        assert len(render.at_work) == 1, "one render at a time"
        render.may_finish.set()
        await became(store, JobStatus.COMPLETE, "video1")
        await became(store, JobStatus.COMPLETE, "video2")


async def test_saves_do_not_hold_up_the_short_jobs_nor_the_renders(store: JobStore) -> None:
    save = Waiting()
    pipelines: dict[JobKind, Pipeline] = {
        JobKind.SAVE: save,
        JobKind.LOOK: finishing({}),
        JobKind.RENDER: finishing({}),
    }
    async with working(store, pipelines, light=2, heavy=1):
        for number in range(3):
            await store.create(new_job(f"save{number}", JobKind.SAVE))
        await save.started.wait()
        for kind in (JobKind.LOOK, JobKind.RENDER):
            await store.create(new_job(kind.value, kind))
            await became(store, JobStatus.COMPLETE, kind.value)
        assert len(save.at_work) == 1
        save.may_finish.set()
        await became(store, JobStatus.COMPLETE, "save2")


async def test_no_more_jobs_at_once_than_allowed(store: JobStore) -> None:
    waiting, most = Waiting(), 0
    async with working(store, {JobKind.INGEST: waiting}, light=2):
        for number in range(5):
            await store.create(new_job(f"job{number}"))
        await until(lambda: len(waiting.at_work) == 2)
        await asyncio.sleep(0.3)
        most = len(waiting.at_work)
        waiting.may_finish.set()
        for number in range(5):
            await became(store, JobStatus.COMPLETE, f"job{number}")
    assert most == 2


async def test_the_next_job_begins_before_the_result_of_the_last_is_written(
    store: JobStore, database: Watched
) -> None:
    second = Waiting()
    pipelines: dict[JobKind, Pipeline] = {JobKind.INGEST: finishing({}), JobKind.LOOK: second}
    await store.create(new_job("first"))
    await store.create(new_job("second", JobKind.LOOK))
    may_be_written = database.hold_up(sql.COMPLETE_JOB)
    async with working(store, pipelines, light=1):
        await second.started.wait()
        assert (await row(store, "first")).status is JobStatus.PROCESSING
        may_be_written.set()
        second.may_finish.set()
        await became(store, JobStatus.COMPLETE, "first")
        await became(store, JobStatus.COMPLETE, "second")


async def test_kinds_without_a_pipeline_are_left_to_others(store: JobStore) -> None:
    await store.create(new_job("video", JobKind.RENDER))
    await store.create(new_job("note", JobKind.INGEST))
    async with working(store, {JobKind.INGEST: finishing({})}):
        await became(store, JobStatus.COMPLETE, "note")
    assert (await row(store, "video")).status is JobStatus.PENDING


async def test_bad_input_fails_at_once_and_says_why(store: JobStore) -> None:
    await store.create(new_job())
    async with working(store, {JobKind.INGEST: failing(NotMedia("a poem", format="txt"))}):
        job = await became(store, JobStatus.FAILED)
    assert (job.error_code, job.error_params) == ("not_media", {"format": "txt"})
    assert job.attempt == 1


@pytest.mark.parametrize(
    ("problem", "code", "tries"),
    [
        (LinkFailed(), "link_failed", 5),
        (ValueError("nobody foresaw this"), "internal", 2),
        (ExceptionGroup("two at once", [ValueError(), LinkFailed()]), "link_failed", 5),
    ],
)
async def test_what_may_pass_is_tried_again_later(
    store: JobStore, database: Watched, problem: Exception, code: str, tries: int
) -> None:
    await store.create(new_job())
    async with working(store, {JobKind.INGEST: failing(problem)}):
        for failures in range(1, tries):
            await until(lambda wanted=failures: _has_failed(store, wanted))  # type: ignore[misc]
            await database.execute("UPDATE jobs SET run_after = 0 WHERE id = 'job1'")
        job = await became(store, JobStatus.FAILED)
    assert (job.error_code, job.attempt) == (code, tries)


@pytest.mark.parametrize("problem", [StorageUnavailable("away"), StoreUnavailable("away")])
async def test_whoever_is_away_costs_the_job_nothing_and_is_told_once(
    store: JobStore, database: Watched, caplog: pytest.LogCaptureFixture, problem: Exception
) -> None:
    await store.create(new_job("job1"))
    await store.create(new_job("job2"))
    async with working(store, {JobKind.INGEST: failing(problem)}):
        for attempt in range(1, 9):
            await until(lambda wanted=attempt: _waits_again(store, wanted))  # type: ignore[misc]
            await database.execute(
                "UPDATE jobs SET run_after = 0 WHERE attempt = :n", {"n": attempt}
            )
    assert (await row(store)).failures == 0
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.getMessage() for record in warnings] == [
        "worker here: the storage does not answer, jobs wait for it"
    ]


def test_who_has_not_been_missed_for_a_while_is_back(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    now = 0.0
    outages = Outages("here", clock=lambda: now)
    for _ in range(3):
        outages.note(StorageAway())
        now += QUIET_S - 1.0
        outages.look()
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    now += 2.0
    outages.look()
    outages.look()
    assert [record.levelno for record in caplog.records] == [logging.WARNING, logging.INFO]
    outages.note(LinkFailed())
    assert len(caplog.records) == 2


async def _waits_again(store: JobStore, attempt: int) -> bool:
    jobs = [await row(store, name) for name in ("job1", "job2")]
    return all(job.attempt == attempt and job.status is JobStatus.PENDING for job in jobs)


async def _has_failed(store: JobStore, times: int) -> bool:
    job = await row(store)
    return job.failures == times and job.status is JobStatus.PENDING


async def test_what_may_pass_is_not_tried_again_at_once(store: JobStore) -> None:
    await store.create(new_job())
    async with working(store, {JobKind.INGEST: failing(LinkFailed())}):
        await until(lambda: _has_failed(store, 1))
        job = await row(store)
    assert job.run_after > job.created_at


async def test_what_nobody_foresaw_is_logged_with_its_traceback_and_kept_from_the_row(
    store: JobStore, caplog: pytest.LogCaptureFixture
) -> None:
    await store.create(new_job())
    async with working(store, {JobKind.INGEST: failing(ValueError("a secret place"))}):
        await until(lambda: _has_failed(store, 1))
    (told,) = [record for record in caplog.records if record.exc_info]
    assert told.exc_info is not None
    assert isinstance(told.exc_info[1], ValueError)
    job = await row(store)
    assert "secret" not in repr(job)


async def test_a_result_that_is_no_json_fails_the_job_and_not_the_worker(store: JobStore) -> None:
    await store.create(new_job("odd"))
    async with working(store, {JobKind.INGEST: finishing({"path": Path("x")})}, light=1):
        await until(lambda: _is_back(store, "odd"))
        await store.create(new_job("next", JobKind.INGEST))
        await until(lambda: _is_back(store, "next"))


async def _is_back(store: JobStore, job_id: str) -> bool:
    job = await row(store, job_id)
    return job.status is JobStatus.PENDING and job.failures == 1


async def test_a_cancelled_job_stops_with_all_its_children(store: JobStore, tmp_path: Path) -> None:
    family = Family(tmp_path)
    await store.create(new_job())
    async with working(store, {JobKind.INGEST: family}):
        members = await family.members()
        assert all(is_alive(pid) for pid in members)
        cancelled = time.monotonic()
        assert await store.cancel("job1")
        await all_dead(members)
        assert time.monotonic() - cancelled < 5
    assert (await row(store)).status is JobStatus.CANCELLED


async def test_a_cancel_from_elsewhere_is_noticed_too(
    store: JobStore, database: Watched, tmp_path: Path
) -> None:
    family = Family(tmp_path)
    await store.create(new_job())
    elsewhere = JobStore(database)
    async with working(store, {JobKind.INGEST: family}, lease_s=30.0):
        members = await family.members()
        cancelled = time.monotonic()
        assert await elsewhere.cancel("job1")
        await all_dead(members)
        assert time.monotonic() - cancelled < 5


async def test_stopping_lets_a_job_finish(store: JobStore) -> None:
    waiting = Waiting()
    await store.create(new_job())
    async with working(store, {JobKind.INGEST: waiting}, drain_s=20) as stopping:
        await waiting.started.wait()
        stopping.set()
        await store.create(new_job("too late"))
        await asyncio.sleep(0.2)
        waiting.may_finish.set()
        await became(store, JobStatus.COMPLETE)
    assert (await row(store, "too late")).status is JobStatus.PENDING


async def test_stopping_gives_back_what_does_not_finish_and_charges_nothing(
    store: JobStore, tmp_path: Path
) -> None:
    family = Family(tmp_path)
    await store.create(new_job())
    async with working(store, {JobKind.INGEST: family}, drain_s=0.1) as stopping:
        members = await family.members()
        stopping.set()
    await all_dead(members)
    job = await row(store)
    assert (job.status, job.failures, job.error_code) == (JobStatus.PENDING, 0, "")
    async with working(store, {JobKind.INGEST: finishing({})}, name="another"):
        assert (await became(store, JobStatus.COMPLETE)).attempt == 2


@pytest.mark.alone
async def test_an_idle_worker_stops_at_once(store: JobStore) -> None:
    async with asyncio.timeout(2):
        async with working(store, {JobKind.INGEST: finishing({})}, poll_s=600, drain_s=600):
            await asyncio.sleep(0.1)


async def test_a_store_that_comes_back_is_asked_again(
    store: JobStore, database: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    await store.create(new_job())
    database.is_away = True
    async with working(store, {JobKind.INGEST: finishing({})}):
        await asyncio.sleep(1)
        database.is_away = False
        await became(store, JobStatus.COMPLETE)
    assert caplog.text.count("does not answer") == 1, "said once"


async def test_finished_work_waits_for_a_store_that_is_away(
    store: JobStore, database: Watched
) -> None:
    waiting = Waiting()
    await store.create(new_job())
    async with working(store, {JobKind.INGEST: waiting}):
        await waiting.started.wait()
        database.is_away = True
        asked = database.questions
        waiting.may_finish.set()
        await until(lambda: not waiting.at_work and database.questions > asked + 3)
        database.is_away = False
        job = await became(store, JobStatus.COMPLETE)
    assert (job.attempt, job.failures, job.result) == (1, 0, {"attempt": 1})


async def test_a_store_that_stays_away_is_asked_no_longer_than_the_lease(
    store: JobStore, database: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "worker")
    waiting = Waiting()
    await store.create(new_job())
    async with working(store, {JobKind.INGEST: waiting}, lease_s=1.0):
        await waiting.started.wait()
        database.is_away = True
        waiting.may_finish.set()
        await until(lambda: "job job1: lost, attempt 1" in caplog.text)
        database.is_away = False
        assert (await became(store, JobStatus.COMPLETE)).attempt == 2


async def test_the_log_tells_a_job_in_one_line_an_event(
    store: JobStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "worker")
    await store.create(new_job("good"))
    await store.create(new_job("bad", JobKind.LOOK))
    pipelines: dict[JobKind, Pipeline] = {
        JobKind.INGEST: finishing({}),
        JobKind.LOOK: failing(NotMedia()),
    }
    async with working(store, pipelines):
        await became(store, JobStatus.COMPLETE, "good")
        await became(store, JobStatus.FAILED, "bad")
    lines = [re.sub(r"\d+\.\d s", "x s", record.getMessage()) for record in caplog.records]
    assert [line for line in lines if line.startswith("job good:")] == [
        "job good: claimed, ingest, attempt 1",
        "job good: finished in x s",
    ]
    assert [line for line in lines if line.startswith("job bad:")] == [
        "job bad: claimed, look, attempt 1",
        "job bad: failed, not_media (bad_input): not_media",
    ]


@pytest.mark.parametrize("problem", [WorkerLost(), JobError()])
async def test_every_job_error_ends_its_job(store: JobStore, problem: JobError) -> None:
    await store.create(new_job())
    async with working(store, {JobKind.INGEST: failing(problem)}):
        assert (await became(store, JobStatus.FAILED)).error_code == problem.code
