"""The power goes at any moment: the database is whole, and holds all that was acknowledged.

`make power` cuts at a thousand points of each run, `make test` at fifty.
"""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from jobs.errors import ErrorClass
from jobs.model import JobKind, JobStatus, Stage
from jobs.opening import Store, build_store
from jobs.sqlite import pragmas
from tests.jobs.power import Disk, Event, Files, PoweredDatabase, cut
from tests.jobs.samples import LEASE_S, claim, new_job

POINTS = int(os.environ.get("POWER_CUTS", "50"))
JOBS = 16
NAME = "jobs.sqlite3"
MODES = {"truncate": pragmas((3, 40, 1)), "wal": pragmas((3, 51, 3))}
_RANKS = {JobStatus.PENDING: 0, JobStatus.PROCESSING: 1}


@pytest.mark.parametrize("loss", ["nothing unsynced is left", "any part of it is left"])
@pytest.mark.parametrize("mode", MODES)
async def test_a_power_cut_loses_nothing_acknowledged(folder: Path, mode: str, loss: str) -> None:
    log, begin = await _worked(folder, MODES[mode])
    chance = random.Random(15) if loss.startswith("any") else None
    losses = _losses(folder, log, _points(log, begin), chance)
    assert losses == []


async def test_such_a_cut_would_show_what_is_not_synced(folder: Path) -> None:
    careless = [text.replace("synchronous=FULL", "synchronous=NORMAL") for text in MODES["wal"]]
    log, begin = await _worked(folder, careless)
    assert _losses(folder, log, _points(log, begin), None) != []


async def _worked(folder: Path, told: Sequence[str]) -> tuple[list[Event], int]:
    """What happened to the disk while jobs went every way, and where the tables were there."""
    disk = Disk()
    database = PoweredDatabase(folder / NAME, disk, told)
    store = build_store(database)
    await store.jobs.setup()
    begin = len(disk.log)
    for number in range(JOBS):
        await _one_way(store, disk, f"job{number:02}", number)
    log = list(disk.log)
    await database.close()
    disk.unregister()
    return log, begin


async def _one_way(store: Store, disk: Disk, job_id: str, number: int) -> None:
    await store.jobs.create(new_job(job_id, JobKind.LOOK))
    disk.acknowledge(job_id, JobStatus.PENDING)
    if number % 4 == 3:
        return
    job = await claim(store)
    disk.acknowledge(job.id, JobStatus.PROCESSING)
    assert await store.jobs.beat(job, stage=Stage.DRAWING, progress=50, lease_s=LEASE_S)
    if number % 4 == 0:
        assert await store.jobs.complete(job.id, job.attempt, {"by": job.id})
        disk.acknowledge(job.id, JobStatus.COMPLETE)
    elif number % 4 == 1:
        assert await store.jobs.fail(job.id, job.attempt, "bad", ErrorClass.BAD_INPUT, {})
        disk.acknowledge(job.id, JobStatus.FAILED)
    else:
        assert await store.jobs.cancel(job.id)
        disk.acknowledge(job.id, JobStatus.CANCELLED)


def _points(log: Sequence[Event], begin: int) -> list[int]:
    """As many as are wanted, all over the work and each at another moment."""
    many = range(begin, len(log) + 1)
    return sorted(random.Random(POINTS).sample(many, min(POINTS, len(many))))


def _losses(
    folder: Path, log: Sequence[Event], points: Sequence[int], chance: random.Random | None
) -> list[str]:
    """A line for each cut that did harm."""
    after = folder / "after"
    after.mkdir()
    return [
        f"cut at {point}: {harm}"
        for point, (files, told) in zip(points, cut(log, points, chance), strict=True)
        if (harm := _harm(after, files, told))
    ]


def _harm(folder: Path, files: Files, told: Mapping[str, JobStatus]) -> str:
    """What is wrong with what the power left; empty when nothing is."""
    for old in folder.iterdir():
        old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    database = sqlite3.connect(folder / NAME)
    try:
        (whole,) = database.execute("PRAGMA integrity_check").fetchone()
        held = dict(database.execute("SELECT id, status FROM jobs").fetchall())
        finals = {row[0] for row in database.execute("SELECT job_id FROM outbox")}
    except sqlite3.DatabaseError as problem:
        return str(problem)
    finally:
        database.close()
    lost = [job_id for job_id, status in told.items() if not _is_there(held.get(job_id), status)]
    ended = {job_id for job_id, status in told.items() if status.is_terminal}
    return "" if whole == "ok" and not lost and ended <= finals else f"{whole}, lost {lost}"


def _is_there(held: str | None, told: JobStatus) -> bool:
    """Whether the row says what was acknowledged, or what came after that."""
    if held is None:
        return False
    return held == told or (not told.is_terminal and _RANKS.get(JobStatus(held), 2) > _RANKS[told])
