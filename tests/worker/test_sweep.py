"""What is thrown away, and what is not."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.alerts import Alerts
from jobs.bells import Bells
from jobs.model import (
    Changes,
    JobKind,
    NewJob,
    Project,
    ProjectStatus,
    Source,
    SourceKind,
)
from jobs.projects import ProjectStore
from jobs.store import JobStore
from jobs.uploads import Uploads, dedupe_key
from storage import keys
from storage.local import LocalStorage
from tests.worker.shop import LEASE_S, Watched
from worker.house import House
from worker.sweep import tidy

DAY_S = 24 * 3600.0
ORIGINALS_S = 3 * DAY_S
RETENTION_S = 7 * DAY_S


@pytest.fixture
def house(store: JobStore, database: Watched, tmp_path: Path) -> House:
    return House(
        jobs=store,
        projects=ProjectStore(database, bells=Bells()),
        uploads=Uploads(database),
        alerts=Alerts(database),
        storage=LocalStorage(tmp_path / "storage", secret=b"s" * 32, link_base=""),
        scratch_dir=tmp_path / "scratch",
        originals_s=ORIGINALS_S,
        retention_s=RETENTION_S,
    )


async def _bytes() -> AsyncIterator[bytes]:
    yield b"x"


async def _store(house: House, tmp_path: Path, key: str, age_s: float) -> None:
    await house.storage.put_stream(key, _bytes())
    then = time.time() - age_s
    os.utime(tmp_path / "storage" / "objects" / key, (then, then))


async def _kept(house: House) -> list[str]:
    return [found.key async for found in house.storage.list("")]


async def _project(house: House) -> Project:
    """An open project whose ingest is waiting."""
    source = Source(kind=SourceKind.TELEGRAM, media="voice", file_id="f")
    project = Project(
        id="project1",
        owner_id=1,
        chat_id=1,
        source=source,
        source_message_id=1,
        ingest_job="note",
    )
    await house.projects.accept(1, Changes(project=project, jobs=(_job("note", JobKind.INGEST),)))
    return project


def _job(job_id: str, kind: JobKind) -> NewJob:
    return NewJob(id=job_id, kind=kind, project_id="project1", owner_id=1, chat_id=1, input={})


async def _complete(house: House, kind: JobKind, result_key: str) -> None:
    job = await house.jobs.claim_next_pending("me", [kind], LEASE_S)
    assert job is not None
    assert await house.jobs.complete(job.id, job.attempt, {"key": result_key, "size_bytes": 1})


async def test_losers_go_after_a_day_and_the_winner_stays(house: House, tmp_path: Path) -> None:
    await _project(house)
    winner, loser = keys.original("note-1", "ogg"), keys.original("note-2", "ogg")
    await _complete(house, JobKind.INGEST, winner)
    await _store(house, tmp_path, winner, 2 * DAY_S)
    await _store(house, tmp_path, keys.peaks("note-1"), 2 * DAY_S)
    await _store(house, tmp_path, loser, DAY_S - 60)
    assert await tidy(house) == 0
    await _store(house, tmp_path, loser, DAY_S + 60)
    assert await tidy(house) == 1
    assert await _kept(house) == [winner, keys.peaks("note-1")]


async def test_what_containers_shared_goes_with_the_attempt_that_shared_it(
    house: House, tmp_path: Path
) -> None:
    await _project(house)
    await house.jobs.create(_job("video", JobKind.RENDER))
    lost = [keys.render_levels("video", 1), keys.render_part("video", 1, 1800)]
    for key in lost:
        await _store(house, tmp_path, key, DAY_S + 60)
    claimed = await house.jobs.claim_next_pending("me", [JobKind.RENDER], LEASE_S)
    assert claimed is not None
    assert await tidy(house) == 0  # it is at work on them
    await house.jobs.release(claimed)
    await _complete(house, JobKind.RENDER, keys.video("video", 2))
    assert await tidy(house) == 2
    assert await _kept(house) == []


async def test_what_belongs_to_no_job_goes_after_a_day(house: House, tmp_path: Path) -> None:
    await _store(house, tmp_path, keys.video("unknown", 1), DAY_S + 60)
    await _store(house, tmp_path, keys.video("unknown2", 1), DAY_S - 60)
    assert await tidy(house) == 1
    assert await _kept(house) == [keys.video("unknown2", 1)]


async def test_profile_photos_go_after_a_day_or_with_who_is_forgotten(
    house: House, tmp_path: Path
) -> None:
    ages_s = {7: DAY_S + 60, 8: DAY_S - 60, 9: 60.0}
    for person_id, age_s in ages_s.items():
        assert await house.jobs.may_ask_for_portrait(person_id, DAY_S)
        await _store(house, tmp_path, keys.portrait(person_id), age_s)
    assert await tidy(house) == 1
    await house.projects.accept(None, Changes(forgets=9))
    assert await tidy(replace(house, owns_storage=False)) == 0, "it may be another database's"
    assert await tidy(house) == 1
    assert await _kept(house) == [keys.portrait(8)]


async def test_what_another_database_knows_in_the_same_bucket_is_left_alone(
    house: House, tmp_path: Path
) -> None:
    await _store(house, tmp_path, keys.video("unknown", 1), 400 * DAY_S)
    assert await tidy(replace(house, owns_storage=False)) == 0
    assert await _kept(house) == [keys.video("unknown", 1)]


async def test_files_of_a_job_at_work_stay_however_old(house: House, tmp_path: Path) -> None:
    await _project(house)
    assert await house.jobs.claim_next_pending("me", [JobKind.INGEST], LEASE_S)
    await _store(house, tmp_path, keys.original("note-1", "ogg"), 9 * DAY_S)
    assert await tidy(house) == 0


async def test_a_deleted_project_takes_its_files_with_it(house: House, tmp_path: Path) -> None:
    project = await _project(house)
    await house.jobs.create(_job("video", JobKind.RENDER))
    for kind, key in (
        (JobKind.INGEST, keys.original("note-1", "ogg")),
        (JobKind.RENDER, keys.video("video", 1)),
    ):
        await _complete(house, kind, key)
        await _store(house, tmp_path, key, 60)
    assert await tidy(house) == 0
    stored = await house.projects.get(project.id)
    assert stored is not None
    await house.projects.accept(2, Changes(project=replace(stored, status=ProjectStatus.DELETED)))
    assert await tidy(house) == 2
    assert await _kept(house) == []


async def test_a_card_quiet_for_a_week_loses_its_recording_and_a_video_stays_its_own_week(
    house: House, database: Watched, tmp_path: Path
) -> None:
    project = await _project(house)
    await house.jobs.create(_job("video", JobKind.RENDER))
    original, video = keys.original("note-1", "ogg"), keys.video("video", 1)
    await _complete(house, JobKind.INGEST, original)
    await _complete(house, JobKind.RENDER, video)
    await _store(house, tmp_path, original, 8 * DAY_S)
    await _store(house, tmp_path, video, 6 * DAY_S)
    assert await tidy(house) == 0, "it was touched just now"

    await database.execute(
        "UPDATE projects SET touched_at = touched_at - :age_s", {"age_s": RETENTION_S + 60}
    )
    assert await tidy(house) == 1
    assert await _kept(house) == [video]
    expired = await house.projects.get(project.id)
    assert expired is not None
    assert expired.status is ProjectStatus.EXPIRED

    await _store(house, tmp_path, video, RETENTION_S + 60)
    assert await tidy(house) == 1


async def test_a_recording_stays_while_another_card_shows_it(house: House, tmp_path: Path) -> None:
    project = await _project(house)
    original = keys.original("note-1", "ogg")
    await _complete(house, JobKind.INGEST, original)
    await _store(house, tmp_path, original, 60)
    again = replace(project, id="project2", revision=0)
    await house.projects.accept(2, Changes(project=again))
    stored = await house.projects.get(project.id)
    assert stored is not None
    await house.projects.accept(3, Changes(project=replace(stored, status=ProjectStatus.DELETED)))
    assert await tidy(house) == 0
    assert await _kept(house) == [original]


async def test_a_quiet_card_with_a_video_loses_its_recording_and_stays_open(
    house: House, database: Watched, tmp_path: Path
) -> None:
    project = await _project(house)
    await house.jobs.create(_job("video", JobKind.RENDER))
    original, video = keys.original("note-1", "ogg"), keys.video("video", 1)
    await _complete(house, JobKind.INGEST, original)
    await _complete(house, JobKind.RENDER, video)
    for key in (original, video):
        await _store(house, tmp_path, key, ORIGINALS_S + 120)
    made = replace(await _card(house, project.id), render_job="video")
    await house.projects.accept(2, Changes(project=made))
    await _age_card(database, project.id, ORIGINALS_S - 60)
    assert await tidy(house) == 0
    await _age_card(database, project.id, 120)
    assert await tidy(house) == 1
    assert await _kept(house) == [video]
    assert (await _card(house, project.id)).status is ProjectStatus.OPEN


async def test_a_recording_that_is_worked_on_stays_however_quiet_its_card(
    house: House, database: Watched, tmp_path: Path
) -> None:
    project = await _project(house)
    original = keys.original("note-1", "ogg")
    await _complete(house, JobKind.INGEST, original)
    await _store(house, tmp_path, original, ORIGINALS_S + 120)
    await house.jobs.create(_job("video", JobKind.RENDER))
    await _age_card(database, project.id, ORIGINALS_S + 60)
    assert await tidy(house) == 0
    await house.jobs.cancel("video")
    assert await tidy(house) == 1
    assert (await _card(house, project.id)).status is ProjectStatus.EXPIRED


async def _card(house: House, project_id: str) -> Project:
    card = await house.projects.get(project_id)
    assert card is not None
    return card


async def _age_card(database: Watched, project_id: str, age_s: float) -> None:
    await database.execute(
        "UPDATE projects SET touched_at = touched_at - :age_s WHERE id = :id",
        {"id": project_id, "age_s": age_s},
    )


async def test_a_recording_outlives_the_rows_of_the_card_it_came_with(
    house: House, database: Watched, tmp_path: Path
) -> None:
    first = await _project(house)
    original = keys.original("note-1", "ogg")
    await _complete(house, JobKind.INGEST, original)
    await _store(house, tmp_path, original, 15 * DAY_S)
    await house.projects.accept(2, Changes(project=replace(first, id="project2", revision=0)))
    await _age_card(database, first.id, 15 * DAY_S)
    for _ in range(2):
        assert await tidy(house) == 0
    assert await house.jobs.get("note") is not None

    await _age_card(database, "project2", 15 * DAY_S)
    assert await tidy(house) == 1
    assert await _kept(house) == []
    await tidy(house)
    assert await house.jobs.get("note") is None
    assert await house.projects.get(first.id) is None


async def test_a_recording_in_use_stays_even_without_its_job(
    house: House, database: Watched, tmp_path: Path
) -> None:
    await _project(house)
    original = keys.original("note-1", "ogg")
    await _complete(house, JobKind.INGEST, original)
    await _store(house, tmp_path, original, 15 * DAY_S)
    await database.execute("DELETE FROM jobs")
    assert await tidy(house) == 0


async def test_scratch_of_the_dead_goes_and_of_the_living_stays(
    house: House, tmp_path: Path
) -> None:
    await _project(house)
    assert await house.jobs.claim_next_pending("me", [JobKind.INGEST], LEASE_S)
    scratch = tmp_path / "scratch"
    for name in ("note-1", "note-0", "unknown-1", "something"):
        (scratch / name).mkdir(parents=True)
        (scratch / name / "part").write_bytes(b"x")
    assert await tidy(house) == 2
    assert sorted(path.name for path in scratch.iterdir()) == ["note-1", "something"]
    long_ago = time.time() - 3700
    os.utime(scratch / "something", (long_ago, long_ago))
    assert await tidy(house) == 1
    assert [path.name for path in scratch.iterdir()] == ["note-1"]


async def test_unfinished_uploads_of_dead_writers_go_after_an_hour(
    house: House, tmp_path: Path
) -> None:
    incoming = tmp_path / "storage" / "incoming"
    incoming.mkdir(parents=True)
    for name, age_s in (("young", 60), ("old", 3700)):
        (incoming / name).write_bytes(b"x")
        os.utime(incoming / name, (time.time() - age_s, time.time() - age_s))
    assert await tidy(house) == 1
    assert [path.name for path in incoming.iterdir()] == ["young"]


async def test_an_empty_house_is_tidy(house: House) -> None:
    assert await tidy(house) == 0


async def test_what_was_brought_goes_after_a_day(house: House, tmp_path: Path) -> None:
    old, new = (keys.upload(token, "recording", "m4a") for token in ("old", "new"))
    for key, age_s in ((old, DAY_S + 60), (new, DAY_S - 60)):
        await house.uploads.promise(key, 1)
        await _store(house, tmp_path, key, age_s)
    assert await tidy(replace(house, owns_storage=False)) == 1
    assert await _kept(house) == [new]


async def test_what_waits_to_be_listened_to_stays(house: House, tmp_path: Path) -> None:
    key = keys.upload("token", "recording", "m4a")
    await house.uploads.promise(key, 1)
    await _store(house, tmp_path, key, 3 * DAY_S)
    job = replace(_job("note", JobKind.INGEST), dedupe_key=dedupe_key(key))
    await house.jobs.create(job)
    assert await tidy(house) == 0
    await house.jobs.cancel("note")
    assert await tidy(house) == 1


async def test_uploads_nobody_here_gave_a_link_for_stay_in_a_shared_bucket(
    house: House, tmp_path: Path
) -> None:
    await _store(house, tmp_path, keys.upload("unknown", "recording", "m4a"), 400 * DAY_S)
    assert await tidy(replace(house, owns_storage=False)) == 0
    assert await tidy(house) == 1


async def test_of_all_workers_one_tidies_what_is_everybodys(house: House, tmp_path: Path) -> None:
    lost = keys.original("lost-1", "ogg")
    assert await tidy(house, every_s=60.0) == 0
    await _store(house, tmp_path, lost, 2 * DAY_S)
    (tmp_path / "scratch" / "unknown-1").mkdir(parents=True)
    assert await tidy(house, every_s=60.0) == 1, "its own scratch"
    assert await _kept(house) == [lost]
    assert await tidy(house, every_s=0.0) == 1
    assert await _kept(house) == []


async def test_many_files_take_few_questions(
    house: House, database: Watched, tmp_path: Path
) -> None:
    await _project(house)
    for number in range(100):
        await _store(house, tmp_path, keys.original(f"{number:03}-1", "ogg"), 60.0)
    before = database.questions
    assert await tidy(house) == 0
    assert database.questions - before < 20
