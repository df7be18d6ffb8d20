"""A card's row: drawn when it must be, as often as it must be, and no more."""

from __future__ import annotations

import pytest

from jobs.model import (
    Face,
    JobKind,
    Stage,
)
from jobs.opening import Store
from tests.jobs.databases import Clock
from tests.jobs.outbox_steps import (
    CARD,
    GREETING,
    a_card,
    due,
    greet,
    the_due,
    touch,
)
from tests.jobs.samples import (
    LEASE_S,
    a_render,
    begin,
    claim,
    outbox_rows,
)


async def test_a_card_waits_for_the_greeting(store: Store) -> None:
    await begin(store)
    await touch(store)
    assert await due(store, CARD) == []
    greeting = await the_due(store, GREETING)
    await store.outbox.sending(greeting)
    assert await due(store, CARD) == []
    await store.outbox.greeted(greeting, 100, "")
    await the_due(store, CARD)


async def test_many_changes_are_drawn_once(store: Store) -> None:
    await begin(store)
    await greet(store)
    for _ in range(5):
        await touch(store)
    card = await the_due(store, CARD)
    await store.outbox.showed(card, "all five")
    assert await due(store) == []
    assert (await outbox_rows(store.database, "card"))[0]["shown"] == "all five"


async def test_a_card_that_asked_for_it_is_looked_at_again_when_nothing_new_comes(
    store: Store, clock: Clock
) -> None:
    await begin(store)
    await greet(store)
    await store.outbox.showed(await a_card(store), "at work", look_s=20.0)
    await clock.advance(19.0)
    assert await due(store) == []
    await clock.advance(2.0)
    quiet = await the_due(store, CARD)
    assert quiet.is_quiet
    await store.outbox.later(quiet, 5.0)
    assert await due(store) == [], "a chat that was told to wait waits"
    await clock.advance(6.0)
    await store.outbox.showed(await the_due(store, CARD), "still at work")
    await clock.advance(100.0)
    assert await due(store) == []


async def test_news_takes_the_place_of_looking_again(store: Store, clock: Clock) -> None:
    await begin(store)
    await greet(store)
    await store.outbox.showed(await a_card(store), "at work", look_s=20.0)
    await clock.advance(30.0)
    assert not (await a_card(store)).is_quiet


async def test_a_chat_that_is_given_up_is_not_looked_at_again(store: Store, clock: Clock) -> None:
    await begin(store)
    await greet(store)
    card = await a_card(store)
    await store.outbox.showed(card, "at work", look_s=20.0)
    await store.outbox.undeliverable(card)
    await clock.advance(30.0)
    assert await due(store) == []


async def test_a_change_that_comes_while_the_card_is_drawn_stays_due(store: Store) -> None:
    await begin(store)
    await greet(store)
    card = await a_card(store)
    await touch(store, Face.TRIM)
    await store.outbox.showed(card, "before it")
    later = await the_due(store, CARD)
    assert later.wanted > card.wanted
    assert later.shown == "before it"


async def test_a_late_answer_about_an_older_look_takes_nothing_back(store: Store) -> None:
    await begin(store)
    await greet(store)
    older = await a_card(store)
    newer = await a_card(store)
    await store.outbox.showed(newer, "newer")
    await store.outbox.showed(older, "older")
    assert await due(store, CARD) == []


async def test_a_card_that_somebody_waits_for_says_so(store: Store) -> None:
    current = await begin(store)
    await greet(store)
    job = await claim(store)
    assert job.id == current.ingest_job
    assert not (await the_due(store, CARD)).asked
    await touch(store)
    asked = await the_due(store, CARD)
    assert asked.asked
    await store.outbox.showed(asked, "")
    await store.jobs.beat(job, stage=Stage.LISTENING, progress=10, lease_s=LEASE_S)
    assert not (await the_due(store, CARD)).asked


async def test_a_beat_without_news_draws_nothing(store: Store) -> None:
    await begin(store)
    await greet(store)
    job = await claim(store)
    await store.jobs.beat(job, stage=Stage.CUTTING, progress=10, lease_s=LEASE_S)
    await store.outbox.showed(await the_due(store, CARD), "")
    await store.jobs.beat(job, stage=Stage.CUTTING, progress=10, lease_s=LEASE_S)
    assert await due(store) == []
    await store.jobs.beat(job, stage=Stage.CUTTING, progress=11, lease_s=LEASE_S)
    await the_due(store, CARD)


async def test_all_who_wait_for_a_render_learn_that_the_queue_moved(store: Store) -> None:
    for number in (1, 2):
        await begin(store, f"project{number}", owner_id=number)
        await store.jobs.create(
            a_render(f"video{number}", project_id=f"project{number}", owner_id=number)
        )
    for number, greeting in enumerate(await due(store, GREETING)):
        await store.outbox.sending(greeting)
        await store.outbox.greeted(greeting, 100 + number, "")
    assert (await claim(store, JobKind.RENDER)).id == "video1"
    assert {card.project_id for card in await due(store, CARD)} == {"project1", "project2"}


async def test_the_age_of_a_card_is_that_of_its_oldest_unseen_change(
    store: Store, clock: Clock
) -> None:
    await begin(store)
    await greet(store)
    assert await store.outbox.oldest_due_s() is None
    await touch(store)
    await clock.advance(5)
    await touch(store)
    await clock.advance(5)
    assert await store.outbox.oldest_due_s() == pytest.approx(10)
    await store.outbox.showed(await the_due(store, CARD), "")
    await clock.advance(100)
    await touch(store)
    assert await store.outbox.oldest_due_s() == pytest.approx(0)
