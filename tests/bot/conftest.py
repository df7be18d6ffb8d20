"""A phone on loopback, the bot library's client for it, and storage on this disk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import Bot

from jobs.opening import Store, build_store
from jobs.sqlite import SqliteDatabase
from phone.limits import Limits
from phone.server import Phone, start_phone
from phone.visitor import Visitor
from storage.local import LocalStorage
from tests.phone.conftest import bot_of
from tests.planted import BOT_TOKEN, SIGNING_SECRET
from tests.worker.shop import Watched

SECRET = SIGNING_SECRET.encode()
LINK_BASE = "http://reel.example"


@pytest.fixture
def limits() -> Limits:
    """Telegram's, except that nothing is a flood: the tests of floods bring their own."""
    return Limits(chat_burst=10_000, overall_burst=10_000, group_per_min=10_000)


@pytest.fixture
async def phone(tmp_path: Path, limits: Limits) -> AsyncIterator[Phone]:
    running = await start_phone(tmp_path / "phone", token=BOT_TOKEN, limits=limits)
    yield running
    await running.stop()


@pytest.fixture
async def bot(phone: Phone) -> AsyncIterator[Bot]:
    async with bot_of(phone) as made:
        yield made


@pytest.fixture
async def visitor(phone: Phone) -> AsyncIterator[Visitor]:
    """Somebody who has started the bot."""
    async with Visitor(phone.url) as made:
        await made.start()
        yield made


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "storage", secret=SECRET, link_base=LINK_BASE)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Watched]:
    opened = Watched(SqliteDatabase(tmp_path / "jobs.sqlite3"))
    yield opened
    await opened.close()


@pytest.fixture
async def store(database: Watched) -> AsyncIterator[Store]:
    made = build_store(database)
    await made.jobs.setup()
    yield made
    await made.close()
