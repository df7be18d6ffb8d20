"""What is left of a person who was quiet for long, and of one who asked to be forgotten."""

from __future__ import annotations

import asyncio
import os
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.model import (
    Changes,
    Habits,
    Job,
    JobKind,
    JobStatus,
    NewJob,
    Notice,
    Page,
    ProjectStatus,
    Role,
)
from jobs.opening import Store
from storage import keys
from storage.local import LocalStorage
from tests.bot.media import put
from tests.jobs.databases import Clock
from tests.jobs.samples import begin, claim, edit, keyed, person, the_project
from tests.worker.shop import until, working
from worker.forgetting import SETTLE_S, forget
from worker.house import House
from worker.sweep import tidy

DAY_S = 86400.0
ORIGINALS_S, RETENTION_S = 3 * DAY_S, 7 * DAY_S
ADA, BOB = 7, 8
PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
# What docs/operations.md says of each table: whether its rows end by themselves.
STAYS = set(re.findall(r"^\| `(\w+)` \|[^|]*\| stay\b", PAGE, re.MULTILINE))
GOES = set(re.findall(r"^\| `(\w+)` \|[^|]*\| go\b", PAGE, re.MULTILINE))
_DELETED = ProjectStatus.DELETED
NOBODYS = {"meta", "limits", "clock", "alerts", "stray_calls", "sqlite_sequence", "left_groups"}


@pytest.fixture
def house(whole: Store, tmp_path: Path) -> House:
    return House(
        jobs=whole.jobs,
        projects=whole.projects,
        uploads=whole.uploads,
        alerts=whole.alerts,
        storage=LocalStorage(tmp_path / "storage", secret=b"s" * 32, link_base=""),
        scratch_dir=tmp_path / "scratch",
        originals_s=ORIGINALS_S,
        retention_s=RETENTION_S,
    )


async def a_life(store: Store, house: House, owner_id: int) -> None:
    """Somebody used everything there is, and left files in every place."""
    await store.people.put(person(owner_id, Role.GUEST))
    await keyed(store, owner_id)
    await store.projects.accept(owner_id, Changes(habits=Habits(person_id=owner_id, look="neon")))
    await store.database.execute(
        "INSERT INTO portraits SELECT :owner_id, t FROM clock", {"owner_id": owner_id}
    )
    await store.database.execute(
        "INSERT INTO invites SELECT :digest, t, :owner_id FROM clock",
        {"digest": f"digest{owner_id}", "owner_id": owner_id},
    )
    upload = keys.upload(f"token{owner_id}", "recording", "m4a")
    await store.uploads.promise(upload, owner_id)
    await put(house.storage, upload, b"x")
    card = await begin(store, f"card{owner_id}", owner_id=owner_id, chat_id=owner_id)
    await _end(store, house, [keys.original(f"{card.ingest_job}-1", "ogg")])
    for title in ("a private title", "another"):
        card = replace(await the_project(store, card.id), edit=edit(title))
        await store.projects.accept(None, Changes(project=card, remember=title == "another"))
    video = _job(card.id, owner_id, JobKind.RENDER)
    page = Page(slug=f"page{owner_id}", project_id=card.id, job_id=video.id)
    told = Notice(chat_id=owner_id, view={"text": "private"})
    card = replace(await the_project(store, card.id), render_job=video.id)
    await store.projects.accept(
        owner_id + 100, Changes(project=card, jobs=(video,), opens=page, notices=(told,))
    )
    await _end(store, house, [keys.video(video.id, 1), keys.thumbnail(video.id, 1)])
    await store.jobs.create(_job(card.id, owner_id, JobKind.SAVE))
    await _say_all(store)


def _job(card: str, owner_id: int, kind: JobKind) -> NewJob:
    name = f"{kind}{owner_id}"
    return NewJob(
        id=name, kind=kind, project_id=card, owner_id=owner_id, chat_id=owner_id, input={"t": "x"}
    )


async def _end(store: Store, house: House, written: list[str]) -> Job:
    job = await claim(store, JobKind.INGEST, JobKind.RENDER)
    for key in written:
        await put(house.storage, key, b"x")
    assert await store.jobs.complete(job.id, job.attempt, {"key": written[0], "size_bytes": 1})
    return job


async def _say_all(store: Store) -> None:
    """The bot told everybody everything."""
    await store.database.execute("UPDATE outbox SET done = wanted WHERE kind = 'card'")
    await store.database.execute(
        "UPDATE outbox SET state = 'sent' WHERE kind <> 'card' AND state = 'waiting'"
    )


