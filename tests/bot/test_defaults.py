"""A whole bot shows and changes what new cards begin with, in one message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobs.model import JobKind, Person, Role, Shape
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import ShownMessage, Visitor
from storage.local import LocalStorage
from tests.bot.life import Hands, living, settings_for


@pytest.fixture
async def owner(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> AsyncIterator[Visitor]:
    await store.people.put(
        Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    )
    async with living(settings_for(phone, tmp_path), store, storage), Visitor(phone.url) as visitor:
        yield visitor


async def test_what_is_chosen_on_the_face_is_how_the_next_card_begins(
    owner: Visitor, store: Store, storage: LocalStorage
) -> None:
    await owner.start()
    hello = await owner.wait_for(lambda message: message.key("My defaults") is not None)

    async def pressed(label: str, then: str) -> None:
        [now] = [message for message in await owner.messages() if message.id == hello.id]
        await owner.press_label(now, label)
        await owner.wait_for(lambda message: message.id == hello.id and then in message.text)

    await pressed("My defaults", "Size: vertical")
    await pressed("Size", "Which size?")
    await pressed("wide", "Size: wide")
    hands = Hands(store, storage)
    await owner.send_sample("speech")
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    await owner.wait_for(lambda message: "· wide ·" in message.text)


async def test_what_was_made_is_how_the_next_card_begins(
    owner: Visitor, store: Store, storage: LocalStorage
) -> None:
    hands = Hands(store, storage)

    def is_card(message: ShownMessage) -> bool:
        return message.kind == "photo" and message.key("Make video") is not None

    await owner.send_sample("speech")
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    await owner.wait_for(is_card)
    await owner.send_text("square")
    card = await owner.wait_for(lambda message: is_card(message) and "· square ·" in message.text)
    await owner.press_label(card, "Make video")
    await hands.do(JobKind.SAVE, JobKind.RENDER)
    await owner.wait_for(lambda message: message.id == card.id and message.kind == "video")
    assert (await store.habits.of(PAGE_USER_ID)).shape is Shape.SQUARE
    await owner.send_text("/defaults #ff7a00")
    face = await owner.wait_for(lambda message: message.text.startswith("My defaults"))
    assert "Size: square" in face.text
    assert "Colour: #ff7a00" in face.text
