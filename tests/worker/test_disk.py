"""A disk that is full, nearly full, or slow to say how full it is."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from pathlib import Path

import pytest

from jobs.errors import DiskFull
from jobs.model import JobKind, JobStatus
from jobs.store import JobStore
from pipelines import Pipeline
from storage.adapter import StorageFull
from tests.worker.shop import Waiting, became, failing, finishing, new_job, row, until, working
from worker.run import Room


@pytest.mark.parametrize(
    "problem",
    [DiskFull(), StorageFull("full"), OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))],
)
async def test_a_full_disk_costs_the_job_nothing_and_makes_the_worker_pause(
    store: JobStore, problem: Exception
) -> None:
    waiting = Waiting()
    await store.create(new_job("unlucky"))
    pipelines: dict[JobKind, Pipeline] = {JobKind.INGEST: failing(problem), JobKind.LOOK: waiting}
    async with working(store, pipelines):
        await until(lambda: _was_tried(store, "unlucky"))
        await store.create(new_job("look1", JobKind.LOOK))
        await asyncio.sleep(0.5)
        assert not waiting.started.is_set()
    job = await row(store, "unlucky")
    assert (job.status, job.failures) == (JobStatus.PENDING, 0)


async def _was_tried(store: JobStore, job_id: str) -> bool:
    job = await row(store, job_id)
    return job.status is JobStatus.PENDING and job.attempt == 1


async def test_nothing_is_claimed_while_the_disk_is_short(
    store: JobStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await store.create(new_job())
    room = Room(folder=tmp_path, min_free_bytes=2**62)
    async with working(store, {JobKind.INGEST: finishing({})}, room=room):
        await asyncio.sleep(0.5)
        assert (await row(store)).status is JobStatus.PENDING
    assert caplog.text.count("too little room") == 1, "said once"
    enough = Room(folder=tmp_path, min_free_bytes=1)
    async with working(store, {JobKind.INGEST: finishing({})}, room=enough):
        await became(store, JobStatus.COMPLETE)


class HungDisk(os.PathLike[str]):
    """A folder whose disk answers only once somebody else had a turn."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.was_asked = threading.Event()
        self.answers = threading.Event()
        self.stopped_all = False

    def __fspath__(self) -> str:
        self.was_asked.set()
        self.stopped_all |= not self.answers.wait(2)
        return str(self._folder)


async def test_a_disk_that_hangs_stops_nobody_else(store: JobStore, tmp_path: Path) -> None:
    disk = HungDisk(tmp_path)
    await store.create(new_job())
    room = Room(folder=disk, min_free_bytes=1)
    async with working(store, {JobKind.INGEST: finishing({})}, room=room):
        await until(disk.was_asked.is_set)
        disk.answers.set()
        await became(store, JobStatus.COMPLETE)
    assert not disk.stopped_all
