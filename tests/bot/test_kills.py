"""A bot that is killed at each of twelve points loses no update and doubles nothing.

`make kills` kills it fifty times at each while a thousand updates arrive, `make test` once.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from jobs.model import JobKind, Person, Role
from jobs.opening import Store, build_store
from jobs.quotas import Quotas
from jobs.sqlite import SqliteDatabase
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import ShownMessage, Visitor
from storage.local import LocalStorage
from tests.bot.dying import POINTS
from tests.bot.life import Hands
from tests.bot.media import another
from tests.bot.process import Bots
from tests.bot.repeating import repeating
from tests.jobs.databases import swift_folder

ROUNDS = int(os.environ.get("KILLS", "1"))
MESSAGES = 100 if ROUNDS == 1 else 1000
LAST_S = 120.0 if ROUNDS == 1 else 900.0  # for the last bot to show all, beside other work
DEATH_S = 60.0
SILENCE_S = 0.1  # a bot that lives on for so long gets something to do
# And no more than that: greetings go first, and whoever is told ever more never comes further.
MOST = 8 if ROUNDS == 1 else 3


@pytest.fixture
def folder() -> Iterator[Path]:
    with swift_folder() as made:
        yield made


@dataclass(slots=True)
class Crowd:
    """What was sent to the bot."""

    visitor: Visitor
    folder: Path
    sent: list[int] = field(default_factory=list)

    async def speak(self) -> None:
        note = another(self.folder, len(self.sent))
        self.sent.append((await self.visitor.send_document(note)).id)


@asynccontextmanager
async def shop(folder: Path) -> AsyncIterator[Store]:
    """A worker beside the bot, and a store that has an owner."""
    store = build_store(SqliteDatabase(folder / "pocketreel.sqlite3"), Quotas(queued_ingests=9999))
    await store.jobs.setup()
    owner = Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    await store.people.put(owner)
    storage = LocalStorage(folder / "storage", secret=b"not needed to write", link_base="")
    try:
        async with asyncio.TaskGroup() as group:
            kinds = (JobKind.INGEST, JobKind.LOOK)
            working = [group.create_task(work(Hands(store, storage), kind)) for kind in kinds]
            yield store
            for task in working:
                task.cancel()
    finally:
        await store.close()


async def work(hands: Hands, kind: JobKind) -> None:
    while True:
        # Bots that are killed may be long in coming to the next job.
        await hands.finish(await hands.claim(kind, LAST_S))


def rows(folder: Path, query: str) -> list[str]:
    database = sqlite3.connect(folder / "pocketreel.sqlite3", timeout=10)
    try:
        return [row[0] for row in database.execute(query)]
    finally:
        database.close()


async def test_killed_at_each_of_twelve_points_each_update_becomes_one_card(
    phone: Phone, folder: Path
) -> None:
    points = list(POINTS) * ROUNDS
    random.Random(7).shuffle(points)
    async with (
        shop(folder),
        repeating(phone.url) as telegram,
        Visitor(phone.url) as visitor,
    ):
        bots, crowd = Bots(telegram.url, folder), Crowd(visitor, folder)
        for point in points:
            await _killed(bots, point, crowd)
        while len(crowd.sent) < MESSAGES:
            await crowd.speak()
        await _shown(bots, folder, crowd.sent)
        assert telegram.repeated > 0
        asked = rows(folder, "SELECT dedupe_key FROM jobs WHERE kind = 'ingest'")
        assert Counter(asked) == Counter(f"tg:{PAGE_USER_ID}:{id}" for id in crowd.sent)
        said = [message for message in await visitor.messages() if message.from_bot]
        cards = Counter(message.reply_to for message in said if is_card(message))
        assert cards.keys() == set(crowd.sent)
        # A kill between a send and its record, wherever it was meant for, leaves a stale greeting
        # or card, and a fresh card.
        assert len(said) <= len(crowd.sent) + len(points)


async def _killed(bots: Bots, point: str, crowd: Crowd) -> None:
    """A bot lives and is told things until it comes to the point."""
    bot = bots.start(point)
    try:
        for _ in range(MOST):
            if await _ended(bot, SILENCE_S):
                break
            await crowd.speak()
        assert await _ended(bot, DEATH_S), f"never came to where {point}"
    finally:
        bot.kill()
    assert bot.exitcode == -signal.SIGKILL


async def _shown(bots: Bots, folder: Path, sent: list[int]) -> None:
    """The last bot lives until nothing is left to do or to say."""
    bot = bots.start()
    try:
        async with asyncio.timeout(LAST_S):
            while not _is_quiet(folder, len(sent)):  # noqa: ASYNC110 - another process rings no bell
                await asyncio.sleep(0.1)
        bot.terminate()
        assert await _ended(bot, DEATH_S)
        assert bot.exitcode == 0
    finally:
        bot.kill()


def _is_quiet(folder: Path, cards: int) -> bool:
    if len(rows(folder, "SELECT id FROM jobs WHERE kind = 'look' AND status = 'complete'")) < cards:
        return False
    return not rows(
        folder,
        "SELECT 1 FROM jobs WHERE status IN ('pending', 'processing') UNION ALL"
        " SELECT 1 FROM outbox WHERE state IN ('waiting', 'sending')"
        " AND (kind <> 'card' OR wanted > done)",
    )


async def _ended(bot: ForkServerProcess, patience_s: float) -> bool:
    await asyncio.to_thread(bot.join, patience_s)
    return not bot.is_alive()


def is_card(message: ShownMessage) -> bool:
    return message.kind == "photo" and message.key("Make video") is not None
