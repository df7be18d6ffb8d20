"""A whole bot lists, sends again and deletes what somebody made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobs.model import JobKind, Person, Role
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import ShownMessage, Visitor
from storage import keys
from storage.local import LocalStorage
from tests.bot.life import Hands, living, settings_for
from tests.worker.shop import until


@pytest.fixture
async def owner(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> AsyncIterator[Visitor]:
    await store.people.put(
        Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    )
    async with living(settings_for(phone, tmp_path), store, storage), Visitor(phone.url) as visitor:
        yield visitor


async def made(owner: Visitor, hands: Hands, title: str) -> ShownMessage:
    """A finished video of that name."""
    note = await owner.send_sample("speech")
    await hands.do(JobKind.INGEST, JobKind.LOOK)

    def is_card(message: ShownMessage) -> bool:
        return message.reply_to == note.id and message.kind == "photo" and bool(message.keys)

    await owner.wait_for(is_card)
    await owner.send_text(f"title: {title}")
    card = await owner.wait_for(lambda message: is_card(message) and title in message.text)
    await owner.press_label(card, "Make video")
    await hands.do(JobKind.SAVE, JobKind.RENDER)
    return await owner.wait_for(lambda message: message.id == card.id and message.kind == "video")


async def listed(owner: Visitor) -> ShownMessage:
    asked = await owner.send_text("/videos")
    return await owner.wait_for(lambda message: message.from_bot and message.reply_to == asked.id)


async def test_a_video_comes_again_after_our_own_files_are_gone(
    owner: Visitor, store: Store, storage: LocalStorage
) -> None:
    first = await made(owner, Hands(store, storage), "Monday")
    [video] = (await store.library.shelf(PAGE_USER_ID, 0)).videos
    await storage.delete_prefix(keys.render_prefix(video.id))
    shelf = await listed(owner)
    assert shelf.text.splitlines()[1].startswith("1. Monday · 0:01 · ")
    await owner.press_label(shelf, "Send 1 again")
    again = await owner.wait_for(lambda message: message.reply_to == shelf.id)
    assert (again.kind, again.media["width"]) == ("video", first.media["width"])
    assert again.media["file_unique_id"] == first.media["file_unique_id"]
    await owner.press_label(again, "Delete")
    asked = await owner.wait_for(
        lambda message: message.id == again.id and message.key("Delete it now") is not None
    )
    await owner.press_label(asked, "Delete it now")
    await owner.wait_for(lambda message: message.id == again.id and "Deleted" in message.text)
    assert "No videos yet" in (await listed(owner)).text


async def test_what_telegram_no_longer_knows_is_sent_from_our_files(
    owner: Visitor, store: Store, storage: LocalStorage
) -> None:
    await made(owner, Hands(store, storage), "Monday")
    [video] = (await store.library.shelf(PAGE_USER_ID, 0)).videos
    assert video.file_id
    await store.library.keep(video.id, "no longer known")
    shelf = await listed(owner)
    await owner.press_label(shelf, "Send 1 again")
    again = await owner.wait_for(lambda message: message.reply_to == shelf.id)
    assert again.kind == "video"

    async def is_known_anew() -> bool:
        known = await store.library.get(video.id)
        return known is not None and known.file_id == again.media["file_id"]

    await until(is_known_anew)
    await store.library.keep(video.id, "no longer known")
    await storage.delete_prefix(keys.render_prefix(video.id))
    await owner.press_label(shelf, "Send 1 again")
    told = await owner.wait_for(lambda message: "no longer has this one" in message.text)
    assert told.key("Delete") is not None


async def test_a_video_is_deleted_from_the_list_in_its_place(
    owner: Visitor, store: Store, storage: LocalStorage
) -> None:
    card = await made(owner, Hands(store, storage), "Monday")
    shelf = await listed(owner)

    async def pressed(label: str, then: str) -> ShownMessage:
        [now] = [message for message in await owner.messages() if message.id == shelf.id]
        await owner.press_label(now, label)
        return await owner.wait_for(lambda message: message.id == shelf.id and then in message.text)

    await pressed("Delete 1", "Take it off the list?")
    await pressed("Back", "Monday · 0:01")
    await pressed("Delete 1", "Take it off the list?")
    await pressed("Delete it now", "No videos yet")
    await owner.wait_for(
        lambda message: message.id == card.id and "stays in this chat" in message.text
    )


async def test_who_turns_pages_faster_than_telegram_allows_sees_the_last(
    owner: Visitor, store: Store, storage: LocalStorage
) -> None:
    await made(owner, Hands(store, storage), "Monday")
    shelf = await listed(owner)
    await owner.add_fault("editMessageText", "429", retry_after=1)
    await asyncio.gather(*(owner.press(shelf.id, f"hs:{page}") for page in range(4)))
    [video] = (await store.library.shelf(PAGE_USER_ID, 0)).videos
    await owner.press(shelf.id, f"hd:{video.id}:0")
    await owner.wait_for(
        lambda message: message.id == shelf.id and "Take it off the list?" in message.text
    )
