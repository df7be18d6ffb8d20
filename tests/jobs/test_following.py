"""A job that waits for another one shares its fate."""

from __future__ import annotations

import pytest

from jobs.errors import ErrorClass
from jobs.model import JobKind, JobStatus
from jobs.opening import Store
from tests.jobs.databases import Clock
from tests.jobs.samples import (
    LEASE_S,
    a_render,
    a_save,
    claim,
    nothing_to_claim,
    outbox_rows,
    the_job,
)


async def _make_video(store: Store) -> None:
    await store.jobs.create(a_save("save"))
    await store.jobs.create(a_render("video", after_job="save"))


async def test_a_follower_is_claimable_once_its_leader_is_complete(
    store: Store, clock: Clock
) -> None:
    await _make_video(store)
    leader = await claim(store)
    assert leader.id == "save"
    assert await nothing_to_claim(store)
    await clock.advance(60)
    await store.jobs.complete("save", leader.attempt, {})
    follower = await claim(store)
    assert (follower.id, follower.attempt, follower.after_job) == ("video", 1, "save")


async def test_a_follower_fails_with_its_leaders_reason(store: Store) -> None:
    await _make_video(store)
    await claim(store)
    await store.jobs.fail("save", 1, "edit_silent", ErrorClass.BAD_INPUT, {"n": 1})
    follower = await the_job(store, "video")
    assert (follower.status, follower.error_code) == (JobStatus.FAILED, "edit_silent")
    assert follower.error_params == {"n": 1}


async def test_a_follower_waits_while_its_leader_may_still_succeed(store: Store) -> None:
    await _make_video(store)
    await claim(store)
    await store.jobs.fail("save", 1, "storage_away", ErrorClass.TRANSIENT, {})
    assert (await the_job(store, "video")).status is JobStatus.PENDING


async def test_a_follower_is_cancelled_with_its_leader(store: Store) -> None:
    await _make_video(store)
    await store.jobs.cancel("save")
    assert (await the_job(store, "video")).status is JobStatus.CANCELLED
    assert await nothing_to_claim(store)


async def test_a_follower_falls_with_a_poisonous_leader(store: Store, clock: Clock) -> None:
    await _make_video(store)
    for _ in range(3):
        await claim(store)
        await clock.advance(LEASE_S + 1)
        await store.jobs.sweep()
    follower = await the_job(store, "video")
    assert (follower.status, follower.error_code) == (JobStatus.FAILED, "worker_lost")


async def test_both_ends_are_told_once(store: Store) -> None:
    await _make_video(store)
    await store.jobs.cancel("save")
    rows = await outbox_rows(store.database, "final")
    assert sorted(row["job_id"] for row in rows) == ["save", "video"]


async def test_a_cancelled_follower_stays_cancelled_when_its_leader_succeeds(store: Store) -> None:
    await _make_video(store)
    await store.jobs.cancel("video")
    leader = await claim(store)
    before = await the_job(store, "video")
    assert await store.jobs.complete("save", leader.attempt, {})
    assert await the_job(store, "video") == before
    assert await nothing_to_claim(store)


async def test_a_follower_of_a_complete_job_is_claimable_at_once(store: Store) -> None:
    await store.jobs.create(a_save("save"))
    await claim(store)
    await store.jobs.complete("save", 1, {})
    await store.jobs.create(a_render("video", after_job="save"))
    assert (await claim(store, JobKind.RENDER)).id == "video"


async def test_a_follower_of_a_failed_job_fails_at_once_with_its_reason(store: Store) -> None:
    await store.jobs.create(a_save("save"))
    await claim(store)
    await store.jobs.fail("save", 1, "edit_silent", ErrorClass.BAD_INPUT, {"n": 1})
    assert await store.jobs.create(a_render("video", after_job="save"))
    follower = await the_job(store, "video")
    assert (follower.status, follower.error_code) == (JobStatus.FAILED, "edit_silent")
    assert follower.error_params == {"n": 1}
    assert len(await outbox_rows(store.database, "final")) == 2


async def test_a_follower_of_a_cancelled_job_is_cancelled_at_once(store: Store) -> None:
    await store.jobs.create(a_save("save"))
    await store.jobs.cancel("save")
    await store.jobs.create(a_render("video", after_job="save"))
    assert (await the_job(store, "video")).status is JobStatus.CANCELLED


async def test_a_follower_of_nobody_fails_instead_of_waiting_for_ever(store: Store) -> None:
    await store.jobs.create(a_render("video", after_job="never was"))
    follower = await the_job(store, "video")
    assert (follower.status, follower.error_code) == (JobStatus.FAILED, "internal")


@pytest.mark.parametrize("step", ["fail", "release"])
async def test_a_follower_at_work_comes_back_like_any_other(
    store: Store, clock: Clock, step: str
) -> None:
    await _make_video(store)
    await store.jobs.complete("save", (await claim(store)).attempt, {})
    job = await claim(store)
    if step == "fail":
        await store.jobs.fail("video", 1, "render_failed", ErrorClass.BROKEN, {})
    else:
        await store.jobs.release(job)
    await clock.advance(LEASE_S)
    assert (await claim(store)).attempt == 2


async def test_a_chain_falls_to_its_last_link(store: Store) -> None:
    await _make_video(store)
    await store.jobs.create(a_save("third", after_job="video"))
    await store.jobs.cancel("save")
    assert (await the_job(store, "third")).status is JobStatus.CANCELLED
