"""`make takeover`: how long a job of a worker killed with -9 waits for another worker.

Real processes with the settings that everybody has: a lease of 30 s, a beat every 10 s, a sweep
about every 5 s, a look for work about every 3 s. Twenty workers hold a job each and are killed at
moments of chance; two others wait for what becomes free.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import signal
import statistics
import sys
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from jobs.model import Job, JobKind, JobStatus, Json
from jobs.sqlite import SqliteDatabase
from jobs.store import JobStore
from pipelines import Pipeline
from pipelines.child import ChildRef
from settings import Settings
from tests.jobs.databases import swift_folder
from tests.worker.shop import new_job
from worker.run import Worker

VICTIMS, HEIRS = 20, 2
SPREAD_S = 12.0  # longer than the time between two beats
LIMIT_S = 45.0
PATIENCE_S = 120.0
_LOOK_S = 0.05


async def hold(_: JobStore, __: Job, ___: ChildRef) -> Json:
    """Work for ever."""
    await asyncio.Event().wait()
    return {}


async def finish(_: JobStore, __: Job, ___: ChildRef) -> Json:
    return {}


def serve(path: Path, name: str, pipeline: Pipeline) -> None:
    asyncio.run(_serve(path, name, pipeline))


async def _serve(path: Path, name: str, pipeline: Pipeline) -> None:
    database = SqliteDatabase(path)
    worker = Worker(
        JobStore(database),
        {JobKind.INGEST: pipeline},
        light=1,
        heavy=1,
        lease_s=Settings().lease_s,
        name=name,
    )
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    try:
        await worker.run(stopping)
    finally:
        await database.close()


def main() -> int:
    with swift_folder() as folder:
        waits_s = asyncio.run(_waits_s(folder / "jobs.sqlite3"))
    told = {
        "workers killed": len(waits_s),
        "seconds until another worked, median": round(statistics.median(waits_s), 1),
        "longest": round(max(waits_s), 1),
        "allowed": LIMIT_S,
    }
    print(json.dumps(told))
    return 0 if max(waits_s) <= LIMIT_S else 1


async def _waits_s(path: Path) -> list[float]:
    database = SqliteDatabase(path)
    store = JobStore(database)
    await store.setup()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.worker.shop"])
    victims, heirs = {}, []
    try:
        for number in range(VICTIMS):
            job_id = f"job{number}"
            await store.create(new_job(job_id, owner_id=number))
            victims[job_id] = context.Process(target=serve, args=(path, job_id, hold))
            victims[job_id].start()
            await _claimed(store, job_id, attempt=1)
        heirs = [
            context.Process(target=serve, args=(path, f"heir{number}", finish))
            for number in range(HEIRS)
        ]
        for heir in heirs:
            heir.start()
        waits = (_wait_s(store, job.lease_owner, job.id, victims) for job in await _held(store))
        return await asyncio.gather(*waits)
    finally:
        for process in (*victims.values(), *heirs):
            process.kill()
            process.join()
        await database.close()


async def _held(store: JobStore) -> list[Job]:
    return list((await store.many([f"job{number}" for number in range(VICTIMS)])).values())


async def _wait_s(
    store: JobStore, owner: str, job_id: str, victims: dict[str, ForkServerProcess]
) -> float:
    await asyncio.sleep(random.uniform(0.0, SPREAD_S))
    victims[owner].kill()
    killed_at = asyncio.get_running_loop().time()
    await _claimed(store, job_id, attempt=2)
    return asyncio.get_running_loop().time() - killed_at


async def _claimed(store: JobStore, job_id: str, *, attempt: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            job = await store.get(job_id)
            is_worked_on = job is not None and job.status is not JobStatus.PENDING
            if job is not None and is_worked_on and job.attempt >= attempt:
                return
            await asyncio.sleep(_LOOK_S)


if __name__ == "__main__":
    sys.exit(main())
