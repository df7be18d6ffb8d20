"""Workers that are killed, frozen and restarted at random, and replaced at once."""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Mapping
from enum import Enum, auto
from multiprocessing.context import ForkServerProcess

from chaos.ground import Ground
from chaos.work import serve

FREEZE_LEASES = 1.6
_STEP_S = 0.02
_STOP_S = 30.0


class Deed(Enum):
    """What can happen to a worker."""

    KILL = auto()
    FREEZE = auto()
    RESTART = auto()


class Crew:
    """`size` workers at any time. Chance comes from `seed`."""

    def __init__(self, ground: Ground, size: int, seed: int) -> None:
        self._ground = ground
        # Ready-made processes to fork from: a fresh interpreter for each of hundreds of victims
        # would take longer than everything else.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["chaos.work"])
        self._numbers = itertools.count()
        self._random = random.Random(seed)  # noqa: S311
        self._workers = [self._start() for _ in range(size)]
        self._frozen: set[ForkServerProcess] = set()
        self.slowest_stop_s = 0.0  # of those that were restarted

    async def trouble(self, deeds: Mapping[Deed, int], share_done: Callable[[], float]) -> None:
        """Do all of it, spread over the work: the nth of N when about n/N of it is done."""
        shuffled = [deed for deed, times in deeds.items() for _ in range(times)]
        self._random.shuffle(shuffled)
        async with asyncio.TaskGroup() as group:
            for number, deed in enumerate(shuffled):
                while share_done() < (number + 1) / (len(shuffled) + 1):
                    await asyncio.sleep(_STEP_S)
                await asyncio.sleep(self._random.uniform(0.0, _STEP_S))
                victim = self._random.randrange(len(self._workers))
                if deed is Deed.KILL:
                    await self._kill(victim)
                elif self._workers[victim] in self._frozen:
                    continue
                elif deed is Deed.RESTART:
                    await self._restart(victim)
                else:
                    group.create_task(self._freeze(self._workers[victim]))

    async def stop(self) -> None:
        """As an operator does it."""
        for worker in self._workers:
            _signal(worker, signal.SIGCONT)
            _signal(worker, signal.SIGTERM)
        for worker in self._workers:
            await asyncio.to_thread(worker.join, _STOP_S)
            if worker.is_alive():
                _signal(worker, signal.SIGKILL)

    async def _kill(self, index: int) -> None:
        worker = self._workers[index]
        _signal(worker, signal.SIGKILL)
        self._workers[index] = self._start()
        await asyncio.to_thread(worker.join, _STOP_S)

    async def _restart(self, index: int) -> None:
        """As a deploy does it: the next one is at work before the last one has ended."""
        worker, self._workers[index] = self._workers[index], self._start()
        began = time.monotonic()
        _signal(worker, signal.SIGTERM)
        await asyncio.to_thread(worker.join, _STOP_S)
        self.slowest_stop_s = max(self.slowest_stop_s, time.monotonic() - began)

    async def _freeze(self, worker: ForkServerProcess) -> None:
        self._frozen.add(worker)
        _signal(worker, signal.SIGSTOP)
        await asyncio.sleep(FREEZE_LEASES * self._ground.lease_s)
        _signal(worker, signal.SIGCONT)
        self._frozen.discard(worker)

    def _start(self) -> ForkServerProcess:
        name = f"worker{next(self._numbers)}"
        worker = self._context.Process(target=serve, args=(self._ground, name), daemon=True)
        worker.start()
        return worker


def _signal(worker: ForkServerProcess, number: signal.Signals) -> None:
    if worker.pid is not None and worker.is_alive():
        os.kill(worker.pid, number)
