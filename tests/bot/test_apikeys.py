"""Keys to the API in a living chat: shown once, kept nowhere, gone when they are to be."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.redaction import RedactingFormatter
from jobs.api_keys import PATTERN
from jobs.model import Person, Role
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import ShownMessage, Visitor
from storage.local import LocalStorage
from tests.bot.life import living, settings_for
from tests.worker.shop import until

KIM = 7_001_002


@pytest.fixture
async def owner(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> AsyncIterator[Visitor]:
    for user_id, name, role in (
        (PAGE_USER_ID, PAGE_USER_NAME, Role.OWNER),
        (KIM, "Kim", Role.GUEST),
    ):
        await store.people.put(Person(id=user_id, name=name, language="en", role=role))
    async with (
        living(settings_for(phone, tmp_path), store, storage),
        Visitor(phone.url) as visitor,
    ):
        yield visitor


async def shown(visitor: Visitor) -> tuple[ShownMessage, str]:
    """The message with the newest key, and the key."""
    message = await visitor.wait_for(lambda message: re.search(PATTERN, message.text) is not None)
    found = re.search(PATTERN, message.text)
    assert found is not None
    return message, found[0]


async def test_a_key_is_shown_once_and_opens_the_api(
    owner: Visitor, store: Store, tmp_path: Path
) -> None:
    await owner.send_text("/apikey")
    message, key = await shown(owner)
    assert "http://reel.example/api" in message.text
    holder = await store.api_keys.holder(key)
    assert holder is not None
    assert holder.id == PAGE_USER_ID
    await owner.send_text("/apikey")
    keys = await owner.wait_for(lambda message: "Your keys" in message.text)
    assert key not in keys.text
    kept = (tmp_path / "jobs.sqlite3").read_bytes()
    assert key[11:].encode() not in kept


async def test_buttons_revoke_a_key_and_take_its_message_away(owner: Visitor, store: Store) -> None:
    await owner.send_text("/apikey")
    message, key = await shown(owner)
    await owner.press_label(message, "Revoke")
    await until(lambda: is_gone(owner, message))
    assert await store.api_keys.holder(key) is None
    await owner.send_text("/apikey")
    message, key = await shown(owner)
    await owner.press_label(message, "Delete this message")
    await until(lambda: is_gone(owner, message))
    assert await store.api_keys.holder(key) is not None


async def is_gone(visitor: Visitor, message: ShownMessage) -> bool:
    return message.id not in [known.id for known in await visitor.messages()]


async def test_a_key_is_shown_when_telegram_wants_to_be_asked_again(owner: Visitor) -> None:
    await owner.add_fault("sendMessage", "429", retry_after=1)
    await owner.send_text("/apikey")
    await shown(owner)


async def test_a_stranger_gets_no_key(phone: Phone, owner: Visitor, store: Store) -> None:
    async with Visitor(phone.url, user_id=KIM + 1, name="Mo") as stranger:
        await stranger.start()
        said = await stranger.wait_for(lambda message: message.from_bot)
        await stranger.send_text("/apikey")
        await stranger.wait_for_toast(await stranger.press(said.id, "kn"))
    assert await store.api_keys.of_person(KIM + 1) == ()


async def test_whoever_the_owner_removes_has_no_key_any_more(
    phone: Phone, owner: Visitor, store: Store
) -> None:
    async with Visitor(phone.url, user_id=KIM, name="Kim") as kim:
        await kim.start()
        await kim.send_text("/apikey")
        _, key = await shown(kim)
    assert await store.api_keys.holder(key) is not None
    await owner.send_text("/people")
    people = await owner.wait_for(lambda message: message.key("Remove Kim") is not None)
    await owner.press_label(people, "Remove Kim")
    asked = await owner.wait_for(lambda message: message.key("Yes, remove") is not None)
    await owner.press_label(asked, "Yes, remove")

    async def is_out() -> bool:
        return await store.api_keys.holder(key) is None

    await until(is_out)


def test_a_key_is_masked_in_a_log() -> None:
    key = "pr_" + "abcdefghijklmnopqrstuvwxyz" * 2
    record = logging.LogRecord("x", logging.INFO, "x", 1, f"Bearer {key} said", None, None)
    line = RedactingFormatter([]).format(record)
    assert "abcdefgh" not in line
    assert "Bearer [redacted] said" in line
