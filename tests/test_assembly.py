"""What the processes do to each other's database when they start."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from assembly import opened, run, run_worker
from doctor import examine
from home import phone_at_home
from settings import JobStoreBackend, RenderBackend, Settings, SettingsError


async def _videos_per_day(settings: Settings) -> int:
    async with opened(settings) as (store, _):
        rows = await store.database.execute(
            "SELECT value FROM limits WHERE name = 'videos_per_day'"
        )
        return int(rows[0]["value"])


async def test_quotas_are_the_bots_and_no_worker_changes_them(tmp_path: Path) -> None:
    stopping = asyncio.Event()
    stopping.set()
    async with asyncio.timeout(30), phone_at_home(Settings(data_dir=tmp_path, port=0)) as (_, home):
        await run(replace(home, videos_per_day=7), stopping, lambda _: None)
        await run_worker(replace(home, videos_per_day=9), stopping)
        await examine(replace(home, videos_per_day=9))
        assert await _videos_per_day(home) == 7


async def test_a_worker_elsewhere_does_not_keep_files_where_nobody_finds_them(
    tmp_path: Path,
) -> None:
    elsewhere = Settings(
        data_dir=tmp_path,
        job_store_backend=JobStoreBackend.TURSO,
        turso_database_url="http://127.0.0.1:9",
    )
    with pytest.raises(SettingsError, match=r"^STORAGE_BACKEND: "):
        await run_worker(elsewhere, asyncio.Event())


async def test_at_home_videos_are_made_at_home(tmp_path: Path) -> None:
    chosen = Settings(data_dir=tmp_path, port=0, render_backend=RenderBackend.MODAL)
    async with asyncio.timeout(30), phone_at_home(chosen) as (_, home):
        assert home.render_backend is RenderBackend.LOCAL
