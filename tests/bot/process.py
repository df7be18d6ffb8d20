"""A bot as a process of its own, for tests that kill it: `python -m tests.bot.process URL DIR`."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from bot.app import run_bot
from bot.redaction import configure_logging, secrets_of
from jobs.opening import open_store
from phone.server import LOCAL_TOKEN
from settings import Settings
from storage.opening import build_storage
from tests.bot.life import QUICK


async def main(url: str, folder: Path) -> None:
    settings = Settings(
        telegram_bot_token=LOCAL_TOKEN,
        telegram_api_url=url,
        data_dir=folder,
        port=0,
        queued_ingests=10_000,
    )
    configure_logging("INFO", secrets_of(settings))
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    store = await open_store(settings)
    try:
        await store.jobs.set_quotas()
        await run_bot(
            settings, store, build_storage(settings), stopping, announce=print, spacing=QUICK
        )
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
