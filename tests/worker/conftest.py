"""A real queue on SQLite for every test of the worker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobs.opening import Store, build_store
from jobs.sqlite import SqliteDatabase
from jobs.store import JobStore
from tests.jobs.databases import Clock
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


@pytest.fixture
async def whole(tmp_path: Path) -> AsyncIterator[Store]:
    made = build_store(SqliteDatabase(tmp_path / "whole.sqlite3"))
    await made.jobs.setup()
    yield made
    await made.close()


@pytest.fixture
async def clock(whole: Store) -> Clock:
    standing = Clock(whole.database)
    await standing.install()
    return standing
