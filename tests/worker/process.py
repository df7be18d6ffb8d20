"""A worker as a process of its own: `python -m tests.worker.process DATABASE FOLDER MODE NAME`.

MODE "hold" works with a child process for ever, "die" kills the whole process while working.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from jobs.model import Job, JobKind, Json
from jobs.sqlite import SqliteDatabase
from jobs.store import JobStore
from pipelines import Pipeline
from pipelines.child import ChildRef
from tests.worker.shop import LEASE_S, Family
from worker.run import Worker


async def _die(store: JobStore, job: Job, child_ref: ChildRef) -> Json | None:
    os.kill(os.getpid(), signal.SIGKILL)
    return None


async def main(database_path: Path, folder: Path, mode: str, name: str) -> None:
    database = SqliteDatabase(database_path)
    store = JobStore(database)
    pipeline: Pipeline = _die if mode == "die" else Family(folder)
    worker = Worker(
        store,
        {JobKind.INGEST: pipeline, JobKind.RENDER: pipeline},
        light=1,
        heavy=1,
        lease_s=LEASE_S,
        poll_s=0.1,
        sweep_s=0.2,
        drain_s=0.1,
        name=name,
    )
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    try:
        await worker.run(stopping)
    finally:
        await database.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(message)s")
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]))
