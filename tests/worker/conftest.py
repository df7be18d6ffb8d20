"""A real queue on SQLite for every test of the worker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobs.sqlite import SqliteDatabase
from jobs.store import JobStore
from tests.worker.shop import Watched


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Watched]:
    watched = Watched(SqliteDatabase(tmp_path / "jobs.sqlite3"))
    yield watched
    await watched.close()


@pytest.fixture
async def store(database: Watched) -> JobStore:
    store = JobStore(database)
    await store.setup()
    return store