async def _left(store: Store, person_id: int) -> set[str]:
    """The tables with rows that name the person."""
    columns = await store.database.execute(
        "SELECT t.name AS in_table, c.name FROM sqlite_master AS t, pragma_table_info(t.name) AS c"
        " WHERE t.type = 'table' AND ("
        " c.name IN ('owner_id', 'chat_id', 'person_id', 'project_id', 'used_by')"
        " OR (t.name = 'people' AND c.name = 'id'))"
    )
    left = set()
    for row in columns:
        table, column = row["in_table"], row["name"]
        named = f"card{person_id}" if column == "project_id" else person_id
        if await store.database.execute(
            f"SELECT 1 FROM {table} WHERE {column} = :named LIMIT 1", {"named": named}
        ):
            left.add(table)
    return left


async def _files(house: House) -> list[str]:
    return [found.key async for found in house.storage.list("")]


def _age(tmp_path: Path, age_s: float) -> None:
    then = time.time() - age_s
    for path in (tmp_path / "storage").rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


async def test_every_table_is_told_of_in_the_docs(whole: Store) -> None:
    rows = await whole.database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    assert {row["name"] for row in rows} - NOBODYS == STAYS | GOES
    assert not STAYS & GOES


async def test_after_long_quiet_nothing_is_left_but_what_the_docs_say(
    whole: Store, clock: Clock, house: House, tmp_path: Path
) -> None:
    await a_life(whole, house, ADA)
    assert await _left(whole, ADA) >= STAYS | {"jobs", "projects", "outbox", "uploads", "history"}
    assert len(await _files(house)) == 4
    await whole.jobs.cancel(f"save{ADA}")
    for _ in range(4):
        await clock.advance(RETENTION_S / 2 + 60)
        _age(tmp_path, RETENTION_S + 60)
        await _say_all(whole)
        await tidy(house)
    assert await _left(whole, ADA) == STAYS
    assert await _files(house) == []
    assert not await whole.database.execute("SELECT 1 FROM updates")


async def test_who_asks_to_be_forgotten_is_forgotten_at_once_and_nobody_else(
    whole: Store, clock: Clock, house: House
) -> None:
    for owner_id in (ADA, BOB):
        await a_life(whole, house, owner_id)
    kept = await _left(whole, BOB)
    theirs = [key for key in await _files(house) if str(BOB) in key]
    await whole.projects.accept(999, Changes(forgets=ADA))

    saved = await whole.jobs.get(f"save{ADA}")
    assert saved is not None
    assert saved.status is JobStatus.CANCELLED
    assert not await _left(whole, ADA) & {"habits", "api_keys", "videos"}
    assert await whole.pages.open_of(f"card{ADA}") is None
    assert await forget(house) == 4
    assert await _files(house) == theirs

    await clock.advance(SETTLE_S + 1)
    await forget(house)
    assert "projects" in await _left(whole, ADA), "its message does not say so yet"
    await _say_all(whole)
    await forget(house)
    assert await _left(whole, ADA) == {"people", "spent"}
    assert await _left(whole, BOB) == kept


async def test_a_recording_that_another_card_shows_outlives_its_own(
    whole: Store, clock: Clock, house: House
) -> None:
    await a_life(whole, house, ADA)
    first = await the_project(whole, f"card{ADA}")
    sibling = replace(first, id="sibling", revision=0, render_job="")
    await whole.projects.accept(None, Changes(project=sibling))
    await whole.projects.accept(None, Changes(project=replace(first, status=_DELETED)))
    original = keys.original(f"{first.ingest_job}-1", "ogg")
    await clock.advance(SETTLE_S + 1)
    await _say_all(whole)
    await whole.jobs.cancel(f"save{ADA}")
    await forget(house)
    assert original in await _files(house)
    assert await whole.jobs.get(first.ingest_job) is not None
    sibling = await the_project(whole, "sibling")
    await whole.projects.accept(None, Changes(project=replace(sibling, status=_DELETED)))
    await clock.advance(SETTLE_S + 1)
    await _say_all(whole)
    for _ in range(2):
        await forget(house)
    assert original not in await _files(house)
    assert await whole.jobs.get(first.ingest_job) is None


async def test_a_worker_beside_it_deletes_the_files_at_once(whole: Store, house: House) -> None:
    await a_life(whole, house, ADA)
    async with working(whole.jobs, {}, house=house):
        await asyncio.sleep(0)
        await whole.projects.accept(999, Changes(forgets=ADA))

        async def is_gone() -> bool:
            return await _files(house) == []

        await until(is_gone)
