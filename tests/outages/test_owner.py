"""A whole product whose disk is full tells its owner in the chat, once, however often it starts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from assembly import opened, run
from conversations import words
from jobs.alerts import Cause
from jobs.model import Person, Role
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import start_phone
from phone.visitor import Visitor
from settings import Settings
from tests.bot.life import settings_for
from tests.outages.disk import small_disk
from tests.worker.shop import until

BEGUN = words.alerts.BEGUN[Cause.DISK_FULL].en.partition("{")[0]


@pytest.fixture
async def settings(tmp_path: Path) -> AsyncIterator[Settings]:
    """A disk of 64 MB has never the room that work needs."""
    folder = tmp_path / "small"
    folder.mkdir()
    phone = await start_phone(tmp_path / "phone")
    try:
        with small_disk(folder) as disk:
            yield settings_for(phone, disk.folder)
    finally:
        await phone.stop()


@asynccontextmanager
async def living(settings: Settings) -> AsyncIterator[None]:
    """The bot with a worker beside it, until what it owes its chats is sent."""
    stopping = asyncio.Event()
    async with asyncio.timeout(120), asyncio.TaskGroup() as group:
        group.create_task(run(settings, stopping, lambda _: None, drain_s=0.0))
        async with opened(settings) as (store, _):
            await until(lambda: _is_told(store))
        yield
        stopping.set()


async def _is_told(store: Store) -> bool:
    rows = await store.database.execute("SELECT state FROM outbox WHERE kind = 'alert'")
    return [row["state"] for row in rows] == ["sent"]


async def test_the_owner_hears_once_that_there_is_no_room(settings: Settings) -> None:
    async with opened(settings) as (store, _):
        await store.people.put(
            Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
        )
    async with Visitor(settings.telegram_api_url) as owner:
        await owner.start()  # nobody is written to who never wrote
        for _ in range(2):
            async with living(settings):
                await owner.wait_for(lambda message: message.text.startswith(BEGUN))
        told = [message.text for message in await owner.messages() if message.from_bot]
    assert [text.startswith(BEGUN) for text in told].count(True) == 1
