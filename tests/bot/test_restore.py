"""An older copy of the database is put back: what the chat shows already comes no second time."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from backup import backup
from jobs.model import JobKind, Person, Role
from jobs.opening import Store, open_store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import ShownMessage, Visitor
from settings import Settings
from storage.local import LocalStorage
from tests.bot.life import Hands, living, settings_for
from tests.worker.shop import until


async def test_a_video_of_before_the_restore_is_delivered_once(
    phone: Phone, storage: LocalStorage, tmp_path: Path
) -> None:
    settings = settings_for(phone, tmp_path / "data")
    store = await open_store(settings)
    await store.people.put(
        Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    )
    async with Visitor(phone.url) as owner:
        hands = Hands(store, storage)
        async with living(settings, store, storage):
            await owner.send_sample("speech")
            await hands.do(JobKind.INGEST, JobKind.LOOK)
            card = await owner.wait_for(lambda message: message.key("Make video") is not None)
            await owner.press_label(card, "Make video")
            await hands.do(JobKind.SAVE)
            render = await hands.claim(JobKind.RENDER)
        # The video is there and nobody has been told: the moment at which most could be repeated.
        await hands.finish(render)
        await backup(settings, tmp_path / "copy")
        async with living(settings, store, storage):
            await owner.wait_for(_is_video)
            await until(lambda: _is_told(store))
        await store.close()
        before = await _from_bot(owner)

        store = await _restored(settings, tmp_path / "copy")
        async with living(settings, store, storage):
            await until(lambda: _is_told(store))
        await store.close()
        after = await _from_bot(owner)
    assert [shown for shown in after if shown[1] == "video"] == [before[0]]
    assert after[: len(before)] == before
    assert [text for _, _, text in after[len(before) :]] == ["Your video is ready."]


async def _restored(settings: Settings, copy: Path) -> Store:
    for old in settings.data_dir.glob(f"{settings.database_path.name}*"):
        old.unlink()
    await asyncio.to_thread(shutil.copy, copy / settings.database_path.name, settings.data_dir)
    return await open_store(settings)


def _is_video(message: ShownMessage) -> bool:
    return message.kind == "video"


async def _from_bot(owner: Visitor) -> list[tuple[int, str, str]]:
    """What the chat shows: each message's number, what it is and what it says."""
    messages = await owner.messages()
    return [(each.id, each.kind, each.text) for each in messages if each.from_bot]


async def _is_told(store: Store) -> bool:
    return not await store.database.execute(
        "SELECT 1 FROM outbox WHERE state = 'sending'"
        " OR (state = 'waiting' AND (kind <> 'card' OR wanted > done))"
    )
