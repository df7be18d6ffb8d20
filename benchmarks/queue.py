"""How quick the queue is beside bare commits and other queues: `python -m benchmarks.queue`.

Eight processes work at once on 100,000 waiting jobs. In every round each contender has one turn on
a fresh copy of its database, all with the same journal and FULL durability: on this disk, and in
memory, where no commit waits for anything and what a queue costs by itself shows.

A cycle of ours is a claim, a beat and a completion, and the bare loop's three commits. As in a
worker, the next claim is asked for while the last job is completed, and shares that commit where
others have the turn. huey and litequeue commit twice, having no lease to keep, so beside them ours
leaves the beat out.
`--quick` shows in a minute that all of it works and writes nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.contenders import LEASE_S, fill
from benchmarks.figures import Figure, Target, print_table
from benchmarks.machine import facts
from benchmarks.peers.programs import PYTHON as PEERS_PYTHON
from benchmarks.together import ROOT, percentile, together
from jobs.model import Job, JobKind, Json
from jobs.opening import build_store
from jobs.sqlite import SqliteDatabase, journal_mode
from jobs.store import JobStore
from pipelines.child import ChildRef
from tests.jobs.databases import swift_folder
from tests.jobs.samples import EVERY_KIND
from tests.worker.shop import Watched
from worker.run import Worker

RESULT = Path(__file__).parent / "results" / "queue.json"
JOURNAL = journal_mode(sqlite3.sqlite_version_info)
WORKERS = 8
OURS, PEERS = ("ours", "brief", "bare"), ("huey", "litequeue")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is measured."""

    rows: int
    rounds: int
    lasts_s: float
    idle_s: float
    backlog: int


@dataclass(frozen=True, slots=True)
class Turn:
    """What eight processes did together."""

    cycles_per_s: float
    claim_ms_p99: float


