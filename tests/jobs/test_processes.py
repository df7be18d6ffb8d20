"""Several processes on one database at once."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from jobs import sql
from jobs.database import Statement
from jobs.model import JobKind, JobStatus, Quotas
from jobs.opening import Store
from jobs.rows import new_job_to_row
from tests.jobs.samples import new_job

REPOSITORY = Path(__file__).parents[2]
WAIT_S = 60.0

Race = Callable[..., Awaitable[list[Any]]]


async def _start(*arguments: str) -> Process:
    command = (sys.executable, "-m", "tests.jobs.process", *arguments)
    return await asyncio.create_subprocess_exec(*command, cwd=REPOSITORY, stdin=PIPE, stdout=PIPE)


async def _line(process: Process) -> bytes:
    assert process.stdout is not None
    return await process.stdout.readline()


async def _say_go(process: Process) -> None:
    assert process.stdin is not None
    process.stdin.write(b"go\n")
    await process.stdin.drain()


@pytest.fixture
def race(backend: str, folder: Path, store: Store) -> Race:
    """Start processes in this role, let them go together; what each of them got."""

    async def run(role: str, *names: str) -> list[Any]:
        async with asyncio.timeout(WAIT_S):
            processes = [await _start(role, backend, str(folder), name) for name in names]
            for process in processes:
                assert await _line(process) == b"ready\n"
            await asyncio.gather(*map(_say_go, processes))
            answers = await asyncio.gather(*map(_line, processes))
            assert [await process.wait() for process in processes] == [0] * len(names)
        return [json.loads(answer) for answer in answers]

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
