"""Cards that wait for an upload, or to be told which part of a recording is meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jobs.errors import ErrorClass
from jobs.model import Changes, JobKind, SourceKind
from jobs.opening import Store
from tests.jobs.samples import begin, claim, source, the_project

KEY = "uploads/token/source.bin"


async def test_the_source_of_a_card_can_be_told_better_later(store: Store) -> None:
    before = await begin(store)
    better = source(name="talk.wav", size_bytes=64)
    assert await store.projects.accept(None, Changes(project=replace(before, source=better)))
    assert (await the_project(store)).source == better


async def test_a_card_that_waits_for_its_upload_takes_no_words(store: Store) -> None:
    older = await begin(store)
    waits = source(kind=SourceKind.UPLOAD, key=KEY)
    newer = await begin(store, "project2", source=waits, ingest_job="")
    newest = await store.projects.newest_open(older.owner_id, older.chat_id)
    assert newest is not None
    assert newest.id == older.id
    await store.projects.accept(None, Changes(project=replace(newer, ingest_job="job2")))
    newest = await store.projects.newest_open(older.owner_id, older.chat_id)
    assert newest is not None
    assert newest.id == newer.id


@pytest.mark.parametrize(("code", "takes"), [("source_too_long", True), ("no_sound", False)])
async def test_of_cards_without_sound_only_one_that_is_too_long_takes_words(
    store: Store, code: str, takes: bool
) -> None:
    await begin(store)
    newer = await begin(store, "project2", ingest_job="job2")
    jobs = [await claim(store, JobKind.INGEST) for _ in range(2)]
    (job,) = [job for job in jobs if job.id == newer.ingest_job]
    await store.jobs.fail(job.id, job.attempt, code, ErrorClass.BAD_INPUT, {})
    newest = await store.projects.newest_open(1, 1)
    assert newest is not None
    assert (newest.id == "project2") is takes
