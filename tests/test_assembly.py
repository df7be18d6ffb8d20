"""What the processes do to each other's database when they start."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assembly import opened, run, run_worker
from doctor import examine
from home import phone_at_home
from phone.visitor import Visitor
from settings import JobStoreBackend, RenderBackend, Settings, SettingsError


async def _videos_per_day(settings: Settings) -> int:
    async with opened(settings) as (store, _):
        rows = await store.database.execute(
            "SELECT value FROM limits WHERE name = 'videos_per_day'"
        )
        return int(rows[0]["value"])


@pytest.mark.parametrize(
    ("loaded", "missing"),
    [("cli", {"aiohttp", "telegram"}), ("assembly", {"av", "modal_render.video", "numpy"})],
)
def test_a_start_does_not_wait_for_what_others_need(loaded: str, missing: set[str]) -> None:
    """Children and other commands load these: a start took half as long again with them."""
    told = subprocess.run(
        [sys.executable, "-c", f"import {loaded}, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert missing & set(told.stdout.split()) == set()


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


async def test_the_owner_asks_the_doctor_in_the_chat_and_hears_no_secret(tmp_path: Path) -> None:
    """The folder's name is a secret here, so that there is one to be taken out."""
    secret = "what-nobody-may-read"
    chosen = Settings(data_dir=tmp_path / secret, port=0, metrics_token=secret)
    stopping = asyncio.Event()
    async with (
        asyncio.timeout(60),
        phone_at_home(chosen) as (phone, home),
        asyncio.TaskGroup() as group,
        Visitor(phone.url) as owner,
    ):
        group.create_task(run(home, stopping, lambda _: None))
        await owner.start(phone.start_parameter)
        asked = await owner.send_text("/doctor")
        told = await owner.wait_for(lambda message: message.reply_to == asked.id)
        stopping.set()
    for name in ("Python", "ffmpeg", "Data folder", "Database", "Files", "Telegram", "YouTube"):
        assert name in told.text
    assert "[redacted]" in told.text
    assert secret not in told.text