WHOLE = Plan(rows=100_000, rounds=3, lasts_s=4.0, idle_s=60.0, backlog=50_000)
QUICK = Plan(rows=2_000, rounds=1, lasts_s=0.5, idle_s=4.0, backlog=1_000)
Turns = Mapping[str, list[Turn]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.queue")
    parser.add_argument("--quick", action="store_true", help="few rows, one round, nothing kept")
    is_quick = parser.parse_args().quick
    plan, machine = QUICK if is_quick else WHOLE, facts()
    figures = _measured(plan)
    print_table(figures)
    if is_quick:
        print("A quick run: it shows that everything runs, its figures are not to be quoted.")
        return
    kept = {
        "what": "claim to done, by eight processes at once; ratios are taken within a round",
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {**machine, "sqlite": sqlite3.sqlite_version, "journal": JOURNAL},
        "rows": plan.rows,
        "workers": WORKERS,
        "figures": [figure.as_json() for figure in figures],
    }
    RESULT.write_text(json.dumps(kept, indent=1) + "\n")


def _measured(plan: Plan) -> list[Figure]:
    # Beside the project: the system's place for temporary files may be in memory itself.
    disk = ROOT / "build"
    disk.mkdir(exist_ok=True)
    with swift_folder() as swift, tempfile.TemporaryDirectory(prefix="bench-", dir=disk) as slow:
        filled = _filled(plan, swift)
        figures = []
        for ground, folder in (("disk", Path(slow)), ("memory", swift)):
            figures += _figures(ground, _interleaved(plan, filled, folder))
        return [*figures, *asyncio.run(_alone(plan, swift))]


def _filled(plan: Plan, folder: Path) -> Mapping[str, Path]:
    """A database for each contender, with all rows in it; ours share one."""
    ours = folder / "ours.sqlite3"
    asyncio.run(fill(ours, plan.rows))
    filled = dict.fromkeys(OURS, ours)
    for name in PEERS if PEERS_PYTHON.exists() else ():
        filled[name] = folder / f"{name}.sqlite3"
        subprocess.run(_command(name, "fill", filled[name], plan.rows), cwd=ROOT, check=True)
    return filled


def _interleaved(plan: Plan, filled: Mapping[str, Path], folder: Path) -> Turns:
    turns: dict[str, list[Turn]] = {name: [] for name in filled}
    for number in range(1, plan.rounds + 1):
        for name, full in filled.items():
            turn = _turn(plan, name, full, folder)
            turns[name].append(turn)
            print(f"  {folder} round {number}: {name}: {turn}", file=sys.stderr)
    return turns


def _turn(plan: Plan, name: str, full: Path, folder: Path) -> Turn:
    copy = folder / "turn.sqlite3"
    shutil.copy(full, copy)
    try:
        told = together([_command(name, "work", copy, plan.lasts_s)] * WORKERS)
    finally:
        for left in folder.glob("turn.sqlite3*"):
            left.unlink()
    claims_ms = [ms for each in told for ms in each["claims_ms"]]
    return Turn(len(claims_ms) / plan.lasts_s, percentile(claims_ms, 99))


def _command(name: str, verb: str, file: Path, much: float) -> list[str]:
    python, module = sys.executable, "benchmarks.contenders"
    if name in PEERS:
        python, module = str(PEERS_PYTHON), "benchmarks.peers.queues"
    return [python, "-m", module, name, verb, str(file), JOURNAL, str(much)]


def _figures(ground: str, turns: Turns) -> list[Figure]:
    """Only a disk makes commits cost what they cost people, so ratios are judged there."""
    at_least = Target(0.8, at_least=True) if ground == "disk" else None
    ours, bare = turns["ours"], turns["bare"]
    figures = [
        Figure(f"{ground}: cycles a second with a beat: ours", _cycles(ours)),
        Figure(f"{ground}: cycles a second of three commits: bare loop", _cycles(bare)),
        Figure(f"{ground}: ours over the bare loop", _ratios(ours, bare), at_least),
        Figure(f"{ground}: claim, p99 in ms", _p99s(ours), Target(50.0)),
        Figure(f"{ground}: first commit of the bare loop, p99 in ms", _p99s(bare)),
        Figure(f"{ground}: cycles a second without beats: ours", _cycles(turns["brief"])),
    ]
    for name in PEERS:
        theirs = turns.get(name, [])
        lack = "" if theirs else "make bench-queue brings it"
        figures += [
            Figure(
                f"{ground}: cycles a second without beats: {name}", _cycles(theirs), missing=lack
            ),
            Figure(f"{ground}: ours over {name}", _ratios(turns["brief"], theirs), missing=lack),
            Figure(f"{ground}: claim of {name}, p99 in ms", _p99s(theirs), missing=lack),
        ]
    return figures


def _cycles(turns: list[Turn]) -> tuple[float, ...]:
    return tuple(turn.cycles_per_s for turn in turns)


def _p99s(turns: list[Turn]) -> tuple[float, ...]:
    return tuple(turn.claim_ms_p99 for turn in turns)


def _ratios(ours: list[Turn], theirs: list[Turn]) -> tuple[float, ...]:
    return tuple(
        one.cycles_per_s / other.cycles_per_s for one, other in zip(ours, theirs, strict=False)
    )


async def _alone(plan: Plan, folder: Path) -> list[Figure]:
    """What one worker costs: that has nothing to do, and that looks past what is not for it."""
    return [
        Figure("idle worker: questions a second", (await _idle(plan, folder),), Target(1.0)),
        Figure(
            f"memory: claim of a picture behind {plan.backlog:,} videos, p99 in ms",
            (await _behind(plan, folder),),
            Target(50.0),
        ),
    ]


async def _idle(plan: Plan, folder: Path) -> float:
    database = Watched(SqliteDatabase(folder / "idle.sqlite3"))
    store = JobStore(database)
    await store.setup()
    worker = Worker(
        store,
        dict.fromkeys(JobKind, _nothing),
        light=2,
        heavy=1,
        lease_s=LEASE_S,
        name="idle",
    )
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(worker.run(stopping))
        before = database.questions
        await asyncio.sleep(plan.idle_s)
        asked = database.questions - before
        stopping.set()
    await database.close()
    return asked / plan.idle_s


async def _nothing(_: JobStore, __: Job, ___: ChildRef) -> Json:
    return {}


async def _behind(plan: Plan, folder: Path) -> float:
    """Everybody's videos wait, and somebody's picture is wanted at once."""
    file = folder / "behind.sqlite3"
    await fill(file, plan.backlog, JobKind.RENDER)
    store = build_store(SqliteDatabase(file))
    others = EVERY_KIND - {JobKind.RENDER}
    loop, claims_ms = asyncio.get_running_loop(), []
    await store.jobs.setup()  # opens the file, which looks through all of it
    for _ in range(1_000):
        began = loop.time()
        assert await store.jobs.claim_next_pending("bench", others, LEASE_S) is None
        claims_ms.append((loop.time() - began) * 1000)
    await store.close()
    return percentile(claims_ms, 99)


if __name__ == "__main__":
    main()
