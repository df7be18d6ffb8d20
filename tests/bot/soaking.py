"""A bot and a worker in one process, as `pocketreel run` has them, whose jobs take no time."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from bot.app import run_bot
from bot.redaction import configure_logging, secrets_of
from jobs.model import Job, JobKind, Json
from jobs.opening import open_store
from jobs.store import JobStore
from pipelines.child import ChildRef
from settings import Settings
from storage.opening import build_storage
from tests.bot.life import QUICK, Hands
from tests.planted import BOT_TOKEN
from worker.house import House
from worker.run import Worker
from worker.sweep import tidy

RETENTION_S = 3.0  # a week in little: cards close, and their rows and files go
TIDY_S = 1.0
STOP_S = 30.0


@contextmanager
def soaking(url: str, folder: Path) -> Iterator[ForkServerProcess]:
    """Runs during the block; ends in order after it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.bot.soaking"])
    process = context.Process(target=_serve, args=(url, folder), daemon=True)
    process.start()
    try:
        yield process
        process.terminate()
        process.join(STOP_S)
        assert process.exitcode == 0
    finally:
        process.kill()
        process.join()


def _serve(url: str, folder: Path) -> None:
    asyncio.run(_live(url, folder))


async def _live(url: str, folder: Path) -> None:
    settings = Settings(
        telegram_bot_token=BOT_TOKEN,
        telegram_api_url=url,
        data_dir=folder,
        port=0,
        active_renders=1000,
        videos_per_day=100_000,
    )
    configure_logging("ERROR", secrets_of(settings))
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    store, storage = await open_store(settings), build_storage(settings)
    hands = Hands(store, storage)

    async def work(_: JobStore, job: Job, __: ChildRef) -> Json:
        result = await hands.result(job)
        # Every recording is another one, so that none was made already.
        return {**result, "digest": _digest(job)} if job.kind is JobKind.INGEST else result

    house = House(
        jobs=store.jobs,
        projects=store.projects,
        uploads=store.uploads,
        alerts=store.alerts,
        storage=storage,
        scratch_dir=settings.scratch_dir,
        retention_s=RETENTION_S,
        originals_s=RETENTION_S,
    )
    worker = Worker(
        store.jobs,
        dict.fromkeys(JobKind, work),
        light=settings.worker_concurrency,
        heavy=settings.render_concurrency,
        lease_s=settings.lease_s,
        name="soaked",
    )
    try:
        await store.jobs.set_quotas()
        async with asyncio.TaskGroup() as group:
            group.create_task(worker.run(stopping))
            group.create_task(
                run_bot(settings, store, storage, stopping, announce=_nobody_hears, spacing=QUICK)
            )
            tidying = group.create_task(_tidy(house))
            await stopping.wait()
            tidying.cancel()
    finally:
        await store.close()


async def _tidy(house: House) -> None:
    while True:
        await tidy(house)
        await asyncio.sleep(TIDY_S)


def _digest(job: Job) -> str:
    return f"{abs(hash(job.id)):016x}"[:16]


def _nobody_hears(_: str) -> None:
    """Nobody sits at this terminal."""
