"""How many jobs a second the queue hands out and takes back: `python -m benchmarks.store`.

One cycle is a claim, a beat and a completion, each committed. A bare cycle is three updates of one
row by the same driver: what the disk or the server takes by itself. Several processes work at once,
each on as many lanes as a worker has, on SQLite on this disk and on sqld through our own driver;
both have thousands of jobs waiting. Nothing is between sqld and us but loopback: to a server
elsewhere each of the three costs its round trip as well.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.machine import facts
from benchmarks.together import percentile, tell, together, wait_for_the_others
from jobs import sql
from jobs.database import Statement
from jobs.model import JobKind, Stage
from jobs.opening import Store, build_store
from jobs.rows import new_job_to_row
from jobs.sqlite import journal_mode
from tests.jobs.databases import DATABASES
from tests.jobs.samples import EVERY_KIND, new_job
from tests.jobs.sqld import Sqld

RESULT = Path(__file__).parent / "results" / "store.json"
BACKENDS = ("sqlite", "turso")
PROCESSES = (1, 4)
LANES = 4  # two for short jobs, one for saves, one for renders: a worker's defaults
ROUNDS = 3
LASTS_S = 3.0
WAITING = 4_000  # more than any of them gets through
LEASE_S = 30.0


def main() -> None:
    options = _options()
    if options.child:
        asyncio.run(_work(*options.child))
        return
    answers = [_measured(backend, processes) for backend in BACKENDS for processes in PROCESSES]
    kept = {
        "what": "claim, beat and complete, in cycles a second; milliseconds of one claim",
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            **facts(),
            "sqlite": sqlite3.sqlite_version,
            "journal": journal_mode(sqlite3.sqlite_version_info),
            "sqld": "0.24.1-pre.42",
        },
        "lanes": LANES,
        "waiting": WAITING,
        "rounds": ROUNDS,
        "figures": answers,
    }
    RESULT.write_text(json.dumps(kept, indent=1) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.store")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    return parser.parse_args()


def _measured(backend: str, processes: int) -> dict[str, Any]:
    rounds = [_round(backend, processes) for _ in range(ROUNDS)]
    cycles = [sum(child["cycles"] for child in children) / LASTS_S for children in rounds]
    bare = [sum(child["bare"] for child in children) / LASTS_S for children in rounds]
    claims_ms = [ms for children in rounds for child in children for ms in child["claims_ms"]]
    answer = {
        "backend": backend,
        "processes": processes,
        "cycles_per_s": round(statistics.median(cycles), 1),
        "least": round(min(cycles), 1),
        "most": round(max(cycles), 1),
        "bare_cycles_per_s": round(statistics.median(bare), 1),
        "claim_ms_median": round(statistics.median(claims_ms), 1),
        "claim_ms_p99": round(percentile(claims_ms, 99), 1),
    }
    print(json.dumps(answer), flush=True)
    return answer


def _round(backend: str, processes: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="bench-store-") as name, _server(backend, Path(name)):
        asyncio.run(_fill(backend, Path(name)))
        argv = [sys.executable, "-m", "benchmarks.store", "--child", backend, name]
        return together([[*argv, str(number)] for number in range(processes)])


@contextmanager
def _server(backend: str, folder: Path) -> Iterator[None]:
    if backend == "sqlite":
        yield
        return
    server = Sqld(folder)
    server.start()
    server.tell_address(folder)
    try:
        yield
    finally:
        server.stop()


async def _fill(backend: str, folder: Path) -> None:
    store = build_store(DATABASES[backend](folder))
    await store.jobs.setup()
    # One of each person's: who has many waiting is given later turns, which costs more to find.
    jobs = [new_job(f"job{n:06}", JobKind.LOOK, owner_id=n, chat_id=n) for n in range(WAITING)]
    rows = [new_job_to_row(job) for job in jobs]
    for start in range(0, WAITING, 500):
        some = [Statement(sql.CREATE_JOB, row) for row in rows[start : start + 500]]
        await store.database.batch(some)
    rows_of_bare = "CREATE TABLE bare (id TEXT PRIMARY KEY, n INTEGER NOT NULL)"
    await store.database.execute(rows_of_bare)
    await store.close()


async def _work(backend: str, folder: str, name: str) -> None:
    """A child: says ready, waits for a line, works, says what it did."""
    store = build_store(DATABASES[backend](Path(folder)))
    await store.jobs.setup()
    wait_for_the_others()
    until = time.monotonic() + LASTS_S
    owners = [f"{name}-{number}" for number in range(LANES)]
    lanes = await asyncio.gather(*(_lane(store, owner, until) for owner in owners))
    until = time.monotonic() + LASTS_S
    bare = sum(await asyncio.gather(*(_bare_lane(store, owner, until) for owner in owners)))
    await store.close()
    claims_ms = [ms for lane in lanes for ms in lane]
    tell({"cycles": len(claims_ms), "bare": bare, "claims_ms": claims_ms})


async def _lane(store: Store, owner: str, until: float) -> list[float]:
    claims_ms = []
    while (began := time.monotonic()) < until:
        job = await store.jobs.claim_next_pending(owner, EVERY_KIND, LEASE_S)
        assert job is not None, "the queue ran dry"
        claims_ms.append(round((time.monotonic() - began) * 1000, 2))
        assert await store.jobs.beat(job, stage=Stage.DRAWING, progress=50, lease_s=LEASE_S)
        assert await store.jobs.complete(job.id, job.attempt, {"by": owner})
    return claims_ms


async def _bare_lane(store: Store, owner: str, until: float) -> int:
    await store.database.execute("INSERT INTO bare VALUES (:id, 0)", {"id": owner})
    cycles = 0
    while time.monotonic() < until:
        for _ in range(3):
            await store.database.execute("UPDATE bare SET n = n + 1 WHERE id = :id", {"id": owner})
        cycles += 1
    return cycles


if __name__ == "__main__":
    main()
