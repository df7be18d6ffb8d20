"""How a job ends, and that it ends once."""

from __future__ import annotations

import pytest

from jobs.database import ConstraintViolated
from jobs.errors import ErrorClass
from jobs.model import Job, JobStatus, Stage
from jobs.opening import Store
from jobs.store import MAX_LOSSES, TRIES, WAITS
from tests.jobs.databases import Clock
from tests.jobs.samples import (
    LEASE_S,
    LIMIT_S,
    claim,
    new_job,
    nothing_to_claim,
    outbox_rows,
    the_job,
)

FAR_S = 400.0  # beyond any wait between two tries
ENDINGS = ("complete", "failed", "cancelled")
ROOM, ANSWER = WAITS[ErrorClass.RESOURCE], WAITS[ErrorClass.AWAY]


async def _end(store: Store, status: str) -> Job:
    await store.jobs.create(new_job("job1"))
    job = await claim(store)
    match status:
        case "complete":
            assert await store.jobs.complete("job1", job.attempt, {"key": "value"})
        case "failed":
            assert await store.jobs.fail("job1", 1, "no_sound", ErrorClass.BAD_INPUT, {"n": 1})
        case _:
            assert await store.jobs.cancel("job1")
    ended = await the_job(store, "job1")
    assert ended.status.value == status
    return ended


async def test_a_job_is_completed_once(store: Store) -> None:
    ended = await _end(store, "complete")
    assert (ended.result, ended.progress, ended.lease_until) == ({"key": "value"}, 100, None)
    assert not await store.jobs.complete("job1", 1, {"key": "other"})
    assert await the_job(store, "job1") == ended


@pytest.mark.parametrize("status", ENDINGS)
async def test_an_ended_job_takes_no_other_end(store: Store, clock: Clock, status: str) -> None:
    ended = await _end(store, status)
    await clock.advance(3600)
    assert not await store.jobs.complete("job1", 1, {})
    assert not await store.jobs.fail("job1", 1, "internal", ErrorClass.TRANSIENT, {})
    assert not await store.jobs.cancel("job1")
    assert not await store.jobs.release(ended)
    assert not await store.jobs.beat(ended, stage=Stage.CUTTING, progress=1, lease_s=1)
    assert await store.jobs.sweep() == 0
    assert await nothing_to_claim(store)
    assert await the_job(store, "job1") == ended


@pytest.mark.parametrize("status", ENDINGS)
async def test_an_end_is_final_even_for_sql_that_forgets_the_rules(
    store: Store, status: str
) -> None:
    ended = await _end(store, status)
    for other in JobStatus:
        await store.database.execute("UPDATE jobs SET status = :status", {"status": other.value})
    await store.database.execute("UPDATE jobs SET result = '{}', error_code = '', attempt = 9")
    assert await the_job(store, "job1") == ended


async def test_an_ended_job_does_not_shield_the_others_of_a_statement(store: Store) -> None:
    await _end(store, "complete")
    await store.jobs.create(new_job("job2"))
    await store.database.execute("UPDATE jobs SET status = 'cancelled'")
    assert (await the_job(store, "job1")).status is JobStatus.COMPLETE
    assert (await the_job(store, "job2")).status is JobStatus.CANCELLED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("pending", "complete"),
        ("pending", "dispatched"),
        ("dispatched", "processing"),
        ("processing", "processing"),
    ],
)
async def test_an_undeclared_transition_is_refused(store: Store, before: str, after: str) -> None:
    await store.jobs.create(new_job("job1"))
    if before != "pending":
        job = await claim(store)
        if before == "dispatched":
            await store.jobs.dispatch(job, limit_s=LIMIT_S)
    with pytest.raises(ConstraintViolated, match="transition"):
        await store.database.execute("UPDATE jobs SET status = :after", {"after": after})
    assert (await the_job(store, "job1")).status.value == before


@pytest.mark.parametrize("status", ENDINGS)
async def test_every_end_is_told_once(store: Store, status: str) -> None:
    ended = await _end(store, status)
    await store.jobs.complete("job1", 1, {})
    await store.jobs.cancel("job1")
    rows = await outbox_rows(store.database, "final")
    assert [(row["job_id"], row["chat_id"]) for row in rows] == [("job1", ended.chat_id)]


async def test_an_end_is_told_whoever_wrote_it(store: Store) -> None:
    await store.jobs.create(new_job("job1"))
    await store.database.execute("UPDATE jobs SET status = 'failed' WHERE id = 'job1'")
    assert len(await outbox_rows(store.database, "final")) == 1


async def test_a_second_telling_of_an_end_cannot_be_written(store: Store) -> None:
    await _end(store, "complete")
    with pytest.raises(ConstraintViolated, match="outbox"):
        await store.database.execute(
            "INSERT INTO outbox (kind, job_id, chat_id, since) VALUES ('final', 'job1', 1, 0)"
        )


