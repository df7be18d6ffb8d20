"""One file at a time through each link; who comes back after a broken line takes his own place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

QUIET_S = 30.0  # a line on which nothing moves for so long is dead


class Busy(Exception):
    """Another file is coming through the link just now."""


@dataclass(slots=True)
class Turn:
    """One piece on its way. `moved` is called for every chunk of it."""

    claim: str
    quiet_s: float
    limit: asyncio.Timeout
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def moved(self) -> None:
        self.limit.reschedule(asyncio.get_running_loop().time() + self.quiet_s)

    def give_way(self) -> None:
        self.limit.reschedule(asyncio.get_running_loop().time())


class Turns:
    """Who is sending, by key. A claim tells one file from another."""

    def __init__(self, *, quiet_s: float = QUIET_S) -> None:
        self._quiet_s = quiet_s
        self._held: dict[str, Turn] = {}

    def check(self, key: str, claim: str) -> None:
        """Raises Busy."""
        held = self._held.get(key)
        if held is not None and held.claim != claim:
            raise Busy(key)

    @asynccontextmanager
    async def turn(self, key: str, claim: str) -> AsyncIterator[Turn]:
        """A turn for the block. Raises Busy; TimeoutError when it is given up inside the block.

        A server learns late, or never, that a phone has lost its network: the line before this
        one may look alive although nobody is at its other end.
        """
        while (held := self._held.get(key)) is not None:
            self.check(key, claim)
            held.give_way()
            await held.over.wait()
        mine = Turn(claim, self._quiet_s, asyncio.timeout(self._quiet_s))
        self._held[key] = mine
        try:
            async with mine.limit:
                yield mine
        finally:
            del self._held[key]
            mine.over.set()
