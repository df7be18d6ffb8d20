"""Telegram is away: what is at work goes on, what was sent is kept, and all of it is told later."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from jobs.sqlite import SqliteDatabase
from phone.faults import ANY, MOST_TIMES, Fault, Trouble
from storage.local import LocalStorage
from tests.bot.conftest import LINK_BASE, SECRET
from tests.outages.ground import RECOVERY_S, Ground, alerts, ground, lived_through
from tests.worker.shop import until

HANG_S = 1.0  # for how long each call hears nothing


@asynccontextmanager
async def nobody_there(here: Ground) -> AsyncIterator[None]:
    await here.stop_phone()
    yield
    await here.start_phone()


@asynccontextmanager
async def trouble(kind: Trouble, here: Ground) -> AsyncIterator[None]:
    """Every call and every download meets it."""
    fault = Fault(method=ANY, trouble=kind, times=MOST_TIMES, seconds=HANG_S)
    here.phone.api.faults.add(fault)
    yield
    assert here.phone.api.faults.waiting(), "it was over before it was to be"
    here.phone.api.faults.clear()


@pytest.mark.parametrize(
    "outage",
    [nobody_there, partial(trouble, Trouble.INTERNAL), partial(trouble, Trouble.TIMEOUT)],
    ids=["nobody is there", "it answers 500", "it does not answer"],
)
async def test_videos_are_made_while_telegram_is_away_and_told_when_it_is_back(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    outage: Callable[[Ground], AbstractAsyncContextManager[None]],
) -> None:
    storage = LocalStorage(tmp_path / "storage", secret=SECRET, link_base=LINK_BASE)
    database = SqliteDatabase(tmp_path / "jobs.sqlite3")
    async with ground(tmp_path, database, storage) as here:

        async def videos_are_made() -> None:
            made = "SELECT 1 FROM jobs WHERE kind = 'render' AND status = 'complete'"

            async def all_are() -> bool:
                return len(await database.execute(made)) == len(here.visitors)

            await until(all_are)

        took_s = await lived_through(here, partial(outage, here), videos_are_made)
    assert took_s <= RECOVERY_S
    told = alerts(caplog)
    assert told.count("telegram does not answer") == 1
    assert told.count("worker here: telegram hands out no files, jobs wait for it") == 1
    assert len(told) == 2, told
