"""A part of the crowd's product: `python -m benchmarks.chats.parts bot|worker NAME URL FOLDER`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from bot.app import run_bot
from bot.redaction import configure_logging, secrets_of
from jobs.opening import Store, open_store
from phone.server import LOCAL_TOKEN
from settings import Settings
from storage.opening import build_storage
from tests.bot.crowd_work import crowd_pipelines
from worker.run import Worker

AT_ONCE = 20  # jobs of each lane in one worker
RENDER_S = (5.0, 12.0)
MANY = 1_000  # nobody is to be refused here
_SECRET = "what signs the links of a benchmark"


async def main(part: str, name: str, url: str, folder: Path) -> None:
    settings = Settings(
        telegram_bot_token=LOCAL_TOKEN,
        telegram_api_url=url,
        data_dir=folder,
        signing_secret=_SECRET,
        port=0,
        active_renders=MANY,
        videos_per_day=MANY,
        queued_ingests=MANY,
    )
    configure_logging(os.environ.get("LOG_LEVEL", "WARNING"), secrets_of(settings))
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    store = await open_store(settings)
    try:
        if part == "bot":
            await store.jobs.set_quotas()
            storage = build_storage(settings)
            await run_bot(settings, store, storage, stopping, announce=print)
        else:
            await _work(settings, store, name, stopping)
    finally:
        await store.close()


async def _work(settings: Settings, store: Store, name: str, stopping: asyncio.Event) -> None:
    pipelines = crowd_pipelines(store, build_storage(settings), render_s=RENDER_S)
    worker = Worker(
        store.jobs,
        pipelines,
        light=AT_ONCE,
        heavy=AT_ONCE,
        lease_s=settings.lease_s,
        drain_s=0.1,
        name=name,
    )
    await worker.run(stopping)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4])))
