"""Workers that are killed or frozen: nothing is lost, and the dead change nothing."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from jobs.model import JobKind, JobStatus
from jobs.store import JobStore
from tests.worker.shop import (
    PATIENCE_S,
    Family,
    all_dead,
    became,
    finishing,
    new_job,
    row,
    until,
    working,
)

ROOT = Path(__file__).parents[2]


class _Process:
    """A worker in a process of its own, and what it says."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def ended(self) -> int:
        async with asyncio.timeout(PATIENCE_S):
            return await self._process.wait()

    async def says(self, words: str) -> None:
        await until(lambda: words in self._log.read_text())


@asynccontextmanager
async def _process(tmp_path: Path, mode: str, name: str) -> AsyncIterator[_Process]:
    log = tmp_path / f"{name}.log"
    argv = ["-m", "tests.worker.process", str(tmp_path / "jobs.sqlite3"), str(tmp_path), mode, name]
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *argv, cwd=ROOT, stderr=output
        )
    try:
        yield _Process(process, log)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_killed_workers_job_runs_again_elsewhere(store: JobStore, tmp_path: Path) -> None:
    await store.create(new_job())
    async with _process(tmp_path, "hold", "victim") as victim:
        members = await Family(tmp_path).members()
        victim.send(signal.SIGKILL)
        await victim.ended()
        async with working(store, {JobKind.INGEST: finishing({"by": "heir"})}):
            job = await became(store, JobStatus.COMPLETE)
        assert (job.attempt, job.result) == (2, {"by": "heir"})
        # Nobody outlives the worker that started it, not even a grandchild.
        await all_dead(members)


async def test_a_frozen_worker_is_fenced_when_it_wakes(store: JobStore, tmp_path: Path) -> None:
    await store.create(new_job())
    async with _process(tmp_path, "hold", "sleeper") as sleeper:
        members = await Family(tmp_path).members()
        sleeper.send(signal.SIGSTOP)
        async with working(store, {JobKind.INGEST: finishing({"by": "heir"})}):
            done = await became(store, JobStatus.COMPLETE)
        sleeper.send(signal.SIGCONT)
        await sleeper.says("job job1: lost")
        await all_dead(members)
        job = await row(store)
        assert job == done
        assert (job.attempt, job.result) == (2, {"by": "heir"})


async def test_a_job_that_kills_three_workers_is_given_up(store: JobStore, tmp_path: Path) -> None:
    await store.create(new_job())
    for number in range(3):
        async with _process(tmp_path, "die", f"victim{number}") as victim:
            assert await victim.ended() == -signal.SIGKILL
    async with working(store, {JobKind.INGEST: finishing({})}):
        job = await became(store, JobStatus.FAILED)
    assert (job.error_code, job.attempt) == ("worker_lost", 3)


async def test_a_terminated_worker_hands_its_job_back(store: JobStore, tmp_path: Path) -> None:
    await store.create(new_job())
    async with _process(tmp_path, "hold", "leaver") as leaver:
        members = await Family(tmp_path).members()
        leaver.send(signal.SIGTERM)
        assert await leaver.ended() == 0
        await all_dead(members)
    job = await row(store)
    assert (job.status, job.failures) == (JobStatus.PENDING, 0)


async def test_two_workers_never_share_a_job(store: JobStore, tmp_path: Path) -> None:
    await store.create(new_job())
    async with _process(tmp_path, "hold", "one") as one:
        await Family(tmp_path).members()
        async with _process(tmp_path, "hold", "two") as two:
            await asyncio.sleep(1)
            assert (await row(store)).attempt == 1
            two.send(signal.SIGTERM)
            assert await two.ended() == 0
        one.send(signal.SIGTERM)
        assert await one.ended() == 0
