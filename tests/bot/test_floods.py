"""With Telegram's own limits and the pace the bot really keeps, nobody is ever told to wait."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.pace import Spacing
from jobs.opening import Store
from phone.limits import Limits
from phone.server import Phone
from storage.local import LocalStorage
from tests.bot.crowd import Crowd, high
from tests.bot.crowd_work import crowd_pipelines
from tests.bot.life import living, settings_for
from worker.run import Worker

PEOPLE, RECORDINGS = 20, 2
AT_ONCE = 10
RENDER_S = (2.0, 4.0)
PATIENCE_S = 120.0
RESULT_S = 5.0  # from a job's end to the chat
AGE_S = 8.0


@pytest.fixture
def limits() -> Limits:
    return Limits()


async def test_busy_chats_are_never_flooded_and_always_up_to_date(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> None:
    """The short form of what `make bench-chat` does with 200 chats and three videos each."""
    crowd, stopping = Crowd(phone, people=PEOPLE, recordings=RECORDINGS), asyncio.Event()
    await crowd.join(store)
    worker = Worker(
        store.jobs,
        crowd_pipelines(store, storage, render_s=RENDER_S),
        light=AT_ONCE,
        heavy=AT_ONCE,
        lease_s=30.0,
        name="here",
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(worker.run(stopping))
        settings = settings_for(phone, tmp_path)
        async with living(settings, store, storage, spacing=Spacing()):
            await crowd.live(PATIENCE_S)
        stopping.set()
    told = await crowd.told(store)
    assert told.calls > PEOPLE * RECORDINGS * 5
    assert told.refused == 0
    assert high(told.results_s) <= RESULT_S
    assert high(told.ages_s) <= AGE_S
    assert told.edits_a_minute <= 15
