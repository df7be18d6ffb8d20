"""A bot that dies without a word, again and again, loses nothing and doubles nothing."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from jobs.model import JobKind, Person, Role
from jobs.opening import Store, build_store
from jobs.quotas import Quotas
from jobs.sqlite import SqliteDatabase
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.samples import SAMPLES
from phone.server import Phone
from phone.visitor import ShownMessage, Visitor
from storage.local import LocalStorage
from tests.bot.life import Hands
from tests.worker.shop import until

MESSAGES = 60
KILLS = 6
LAST_S = 90.0  # for the last bot to show everything, on a machine with other work


@asynccontextmanager
async def process(phone: Phone, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A bot in a process; killed at the end of the block unless it ended before."""
    made = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bot.process", phone.url, str(folder)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield made
    finally:
        if made.returncode is None:
            made.kill()
        await made.wait()


@asynccontextmanager
async def shop(folder: Path) -> AsyncIterator[Store]:
    """A worker beside the bot, and a store that has an owner."""
    store = build_store(SqliteDatabase(folder / "pocketreel.sqlite3"), Quotas(queued_ingests=999))
    await store.jobs.setup()
    owner = Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    await store.people.put(owner)
    storage = LocalStorage(folder / "storage", secret=b"not needed to write", link_base="")
    async with asyncio.TaskGroup() as group:
        working = group.create_task(work(Hands(store, storage)))
        yield store
        working.cancel()
    await store.close()


async def work(hands: Hands) -> None:
    while True:
        for kind in (JobKind.INGEST, JobKind.LOOK):
            # A bot that was killed is some seconds away from its next job.
            await hands.finish(await hands.claim(kind, LAST_S))


def jobs(folder: Path) -> list[str]:
    """The dedupe keys of all ingests, one for each message that led to one."""
    database = sqlite3.connect(folder / "pocketreel.sqlite3", timeout=10)
    try:
        rows = database.execute("SELECT dedupe_key FROM jobs WHERE kind = 'ingest'")
        return [row[0] for row in rows]
    finally:
        database.close()


async def test_kills_lose_and_double_nothing(phone: Phone, tmp_path: Path) -> None:
    folder = tmp_path / "bot"
    chance = random.Random(7)
    async with (
        shop(folder),
        Visitor(phone.url) as visitor,
        asyncio.TaskGroup() as group,
    ):
        sent: list[int] = []

        async def speak() -> None:
            for _ in range(MESSAGES):
                sent.append((await visitor.send_document(SAMPLES["music"].path)).id)
                await asyncio.sleep(0.05)

        speaking = group.create_task(speak())
        for _ in range(KILLS):
            async with process(phone, folder):
                await until(partial(_has_more, folder, len(jobs(folder)), speaking))
                await asyncio.sleep(chance.uniform(0.0, 0.15))
        await speaking
        async with process(phone, folder) as last:
            await until(lambda: len(jobs(folder)) >= MESSAGES)
            async with asyncio.timeout(LAST_S):
                await until(partial(_all_are_ready, visitor, sent))
            last.send_signal(signal.SIGTERM)
            async with asyncio.timeout(LAST_S):
                assert await last.wait() == 0
        assert Counter(jobs(folder)) == Counter(f"tg:{PAGE_USER_ID}:{id}" for id in sent)
        said = [message for message in await visitor.messages() if message.from_bot]
        cards = Counter(message.reply_to for message in said if is_card(message))
        assert cards == Counter(sent)
        # A kill between a greeting and its record leaves one stale greeting and a fresh card.
        assert len(said) <= MESSAGES + KILLS


def _has_more(folder: Path, seen: int, speaking: asyncio.Task[None]) -> bool:
    return len(jobs(folder)) > seen or speaking.done()


async def _all_are_ready(visitor: Visitor, sent: list[int]) -> bool:
    ready = {message.reply_to for message in await visitor.messages() if is_card(message)}
    return ready >= set(sent)


def is_card(message: ShownMessage) -> bool:
    return message.kind == "photo" and message.key("Make video") is not None
