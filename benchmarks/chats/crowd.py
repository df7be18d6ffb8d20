"""200 chats with three videos each, against Telegram's own limits.

The bot and the workers are processes of their own, with the bot's own pace; only the media work is
left out, because it would be the machine's and not the chat's.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.chats.scene import Plan
from benchmarks.figures import Figure, Target
from benchmarks.kept import Answer
from jobs.opening import open_store
from phone.limits import Limits
from phone.server import Phone, start_phone
from settings import Settings
from tests.bot.crowd import Crowd, Told, high

ROOT = Path(__file__).parents[2]
MEMORY = "/dev/shm"
WORKERS = 2
PATIENCE_S = 1_800.0
STOP_S = 30.0


async def crowd(plan: Plan) -> Answer:
    """What everybody is told, how late, and how often Telegram says "too many"."""
    people, recordings = plan.much(200, 20), plan.much(3, 2)
    # 1,800 pictures and videos: what a disk takes to write them is measured elsewhere.
    with tempfile.TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as name:
        told = await _lived(Path(name), people, recordings)
    return Answer(_figures(people, recordings, told), _samples(told))


async def _lived(folder: Path, people: int, recordings: int) -> Told:
    phone = await start_phone(folder / "phone", limits=Limits())
    store = await open_store(Settings(data_dir=folder))
    try:
        many = Crowd(phone, people=people, recordings=recordings)
        await many.join(store)
        async with _at_work(phone, folder):
            await many.live(PATIENCE_S)
        return await many.told(store)
    finally:
        await store.close()
        await phone.stop()


@asynccontextmanager
async def _at_work(phone: Phone, folder: Path) -> AsyncIterator[None]:
    parts = [("bot", "bot"), *(("worker", f"worker{number}") for number in range(WORKERS))]
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.chats.parts", part, name, phone.url, str(folder)),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        for part, name in parts
    ]
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        async with asyncio.timeout(STOP_S):
            await asyncio.gather(*(process.wait() for process in processes))


def _figures(people: int, recordings: int, told: Told) -> list[Figure]:
    who = f"{people} chats, {recordings} videos each"
    return [
        Figure(
            f"{who}: of all calls, Telegram says too many (%)",
            (100 * told.refused / told.calls,),
            Target(1),
        ),
        Figure(
            f"{who}: from a render's end to the chat (p95, s)",
            (high(told.results_s),),
            Target(5),
        ),
        Figure(f"{who}: how old the news of a render is (p95, s)", (high(told.ages_s),), Target(8)),
        Figure(
            f"{who}: edits in a minute that nobody asked for",
            (float(told.edits_a_minute),),
            Target(15),
        ),
    ]


def _samples(told: Told) -> dict[str, float]:
    return {
        "calls": told.calls,
        "refused": told.refused,
        "results_median_s": round(high(told.results_s, 0.5), 2),
        "results_most_s": round(max(told.results_s), 2),
        "ages_median_s": round(high(told.ages_s, 0.5), 2),
    }
