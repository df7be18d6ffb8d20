"""`pocketreel run` by somebody in a hurry: a stop lets nothing finish, all work is handed back."""

from __future__ import annotations

import asyncio
from functools import partial

from assembly import run, stop_on_signals
from bot.redaction import configure_logging, secrets_of
from settings import read_settings


async def main() -> None:
    settings = read_settings()
    configure_logging(settings.log_level, secrets_of(settings))
    with stop_on_signals() as stopping:
        await run(settings, stopping, partial(print, flush=True), drain_s=0.0)


if __name__ == "__main__":
    asyncio.run(main())
