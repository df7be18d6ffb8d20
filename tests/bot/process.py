"""Bots in processes of their own, for tests that kill them."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from bot.app import run_bot
from bot.redaction import configure_logging, secrets_of
from jobs.opening import build_database, build_store, quotas_of
from settings import Settings
from storage.opening import build_storage
from tests.bot.dying import POINTS, Dying
from tests.bot.life import QUICK
from tests.planted import BOT_TOKEN


@dataclass(frozen=True, slots=True)
class Bots:
    """Bots that talk to the Telegram at `url` and keep everything in `folder`."""

    url: str
    folder: Path

    def start(self, point: str = "") -> ForkServerProcess:
        """One that dies at that point, or lives until SIGTERM."""
        # Ready-made processes to fork from: a fresh interpreter takes longer than a bot's life.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.bot.process"])
        process = context.Process(target=_serve, args=(self.url, self.folder, point), daemon=True)
        process.start()
        return process


def _serve(url: str, folder: Path, point: str) -> None:
    asyncio.run(_live(url, folder, point))


async def _live(url: str, folder: Path, point: str) -> None:
    settings = Settings(
        telegram_bot_token=BOT_TOKEN,
        telegram_api_url=url,
        data_dir=folder,
        port=0,
        queued_ingests=10_000,
    )
    configure_logging("ERROR", secrets_of(settings))
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    database = build_database(settings)
    store = build_store(Dying(database, POINTS[point]) if point else database, quotas_of(settings))
    try:
        await store.jobs.setup()
        await store.jobs.set_quotas()
        storage = build_storage(settings)
        await run_bot(settings, store, storage, stopping, announce=_nobody_hears, spacing=QUICK)
    finally:
        await store.close()


def _nobody_hears(_: str) -> None:
    """Nobody sits at this terminal."""
