"""A photo on its way from the phone to the card, through the whole bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from jobs.model import JobKind, Person, Project, Role
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import Visitor
from storage.local import LocalStorage
from tests.bot.life import Hands, living, settings_for


@pytest.fixture
async def owner(
    store: Store, storage: LocalStorage, phone: Phone, tmp_path: Path
) -> AsyncIterator[Visitor]:
    """Somebody who talks to a bot that lives."""
    await store.people.put(
        Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    )
    async with Visitor(phone.url) as visitor, living(settings_for(phone, tmp_path), store, storage):
        yield visitor


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    Image.new("RGB", (300, 200), "teal").save(path)
    return path


async def newest(store: Store) -> Project:
    found = await store.projects.newest_open(PAGE_USER_ID, PAGE_USER_ID)
    assert found is not None
    return found


async def test_a_photo_sent_after_the_sound_is_used_and_undone(
    owner: Visitor, store: Store, storage: LocalStorage, photo: Path
) -> None:
    hands = Hands(store, storage)
    await owner.send_sample("speech")
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    card = await owner.wait_for(lambda message: message.key("Make video") is not None)
    await owner.send_photo(photo)
    await hands.do(JobKind.INGEST)
    used = await owner.wait_for(lambda message: "That's the cover now." in message.text)
    project = await newest(store)
    assert project.edit is not None
    assert project.edit.cover_key == f"assets/{project.cover_job}-1/cover.jpg"
    assert used.raw["reply_to_message"]["message_id"] == card.id
    toast = await owner.wait_for_toast(await owner.press_label(used, "Undo"))
    assert toast == "Undone. Cover: your picture → plain"


async def test_a_photo_sent_as_a_file_counts_as_well_and_one_without_a_card_is_told(
    owner: Visitor, store: Store, storage: LocalStorage, photo: Path
) -> None:
    await owner.send_photo(photo)
    await owner.wait_for(lambda message: "A photo becomes the cover" in message.text)
    hands = Hands(store, storage)
    await owner.send_sample("speech")
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    await owner.wait_for(lambda message: message.key("Make video") is not None)
    await owner.send_document(photo)
    await hands.do(JobKind.INGEST)
    await owner.wait_for(lambda message: "That's the cover now." in message.text)