async def test_bad_input_fails_at_once_with_its_reason(store: Store) -> None:
    await store.jobs.create(new_job("job1"))
    await claim(store)
    assert await store.jobs.fail(
        "job1", 1, "source_too_long", ErrorClass.BAD_INPUT, {"duration_s": 4000.0}
    )
    job = await the_job(store, "job1")
    assert (job.status, job.error_code) == (JobStatus.FAILED, "source_too_long")
    assert (job.error_params, job.failures) == ({"duration_s": 4000.0}, 1)


@pytest.mark.parametrize("error_class", list(TRIES))
async def test_each_class_of_error_has_its_number_of_tries(
    store: Store, clock: Clock, error_class: ErrorClass
) -> None:
    await store.jobs.create(new_job("job1"))
    for attempt in range(1, TRIES[error_class] + 1):
        assert (await the_job(store, "job1")).status is JobStatus.PENDING
        job = await claim(store)
        assert job.attempt == attempt
        assert await store.jobs.fail("job1", attempt, "link_failed", error_class, {})
        await clock.advance(FAR_S)
    job = await the_job(store, "job1")
    assert (job.status, job.failures) == (JobStatus.FAILED, TRIES[error_class])
    assert await nothing_to_claim(store)


async def test_the_waits_between_tries_grow_and_are_jittered(store: Store, clock: Clock) -> None:
    waits: dict[int, list[float]] = {}
    for number in range(12):
        await store.jobs.create(new_job(f"job{number}", owner_id=number))
        for attempt in range(1, 5):
            await claim(store)
            await store.jobs.fail(f"job{number}", attempt, "x", ErrorClass.TRANSIENT, {})
            job = await the_job(store, f"job{number}")
            waits.setdefault(attempt, []).append(job.run_after - clock.now_s)
            await clock.advance(FAR_S)
        await store.jobs.cancel(f"job{number}")
    for attempt, seen in waits.items():
        assert all(0 <= wait_s <= 5 * 2 ** (attempt - 1) for wait_s in seen)
        assert len(set(seen)) > 1
    assert max(waits[4]) > 5  # beyond what a first wait can be


async def test_the_longest_wait_is_five_minutes(store: Store, clock: Clock) -> None:
    await store.jobs.create(new_job("job1"))
    await store.database.execute("UPDATE jobs SET failures = 60")
    await claim(store)
    await store.database.execute("UPDATE jobs SET failures = 60")
    await store.jobs.fail("job1", 1, "x", ErrorClass.TRANSIENT, {})
    job = await the_job(store, "job1")
    assert job.run_after <= clock.now_s + 300


async def test_a_job_that_waits_for_its_next_try_is_not_claimed(store: Store, clock: Clock) -> None:
    await store.jobs.create(new_job("job1"))
    await claim(store)
    await store.jobs.fail("job1", 1, "disk_full", ErrorClass.RESOURCE, {})
    await clock.advance(ROOM.wait_s - 0.1)
    assert await nothing_to_claim(store)
    await clock.advance(0.1)
    assert (await claim(store)).attempt == 2


async def test_lack_of_room_charges_nothing(store: Store, clock: Clock) -> None:
    await store.jobs.create(new_job("job1"))
    for attempt in range(1, 10):
        await claim(store)
        assert await store.jobs.fail("job1", attempt, "disk_full", ErrorClass.RESOURCE, {})
        await clock.advance(ROOM.wait_s)
    job = await the_job(store, "job1")
    assert (job.status, job.failures, job.attempt) == (JobStatus.PENDING, 0, 9)


async def test_whoever_is_away_is_waited_for_ten_minutes_and_charges_nothing(
    store: Store, clock: Clock
) -> None:
    await store.jobs.create(new_job("job1"))
    began = clock.now_s
    for attempt in range(1, ANSWER.most + 1):
        job = await claim(store)
        assert (job.attempt, job.failures) == (attempt, 0)
        await store.jobs.fail("job1", attempt, "storage_away", ErrorClass.AWAY, {})
        job = await the_job(store, "job1")
        assert clock.now_s + ANSWER.wait_s <= job.run_after
        assert job.run_after <= clock.now_s + ANSWER.wait_s + ANSWER.spread_s
        assert job.error_code == "storage_away"
        if attempt < ANSWER.most:
            assert job.status is JobStatus.PENDING
            await clock.advance(job.run_after - clock.now_s + 0.001)
    assert job.status is JobStatus.FAILED
    assert clock.now_s - began >= 590


async def test_room_that_lacks_for_five_minutes_is_told(store: Store, clock: Clock) -> None:
    await store.jobs.create(new_job("job1"))
    started = clock.now_s
    for attempt in range(1, ROOM.most + 1):
        await claim(store)
        await store.jobs.fail("job1", attempt, "disk_full", ErrorClass.RESOURCE, {"n": 1})
        await clock.advance(ROOM.wait_s)
    job = await the_job(store, "job1")
    assert (job.status, job.error_code, job.error_params) == (
        JobStatus.FAILED,
        "disk_full",
        {"n": 1},
    )
    assert job.failures == 0
    assert clock.now_s - started >= 300
    assert len(await outbox_rows(store.database, "final")) == 1


