"""The bot on Telegram itself, begun from the page of `pocketreel try` with a token pasted there.

It has a folder of its own below DATA_DIR, so that `pocketreel run` can carry on where it stopped.
The token is kept in memory only.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import groupby

import segno

from assembly import opened, run
from bot.app import build_bot
from bot.gate import CLAIM
from bot.redaction import configure_logging, secrets_of
from bot.refusals import CallFailed, TokenRefused, calling
from jobs.errors import StoreUnavailable, StoreUnusable
from jobs.model import Json
from settings import JobStoreBackend, RenderBackend, Settings, UpdatesMode

log = logging.getLogger(__name__)

DRAIN_S = 1.0
_TOKEN = re.compile(r"(\d{5,20}):[\w-]{30,60}")


class State(StrEnum):
    """How the bot on Telegram is; the words for it are the page's."""

    OFF = "off"
    MALFORMED = "malformed"  # what was pasted is no token
    REFUSED = "refused"  # Telegram does not know the token
    AWAY = "away"  # Telegram does not answer
    RUNNING = "running"
    FAILED = "failed"  # it ended of itself; the log says why


class Taking:
    """At most one bot on Telegram. `group` is where it lives; `settings` are those of the try."""

    def __init__(self, settings: Settings, group: asyncio.TaskGroup, port: int) -> None:
        self._settings = settings
        self._group = group
        self._port = port
        self._told: Json = {"state": State.OFF.value}
        self._stopping = asyncio.Event()
        self._life: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()

    def told(self) -> Json:
        """The state; of a running bot also its name, its link and that link as a picture."""
        return self._told

    async def begin(self, token: str) -> Json:
        """Be the bot of that token, if Telegram knows it; what `told` says from now on."""
        async with self._turn:
            await self._end()
            return await self._begin(token.strip())

    async def end(self) -> Json:
        """Stop it, as `pocketreel run` stops: nothing is lost."""
        async with self._turn:
            await self._end()
            return self._tell(State.OFF)

    async def end_when(self, stopping: asyncio.Event) -> None:
        await stopping.wait()
        await self.end()

    async def _end(self) -> None:
        self._stopping.set()
        if self._life is not None:
            await asyncio.wait([self._life])
        self._life = None

    async def _begin(self, token: str) -> Json:
        found = _TOKEN.fullmatch(token)
        if found is None:
            return self._tell(State.MALFORMED)
        self._hide(token)
        settings = self._settings_of(token, found[1])
        try:
            username = await _username(settings)
        except TokenRefused:
            return self._tell(State.REFUSED)
        except CallFailed:
            return self._tell(State.AWAY)
        return await self._run(settings, username)

    async def _run(self, settings: Settings, username: str) -> Json:
        async with opened(settings) as (store, _):
            code = await store.people.claim_code()
        self._hide(*secrets_of(settings))
        link = f"https://t.me/{username}" + (f"?start={CLAIM}{code}" if code else "")
        self._stopping = asyncio.Event()
        self._life = self._group.create_task(self._live(settings, self._stopping))
        return self._tell(
            State.RUNNING,
            username=username,
            link=link,
            is_owned=not code,
            data_dir=str(settings.data_dir),
            code=picture(link),
        )

    async def _live(self, settings: Settings, stopping: asyncio.Event) -> None:
        try:
            await run(settings, stopping, lambda _: None, drain_s=DRAIN_S)
        except* (OSError, StoreUnusable, StoreUnavailable) as problems:
            log.error("the bot on Telegram ended: %s", problems.exceptions[0])  # noqa: TRY400
            self._tell(State.FAILED)

    def _hide(self, *secrets: str) -> None:
        """Keep them out of the log, too."""
        level = logging.getLevelName(logging.getLogger().level)
        secrets = (*secrets_of(self._settings), *secrets)
        configure_logging(level, secrets, self._settings.log_format)

    def _settings_of(self, token: str, bot_id: str) -> Settings:
        """A bot that polls and has no public address; each bot has a folder of its own."""
        return dataclasses.replace(
            self._settings,
            telegram_bot_token=token,
            telegram_updates=UpdatesMode.POLLING,
            public_url="",
            port=self._port,
            render_backend=RenderBackend.LOCAL,  # nobody elsewhere could report to us
            job_store_backend=JobStoreBackend.SQLITE,
            data_dir=self._settings.data_dir / f"telegram-{bot_id}",
        )

    def _tell(self, state: State, **more: object) -> Json:
        self._told = {"state": state.value, **more}
        return self._told


def picture(link: str) -> Json:
    """The link as a QR code: how many squares to a side, and the dark ones as an SVG path."""
    rows = [list(row) for row in segno.make_qr(link, error="m").matrix]
    return {"side": len(rows), "path": "".join(_strips(rows))}


def _strips(rows: list[list[int]]) -> Iterator[str]:
    for y, row in enumerate(rows):
        x = 0
        for is_dark, run_of in groupby(row):
            width = len(list(run_of))
            if is_dark:
                yield f"M{x} {y}h{width}v1h-{width}z"
            x += width


async def _username(settings: Settings) -> str:
    """Who the token is. Raises CallFailed."""
    bot = build_bot(settings)
    try:
        with calling():
            await bot.initialize()
        return str(bot.username)
    finally:
        await bot.shutdown()
