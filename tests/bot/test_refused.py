"""What a whole bot says when something cannot be, and what it offers instead."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from conversations import words
from jobs.errors import ErrorClass
from jobs.model import JobKind, Person, Role, Stage
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import Predicate, ShownMessage, Visitor
from storage.local import LocalStorage
from tests.bot.life import Hands, living, settings_for
from tests.worker.shop import until

NOOR = 7_001_002
HALF = "▰▰▰▰▰▱"
WALL = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


@pytest.fixture
async def owner(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> AsyncIterator[Visitor]:
    for user_id, name, role in (
        (PAGE_USER_ID, PAGE_USER_NAME, Role.OWNER),
        (NOOR, "Noor", Role.GUEST),
    ):
        known = Person(id=user_id, name=name, language="en", role=role, attested=True)
        await store.people.put(known)
    settings = settings_for(phone, tmp_path)
    async with living(settings, store, storage), Visitor(phone.url) as visitor:
        yield visitor


async def fail(store: Store, hands: Hands, code: str) -> None:
    """The next recording ends like that, for good."""
    job = await hands.claim(JobKind.INGEST)
    await store.jobs.fail(job.id, job.attempt, code, ErrorClass.BAD_INPUT, {})


async def test_what_is_no_recording_offers_the_sample(
    owner: Visitor, store: Store, storage: LocalStorage
) -> None:
    hands = Hands(store, storage)
    asked = await owner.send_fields(contact={"phone_number": "1", "first_name": "Kim"})
    told = await owner.wait_for(lambda m: m.reply_to == asked.id)
    assert told.text == words.errors.JOBS["not_media"].en
    await owner.press_label(told, "sample")
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    card = await owner.wait_for(lambda m: m.key("Make video") is not None)
    after = await owner.now()
    await owner.send_text("https://example.com/song.mp3")
    await fail(store, hands, "not_media")
    other = await owner.wait_for(lambda m: m.key("sample") is not None, after=after)
    assert other.id != card.id


async def test_the_owner_is_pointed_to_the_doctor_when_a_site_refuses(
    owner: Visitor, phone: Phone, store: Store, storage: LocalStorage
) -> None:
    hands = Hands(store, storage)
    async with Visitor(phone.url, user_id=NOOR, name="Noor") as noor:
        for visitor, is_told in ((owner, True), (noor, False)):
            asked = await visitor.send_text(WALL)
            await fail(store, hands, "link_refused")
            told = await visitor.wait_for(refused(asked))
            assert told.key("Try again") is not None
            assert (words.failures.ASK_DOCTOR.en in told.text) is is_told


def refused(asked: ShownMessage) -> Predicate:
    return lambda message: message.reply_to == asked.id and "refusing" in message.text


async def waiting_for_its_pictures(owner: Visitor, hands: Hands) -> ShownMessage:
    """A card whose video was asked for; its sound is there."""
    await owner.send_sample("speech")
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    card = await owner.wait_for(lambda m: m.key("Make video") is not None)
    await owner.press_label(card, "Make video")
    await hands.do(JobKind.SAVE)
    return card


async def test_work_that_outlived_its_worker_says_so_once(
    owner: Visitor, store: Store, storage: LocalStorage
) -> None:
    """A worker that dies leaves a lease; it runs out, and another worker goes on."""
    hands = Hands(store, storage)
    card = await waiting_for_its_pictures(owner, hands)
    dead = await store.jobs.claim_next_pending("dead", [JobKind.RENDER], 0.05)
    assert dead is not None
    after = await owner.now()
    await until(lambda: swept(store))
    job = await hands.claim(JobKind.RENDER)
    await hands.tell(job, Stage.DRAWING, 30)
    told = await owner.wait_for(
        lambda m: words.cards.RESTARTED.en in m.text and HALF in m.text, after=after
    )
    assert told.id == card.id
    assert told.text.count(words.cards.RESTARTED.en) == 1
    await hands.finish(job)
    video = await owner.wait_for(lambda m: m.kind == "video")
    assert words.cards.RESTARTED.en not in video.text


async def swept(store: Store) -> bool:
    return await store.jobs.sweep() > 0


async def test_work_that_was_handed_back_in_time_is_not_called_a_restart(
    owner: Visitor, store: Store, storage: LocalStorage
) -> None:
    hands = Hands(store, storage)
    card = await waiting_for_its_pictures(owner, hands)
    job = await hands.claim(JobKind.RENDER)
    await store.jobs.release(job)
    again = await hands.claim(JobKind.RENDER)
    await hands.tell(again, Stage.DRAWING, 30)
    await owner.wait_for(lambda m: m.id == card.id and HALF in m.text)
    await hands.finish(again)
    await owner.wait_for(lambda m: m.kind == "video")
    told = [entry.get("text", "") for entry in await owner.transcript()]
    assert [text for text in told if words.cards.RESTARTED.en in text] == []
