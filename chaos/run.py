"""`pocketreel chaos`: real workers, killed, frozen and restarted at random, and jobs that are
stopped meanwhile: nothing may be lost.

Work is accepted and delivered as the bot does it, over a transport that remembers what each chat
was shown. Everything is in one folder and one database of its own.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from chaos.bot import accept, deliver
from chaos.count import Tally, Told, count
from chaos.crew import Crew, Deed
from chaos.ground import Ground, lay
from chaos.phone import Transport
from chaos.stops import Stops
from chaos.work import Pace
from jobs.opening import Store

LEASE_S = 2.0
LONG_EVERY = 4
PATIENCE_S = 600.0
_LOOK_S = 0.1
_ACCEPTING = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much of what; `database_url` is empty for SQLite."""

    jobs: int
    workers: int
    kills: int
    freezes: int
    restarts: int = 0
    cancels: int = 0
    seed: int = 0
    lease_s: float = LEASE_S
    database_url: str = ""

    @property
    def deeds(self) -> dict[Deed, int]:
        return {Deed.KILL: self.kills, Deed.FREEZE: self.freezes, Deed.RESTART: self.restarts}

    @property
    def stoppable(self) -> range:
        """The jobs that are stopped, spread over all."""
        return range(0, self.jobs, max(1, self.jobs // self.cancels)) if self.cancels else range(0)

    @property
    def paces(self) -> dict[int, Pace]:
        """Where workers are restarted, some renders take longer than those wait for."""
        long = range(1, self.jobs, LONG_EVERY) if self.restarts else range(0)
        return {**dict.fromkeys(long, Pace.LONG), **dict.fromkeys(self.stoppable, Pace.STOPPABLE)}


async def run(plan: Plan) -> Tally:
    """Do it in a folder of its own, and count.

    Raises TimeoutError when jobs do not come to their ends.
    """
    # A kill takes nothing from the page cache, so it need not be a disk that waits for each write.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
    with tempfile.TemporaryDirectory(prefix="pocketreel-", dir=memory) as folder:
        return await _run(plan, Path(folder))


async def _run(plan: Plan, folder: Path) -> Tally:
    ground = Ground(folder=folder, lease_s=plan.lease_s, database_url=plan.database_url)
    store = await lay(ground)
    crew = Crew(ground, plan.workers, plan.seed)
    stops = Stops(ground, store, plan.stoppable[: plan.cancels], plan.seed)
    began = time.monotonic()
    try:
        transport = await _worked(plan, ground, store, crew, stops)
        seconds = time.monotonic() - began
        await crew.stop()
        told = Told(death_s=stops.took_s, slowest_stop_s=crew.slowest_stop_s, seconds=seconds)
        return await count(ground, store, transport, plan.jobs, told)
    finally:
        await crew.stop()
        await store.close()


async def _worked(plan: Plan, ground: Ground, store: Store, crew: Crew, stops: Stops) -> Transport:
    transport, done, stopping = Transport(), _Done(store, plan.jobs), asyncio.Event()
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
        group.create_task(deliver(ground, store, transport, stopping))
        for first in range(_ACCEPTING):
            numbers = range(first, plan.jobs, _ACCEPTING)
            group.create_task(accept(store, numbers, plan.paces))
        trouble = [
            group.create_task(crew.trouble(plan.deeds, lambda: done.share)),
            group.create_task(stops.press()),
        ]
        await done.wait()
        await asyncio.wait(trouble)
        await _told(store)
        stopping.set()
        store.bells.outbox.ring()
    return transport


@dataclass(slots=True)
class _Done:
    """How many of the jobs have ended."""

    store: Store
    jobs: int
    share: float = 0.0

    async def wait(self) -> None:
        while self.share < 1.0:
            await asyncio.sleep(_LOOK_S)
            counts = await self.store.jobs.counts()
            self.share = sum(counts[status] for status in counts if status.is_terminal) / self.jobs


async def _told(store: Store) -> None:
    """Until nothing is left to say."""
    while await store.outbox.oldest_due_s() is not None or await store.outbox.next_due_s():
        await asyncio.sleep(_LOOK_S)
