"""The database does not grow without end: what is tidied away leaves room for what comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.model import Changes, JobKind, Notice
from jobs.opening import Store, build_store
from jobs.sqlite import SqliteDatabase
from tests.jobs.databases import Clock, swift_folder
from tests.jobs.samples import a_render, begin, claim, edit, the_project

ROUNDS = 200
DAY_S = 86400.0
RETENTION_S = 7 * DAY_S


@pytest.fixture
def folder() -> Iterator[Path]:
    with swift_folder() as made:
        yield made


async def _a_day(store: Store, number: int) -> None:
    """A card with a video, changed twice, all of it told; then the tidying of that day."""
    card = await begin(store, f"card{number:04}")
    await _end(store)
    for title in ("one" * 20, "two" * 20):
        card = replace(await the_project(store, card.id), edit=edit(title))
        await store.projects.accept(None, Changes(project=card, remember=title[0] == "t"))
    render = a_render(f"video{number:04}", project_id=card.id)
    card = replace(await the_project(store, card.id), render_job=render.id)
    told = Notice(chat_id=1, view={"text": "told " * 50})
    await store.projects.accept(number, Changes(project=card, jobs=(render,), notices=(told,)))
    await _end(store)
    await store.database.execute("UPDATE outbox SET done = wanted WHERE kind = 'card'")
    await store.database.execute(
        "UPDATE outbox SET state = 'sent' WHERE kind <> 'card' AND state = 'waiting'"
    )
    await store.projects.expire(RETENTION_S, RETENTION_S / 2)


async def _end(store: Store) -> None:
    job = await claim(store, JobKind.INGEST, JobKind.RENDER)
    assert await store.jobs.complete(job.id, job.attempt, {"key": "k" * 50})


async def test_two_hundred_days_take_no_more_room_than_forty(folder: Path) -> None:
    store = build_store(SqliteDatabase(folder / "jobs.sqlite3"))
    await store.jobs.setup()
    clock = Clock(store.database)
    await clock.install()
    pages = []
    try:
        for number in range(ROUNDS):
            await _a_day(store, number)
            await clock.advance(DAY_S)
            (row,) = await store.database.execute("PRAGMA page_count")
            pages.append(int(row["page_count"]))
        jobs = await store.jobs.counts()
    finally:
        await store.close()
    # The list of videos alone grows, by a row for each.
    assert max(pages[40:]) <= 1.25 * max(pages[:40])
    assert sum(jobs.values()) <= 2 * 2 * 16
