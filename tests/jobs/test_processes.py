"""Several processes on one database at once."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jobs import sql
from jobs.database import Statement
from jobs.model import JobKind, JobStatus
from jobs.opening import Store
from jobs.quotas import Quotas
from jobs.rows import new_job_to_row
from tests.jobs.samples import new_job

REPOSITORY = Path(__file__).parents[2]
WAIT_S = 60.0

Race = Callable[..., Awaitable[list[Any]]]


class Racer:
    """A process that runs one race after another; to start one takes longer than most races."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            (sys.executable, "-m", "tests.jobs.process"),
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    async def says(self) -> str:
        assert self._process.stdout is not None
        return (await asyncio.to_thread(self._process.stdout.readline)).strip()

    def hear(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> int:
        self._process.communicate(timeout=WAIT_S)
        return self._process.returncode


@pytest.fixture(scope="module")
def racers() -> Iterator[list[Racer]]:
    """Those who ran before, and may run again."""
    racers: list[Racer] = []
    yield racers
    assert [racer.end() for racer in racers] == [0] * len(racers)


@pytest.fixture
def race(backend: str, folder: Path, store: Store, racers: list[Racer]) -> Race:
    """Give processes this role, let them go together; what each of them got."""

    async def run(role: str, *names: str) -> list[Any]:
        racers.extend(Racer() for _ in names[len(racers) :])
        running = racers[: len(names)]
        try:
            async with asyncio.timeout(WAIT_S):
                for racer, name in zip(running, names, strict=True):
                    racer.hear(json.dumps((role, backend, str(folder), name)))
                assert [await racer.says() for racer in running] == ["ready"] * len(names)
                for racer in running:
                    racer.hear("go")
                return [json.loads(await racer.says()) for racer in running]
        except TimeoutError:
            for racer in running:
                racer.kill()  # whoever waits for what it says would wait for ever
            raise

    return run


async def test_thirty_two_claimers_in_four_processes_claim_every_job_once(
    store: Store, race: Race
) -> None:
    wanted = [f"job{number:04}" for number in range(1000)]
    looks = [new_job_to_row(new_job(job_id, JobKind.LOOK)) for job_id in wanted]
    for start in range(0, len(looks), 100):
        some = [Statement(sql.CREATE_JOB, row) for row in looks[start : start + 100]]
        await store.database.batch(some)
    names = ("1", "2", "3", "4")
    granted = await race("claim", *names)
    assert sorted(job_id for got in granted for job_id in got) == wanted
    assert all(granted)
    by = {job_id: name for name, got in zip(names, granted, strict=True) for job_id in got}
    jobs = await store.jobs.of_project("project1")
    assert {(job.status, job.attempt) for job in jobs} == {(JobStatus.COMPLETE, 1)}
    assert all(job.result == {"by": by[job.id]} for job in jobs)


async def test_a_hundred_requests_from_two_processes_get_the_share_of_one(
    store: Store, race: Race
) -> None:
    granted = await race("create", "1", "2")
    assert sum(map(len, granted)) == Quotas().active_renders


async def test_an_update_that_two_processes_read_counts_once(store: Store, race: Race) -> None:
    first, second = await race("accept", "1", "2")
    assert sorted(first + second) == list(range(100))
    greetings = await store.database.execute("SELECT id FROM outbox WHERE kind = 'greeting'")
    assert len(greetings) == 100


async def test_of_all_who_know_the_code_one_comes_to_own_the_bot(store: Store, race: Race) -> None:
    winners = [got for got in await race("own", "1", "2", "3", "4") if got]
    assert len(winners) == 1
    owner = await store.people.owner()
    assert owner is not None
    assert winners == [[str(owner.id)]]
