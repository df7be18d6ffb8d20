"""The database answers nobody: work at hand is kept as long as its lease allows, and nothing is
said or taken that could not be written down."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from jobs.remote import RemoteDatabase
from jobs.sqlite import PATIENCE_S, SqliteDatabase
from jobs.turso import HranaWire
from storage.local import LocalStorage
from tests.bot.conftest import LINK_BASE, SECRET
from tests.jobs.databases import swift_folder
from tests.jobs.sqld import Sqld
from tests.outages.ground import IS_LONG, RECOVERY_S, alerts, ground, lived_through, send_more
from tests.worker.shop import until

_TOLD = ("worker here: the job store does not answer", "the store does not answer, nothing is sent")


@pytest.fixture
def sqld() -> Iterator[Sqld]:
    with swift_folder() as made:
        server = Sqld(made)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "storage", secret=SECRET, link_base=LINK_BASE)


async def test_a_database_that_somebody_else_has_locked_is_waited_for(
    tmp_path: Path, storage: LocalStorage, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "jobs.sqlite3"
    database = SqliteDatabase(path, patience_s=PATIENCE_S if IS_LONG else 0.5)

    @asynccontextmanager
    async def locked() -> AsyncIterator[None]:
        other = sqlite3.connect(path, isolation_level=None, timeout=10.0)
        other.execute("BEGIN EXCLUSIVE")
        yield
        await until(lambda: set(_TOLD) <= set(alerts(caplog)))
        other.execute("COMMIT")
        other.close()

    async with ground(tmp_path, database, storage) as here:
        took_s = await lived_through(here, locked, partial(send_more, here))
    assert took_s <= RECOVERY_S
    _is_told_once(alerts(caplog))


@pytest.mark.sqld
async def test_a_server_that_hears_and_does_not_answer_is_waited_for(
    tmp_path: Path, storage: LocalStorage, caplog: pytest.LogCaptureFixture, sqld: Sqld
) -> None:
    wire = HranaWire(f"http://127.0.0.1:{sqld.port}", sqld.token, answer_s=8.0 if IS_LONG else 1.0)
    database = RemoteDatabase(wire, patience_s=10.0 if IS_LONG else 1.0)

    @asynccontextmanager
    async def frozen() -> AsyncIterator[None]:
        os.kill(sqld.pid, signal.SIGSTOP)
        yield
        await until(lambda: set(_TOLD) <= set(alerts(caplog)))
        os.kill(sqld.pid, signal.SIGCONT)

    async with ground(tmp_path, database, storage) as here:
        took_s = await lived_through(here, frozen, partial(send_more, here))
    assert took_s <= RECOVERY_S
    _is_told_once(alerts(caplog))


def _is_told_once(told: Sequence[str]) -> None:
    """By the worker and by the bot, and in each of its parts at most once."""
    assert {line: told.count(line) for line in _TOLD} == dict.fromkeys(_TOLD, 1), told
    assert max(map(told.count, told)) == 1, told
    assert len(told) <= 3 * len(_TOLD), told
