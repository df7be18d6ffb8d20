"""Jobs at work elsewhere: what is heard of them, what silence leads to, and what is left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from jobs import elsewhere_sql
from jobs.database import Database
from jobs.errors import ErrorClass
from jobs.model import Changes, Job, JobKind, JobStatus, Stage
from jobs.opening import Store, build_store
from jobs.store import MAX_LOSSES, MAX_REDISPATCHES
from modal_render import dispatch
from tests.jobs.databases import Clock
from tests.jobs.samples import (
    LEASE_S,
    LIMIT_S,
    SILENT_S,
    a_render,
    claim,
    nothing_to_claim,
    outbox_rows,
    send_away,
    the_job,
)


async def silent(store: Store) -> list[tuple[str, bool]]:
    return [(one.job.id, one.is_overdue) for one in await store.jobs.silent(SILENT_S)]


def test_the_queue_and_the_renderer_begin_and_end_at_the_same_percent() -> None:
    ours = (elsewhere_sql.STARTED, elsewhere_sql.FINISHED)
    assert ours == (dispatch.STARTED, dispatch.FINISHED)


async def test_a_job_sent_away_stands_at_thirty_percent_without_a_lease(store: Store) -> None:
    await send_away(store)
    job = await the_job(store, "video")
    assert (job.status, job.progress) == (JobStatus.DISPATCHED, 30)
    assert (job.lease_owner, job.lease_until, job.call_id) == ("", None, "")


async def test_whoever_lost_the_job_sends_nothing_away(store: Store, clock: Clock) -> None:
    await store.jobs.create(a_render("video"))
    ghost = await claim(store)
    await clock.advance(LEASE_S + 1)
    await store.jobs.sweep()
    await claim(store)
    assert not await store.jobs.dispatch(ghost, limit_s=LIMIT_S)
    assert (await the_job(store, "video")).status is JobStatus.PROCESSING


async def test_the_holder_may_go_on_beating_until_it_has_let_go(store: Store) -> None:
    job = await send_away(store)
    assert await store.jobs.beat(job, stage=Stage.FETCHING, progress=99, lease_s=LEASE_S)
    assert await store.jobs.lost({job.id: job.attempt}) == []
    after = await the_job(store, "video")
    assert (after.stage, after.progress, after.lease_until) == (Stage.WAITING, 30, None)


async def test_a_call_is_noted_by_who_sent_the_job_away(store: Store) -> None:
    job = await send_away(store)
    assert await store.jobs.note_call(job, "call1")
    assert (await the_job(store, "video")).call_id == "call1"


@pytest.mark.parametrize("end", ["cancel", "complete", "redispatch"])
async def test_a_call_nobody_waits_for_is_not_noted(store: Store, end: str) -> None:
    job = await send_away(store)
    await _end(store, job, end)
    assert not await store.jobs.note_call(job, "call1")
    assert (await the_job(store, "video")).call_id == ""


async def test_a_new_attempt_knows_nothing_of_the_call_of_the_last(store: Store) -> None:
    job = await send_away(store)
    await store.jobs.note_call(job, "call1")
    await store.jobs.redispatch(job)
    assert (await claim(store)).call_id == ""


async def test_progress_only_rises_and_stops_short_of_the_end(store: Store) -> None:
    job = await send_away(store)
    seen = []
    for told in (20, 45, 40, 70, 100, 99):
        assert await store.jobs.report("video", 1, stage=Stage.DRAWING, progress=told)
        seen.append((await the_job(store, job.id)).progress)
    assert seen == [30, 45, 45, 70, 99, 99]


async def test_a_report_that_was_overtaken_does_not_turn_the_stage_back(store: Store) -> None:
    await send_away(store)
    await store.jobs.report("video", 1, stage=Stage.PACKING, progress=90)
    await store.jobs.report("video", 1, stage=Stage.DRAWING, progress=80)
    job = await the_job(store, "video")
    assert (job.stage, job.progress) == (Stage.PACKING, 90)


async def test_progress_of_another_attempt_changes_nothing(store: Store) -> None:
    job = await send_away(store)
    await store.jobs.redispatch(job)
    assert not await store.jobs.report("video", 1, stage=Stage.DRAWING, progress=50)
    again = await claim(store)
    await store.jobs.dispatch(again, limit_s=LIMIT_S)
    assert not await store.jobs.report("video", 1, stage=Stage.DRAWING, progress=50)
    assert not await store.jobs.report("never was", 1, stage=Stage.DRAWING, progress=50)
    assert (await the_job(store, "video")).progress == 30


async def test_progress_of_a_job_that_is_at_work_here_is_not_told_from_elsewhere(
    store: Store,
) -> None:
    await store.jobs.create(a_render("video"))
    await claim(store)
    assert not await store.jobs.report("video", 1, stage=Stage.DRAWING, progress=50)


async def test_a_job_is_silent_a_minute_after_the_last_word(store: Store, clock: Clock) -> None:
    job = await send_away(store)
    await clock.advance(SILENT_S - 1)
    await store.jobs.note_call(job, "call1")
    await clock.advance(SILENT_S - 1)
    await store.jobs.report("video", 1, stage=Stage.DRAWING, progress=30)
    await clock.advance(SILENT_S)
    assert await silent(store) == []
    await clock.advance(1)
    assert await silent(store) == [("video", False)]


async def test_jobs_that_are_at_work_here_are_never_silent(store: Store, clock: Clock) -> None:
    await store.jobs.create(a_render("video"))
    await claim(store)
    await clock.advance(SILENT_S + 1)
    assert await silent(store) == []


async def test_a_job_that_speaks_beyond_its_deadline_is_asked_after(
    store: Store, clock: Clock
) -> None:
    await send_away(store)
    await clock.advance(LIMIT_S - 1)
    await store.jobs.report("video", 1, stage=Stage.DRAWING, progress=50)
    assert await silent(store) == []
    await clock.advance(1)
    assert await silent(store) == [("video", True)]


async def test_a_clock_set_back_is_no_reason_not_to_ask(store: Store, clock: Clock) -> None:
    await send_away(store)
    await clock.advance(-1)
    assert await silent(store) == []
    await clock.advance(-3600)
    assert await silent(store) == [("video", False)]


async def test_two_calls_may_come_to_nothing_and_the_third_is_told(
    store: Store, clock: Clock
) -> None:
    job = await send_away(store)
    for attempt in range(2, MAX_REDISPATCHES + 2):
        assert await store.jobs.redispatch(job) is JobStatus.PENDING
        waiting = await the_job(store, "video")
        assert (waiting.progress, waiting.stage, waiting.failures) == (0, Stage.WAITING, 0)
        job = await claim(store)
        assert job.attempt == attempt
        await store.jobs.dispatch(job, limit_s=LIMIT_S)
    assert await store.jobs.redispatch(job) is JobStatus.FAILED
    ended = await the_job(store, "video")
    assert (ended.status, ended.error_code) == (JobStatus.FAILED, "render_lost")
    assert len(await outbox_rows(store.database, "final")) == 1
    assert await nothing_to_claim(store)


async def test_redispatches_count_whatever_happens_between_them(store: Store, clock: Clock) -> None:
    job = await send_away(store)
    for _ in range(MAX_REDISPATCHES):
        await store.jobs.redispatch(job)
        held = await claim(store)
        await store.jobs.fail("video", held.attempt, "x", ErrorClass.TRANSIENT, {})
        await clock.advance(400)
        job = await claim(store)
        await store.jobs.dispatch(job, limit_s=LIMIT_S)
    assert await store.jobs.redispatch(job) is JobStatus.FAILED


async def test_of_several_who_give_a_call_up_one_is_heard(
    store: Store, connect: Callable[[], Database]
) -> None:
    job = await send_away(store)
    sides = [build_store(connect()) for _ in range(4)]
    said = await asyncio.gather(*(side.jobs.redispatch(job) for side in sides))
    assert sorted(said, key=str) == [None, None, None, JobStatus.PENDING]
    job = await claim(store)
    await store.jobs.dispatch(job, limit_s=LIMIT_S)
    assert await store.jobs.redispatch(job) is JobStatus.PENDING


async def test_a_late_end_of_an_attempt_that_was_given_up_changes_nothing(store: Store) -> None:
    job = await send_away(store)
    await store.jobs.redispatch(job)
    assert not await store.jobs.complete("video", 1, {"of": 1})
    again = await claim(store)
    assert not await store.jobs.complete("video", 1, {"of": 1})
    await store.jobs.dispatch(again, limit_s=LIMIT_S)
    assert not await store.jobs.fail("video", 1, "x", ErrorClass.BAD_INPUT, {})
    assert await store.jobs.complete("video", 2, {"of": 2})
    assert (await the_job(store, "video")).result == {"of": 2}


async def _end(store: Store, job: Job, how: str) -> None:
    match how:
        case "cancel":
            await store.jobs.cancel(job.id)
        case "press":
            await store.projects.accept(1, Changes(cancels=(job.id,)))
        case "redispatch":
            await store.jobs.redispatch(job)
        case "release":
            await store.jobs.release(job)
        case "fail":
            await store.jobs.fail(job.id, job.attempt, "x", ErrorClass.BAD_INPUT, {})
        case _:
            await store.jobs.complete(job.id, job.attempt, {})


@pytest.mark.parametrize("how", ["cancel", "press", "redispatch", "release", "fail"])
async def test_a_call_whose_job_goes_without_its_result_is_a_stray(store: Store, how: str) -> None:
    job = await send_away(store)
    await store.jobs.note_call(job, "call1")
    await _end(store, job, how)
    assert await store.jobs.stray_calls(10) == ["call1"]
    await store.jobs.forget_call("call1")
    await store.jobs.forget_call("call1")
    assert await store.jobs.stray_calls(10) == []


async def test_a_call_that_brought_its_result_is_no_stray(store: Store) -> None:
    job = await send_away(store)
    await store.jobs.note_call(job, "call1")
    await _end(store, job, "complete")
    assert await store.jobs.stray_calls(10) == []


async def test_a_job_without_a_call_leaves_no_stray(store: Store) -> None:
    await send_away(store)
    assert await store.jobs.cancel("video")
    assert await store.jobs.stray_calls(10) == []


async def test_the_oldest_stray_calls_are_ended_first(store: Store, clock: Clock) -> None:
    for number in range(3):
        job = await send_away(store, f"video{number}")
        await store.jobs.note_call(job, f"call{2 - number}")
        await store.jobs.cancel(job.id)
        await clock.advance(1)
    assert await store.jobs.stray_calls(2) == ["call2", "call1"]


async def test_a_job_that_nobody_asks_after_comes_back_an_hour_beyond_its_deadline(
    store: Store, clock: Clock
) -> None:
    job = await send_away(store)
    await store.jobs.note_call(job, "call1")
    for loss in range(1, MAX_LOSSES + 1):
        await clock.advance(LIMIT_S + 3599)
        assert await store.jobs.sweep() == 0
        await clock.advance(1)
        assert await store.jobs.sweep() == 1
        assert await store.jobs.stray_calls(10) == ["call1"]
        if loss < MAX_LOSSES:
            await store.jobs.dispatch(await claim(store, JobKind.RENDER), limit_s=LIMIT_S)
    ended = await the_job(store, "video")
    assert (ended.status, ended.error_code) == (JobStatus.FAILED, "worker_lost")
