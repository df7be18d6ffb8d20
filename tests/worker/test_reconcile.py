"""Renders elsewhere that fell silent are asked after, and calls nobody waits for are ended."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from jobs.model import Job, JobKind, JobStatus
from jobs.opening import Store, build_store
from jobs.store import MAX_REDISPATCHES
from modal_render.dispatch import Ending
from pipelines.ended import PATIENCE_S
from storage.local import LocalStorage
from tests.jobs.databases import Clock
from tests.jobs.samples import LIMIT_S, SILENT_S, claim, send_away, the_job
from tests.worker.faraway import Faraway, assignment, broken, made, sending, store_video
from tests.worker.shop import Watched, became, new_job, until, working
from worker.reconcile import LOOK_S, RECONCILE_S, Abroad, reconcile
from worker.reconcile import SILENT_S as DEFAULT_SILENT_S


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "storage", secret=b"s" * 32, link_base="http://reel.example")


@pytest.fixture
def faraway() -> Faraway:
    return Faraway()


@pytest.fixture
def abroad(whole: Store, storage: LocalStorage, faraway: Faraway) -> Abroad:
    return Abroad(jobs=whole.jobs, storage=storage, elsewhere=faraway, look_s=0.2)


async def called(store: Store, faraway: Faraway, job_id: str = "video", owner_id: int = 1) -> Job:
    """A render at work elsewhere, of which nothing is heard from now on."""
    return await _call(store, faraway, await send_away(store, job_id, owner_id))


async def _call(store: Store, faraway: Faraway, job: Job) -> Job:
    call_id = await faraway.spawn(assignment(job.id, job.attempt))
    assert await store.jobs.note_call(job, call_id)
    return job


async def _again(store: Store, faraway: Faraway) -> Job:
    """The next attempt at a render that came back."""
    job = await claim(store, JobKind.RENDER)
    assert await store.jobs.dispatch(job, limit_s=LIMIT_S)
    return await _call(store, faraway, job)


async def test_an_end_whose_report_was_lost_is_found(
    whole: Store, clock: Clock, faraway: Faraway, abroad: Abroad, storage: LocalStorage
) -> None:
    await called(whole, faraway)
    await store_video(storage, "video")
    faraway.call_of("video").ending = made("video", frames=77)
    assert await reconcile(abroad)
    assert faraway.looks == 0, "nobody is asked before a minute is over"
    await clock.advance(SILENT_S + 1)
    assert await reconcile(abroad)
    job = await the_job(whole, "video")
    assert (job.status, job.result["frames"]) == (JobStatus.COMPLETE, 77)
    assert await whole.jobs.stray_calls(10) == []


async def test_an_error_whose_report_was_lost_is_found(
    whole: Store, clock: Clock, faraway: Faraway, abroad: Abroad
) -> None:
    await called(whole, faraway)
    faraway.call_of("video").ending = broken("video", code="source_silent")
    await clock.advance(SILENT_S + 1)
    await reconcile(abroad)
    job = await the_job(whole, "video")
    assert (job.status, job.error_code) == (JobStatus.FAILED, "source_silent")


async def test_a_video_said_to_be_made_and_not_there_is_made_again(
    whole: Store, clock: Clock, faraway: Faraway, abroad: Abroad
) -> None:
    await called(whole, faraway)
    faraway.call_of("video").ending = made("video")
    await clock.advance(SILENT_S + 1)
    await reconcile(abroad)
    job = await the_job(whole, "video")
    assert (job.status, job.error_code, job.failures) == (JobStatus.PENDING, "video_missing", 1)


async def test_a_call_at_work_is_waited_for_and_asked_after_each_time(
    whole: Store, clock: Clock, faraway: Faraway, abroad: Abroad
) -> None:
    await called(whole, faraway)
    await clock.advance(SILENT_S + 1)
    before = await the_job(whole, "video")
    for looks in (1, 2):
        assert await reconcile(abroad)
        assert faraway.looks == looks
    assert await the_job(whole, "video") == before


async def test_a_call_that_is_gone_is_made_twice_more_at_most(
    whole: Store, clock: Clock, faraway: Faraway, abroad: Abroad
) -> None:
    await called(whole, faraway)
    for _ in range(MAX_REDISPATCHES):
        faraway.forgets.update(faraway.calls)
        await clock.advance(SILENT_S + 1)
        await reconcile(abroad)
        assert (await the_job(whole, "video")).status is JobStatus.PENDING
        await _again(whole, faraway)
    faraway.forgets.update(faraway.calls)
    await clock.advance(SILENT_S + 1)
    await reconcile(abroad)
    job = await the_job(whole, "video")
    assert (job.status, job.error_code, job.attempt) == (JobStatus.FAILED, "render_lost", 3)


async def test_a_job_that_nobody_knows_the_call_of_is_sent_away_again(
    whole: Store, clock: Clock, faraway: Faraway, abroad: Abroad
) -> None:
    await send_away(whole)
    await clock.advance(SILENT_S)
    await reconcile(abroad)
    assert (await the_job(whole, "video")).status is JobStatus.DISPATCHED
    await clock.advance(1)
    await reconcile(abroad)
    assert (await the_job(whole, "video")).status is JobStatus.PENDING
    assert faraway.looks == 0


async def test_a_call_beyond_its_deadline_is_given_up_and_ended(
    whole: Store, clock: Clock, faraway: Faraway, abroad: Abroad
) -> None:
    await called(whole, faraway)
    await clock.advance(LIMIT_S)
    await reconcile(abroad)
    assert (await the_job(whole, "video")).status is JobStatus.PENDING
    assert not faraway.call_of("video").is_cancelled
    await reconcile(abroad)
    assert faraway.call_of("video").is_cancelled
    assert await whole.jobs.stray_calls(10) == []


async def test_an_end_at_the_last_moment_counts_all_the_same(
    whole: Store, clock: Clock, faraway: Faraway, abroad: Abroad, storage: LocalStorage
) -> None:
    await called(whole, faraway)
    await store_video(storage, "video")
    faraway.call_of("video").ending = made("video")
    await clock.advance(LIMIT_S + 1)
    await reconcile(abroad)
    assert (await the_job(whole, "video")).status is JobStatus.COMPLETE


async def test_while_the_place_is_away_everything_waits_until_its_deadline(
    whole: Store, clock: Clock, faraway: Faraway, abroad: Abroad
) -> None:
    await called(whole, faraway)
    faraway.is_away = True
    await clock.advance(SILENT_S + 1)
    assert not await reconcile(abroad)
    assert (await the_job(whole, "video")).status is JobStatus.DISPATCHED
    await clock.advance(LIMIT_S)
    assert not await reconcile(abroad)
    assert (await the_job(whole, "video")).status is JobStatus.PENDING


async def test_a_place_that_does_not_answer_is_waited_for_only_so_long(
    whole: Store, clock: Clock, storage: LocalStorage
) -> None:
    class Silent(Faraway):
        async def look(self, call_id: str) -> Ending | None:
            await asyncio.sleep(600)
            return None

        async def cancel(self, call_id: str) -> None:
            await asyncio.sleep(600)

    silent = Silent()
    for number in range(40):
        await called(whole, silent, f"video{number:02}", owner_id=number)
    await whole.jobs.cancel("video00")
    await clock.advance(SILENT_S + 1)
    abroad = Abroad(jobs=whole.jobs, storage=storage, elsewhere=silent, look_s=0.1)
    begun = asyncio.get_running_loop().time()
    assert not await reconcile(abroad)
    assert 0.2 <= asyncio.get_running_loop().time() - begun < 5, "40 turns, 20 at once"
    assert await whole.jobs.stray_calls(10) == ["call-1"]


async def test_a_call_that_ended_as_anothers_is_none(
    whole: Store, clock: Clock, faraway: Faraway, abroad: Abroad, storage: LocalStorage
) -> None:
    await called(whole, faraway)
    await store_video(storage, "other")
    faraway.call_of("video").ending = made("other")
    await clock.advance(SILENT_S + 1)
    await reconcile(abroad)
    assert (await the_job(whole, "video")).status is JobStatus.PENDING


async def test_one_look_that_breaks_does_not_keep_the_others(
    whole: Store, clock: Clock, storage: LocalStorage, caplog: pytest.LogCaptureFixture
) -> None:
    class Odd(Faraway):
        async def look(self, call_id: str) -> Ending | None:
            if call_id == "call-1":
                raise ZeroDivisionError
            return await super().look(call_id)

    odd = Odd()
    for job_id in ("odd", "good"):
        await called(whole, odd, job_id)
        await store_video(storage, job_id)
        odd.call_of(job_id).ending = made(job_id)
    await clock.advance(SILENT_S + 1)
    assert not await reconcile(Abroad(jobs=whole.jobs, storage=storage, elsewhere=odd))
    assert (await the_job(whole, "odd")).status is JobStatus.DISPATCHED
    assert (await the_job(whole, "good")).status is JobStatus.COMPLETE
    assert "ZeroDivisionError" in caplog.text


async def test_a_cancelled_job_ends_its_call(
    whole: Store, faraway: Faraway, abroad: Abroad
) -> None:
    await called(whole, faraway)
    await whole.jobs.cancel("video")
    faraway.is_away = True
    assert not await reconcile(abroad)
    faraway.is_away = False
    assert await reconcile(abroad)
    assert faraway.call_of("video").is_cancelled
    assert await whole.jobs.stray_calls(10) == []


async def test_any_number_may_reconcile_at_once(
    whole: Store, clock: Clock, faraway: Faraway, abroad: Abroad, storage: LocalStorage
) -> None:
    for job_id in ("made", "gone", "alive"):
        await called(whole, faraway, job_id)
    await store_video(storage, "made")
    faraway.call_of("made").ending = made("made")
    faraway.forgets.add("call-2")
    await clock.advance(SILENT_S + 1)
    await asyncio.gather(*(reconcile(abroad) for _ in range(8)))
    jobs = await whole.jobs.many(["made", "gone", "alive"])
    assert {name: job.status for name, job in jobs.items()} == {
        "made": JobStatus.COMPLETE,
        "gone": JobStatus.PENDING,
        "alive": JobStatus.DISPATCHED,
    }
    counted = "SELECT redispatches FROM jobs WHERE id = 'gone'"
    assert await whole.database.execute(counted) == [{"redispatches": 1}]
    finals = "SELECT job_id FROM outbox WHERE kind = 'final'"
    assert [row["job_id"] for row in await whole.database.execute(finals)] == ["made"]


def test_a_lost_report_is_made_up_for_within_ninety_seconds() -> None:
    """From the last word of a render to its row, as long as everybody asked answers."""
    asked_within_s = DEFAULT_SILENT_S + RECONCILE_S
    assert asked_within_s + LOOK_S + PATIENCE_S <= 90.0


async def test_a_worker_asks_after_what_it_sent_away(
    whole: Store, faraway: Faraway, storage: LocalStorage
) -> None:
    abroad = Abroad(jobs=whole.jobs, storage=storage, elsewhere=faraway, silent_s=0.2, every_s=0.05)
    await whole.jobs.create(new_job("video", JobKind.RENDER))
    async with working(whole.jobs, {JobKind.RENDER: sending(faraway)}, abroad=abroad):
        await until(lambda: bool(faraway.calls))
        await store_video(storage, "video")
        faraway.call_of("video").ending = made("video")
        await became(whole.jobs, JobStatus.COMPLETE, "video")


async def test_a_worker_is_free_again_once_it_has_sent_a_job_away(
    whole: Store, faraway: Faraway
) -> None:
    for number in range(5):
        await whole.jobs.create(new_job(f"video{number}", JobKind.RENDER, owner_id=number))
    async with working(whole.jobs, {JobKind.RENDER: sending(faraway)}, heavy=1):
        await until(lambda: len(faraway.calls) == 5)


async def test_a_worker_says_once_that_the_place_is_away(
    whole: Store, faraway: Faraway, storage: LocalStorage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    abroad = Abroad(
        jobs=whole.jobs, storage=storage, elsewhere=faraway, silent_s=0.01, every_s=0.02
    )
    await called(whole, faraway)
    faraway.is_away = True
    async with working(whole.jobs, {}, abroad=abroad):
        await asyncio.sleep(0.5)
        assert len(caplog.records) == 1
        faraway.is_away = False
        looks = faraway.looks
        await until(lambda: faraway.looks > looks + 1)
    assert "nobody answers" in caplog.text


async def test_a_worker_whose_store_is_away_asks_again_later(
    database: Watched, faraway: Faraway, storage: LocalStorage
) -> None:
    store = build_store(database)
    await store.jobs.setup()
    abroad = Abroad(
        jobs=store.jobs, storage=storage, elsewhere=faraway, silent_s=0.01, every_s=0.02
    )
    await called(store, faraway)
    async with working(store.jobs, {}, abroad=abroad):
        database.is_away = True
        await asyncio.sleep(0.2)
        database.is_away = False
        looks = faraway.looks
        await until(lambda: faraway.looks > looks + 1)
