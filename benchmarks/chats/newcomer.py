"""Somebody who opens the page of `make try` for the first time, and presses what it shows."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import expect

from benchmarks.chats.scene import Plan
from benchmarks.figures import Figure, Target
from benchmarks.kept import Answer
from tests.phone.browser import launched, opened
from tests.whole.product import COMMAND, free_port

START_S = 60.0
CARD_MS, VIDEO_MS = 60_000, 120_000


async def newcomer(plan: Plan) -> Answer:
    """From opening the page to the first video, with the first sample; a click follows at once."""
    took_s = []
    for number in range(plan.much(2, 1)):
        async with _at_home(plan.new_folder(f"newcomer-{number}")) as address:
            took_s.append(await _first_video_s(address))
    what = "from opening the page of `make try` to the first video (s), clicking at once"
    return Answer([Figure(what, tuple(took_s), Target(60))], {"took_s": took_s})


async def _first_video_s(address: str) -> float:
    async with launched() as chromium:
        began = time.monotonic()
        async with opened(chromium, address) as page:
            await page.locator("#start").click()
            await page.locator(".sample").first.click()
            make = page.locator('.key[data-data^="mk:"]').last
            await expect(make).to_be_visible(timeout=CARD_MS)
            await make.click()
            await expect(page.locator(".message video")).to_have_count(1, timeout=VIDEO_MS)
            return time.monotonic() - began


@asynccontextmanager
async def _at_home(folder: Path) -> AsyncIterator[str]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(COMMAND, "try", "--port", str(port), "--data-dir", folder / "data"),
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        await asyncio.wait_for(process.stdout.readline(), START_S)
        yield f"http://localhost:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.communicate(), START_S)
