"""Workers that are killed and frozen at random, and replaced at once."""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import os
import random
import signal
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess

from chaos.ground import Ground
from chaos.work import serve

FREEZE_LEASES = 1.6
_STEP_S = 0.02
_STOP_S = 15.0


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

    async def trouble(self, kills: int, freezes: int, share_done: Callable[[], float]) -> None:
        """Do all of it, spread over the work: the nth of N when about n/N of it is done."""
        deeds = ["kill"] * kills + ["freeze"] * freezes
        self._random.shuffle(deeds)
        async with asyncio.TaskGroup() as group:
            for number, deed in enumerate(deeds):
                while share_done() < number / (len(deeds) + 1):
                    await asyncio.sleep(_STEP_S)
                await asyncio.sleep(self._random.uniform(0.0, _STEP_S))
                victim = self._random.randrange(len(self._workers))
                if deed == "kill":
                    await self._kill(victim)
                elif self._workers[victim] not in self._frozen:
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
