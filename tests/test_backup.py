"""A backup taken while the queue is written to, and what comes back of it."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from backup import BackupRefused, backup
from jobs.model import JobKind, JobStatus, NewJob
from jobs.opening import Store, open_store
from settings import JobStoreBackend, Settings, signing_key

COPIES = 20 if os.environ.get("BACKUPS") == "long" else 3


async def _ended(store: Store, name: str) -> None:
    new = NewJob(id=name, kind=JobKind.INGEST, project_id="p", owner_id=1, chat_id=1, input={})
    await store.jobs.create(new)
    job = await store.jobs.claim_next_pending("worker", [JobKind.INGEST], 30)
    assert job is not None
    assert await store.jobs.complete(job.id, job.attempt, {})


async def _working(store: Store, ended: list[str]) -> None:
    while True:
        name = f"job{len(ended):05}"
        await _ended(store, name)
        ended.append(name)


async def _more_than(ended: list[str], few: int) -> tuple[str, ...]:
    async with asyncio.timeout(30):
        while len(ended) <= few:  # noqa: ASYNC110 - the list is what others look at too
            await asyncio.sleep(0.01)
    return tuple(ended)


async def test_every_copy_holds_all_that_had_ended_before_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", queued_ingests=10_000)
    key = signing_key(settings)
    store = await open_store(settings)
    ended: list[str] = []
    try:
        async with asyncio.TaskGroup() as group:
            working = group.create_task(_working(store, ended))
            for number in range(COPIES):
                before = await _more_than(ended, number)
                files = await backup(settings, tmp_path / f"copy{number}")
                assert [path.name for path in files] == ["pocketreel.sqlite3", "signing.key"]
                await _holds(files[0], before)
            working.cancel()
    finally:
        await store.close()
    assert files[1].read_bytes() == key
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


async def _holds(copy: Path, ended: tuple[str, ...]) -> None:
    with sqlite3.connect(copy) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    restored = await open_store(Settings(data_dir=copy.parent))
    try:
        jobs = await restored.jobs.many(ended)
        assert jobs.keys() == set(ended)
        assert {job.status for job in jobs.values()} <= {JobStatus.COMPLETE}
    finally:
        await restored.close()


async def test_nothing_is_written_over(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    await (await open_store(settings)).close()
    first = await backup(settings, tmp_path / "copy")
    with pytest.raises(BackupRefused, match="there already"):
        await backup(settings, tmp_path / "copy")
    assert first[0].exists()
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == ["pocketreel.sqlite3"]


async def test_what_is_elsewhere_or_nowhere_is_said(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with pytest.raises(BackupRefused, match="DATA_DIR"):
        await backup(settings, tmp_path / "copy")
    away = dataclasses.replace(settings, job_store_backend=JobStoreBackend.TURSO)
    with pytest.raises(BackupRefused, match="JOB_STORE_BACKEND"):
        await backup(away, tmp_path / "copy")
