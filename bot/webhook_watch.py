"""Notices when Telegram sends this bot's updates to somebody else, where they come by webhook."""

from __future__ import annotations

import asyncio

from telegram import Bot

from bot.refusals import CallFailed, calling
from jobs.alerts import Alerts, Cause

LOOK_S = 300.0


class WebhookWatch:
    """Looks every `look_s`, until cancelled, where updates go. `url` is where they should."""

    def __init__(self, bot: Bot, alerts: Alerts, url: str, *, look_s: float = LOOK_S) -> None:
        self._bot = bot
        self._alerts = alerts
        self._url = url
        self._look_s = look_s

    async def run(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(self._look_s)

    async def look(self) -> None:
        """Not set right from here: two bots with one token would take it from each other."""
        try:
            with calling():
                info = await self._bot.get_webhook_info()
        except CallFailed:
            return
        await self._alerts.note(Cause.UPDATES_TAKEN, is_so=info.url != self._url)
