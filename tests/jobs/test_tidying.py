"""What tidying asks: of many files' jobs at once, and whose turn it is."""

from __future__ import annotations

from dataclasses import replace

from jobs.model import Changes, ProjectStatus
from jobs.opening import Store
from jobs.projects import Standing
from tests.jobs.databases import Clock
from tests.jobs.samples import begin


async def test_many_recordings_and_their_cards_are_known_by_one_question(store: Store) -> None:
    card = await begin(store)
    asked = {card.ingest_job, "other"}
    assert await store.projects.standings(asked) == {
        card.ingest_job: Standing(project=ProjectStatus.OPEN, is_used=True),
        "other": Standing(project=None, is_used=False),
    }
    deleted = replace(card, status=ProjectStatus.DELETED)
    assert await store.projects.accept(99, Changes(project=deleted))
    found = await store.projects.standings(asked)
    assert found[card.ingest_job] == Standing(project=ProjectStatus.DELETED, is_used=False)


async def test_a_cover_is_used_by_every_open_card_that_names_it(store: Store) -> None:
    card = await begin(store, cover_job="photo1")
    found = await store.projects.standings({"photo1"})
    assert found["photo1"].is_used
    deleted = replace(card, status=ProjectStatus.DELETED)
    assert await store.projects.accept(99, Changes(project=deleted))
    found = await store.projects.standings({"photo1"})
    assert not found["photo1"].is_used


async def test_one_of_all_tidies_and_not_again_too_soon(store: Store, clock: Clock) -> None:
    assert await store.projects.claim_tidying(60.0)
    assert not await store.projects.claim_tidying(60.0)
    await clock.advance(59.0)
    assert not await store.projects.claim_tidying(60.0)
    await clock.advance(1.0)
    assert await store.projects.claim_tidying(60.0)
    await clock.advance(-3600.0)
    assert await store.projects.claim_tidying(60.0), "the clock was set back"
    assert await store.projects.claim_tidying(0.0)
