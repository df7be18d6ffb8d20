"""A shop of its own for every test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobs.sqlite import SqliteDatabase
from jobs.store import JobStore
from settings import Settings
from storage.local import LocalStorage
from tests.pipelines.shop import Shop


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    settings = Settings(data_dir=tmp_path / "data", telegram_bot_token="123:SECRET")
    storage = LocalStorage(settings.storage_dir, secret=b"s" * 32, link_base="")
    settings.data_dir.mkdir()
    database = SqliteDatabase(settings.database_path)
    store = JobStore(database)
    await store.setup()
    yield Shop(settings=settings, storage=storage, store=store)
    await database.close()
