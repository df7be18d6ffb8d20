"""Workers on a real queue, and pipelines small enough to watch from outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from jobs.database import Database, Parameters, Row, Statement
from jobs.errors import StoreUnavailable
from jobs.model import Job, JobKind, JobStatus, Json, NewJob
from jobs.store import JobStore
from pipelines import Pipeline
from pipelines.child import ChildRef, run_child
from worker.run import Worker

LEASE_S = 2.0
PATIENCE_S = 30.0
# A child with a child of its own; both write down who they are.
FAMILY = ["sh", "-c", "sleep 600 & echo $! $$ > family.new; mv family.new family; wait"]


class Watched:
    """The database as the worker sees it: counts its questions, and can be made not to answer.

    One that `is_full` still answers what it is asked, and takes no batch: it counts those.
    """

    def __init__(self, inner: Database) -> None:
        self._inner = inner
        self.questions = 0
        self.is_away = False
        self.is_full = False
        self.not_taken = 0
        self._held_up: dict[str, asyncio.Event] = {}

    def hold_up(self, sql: str) -> asyncio.Event:
        """That statement waits for the event, each time."""
        return self._held_up.setdefault(sql, asyncio.Event())

    async def execute(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        self._ask()
        if sql in self._held_up:
            await self._held_up[sql].wait()
        return await self._inner.execute(sql, parameters)

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        self._ask()
        if self.is_full:
            self.not_taken += 1
            raise StoreUnavailable
        return await self._inner.batch(statements)

    async def close(self) -> None:
        await self._inner.close()

    def _ask(self) -> None:
        self.questions += 1
        if self.is_away:
            raise StoreUnavailable


class Waiting:
    """A pipeline that works until it may finish."""

    def __init__(self) -> None:
        self.started = asyncio.Event()
        self.may_finish = asyncio.Event()
        self.stopped = asyncio.Event()
        self.at_work: set[str] = set()
        self.seen: list[Job] = []
        self.child_ref: ChildRef | None = None

    async def __call__(self, store: JobStore, job: Job, child_ref: ChildRef) -> Json | None:
        self.seen.append(job)
        self.at_work.add(job.id)
        self.child_ref = child_ref
        self.started.set()
        try:
            await self.may_finish.wait()
        except asyncio.CancelledError:
            self.stopped.set()
            raise
        finally:
            self.at_work.discard(job.id)
        return {"attempt": job.attempt}


class Family:
    """A pipeline whose child has a child; `members` are their process ids once they run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def __call__(self, store: JobStore, job: Job, child_ref: ChildRef) -> Json | None:
        await run_child(FAMILY, child_ref=child_ref, cwd=self._folder, wall_s=600, quiet_s=600)
        return {}

    async def members(self) -> list[int]:
        path = self._folder / "family"
        await until(path.exists)
        return [int(pid) for pid in path.read_text().split()]


def finishing(result: Json) -> Pipeline:
    """A pipeline that finishes at once."""

    async def pipeline(store: JobStore, job: Job, child_ref: ChildRef) -> Json | None:
        return result

    return pipeline


def failing(problem: Exception) -> Pipeline:
    """A pipeline that ends with `problem`."""

    async def pipeline(store: JobStore, job: Job, child_ref: ChildRef) -> Json | None:
        raise problem

    return pipeline


def new_job(job_id: str = "job1", kind: JobKind = JobKind.INGEST, owner_id: int = 1) -> NewJob:
    return NewJob(
        id=job_id, kind=kind, project_id="project1", owner_id=owner_id, chat_id=1, input={}
    )


@asynccontextmanager
async def working(
    store: JobStore,
    pipelines: Mapping[JobKind, Pipeline],
    *,
    limit_s: float = 2 * PATIENCE_S,
    **changes: Any,
) -> AsyncIterator[asyncio.Event]:
    """A worker at work; the event stops it, at the end of the block at the latest.

    The block may take `limit_s`.
    """
    usual: dict[str, Any] = {
        "light": 2,
        "heavy": 1,
        "lease_s": LEASE_S,
        "poll_s": 0.1,
        "drain_s": 0.1,
        "sweep_s": 0.2,
        "name": "here",
    }
    worker = Worker(store, pipelines, **{**usual, **changes})
    stopping = asyncio.Event()
    async with asyncio.timeout(limit_s), asyncio.TaskGroup() as group:
        group.create_task(worker.run(stopping))
        try:
            yield stopping
        finally:
            stopping.set()


async def until(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait for something that rings no bell."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            answer = condition()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.01)


async def row(store: JobStore, job_id: str = "job1") -> Job:
    job = await store.get(job_id)
    assert job is not None
    return job


async def became(store: JobStore, status: JobStatus, job_id: str = "job1") -> Job:
    """The job once it has that status."""

    async def is_so() -> bool:
        return (await row(store, job_id)).status is status

    await until(is_so)
    return await row(store, job_id)


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that is dead and not yet buried does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


async def all_dead(pids: Sequence[int]) -> None:
    await until(lambda: not any(is_alive(pid) for pid in pids))
