"""What a worker sees that needs a person is noted once, and so is its end."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jobs.alerts import Cause
from jobs.errors import DiskFull, LinkMissing, LinkRefused, RendererAway, StorageAway
from jobs.model import Job, JobKind, NewJob, Person, Role
from jobs.opening import Store
from pipelines import Pipeline
from storage.adapter import StorageRefused
from storage.local import LocalStorage
from tests.jobs.outbox_steps import ALERT, due
from tests.jobs.samples import claim, send_away
from tests.worker.faraway import Faraway
from tests.worker.shop import failing, finishing, new_job, until, working
from worker.house import House
from worker.lease import LeaseLost
from worker.reconcile import Abroad, reconcile
from worker.run import Room
from worker.sweep import tidy
from worker.troubles import Outcome, is_ytdlp_old, shown_by


@pytest.fixture
async def whole(whole: Store) -> Store:
    """It has an owner."""
    await whole.people.put(Person(id=1, name="Ada", language="en", role=Role.OWNER))
    return whole


async def _is(store: Store, *causes: Cause) -> bool:
    return await store.alerts.current() == sorted(causes)


async def _told(store: Store) -> list[tuple[str, bool]]:
    return [(row.view["cause"], bool(row.view["is_over"])) for row in await due(store, ALERT)]


async def test_a_disk_without_room_is_told_until_there_is_some(
    whole: Store, tmp_path: Path
) -> None:
    pipelines: dict[JobKind, Pipeline] = {JobKind.INGEST: finishing({})}
    full, enough = (Room(folder=tmp_path, min_free_bytes=size) for size in (2**62, 1))
    for _ in range(2):
        async with working(whole.jobs, pipelines, room=full, alerts=whole.alerts):
            await until(lambda: _is(whole, Cause.DISK_FULL))
    assert await _told(whole) == [("disk_full", False)]
    async with working(whole.jobs, pipelines, room=enough, alerts=whole.alerts):
        await until(lambda: _is(whole))
    assert await _told(whole) == [], "nobody had been told yet"


async def test_a_job_that_finds_no_room_is_told_too(whole: Store) -> None:
    await whole.jobs.create(new_job())
    pipelines = {JobKind.INGEST: failing(DiskFull())}
    async with working(whole.jobs, pipelines, alerts=whole.alerts):
        await until(lambda: _is(whole, Cause.DISK_FULL))


async def test_a_storage_that_refuses_us_is_told_until_a_job_gets_through(whole: Store) -> None:
    await whole.jobs.create(new_job())
    pipelines: dict[JobKind, Pipeline] = {
        JobKind.INGEST: failing(StorageRefused("InvalidAccessKeyId")),
        JobKind.LOOK: finishing({}),
    }
    async with working(whole.jobs, pipelines, alerts=whole.alerts):
        await until(lambda: _is(whole, Cause.STORAGE_REFUSED))
        await whole.jobs.create(new_job("look", JobKind.LOOK))
        await until(lambda: _is(whole))


class Barred(LocalStorage):
    """Storage that lets nobody in while `is_barred`."""

    is_barred = True

    async def sweep_unfinished(self, *, older_than_s: float = 0.0) -> int:
        if self.is_barred:
            raise StorageRefused("AccessDenied")
        return 0


async def test_tidying_sees_whether_the_storage_lets_us_in(whole: Store, tmp_path: Path) -> None:
    storage = Barred(tmp_path / "storage", secret=b"s" * 32, link_base="")
    house = House(
        jobs=whole.jobs,
        projects=whole.projects,
        uploads=whole.uploads,
        alerts=whole.alerts,
        storage=storage,
        scratch_dir=tmp_path / "scratch",
        originals_s=60.0,
        retention_s=60.0,
    )
    await tidy(house)
    assert await _is(whole, Cause.STORAGE_REFUSED)
    storage.is_barred = False
    await tidy(house)
    assert await _is(whole)


async def test_a_place_elsewhere_that_answers_nobody_is_told(whole: Store, tmp_path: Path) -> None:
    faraway = Faraway()
    storage = LocalStorage(tmp_path / "storage", secret=b"s" * 32, link_base="")
    abroad = Abroad(
        jobs=whole.jobs, storage=storage, elsewhere=faraway, alerts=whole.alerts, silent_s=0.0
    )
    job = await send_away(whole)
    assert await whole.jobs.note_call(job, "call-1")
    faraway.is_away = True
    assert not await reconcile(abroad)
    assert await _is(whole, Cause.RENDERER_AWAY)
    assert await _told(whole) == [], "for ten minutes it may pass"
    faraway.is_away = False
    assert await reconcile(abroad)
    assert await _is(whole)


async def _job(store: Store, source: str = "") -> Job:
    new = NewJob(
        id="job1",
        kind=JobKind.INGEST,
        project_id="p",
        owner_id=1,
        chat_id=1,
        input={"kind": source},
    )
    await store.jobs.create(new)
    return await claim(store)


IN, BARRED = (Cause.STORAGE_REFUSED, False), (Cause.STORAGE_REFUSED, True)
AWAY, THERE = (Cause.RENDERER_AWAY, True), (Cause.RENDERER_AWAY, False)
AGE = (Cause.YTDLP_OLD, is_ytdlp_old())


@pytest.mark.parametrize(
    ("source", "outcome", "shown"),
    [
        ("telegram", Outcome(), [IN]),
        ("telegram", Outcome(problem=LeaseLost()), []),
        ("link", Outcome(problem=LinkRefused()), []),
        ("telegram", Outcome(problem=StorageRefused("no")), [BARRED]),
        ("", Outcome(problem=RendererAway()), [AWAY]),
        ("", Outcome(is_handed_on=True), [IN, THERE]),
        ("youtube", Outcome(problem=LinkRefused()), [AGE, (Cause.YOUTUBE_REFUSES, True)]),
        ("youtube", Outcome(), [IN, AGE, (Cause.YOUTUBE_REFUSES, False)]),
        ("youtube", Outcome(problem=LinkMissing()), [AGE]),
    ],
)
async def test_the_end_of_a_job_shows_what_needs_a_person(
    whole: Store, source: str, outcome: Outcome, shown: list[tuple[Cause, bool]]
) -> None:
    assert list(shown_by(await _job(whole, source), outcome)) == shown


async def test_a_refusal_is_seen_behind_what_it_led_to(whole: Store) -> None:
    problem = StorageAway()
    problem.__cause__ = StorageRefused("no")
    assert list(shown_by(await _job(whole), Outcome(problem=problem))) == [BARRED]


@pytest.mark.parametrize(
    ("version", "is_old"),
    [
        ("2026.10.26", False),
        ("2026.07.29", False),
        ("2026.07.28", True),
        ("2025.1.2.post1", True),
        ("unknown", False),
    ],
)
def test_a_ytdlp_of_many_months_is_old(version: str, is_old: bool) -> None:
    assert is_ytdlp_old(version, date(2026, 11, 26)) is is_old
