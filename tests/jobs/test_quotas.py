"""A person's share, held by the database itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from jobs.database import Database
from jobs.errors import ErrorClass, QuotaExceeded
from jobs.model import Changes, JobKind, NewJob, ProjectStatus, Role
from jobs.opening import Store, build_store
from jobs.payloads import GlimpseWork
from jobs.quotas import Quotas
from tests.jobs.databases import Clock
from tests.jobs.samples import (
    LIMIT_S,
    a_render,
    a_save,
    begin,
    claim,
    edit,
    new_job,
    person,
    project,
    the_job,
    the_project,
)

DAY_S = 86400.0
SMALL = Quotas(active_renders=3, videos_per_day=5, bytes_per_day=1000, queued_ingests=20)


@pytest.fixture
async def store(database: Database) -> Store:
    made = build_store(database, SMALL)
    await made.jobs.setup()
    return made


async def _refused(store: Store, job: NewJob) -> str:
    with pytest.raises(QuotaExceeded) as refused:
        await store.jobs.create(job)
    assert await store.jobs.get(job.id) is None
    return refused.value.quota


async def _make_video(store: Store) -> None:
    await store.jobs.create(a_render())
    job = await claim(store, JobKind.RENDER)
    await store.jobs.complete(job.id, job.attempt, {})


async def test_three_videos_are_made_at_once(store: Store, clock: Clock) -> None:
    for number in range(3):
        await store.jobs.create(a_render(f"video{number}"))
    assert await _refused(store, a_render("fourth")) == "active_renders"
    job = await claim(store)
    await store.jobs.dispatch(job, limit_s=LIMIT_S)
    assert await _refused(store, a_render("fourth")) == "active_renders"
    await store.jobs.complete(job.id, job.attempt, {})
    assert await store.jobs.create(a_render("fourth"))


async def test_what_one_person_has_takes_nothing_from_another(store: Store) -> None:
    for number in range(3):
        await store.jobs.create(a_render(f"video{number}", owner_id=1))
    assert await store.jobs.create(a_render("yours", owner_id=2))


async def test_the_videos_of_a_day_are_counted_until_midnight(store: Store, clock: Clock) -> None:
    await clock.advance(DAY_S - clock.now_s % DAY_S - 60)
    for _ in range(5):
        await _make_video(store)
    assert await _refused(store, a_render()) == "videos_per_day"
    await clock.advance(61)
    assert await store.jobs.create(a_render())


async def test_videos_that_were_never_begun_are_not_counted(store: Store) -> None:
    for number in range(5):
        await store.jobs.create(a_save(f"save{number}"))
        await store.jobs.create(a_render(f"failed{number}", after_job=f"save{number}"))
        await claim(store, JobKind.SAVE)
        await store.jobs.fail(f"save{number}", 1, "no_sound", ErrorClass.BAD_INPUT, {})
        await store.jobs.create(a_render(f"cancelled{number}"))
        await store.jobs.cancel(f"cancelled{number}")
    assert await store.jobs.create(a_render("one more"))


async def test_a_video_that_was_begun_is_counted_however_it_ended(store: Store) -> None:
    for number in range(5):
        await store.jobs.create(a_render(f"video{number}"))
        job = await claim(store)
        if number % 2:
            await store.jobs.cancel(job.id)
        else:
            await store.jobs.fail(job.id, 1, "no_sound", ErrorClass.BAD_INPUT, {})
    assert await _refused(store, a_render()) == "videos_per_day"


async def test_twenty_recordings_wait(store: Store) -> None:
    for number in range(20):
        await store.jobs.create(new_job(f"job{number:02}"))
    assert await _refused(store, new_job("late")) == "queued_ingests"
    await claim(store)
    assert await store.jobs.create(new_job("late"))


async def test_three_glimpses_wait_and_what_is_heard_is_not_counted(store: Store) -> None:
    glimpse = GlimpseWork(ingest_job="job1", edit=edit()).to_json()
    for number in range(3):
        await store.jobs.create(new_job(f"glimpse{number}", JobKind.PREVIEW, input=glimpse))
    late = new_job("late", JobKind.PREVIEW, input=glimpse)
    assert await _refused(store, late) == "waiting_glimpses"
    assert await store.jobs.create(new_job("heard", JobKind.PREVIEW))
    await store.jobs.cancel("glimpse0")
    assert await store.jobs.create(late)


async def test_the_bytes_of_a_day_are_counted_as_claimed_then_as_they_were(
    store: Store, clock: Clock
) -> None:
    await store.jobs.create(new_job("claimed", input={"size_bytes": 600}))
    assert await _refused(store, new_job("big", input={"size_bytes": 500})) == "bytes_per_day"
    job = await claim(store)
    await store.jobs.complete("claimed", job.attempt, {"size_bytes": 900})
    assert await _refused(store, new_job("small", input={"size_bytes": 101})) == "bytes_per_day"
    assert await store.jobs.create(new_job("fits", input={"size_bytes": 100}))
    await clock.advance(DAY_S)
    assert await store.jobs.create(new_job("tomorrow", input={"size_bytes": 1000}))


async def test_other_kinds_are_not_counted(store: Store) -> None:
    for kind in (JobKind.LOOK, JobKind.PREVIEW, JobKind.SAVE):
        for _ in range(25):
            assert await store.jobs.create(new_job(kind=kind))


async def test_limits_follow_the_settings_at_the_bots_next_start(
    store: Store, connect: Callable[[], Database]
) -> None:
    later = build_store(connect(), replace(SMALL, active_renders=1))
    await later.jobs.setup()
    await later.jobs.set_quotas()
    await store.jobs.create(a_render())
    assert await _refused(store, a_render()) == "active_renders"


async def test_who_only_opens_the_store_leaves_the_limits_as_they_are(
    store: Store, connect: Callable[[], Database]
) -> None:
    await build_store(connect(), Quotas(active_renders=1)).jobs.setup()
    for _ in range(SMALL.active_renders):
        await store.jobs.create(a_render())
    assert await _refused(store, a_render()) == "active_renders"


async def test_fifty_requests_at_once_get_no_more_than_the_share(
    store: Store, connect: Callable[[], Database]
) -> None:
    sides = [store, *(build_store(connect()) for _ in range(4))]

    async def ask(number: int) -> bool:
        try:
            return await sides[number % 5].jobs.create(a_render(f"video{number:02}"))
        except QuotaExceeded:
            return False

    granted = await asyncio.gather(*(ask(number) for number in range(50)))
    assert sum(granted) == SMALL.active_renders
    assert len(await store.jobs.of_project("project1")) == SMALL.active_renders


async def test_a_quota_within_a_decision_takes_all_of_it_back(store: Store) -> None:
    for number in range(3):
        await store.jobs.create(a_render(f"video{number}"))
    # The cancelled one makes room for one of the two.
    decision = Changes(
        project=project(),
        cancels=("video0",),
        jobs=(new_job("recording"), a_render("third"), a_render("fourth")),
    )
    with pytest.raises(QuotaExceeded):
        await store.projects.accept(9, decision)
    assert await store.projects.get("project1") is None
    assert await store.jobs.get("recording") is None
    assert (await the_job(store, "video0")).status.value == "pending"
    assert await store.updates.next_offset() == 0
    assert await store.database.execute("SELECT * FROM outbox") == []


async def test_who_deletes_what_they_made_has_made_it_all_the_same(
    store: Store, clock: Clock
) -> None:
    await store.people.put(person(1, Role.GUEST))
    for number in range(5):
        card = f"card{number}"
        await begin(store, card)
        ingest = await claim(store, JobKind.INGEST)
        await store.jobs.complete(ingest.id, ingest.attempt, {"size_bytes": 190})
        await store.jobs.create(a_render(project_id=card))
        render = await claim(store, JobKind.RENDER)
        await store.jobs.complete(render.id, render.attempt, {})
        deleted = replace(await the_project(store, card), status=ProjectStatus.DELETED)
        await store.projects.accept(None, Changes(project=deleted))
        await store.projects.forget([card])
        assert await store.jobs.get(render.id) is None
    assert await _refused(store, a_render("sixth")) == "videos_per_day"
    larger = new_job("another", input={"size_bytes": 100})
    assert await _refused(store, larger) == "bytes_per_day"
    (share,) = [share for share in await store.usage.shares() if share.videos_today]
    assert (share.videos_today, share.bytes_today) == (5, 950)
    await clock.advance(DAY_S)
    assert await store.jobs.create(a_render("sixth"))
