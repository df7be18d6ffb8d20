"""A whole bot and its owner: who is let in and has to go, and what the doctor finds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from conversations import words
from conversations.model import Finding
from jobs.model import JobKind, JobStatus, Person, Role
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import ShownMessage, Visitor
from storage.local import LocalStorage
from tests.bot.life import Hands, living, settings_for
from tests.worker.shop import row, until

NOOR, EVE = 7_001_002, 7_001_003
FOUND = (
    Finding(name="ffmpeg", is_well=True, words="ffmpeg 7"),
    Finding(name="storage", is_well=False, words="there is no bucket; set R2_BUCKET"),
)


async def examine() -> Sequence[Finding]:
    return FOUND


@pytest.fixture
async def owner(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> AsyncIterator[Visitor]:
    await store.people.put(
        Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    )
    async with (
        living(settings_for(phone, tmp_path), store, storage, examine=examine),
        Visitor(phone.url) as visitor,
    ):
        yield visitor


async def people(owner: Visitor) -> ShownMessage:
    asked = await owner.send_text("/people")
    return await owner.wait_for(lambda m: m.from_bot and m.reply_to == asked.id)


async def invitation(owner: Visitor) -> str:
    """A fresh link's start parameter."""
    after = await owner.now()
    await owner.press_label(await people(owner), "Invite somebody")
    told = await owner.wait_for(lambda m: m.key("Copy link") is not None, after=after)
    link = told.text.splitlines()[0]
    assert link.startswith("https://t.me/pocketreel_bot?start=invite_")
    return link.partition("start=")[2]


async def test_a_link_lets_one_person_in_once(owner: Visitor, phone: Phone, store: Store) -> None:
    parameter = await invitation(owner)
    async with (
        Visitor(phone.url, user_id=NOOR, name="Noor") as noor,
        Visitor(phone.url, user_id=EVE, name="Eve") as eve,
    ):
        await noor.start(parameter)
        welcome = await noor.wait_for(lambda m: m.text.startswith("You're in."))
        assert "Send me a voice note" in welcome.text
        await owner.wait_for(lambda m: m.text == "Noor can use this bot now.")
        await eve.start(parameter)
        refused = await eve.wait_for(lambda m: m.text == words.members.INVITE_OVER.en)
        await eve.press_label(refused, "Ask")
        await owner.wait_for(lambda m: m.text.startswith("Eve would like to use this bot"))
        await noor.send_sample("speech")
        await noor.wait_for(lambda m: "Listening" in m.text)
    rows = await store.database.execute("SELECT view FROM outbox")
    assert parameter.removeprefix("invite_") not in str(rows)


async def test_the_owner_opening_a_link_does_not_use_it_up(owner: Visitor, phone: Phone) -> None:
    parameter = await invitation(owner)
    await owner.start(parameter)
    await owner.wait_for(lambda m: m.text.startswith("Send me a voice note"))
    async with Visitor(phone.url, user_id=NOOR, name="Noor") as noor:
        await noor.start(parameter)
        await noor.wait_for(lambda m: m.text.startswith("You're in."))


async def test_who_is_removed_is_out_at_once(
    owner: Visitor, phone: Phone, store: Store, storage: LocalStorage
) -> None:
    await store.people.put(Person(id=NOOR, name="Noor", language="en", role=Role.GUEST))
    hands = Hands(store, storage)
    async with Visitor(phone.url, user_id=NOOR, name="Noor") as noor:
        await noor.send_text("/apikey")
        await noor.wait_for(lambda m: "pr_" in m.text)
        await noor.send_sample("speech")
        await hands.do(JobKind.INGEST, JobKind.LOOK)
        card = await noor.wait_for(lambda m: m.key("Make video") is not None)
        await noor.press_label(card, "Make video")
        job = await hands.claim(JobKind.SAVE)
        listed = await people(owner)
        await owner.press_label(listed, "Remove Noor")
        asked = await owner.wait_for(lambda m: m.id == listed.id and "Remove Noor?" in m.text)
        await owner.press_label(asked, "Back")
        again = await owner.wait_for(
            lambda m: m.id == listed.id and m.key("Remove Noor") is not None
        )
        await owner.press_label(again, "Remove Noor")
        asked = await owner.wait_for(lambda m: m.id == listed.id and m.key("Yes") is not None)
        query = await owner.press_label(asked, "Yes, remove")
        assert await owner.wait_for_toast(query) == "Noor stays out."
        await owner.wait_for(lambda m: m.id == listed.id and "Noor: stays out" in m.text)
        await noor.wait_for(lambda m: m.text == words.people.REFUSED.en)
        assert (await row(store.jobs, job.id)).status is JobStatus.CANCELLED
        assert await store.api_keys.of_person(NOOR) == ()
        await until(lambda: is_stopped(noor, card))
        after = await noor.now()
        await noor.send_sample("speech")
        await noor.wait_for(lambda m: m.text == words.people.REFUSED.en, after=after)


async def is_stopped(visitor: Visitor, card: ShownMessage) -> bool:
    return any("Stopped" in m.text for m in await visitor.messages() if m.id == card.id)


async def test_the_doctor_answers_the_owner_in_one_message(owner: Visitor) -> None:
    asked = await owner.send_text("/doctor")
    told = await owner.wait_for(lambda m: m.reply_to == asked.id)
    assert told.text.splitlines() == [
        "Something needs mending",
        "● Files: there is no bucket; set R2_BUCKET",
        "✓ ffmpeg: ffmpeg 7",
    ]


async def test_the_doctor_tells_nobody_else(owner: Visitor, phone: Phone, store: Store) -> None:
    await store.people.put(Person(id=NOOR, name="Noor", language="en", role=Role.GUEST))
    async with Visitor(phone.url, user_id=NOOR, name="Noor") as noor:
        asked = await noor.send_text("/doctor")
        told = await noor.wait_for(lambda m: m.reply_to == asked.id)
        assert told.text == words.people.ONLY_OWNER.en