async def test_release_charges_nothing_and_is_claimable_at_once(store: Store, clock: Clock) -> None:
    await store.jobs.create(new_job("job1"))
    for attempt in range(1, 10):
        job = await claim(store)
        assert (job.attempt, job.failures) == (attempt, 0)
        assert await store.jobs.release(job)
    job = await the_job(store, "job1")
    assert (job.status, job.lease_owner, job.lease_until) == (JobStatus.PENDING, "", None)


async def test_a_success_forgets_the_errors_on_the_way(store: Store, clock: Clock) -> None:
    await store.jobs.create(new_job("job1"))
    await claim(store)
    await store.jobs.fail("job1", 1, "link_failed", ErrorClass.TRANSIENT, {"n": 1})
    await clock.advance(FAR_S)
    await claim(store)
    await store.jobs.complete("job1", 2, {})
    job = await the_job(store, "job1")
    assert (job.error_code, job.error_params) == ("", {})


async def test_cancelling_ends_a_job_that_waits_and_one_at_work(store: Store) -> None:
    await store.jobs.create(new_job("job1"))
    await store.jobs.create(new_job("job2"))
    await claim(store)
    assert await store.jobs.cancel("job1")
    assert await store.jobs.cancel("job2")
    assert not await store.jobs.cancel("job2")
    assert not await store.jobs.cancel("never was")
    for job_id in ("job1", "job2"):
        job = await the_job(store, job_id)
        assert (job.status, job.lease_owner) == (JobStatus.CANCELLED, "")


async def test_sweeping_takes_only_what_ran_out(store: Store, clock: Clock) -> None:
    await store.jobs.create(new_job("job1"))
    await store.jobs.create(new_job("job2"))
    await claim(store)
    await clock.advance(LEASE_S - 1)
    await claim(store)
    await clock.advance(2)
    assert await store.jobs.sweep() == 1
    assert await store.jobs.sweep() == 0
    assert (await the_job(store, "job1")).status is JobStatus.PENDING
    assert (await the_job(store, "job2")).status is JobStatus.PROCESSING


async def test_a_clock_that_is_set_back_holds_nothing_up(store: Store, clock: Clock) -> None:
    await store.jobs.create(new_job("at work"))
    await store.jobs.create(new_job("waiting"))
    await claim(store)
    await clock.advance(-3600)
    assert (await claim(store)).id == "waiting"
    assert await store.jobs.sweep() == 1
    assert (await claim(store)).id == "at work"
    assert await store.jobs.sweep() == 0


async def test_a_clock_that_is_set_forward_costs_a_repeat_at_worst(
    store: Store, clock: Clock
) -> None:
    await store.jobs.create(new_job("job1"))
    held = await claim(store)
    await clock.advance(3600)
    assert await store.jobs.sweep() == 1
    again = await claim(store)
    assert not await store.jobs.complete("job1", held.attempt, {})
    assert await store.jobs.complete("job1", again.attempt, {})
    assert len(await outbox_rows(store.database, "final")) == 1


async def test_a_job_that_three_workers_died_on_is_taken_for_the_cause(
    store: Store, clock: Clock
) -> None:
    await store.jobs.create(new_job("job1"))
    for lost in range(1, MAX_LOSSES + 1):
        assert (await claim(store)).attempt == lost
        await clock.advance(LEASE_S + 1)
        assert await store.jobs.sweep() == 1
    job = await the_job(store, "job1")
    assert (job.status, job.error_code, job.failures) == (JobStatus.FAILED, "worker_lost", 0)
    assert len(await outbox_rows(store.database, "final")) == 1


async def test_the_reason_of_a_poisonous_job_carries_nothing_of_older_ones(
    store: Store, clock: Clock
) -> None:
    await store.jobs.create(new_job("job1"))
    await claim(store)
    await store.jobs.fail("job1", 1, "link_failed", ErrorClass.TRANSIENT, {"n": 1})
    await clock.advance(FAR_S)
    for _ in range(MAX_LOSSES):
        await claim(store)
        await clock.advance(LEASE_S + 1)
        await store.jobs.sweep()
    job = await the_job(store, "job1")
    assert (job.error_code, job.error_params) == ("worker_lost", {})


async def test_only_deaths_in_a_row_count(store: Store, clock: Clock) -> None:
    await store.jobs.create(new_job("job1"))
    for _ in range(5):
        for _ in range(MAX_LOSSES - 1):
            await claim(store)
            await clock.advance(LEASE_S + 1)
            await store.jobs.sweep()
        assert await store.jobs.release(await claim(store))
    assert (await the_job(store, "job1")).status is JobStatus.PENDING
