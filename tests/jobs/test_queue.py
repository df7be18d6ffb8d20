"""Who gets which job, when, and how long it stays theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from jobs.errors import ErrorClass
from jobs.model import Job, JobKind, JobStatus, Stage
from jobs.opening import Store
from tests.jobs.databases import Clock
from tests.jobs.samples import (
    EVERY_KIND,
    LEASE_S,
    LIMIT_S,
    a_render,
    a_save,
    claim,
    new_job,
    nothing_to_claim,
    the_job,
)


async def test_a_created_job_is_pending_and_reads_as_it_was_written(
    store: Store, clock: Clock
) -> None:
    wanted = new_job("job1", input={"name": 'Ünï "quoted" \' ; --', "nested": {"list": [1, None]}})
    assert await store.jobs.create(wanted)
    job = await the_job(store, "job1")
    assert (job.status, job.stage, job.progress) == (JobStatus.PENDING, Stage.WAITING, 0)
    assert (job.attempt, job.failures, job.lease_owner, job.lease_until) == (0, 0, "", None)
    assert job.input == wanted.input
    assert job.created_at == job.run_after == clock.now_s


async def test_an_unknown_job_is_none(store: Store) -> None:
    assert await store.jobs.get("nobody") is None


async def test_a_second_job_with_the_same_dedupe_key_is_not_created(store: Store) -> None:
    assert await store.jobs.create(new_job("job1", dedupe_key="tg:1:7"))
    assert not await store.jobs.create(new_job("job2", dedupe_key="tg:1:7"))
    assert await store.jobs.get("job2") is None


async def test_jobs_without_a_dedupe_key_never_meet(store: Store) -> None:
    assert await store.jobs.create(new_job("job1"))
    assert await store.jobs.create(new_job("job2"))


async def test_a_dedupe_key_is_remembered_after_the_job_ended(store: Store) -> None:
    await store.jobs.create(new_job("job1", dedupe_key="tg:1:7"))
    await store.jobs.cancel("job1")
    assert not await store.jobs.create(new_job("job2", dedupe_key="tg:1:7"))


async def test_the_jobs_of_a_project_come_newest_first(store: Store, clock: Clock) -> None:
    for job_id in ("first", "second", "third"):
        await store.jobs.create(new_job(job_id))
        await clock.advance(1)
    await store.jobs.create(new_job("elsewhere", project_id="project2"))
    found = await store.jobs.of_project("project1")
    assert [job.id for job in found] == ["third", "second", "first"]


async def test_a_claim_takes_the_oldest_and_says_who_holds_it(store: Store, clock: Clock) -> None:
    await store.jobs.create(new_job("b-old", owner_id=1))
    await clock.advance(1)
    await store.jobs.create(new_job("a-new", owner_id=2))
    job = await claim(store, owner="worker7")
    assert (job.id, job.status, job.attempt) == ("b-old", JobStatus.PROCESSING, 1)
    assert (job.lease_owner, job.lease_until) == ("worker7", clock.now_s + LEASE_S)
    assert job.started_at == clock.now_s
    assert (await claim(store)).id == "a-new"


async def test_a_claimed_job_is_not_claimed_again(store: Store) -> None:
    await store.jobs.create(new_job())
    await claim(store)
    assert await nothing_to_claim(store)


async def test_only_the_wanted_kinds_are_claimed(store: Store) -> None:
    await store.jobs.create(a_render("video"))
    await store.jobs.create(new_job("recording"))
    light = EVERY_KIND - {JobKind.RENDER}
    job = await store.jobs.claim_next_pending("worker1", light, LEASE_S)
    assert job is not None
    assert job.id == "recording"
    assert await store.jobs.claim_next_pending("worker1", light, LEASE_S) is None
    assert await store.jobs.claim_next_pending("worker1", frozenset(), LEASE_S) is None


async def test_many_requests_of_one_person_delay_another_by_one_job(store: Store) -> None:
    for number in range(20):
        await store.jobs.create(new_job(f"greedy{number:02}", owner_id=1))
    await store.jobs.create(new_job("modest", owner_id=2))
    order = [(await claim(store)).id for _ in range(3)]
    assert order == ["greedy00", "modest", "greedy01"]


async def test_people_take_turns(store: Store, clock: Clock) -> None:
    for number in range(3):
        for person_id in (1, 2, 3):
            await store.jobs.create(new_job(f"{person_id}-{number}", owner_id=person_id))
    order = [(await claim(store)).owner_id for _ in range(9)]
    assert order == [1, 2, 3] * 3


async def test_a_rescued_job_keeps_its_turn(store: Store, clock: Clock) -> None:
    await store.jobs.create(new_job("first"))
    await claim(store)
    await store.jobs.create(new_job("second"))
    await clock.advance(LEASE_S + 1)
    await store.jobs.sweep()
    assert (await claim(store)).id == "first"


Write = Callable[[Store, Job], Awaitable[bool]]


async def _beat(store: Store, job: Job) -> bool:
    return await store.jobs.beat(job, stage=Stage.CUTTING, progress=77, lease_s=LEASE_S)


async def _complete(store: Store, job: Job) -> bool:
    return await store.jobs.complete(job.id, job.attempt, {"by": "ghost"})


async def _fail(store: Store, job: Job) -> bool:
    return await store.jobs.fail(job.id, job.attempt, "no_sound", ErrorClass.BAD_INPUT, {})


async def _fail_for_room(store: Store, job: Job) -> bool:
    return await store.jobs.fail(job.id, job.attempt, "disk_full", ErrorClass.RESOURCE, {})


async def _release(store: Store, job: Job) -> bool:
    return await store.jobs.release(job)


async def _dispatch(store: Store, job: Job) -> bool:
    return await store.jobs.dispatch(job, limit_s=LIMIT_S)


WRITES = (_beat, _complete, _fail, _fail_for_room, _release, _dispatch)


@pytest.mark.parametrize("write", WRITES)
async def test_a_stale_worker_can_change_nothing(store: Store, clock: Clock, write: Write) -> None:
    await store.jobs.create(new_job("job1"))
    stale = await claim(store, owner="frozen")
    await clock.advance(LEASE_S + 1)
    assert await store.jobs.sweep() == 1
    await claim(store, owner="other")
    before = await the_job(store, "job1")
    assert not await write(store, stale)
    assert await the_job(store, "job1") == before


@pytest.mark.parametrize("write", WRITES)
async def test_a_worker_whose_job_waits_again_can_change_nothing(
    store: Store, clock: Clock, write: Write
) -> None:
    await store.jobs.create(new_job("job1"))
    stale = await claim(store)
    await clock.advance(LEASE_S + 1)
    await store.jobs.sweep()
    before = await the_job(store, "job1")
    assert not await write(store, stale)
    assert await the_job(store, "job1") == before


@pytest.mark.parametrize("write", WRITES)
async def test_a_worker_whose_job_was_cancelled_can_change_nothing(
    store: Store, write: Write
) -> None:
    await store.jobs.create(new_job("job1"))
    held = await claim(store)
    assert await store.jobs.cancel("job1")
    before = await the_job(store, "job1")
    assert not await write(store, held)
    assert await the_job(store, "job1") == before


async def test_a_beat_keeps_the_lease_and_tells_how_far_it_is(store: Store, clock: Clock) -> None:
    await store.jobs.create(new_job("job1"))
    job = await claim(store)
    await clock.advance(20)
    assert await store.jobs.beat(job, stage=Stage.CUTTING, progress=40, lease_s=LEASE_S)
    await clock.advance(20)
    assert await store.jobs.sweep() == 0
    job = await the_job(store, "job1")
    assert (job.stage, job.progress) == (Stage.CUTTING, 40)
    assert job.lease_until == clock.now_s - 20 + LEASE_S


async def test_progress_only_rises_and_ends_at_a_hundred(store: Store) -> None:
    await store.jobs.create(new_job("job1"))
    job = await claim(store)
    seen = []
    for progress in (40, 30, 41, 250):
        await store.jobs.beat(job, stage=Stage.CUTTING, progress=progress, lease_s=LEASE_S)
        seen.append((await the_job(store, "job1")).progress)
    assert seen == [40, 40, 41, 100]


async def test_a_new_attempt_starts_its_progress_anew(store: Store) -> None:
    await store.jobs.create(new_job("job1"))
    job = await claim(store)
    await store.jobs.beat(job, stage=Stage.CUTTING, progress=40, lease_s=LEASE_S)
    await store.jobs.release(job)
    again = await claim(store)
    assert (again.attempt, again.progress, again.stage) == (2, 0, Stage.WAITING)


async def test_a_late_beat_is_good_while_nobody_swept(store: Store, clock: Clock) -> None:
    await store.jobs.create(new_job("job1"))
    job = await claim(store)
    await clock.advance(LEASE_S * 2)
    assert await _beat(store, job)
    assert await store.jobs.sweep() == 0


async def test_lost_names_the_jobs_that_are_not_the_holders_any_more(
    store: Store, clock: Clock
) -> None:
    for job_id in ("cancelled", "complete", "kept", "sent away", "stale"):
        await store.jobs.create(new_job(job_id))
    held = {job.id: job for job in [await claim(store) for _ in range(5)]}
    await store.jobs.cancel("cancelled")
    await store.jobs.complete("complete", 1, {})
    await store.jobs.dispatch(held["sent away"], limit_s=LIMIT_S)
    await store.jobs.release(held["stale"])
    await claim(store)
    attempts = {job.id: job.attempt for job in held.values()} | {"never was": 1}
    lost = await store.jobs.lost(attempts)
    assert sorted(lost) == ["cancelled", "complete", "never was", "stale"]
    assert await store.jobs.lost({}) == []


async def test_a_dispatched_job_has_no_lease_to_run_out(store: Store, clock: Clock) -> None:
    await store.jobs.create(a_render("video"))
    job = await claim(store)
    assert await store.jobs.dispatch(job, limit_s=LIMIT_S)
    await clock.advance(3600)
    assert await store.jobs.sweep() == 0
    assert (await the_job(store, "video")).status is JobStatus.DISPATCHED
    assert await store.jobs.complete("video", job.attempt, {"duration_s": 10})


async def test_the_place_in_the_queue_counts_who_goes_first_in_the_lane(
    store: Store, clock: Clock
) -> None:
    await store.jobs.create(new_job("recording", owner_id=1))
    await store.jobs.create(a_save("save1", owner_id=1))
    for person_id in (1, 2, 3):
        await store.jobs.create(a_render(f"video{person_id}", owner_id=person_id))
        await clock.advance(1)
    places = [await store.jobs.queue_place(await the_job(store, f"video{n}")) for n in (1, 2, 3)]
    assert places == [0, 1, 2]
    assert await store.jobs.queue_place(await the_job(store, "save1")) == 0
    await claim(store, JobKind.RENDER)
    assert await store.jobs.queue_place(await the_job(store, "video1")) is None
    assert await store.jobs.queue_place(await the_job(store, "video3")) == 1


async def test_a_render_goes_behind_its_owners_other_ones(store: Store, clock: Clock) -> None:
    await store.jobs.create(a_render("mine1", owner_id=1))
    await store.jobs.create(a_render("mine2", owner_id=1))
    await store.jobs.create(a_render("yours", owner_id=2))
    assert await store.jobs.queue_place(await the_job(store, "mine2")) == 2


async def test_the_render_speed_is_the_median_of_the_last_ten(store: Store, clock: Clock) -> None:
    assert await store.jobs.render_speed() is None
    for number in range(12):
        await store.jobs.create(a_render(f"video{number}", owner_id=number))
        job = await claim(store)
        await clock.advance(100 if number < 2 else number)  # the first two are too old to count
        await store.jobs.complete(job.id, job.attempt, {"duration_s": 10.0})
    assert await store.jobs.render_speed() == pytest.approx(0.65)  # of 0.2, 0.3 ... 1.1


async def test_a_save_is_found_by_what_it_made_once_it_is_complete(store: Store) -> None:
    made: dict[str, Any] = {"key": "assets/a-1/prepared.wav", "duration_s": 3.0}
    await store.jobs.create(a_save("save1", project_id="another"))
    await store.jobs.create(new_job("look1", JobKind.LOOK))
    for kind in (JobKind.LOOK, JobKind.SAVE):
        assert await store.jobs.saved(made["key"]) is None
        job = await claim(store, kind)
        await store.jobs.complete(job.id, job.attempt, made)
    assert await store.jobs.saved(made["key"]) == made
    assert await store.jobs.saved("other") is None


async def test_a_result_without_a_length_does_not_count_as_speed(store: Store) -> None:
    await store.jobs.create(a_render("video"))
    job = await claim(store)
    await store.jobs.complete(job.id, job.attempt, {})
    assert await store.jobs.render_speed() is None


async def test_bells_ring_for_whoever_waits(store: Store) -> None:
    assert not await store.bells.claimable.wait(0.001)
    await store.jobs.create(new_job("job1"))
    assert await store.bells.claimable.wait(1)
    assert not await store.bells.claimable.wait(0.001)
    waiting = asyncio.create_task(store.bells.cancelled.wait(5))
    await store.jobs.cancel("job1")
    assert await waiting
    assert await store.bells.outbox.wait(1)


async def test_a_job_is_not_claimed_before_its_delay_is_over(store: Store, clock: Clock) -> None:
    await store.jobs.create(new_job("job1", delay_s=8.0))
    assert await nothing_to_claim(store)
    await clock.advance(7.9)
    assert await nothing_to_claim(store)
    await clock.advance(0.2)
    assert (await claim(store)).id == "job1"


async def test_a_claim_that_nobody_heard_of_is_given_back(store: Store, clock: Clock) -> None:
    for name in ("held", "unheard", "another's"):
        await store.jobs.create(new_job(name))
    owners = {"held": "me", "unheard": "me", "another's": "you"}
    for _ in owners:
        job = await store.jobs.claim_next_pending("me", EVERY_KIND, LEASE_S)
        assert job is not None
        set_owner = "UPDATE jobs SET lease_owner = :owner WHERE id = :id"
        await store.database.execute(set_owner, {"id": job.id, "owner": owners[job.id]})
    assert await store.jobs.give_back_unheard("me", ["held"]) == 1
    assert await store.jobs.give_back_unheard("me", ["held"]) == 0
    job = await the_job(store, "unheard")
    assert (job.status, job.failures, job.lease_owner) == (JobStatus.PENDING, 0, "")
    assert (await the_job(store, "held")).status is JobStatus.PROCESSING
    assert (await the_job(store, "another's")).status is JobStatus.PROCESSING
    assert (await claim(store)).attempt == 2
