"""Bells that wake whoever waits in this process; other processes look by themselves."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


class Bell:
    """Rings for one waiter. A ring that comes while nobody waits is heard by the next wait."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, timeout_s: float) -> bool:
        """Whether it rang since the last wait, waiting up to `timeout_s` for that."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True


@dataclass(frozen=True, slots=True)
class Bells:
    """`claimable`: a job may be claimed; `outbox`: a message is due; `cancelled`: a job is;
    `deleted`: a card is."""

    claimable: Bell = field(default_factory=Bell)
    outbox: Bell = field(default_factory=Bell)
    cancelled: Bell = field(default_factory=Bell)
    deleted: Bell = field(default_factory=Bell)
