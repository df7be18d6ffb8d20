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

from jobs.model import Person, Role
from jobs.opening import build_store
from jobs.sqlite import SqliteDatabase
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import Visitor
from tests.worker.shop import until

MESSAGES = 60
KILLS = 6


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


async def owned(folder: Path) -> None:
    store = build_store(SqliteDatabase(folder / "pocketreel.sqlite3"))
    await store.jobs.setup()
    owner = Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    await store.people.put(owner)
    await store.close()


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
    await owned(folder)
    chance = random.Random(7)
    async with Visitor(phone.url) as visitor, asyncio.TaskGroup() as group:
        sent: list[int] = []

        async def speak() -> None:
            for _ in range(MESSAGES):
                sent.append((await visitor.send_sample("speech")).id)
                await asyncio.sleep(0.05)

        speaking = group.create_task(speak())
        for _ in range(KILLS):
            async with process(phone, folder):
                await until(partial(_has_more, folder, len(jobs(folder)), speaking))
                await asyncio.sleep(chance.uniform(0.0, 0.15))
        await speaking
        async with process(phone, folder) as last:
            await until(lambda: len(jobs(folder)) >= MESSAGES)
            await until(partial(_all_are_answered, visitor, sent))
            last.send_signal(signal.SIGTERM)
            async with asyncio.timeout(5.0):
                assert await last.wait() == 0
        assert Counter(jobs(folder)) == Counter(f"tg:{PAGE_USER_ID}:{id}" for id in sent)
        repeats = Counter(
            message.reply_to for message in await visitor.messages() if message.from_bot
        )
        # A kill between a greeting and its record leaves one stale greeting and a fresh card.
        assert sum(repeats.values()) <= MESSAGES + KILLS
        assert max(repeats.values()) <= 2


def _has_more(folder: Path, seen: int, speaking: asyncio.Task[None]) -> bool:
    return len(jobs(folder)) > seen or speaking.done()


async def _all_are_answered(visitor: Visitor, sent: list[int]) -> bool:
    answered = {message.reply_to for message in await visitor.messages() if message.from_bot}
    return answered >= set(sent)
