"""From a created job to its pipeline at work, worker beside the bot: `python -m benchmarks.pickup`.

The promise is 50 ms. Also counts the questions an idle worker asks the database.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import statistics
import tempfile
import time
from pathlib import Path

from jobs.model import Job, JobKind, Json, NewJob
from jobs.sqlite import SqliteDatabase
from jobs.store import JobStore
from pipelines.child import ChildRef
from tests.worker.shop import Watched
from worker.run import Worker

RUNS = 100
IDLE_S = 12.0
RESULT = Path(__file__).parent / "results" / "pickup.json"


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Watched(SqliteDatabase(Path(folder) / "jobs.sqlite3"))
        try:
            figures = await _measure(database)
        finally:
            await database.close()
    print(json.dumps(figures, indent=1))
    await asyncio.to_thread(RESULT.write_text, json.dumps(figures, indent=1) + "\n")


async def _measure(database: Watched) -> dict[str, object]:
    store = JobStore(database)
    await store.setup()
    started = asyncio.Event()

    async def pipeline(_: JobStore, __: Job, ___: ChildRef) -> Json | None:
        started.set()
        return {}

    worker = Worker(store, {JobKind.LOOK: pipeline}, light=2, heavy=0, lease_s=30, name="bench")
    stopping = asyncio.Event()
    took_ms = []
    async with asyncio.TaskGroup() as group:
        group.create_task(worker.run(stopping))
        for _ in range(RUNS):
            started.clear()
            job = NewJob(
                id=secrets.token_hex(16),
                kind=JobKind.LOOK,
                project_id="p",
                owner_id=1,
                chat_id=1,
                input={},
            )
            began = time.monotonic()
            await store.create(job)
            await started.wait()
            took_ms.append((time.monotonic() - began) * 1000)
            await asyncio.sleep(0.02)
        before = database.questions
        await asyncio.sleep(IDLE_S)
        idle = (database.questions - before) / IDLE_S
        stopping.set()
    return {
        "what": "milliseconds from creating a job to its pipeline at work, worker in the process",
        "runs": RUNS,
        "median": round(statistics.median(took_ms), 1),
        "p95": round(sorted(took_ms)[int(RUNS * 0.95)], 1),
        "max": round(max(took_ms), 1),
        "idle_questions_per_s": round(idle, 2),
    }


if __name__ == "__main__":
    asyncio.run(main())
