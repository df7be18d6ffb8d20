"""Our queue and the bare loop, one process each: `python -m benchmarks.contenders`."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.together import cycles, tell, wait_for_the_others
from jobs import sql
from jobs.database import Statement
from jobs.model import Job, JobKind, Stage
from jobs.opening import build_store
from jobs.rows import new_job_to_row
from jobs.sqlite import SqliteDatabase
from tests.jobs.samples import EVERY_KIND, new_job

LEASE_S = 30.0
PATIENCE_S = 30.0
_AT_ONCE = 500
_BARE_TABLE = "CREATE TABLE bare (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)"
_BARE_ROWS = 64


def main(name: str, verb: str, file: str, journal: str, much: str) -> None:
    """`NAME fill FILE JOURNAL ROWS` or `NAME work FILE JOURNAL SECONDS`.

    Names: `ours` beats once between claim and completion, `brief` does not; both claim the next
    job while the last is completed. `bare` is three updates of one row in a database like ours.
    """
    if verb == "fill":
        asyncio.run(fill(Path(file), int(much)))
    elif name == "bare":
        bare = _Bare(file, journal)
        wait_for_the_others()
        tell({"claims_ms": cycles(bare.claim, float(much))})
    else:
        asyncio.run(_work(Path(file), float(much), beats=name == "ours"))


async def fill(file: Path, rows: int, kind: JobKind = JobKind.LOOK) -> None:
    """So many jobs that wait, each of another person, and a table for the bare loop."""
    store = build_store(SqliteDatabase(file))
    await store.jobs.setup()
    # Who has many waiting is given later turns, which costs more to find.
    jobs = [new_job(f"{kind}{n:07}", kind, owner_id=n, chat_id=n) for n in range(rows)]
    made = [Statement(sql.CREATE_JOB, new_job_to_row(job)) for job in jobs]
    for start in range(0, rows, _AT_ONCE):
        await store.database.batch(made[start : start + _AT_ONCE])
    await store.database.execute(_BARE_TABLE)
    await store.database.batch(
        [Statement("INSERT INTO bare VALUES (:id, 0)", {"id": id}) for id in range(_BARE_ROWS)]
    )
    await store.close()


async def _work(file: Path, seconds: float, *, beats: bool) -> None:
    store = build_store(SqliteDatabase(file))
    await store.jobs.setup()
    wait_for_the_others()
    claims_ms: list[float] = []

    async def claim() -> Job:
        began = time.monotonic()
        job = await store.jobs.claim_next_pending("bench", EVERY_KIND, LEASE_S)
        claims_ms.append(round((time.monotonic() - began) * 1000, 2))
        assert job is not None, "the queue ran dry"
        return job

    until = time.monotonic() + seconds
    job = await claim()
    while time.monotonic() < until:
        if beats:
            assert await store.jobs.beat(job, stage=Stage.DRAWING, progress=50, lease_s=LEASE_S)
        # As a worker does: its place is free before the result is written.
        completed, job = await asyncio.gather(
            store.jobs.complete(job.id, job.attempt, {"by": "bench"}), claim()
        )
        assert completed
    await store.close()
    tell({"claims_ms": claims_ms})


class _Bare:
    """Three commits by Python's own sqlite3, without a thread or a task between."""

    def __init__(self, file: str, journal: str) -> None:
        self._connection = sqlite3.connect(file, timeout=PATIENCE_S, isolation_level=None)
        self._connection.execute(f"PRAGMA journal_mode={journal}")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._row = {"id": time.monotonic_ns() % _BARE_ROWS}

    def claim(self) -> Callable[[], object]:
        self._update()
        return self._finish

    def _finish(self) -> None:
        self._update()
        self._update()

    def _update(self) -> None:
        self._connection.execute("UPDATE bare SET n = n + 1 WHERE id = :id", self._row)


if __name__ == "__main__":
    main(*sys.argv[1:])
