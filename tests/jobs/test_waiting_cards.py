"""Cards that wait for an upload."""

from __future__ import annotations

from dataclasses import replace

from jobs.model import Changes, SourceKind
from jobs.opening import Store
from tests.jobs.samples import begin, source, the_project

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
