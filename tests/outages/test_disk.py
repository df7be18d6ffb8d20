"""The disk is full to the last byte: the database on it, the files, and what is at work."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from assembly import opened, run_worker
from jobs.errors import StoreUnavailable
from jobs.model import Job, JobKind, JobStatus, Json
from jobs.sqlite import SqliteDatabase
from jobs.store import JobStore
from pipelines.child import ChildRef
from settings import Settings
from storage import keys
from storage.local import LocalStorage
from tests.bot.conftest import LINK_BASE, SECRET
from tests.bot.media import put
from tests.outages.disk import SmallDisk, small_disk
from tests.outages.ground import (
    PAUSE_S,
    RECOVERY_S,
    SHORT_WAITS,
    alerts,
    ground,
    lived_through,
    send_more,
)
from tests.worker.shop import became, finishing, new_job, row, until, working
from worker.run import Room

MIB = 1024**2


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    folder = tmp_path / "small"
    folder.mkdir()
    with small_disk(folder) as made:
        yield made


async def test_nothing_is_claimed_while_too_little_is_free(
    tmp_path: Path, disk: SmallDisk, caplog: pytest.LogCaptureFixture
) -> None:
    database = SqliteDatabase(tmp_path / "jobs.sqlite3")
    store = JobStore(database)
    await store.setup()
    room = Room(folder=disk.folder, min_free_bytes=16 * MIB)
    disk.fill(8 * MIB)
    await store.create(new_job())
    async with working(store, {JobKind.INGEST: finishing({})}, room=room):
        await until(lambda: "too little room" in caplog.text)
        await asyncio.sleep(0.5)
        assert (await row(store)).attempt == 0
        disk.clear()
        job = await became(store, JobStatus.COMPLETE)
    assert job.attempt == 1
    assert len(alerts(caplog)) == 1
    await database.close()


async def test_a_job_for_which_the_room_runs_out_keeps_its_tries(
    tmp_path: Path, disk: SmallDisk
) -> None:
    database = SqliteDatabase(tmp_path / "jobs.sqlite3")
    store = JobStore(database, waits=SHORT_WAITS)
    await store.setup()
    storage = LocalStorage(disk.folder / "storage", secret=SECRET, link_base=LINK_BASE)
    disk.fill(MIB)

    async def large(_: JobStore, job: Job, __: ChildRef) -> Json:
        key = keys.video(job.id, job.attempt)
        await put(storage, key, bytes(8 * MIB))
        return {"video_key": key}

    await store.create(new_job())
    async with working(store, {JobKind.INGEST: large}, pause_s=PAUSE_S):
        await until(lambda: _waits_again(store))
        disk.clear()
        job = await became(store, JobStatus.COMPLETE)
    assert job.failures == 0
    found = [info async for info in storage.list("")]
    assert [(info.key, info.size_bytes) for info in found] == [
        (keys.video(job.id, job.attempt), 8 * MIB)
    ]
    await storage.sweep_unfinished(older_than_s=0)
    assert [path.name for path in disk.folder.rglob("*") if path.is_file()] == ["output.mp4"]
    await database.close()


async def _waits_again(store: JobStore) -> bool:
    job = await row(store)
    return job.attempt == 1 and job.status is JobStatus.PENDING


async def test_with_everything_on_a_full_disk_nothing_is_lost_or_damaged(
    tmp_path: Path, disk: SmallDisk, caplog: pytest.LogCaptureFixture
) -> None:
    path = disk.folder / "jobs.sqlite3"
    storage = LocalStorage(disk.folder / "storage", secret=SECRET, link_base=LINK_BASE)

    @asynccontextmanager
    async def full() -> AsyncIterator[None]:
        disk.fill()
        yield
        assert disk.free_bytes == 0
        disk.clear()

    async with ground(tmp_path, SqliteDatabase(path), storage) as here:
        took_s = await lived_through(here, full, partial(send_more, here))
    assert took_s <= RECOVERY_S
    told = alerts(caplog)
    assert max(map(told.count, told)) == 1, told
    eye = sqlite3.connect(path)
    assert eye.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    eye.close()


async def laid(disk: SmallDisk) -> Settings:
    """Of a product that was there before the disk was full."""
    settings = Settings(data_dir=disk.folder)
    async with opened(settings):
        return settings


async def test_a_worker_that_starts_on_a_full_disk_waits_for_room(
    disk: SmallDisk, caplog: pytest.LogCaptureFixture
) -> None:
    settings = await laid(disk)
    disk.fill()
    stopping = asyncio.Event()
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(run_worker(settings, stopping))
        await until(lambda: "nothing begins before the job store answers" in caplog.text)
        disk.clear()
        await until(settings.scratch_dir.is_dir)  # made once the store is there
        stopping.set()
    assert len([line for line in alerts(caplog) if "nothing begins" in line]) == 1


async def test_a_start_that_waits_for_its_store_can_be_stopped(
    disk: SmallDisk, caplog: pytest.LogCaptureFixture
) -> None:
    settings = await laid(disk)
    disk.fill()
    stopping = asyncio.Event()
    starting = asyncio.create_task(run_worker(settings, stopping))
    await until(lambda: "nothing begins before the job store answers" in caplog.text)
    stopping.set()
    with pytest.raises(StoreUnavailable):
        await asyncio.wait_for(starting, 30)
