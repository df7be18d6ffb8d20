"""Jobs that are stopped at random moments, and how long their children live on."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from chaos.bot import job_id
from chaos.ground import Ground
from jobs.model import JobStatus
from jobs.opening import Store
from worker.house import House
from worker.sweep import LOSERS_S, tidy

AT_ONCE = 10
PATIENCE_S = 30.0
MOST_S = 2.5  # a render that may be stopped takes three seconds
_LOOK_S = 0.05
_DAYS_S = 7 * 24 * 3600.0


class Stops:
    """Stops the jobs of `numbers`; `took_s` says how long each one's children lived on."""

    def __init__(self, ground: Ground, store: Store, numbers: Sequence[int], seed: int) -> None:
        self._ground = ground
        self._store = store
        self._numbers = numbers
        self._random = random.Random(seed)  # noqa: S311
        self.took_s: list[float] = []

    async def press(self) -> None:
        """All of them, some at a time, in the order in which they are worked on."""
        waiting = iter(self._numbers)
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._press_some(waiting))

    async def _press_some(self, numbers: Iterator[int]) -> None:
        for number in numbers:
            await self._press(job_id(number))

    async def _press(self, job: str) -> None:
        # One in ten before anybody works on it.
        if self._random.random() > 0.1:
            await self._begun(job)
            await asyncio.sleep(self._random.uniform(0.0, MOST_S))
        if await self._store.jobs.cancel(job):
            self.took_s.append(await self._until_dead(job))

    async def _begun(self, job_id: str) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                job = await self._store.jobs.get(job_id)
                if job is not None and job.status is not JobStatus.PENDING:
                    return
                await asyncio.sleep(_LOOK_S)

    async def _until_dead(self, job_id: str) -> float:
        began = time.monotonic()
        folders = str(self._ground.scratch(job_id, 0)).removesuffix("0")
        async with asyncio.timeout(PATIENCE_S):
            while await asyncio.to_thread(_works_in, folders):
                await asyncio.sleep(_LOOK_S)
        return time.monotonic() - began


def _works_in(prefix: str) -> bool:
    """Whether a process has a working directory whose name begins so."""
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and str((process / "cwd").readlink()).startswith(prefix):
                return True
        except OSError:
            continue  # it has just ended
    return False


async def files_left(ground: Ground, store: Store, stopped: Sequence[str]) -> int:
    """Files of stopped jobs that the workers' own tidying leaves when their day is over."""
    old = time.time() - LOSERS_S - 1.0
    for path in (ground.folder / "storage").rglob("*"):
        os.utime(path, (old, old))
    storage = ground.storage()
    await tidy(
        House(
            jobs=store.jobs,
            projects=store.projects,
            uploads=store.uploads,
            alerts=store.alerts,
            storage=storage,
            scratch_dir=ground.settings.scratch_dir,
            originals_s=_DAYS_S,
            retention_s=_DAYS_S,
        )
    )
    gone = set(stopped)
    kept = [found.key async for found in storage.list("renders/")]
    left = sum(key.split("/")[1] in gone for key in kept)
    scratch = ground.settings.scratch_dir
    return left + (sum(1 for _ in scratch.iterdir()) if scratch.is_dir() else 0)
