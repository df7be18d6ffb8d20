"""A whole bot keeps its word about what it tidied away, and about what it was asked to forget."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from conversations import words
from jobs.model import JobKind, Person, Project, Role
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import ShownMessage, Visitor
from settings import Settings
from storage.local import LocalStorage
from tests.bot.life import Hands, living, settings_for
from tests.worker.shop import until


@pytest.fixture
def settings(phone: Phone, tmp_path: Path) -> Settings:
    return settings_for(phone, tmp_path)


@pytest.fixture
def hands(store: Store, storage: LocalStorage) -> Hands:
    return Hands(store, storage)


@pytest.fixture
async def owner(
    settings: Settings, store: Store, storage: LocalStorage, phone: Phone
) -> AsyncIterator[Visitor]:
    await store.people.put(
        Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    )
    async with living(settings, store, storage), Visitor(phone.url) as visitor:
        yield visitor


async def _card(owner: Visitor, hands: Hands) -> ShownMessage:
    note = await owner.send_sample("speech")
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    return await owner.wait_for(
        lambda message: message.reply_to == note.id and message.key("Make video") is not None
    )


async def _newest(store: Store) -> Project:
    project = await store.projects.newest_open(PAGE_USER_ID, PAGE_USER_ID)
    assert project is not None
    return project


async def test_a_sound_sent_again_begins_with_the_look_its_card_had(
    owner: Visitor, hands: Hands, settings: Settings, store: Store
) -> None:
    card = await _card(owner, hands)
    await owner.send_text("orbit")
    await until(lambda: _has_look(store, "orbit"))
    await hands.do(JobKind.LOOK)
    await store.database.execute(
        "UPDATE projects SET touched_at = touched_at - :quiet_s",
        {"quiet_s": settings.originals_s + 60},
    )
    await store.projects.expire(settings.retention_s, settings.originals_s)
    tidied = await owner.wait_for(lambda message: "tidied this one away" in message.text)
    assert tidied.id == card.id
    assert tidied.text == words.answers.EXPIRED.en.format(time="3 days", again="7 days")
    again = await _card(owner, hands)
    assert again.id != card.id
    assert await _has_look(store, "orbit")


async def _has_look(store: Store, look: str) -> bool:
    edit = (await _newest(store)).edit
    return edit is not None and edit.look == look


async def test_who_deletes_everything_sees_the_card_say_so_and_may_go_on(
    owner: Visitor, hands: Hands, store: Store
) -> None:
    card = await _card(owner, hands)
    await owner.send_text("/forget")
    asked = await owner.wait_for(lambda message: message.key("Delete everything") is not None)
    query = await owner.press_label(asked, "Delete everything")
    assert await owner.wait_for_toast(query) == words.forgetting.FORGOTTEN.en
    gone = await owner.wait_for(lambda message: message.text.startswith("Deleted. "))
    assert gone.id == card.id
    assert await store.projects.newest_open(PAGE_USER_ID, PAGE_USER_ID) is None
    await owner.send_text("/help")
    await owner.wait_for(lambda message: "Make video. That's all." in message.text)
