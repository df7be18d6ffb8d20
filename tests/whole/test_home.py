"""What the page may do to the bot and the worker of `pocketreel try`, and that both survive it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from phone.demo import is_ready
from phone.visitor import Visitor
from tests import sounds
from tests.whole.product import COMMAND, free_port

PATIENCE_S = 60.0


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(COMMAND, "try", "--port", str(port), "--data-dir", tmp_path / "data"),
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert b"Pocketreel is at" in await asyncio.wait_for(process.stdout.readline(), 30)
    yield f"http://127.0.0.1:{port}"
    process.send_signal(signal.SIGINT)
    await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0


async def backstage(address: str, what: str = "") -> dict[str, Any]:
    """What the panel shows; or the answer to what it strikes with."""
    url = f"{address}/phone/backstage"
    async with aiohttp.ClientSession(trust_env=False) as session:
        asked = session.post(f"{url}/{what}", json={}) if what else session.get(url)
        async with asked as answer:
            answer.raise_for_status()
            return dict(await answer.json())


async def render_job(address: str) -> dict[str, Any]:
    """The newest render of the newest card; empty before there is one."""
    jobs = (await backstage(address))["home"]["jobs"]
    return next((job for job in jobs if job["kind"] == "render"), {})


async def test_the_bot_restarts_and_a_killed_render_is_made_again(
    address: str, tmp_path: Path
) -> None:
    async with Visitor(address) as visitor, aiohttp.ClientSession(trust_env=False) as session:
        async with session.get(f"{address}/phone/state") as answer:
            parameter = (await answer.json())["start_parameter"]
        await visitor.start(parameter)
        assert (await backstage(address))["home"] == {"card": None, "jobs": []}
        assert await backstage(address, "kill") == {"killed": False}
        await visitor.send_voice(sounds.write(tmp_path / "note.ogg", sounds.speech(6.0)))
        card = await visitor.wait_for(is_ready, PATIENCE_S)

        await backstage(address, "restart")
        await visitor.press_label(card, "Trim")
        card = await visitor.wait_for(lambda m: m.key("+1 s") is not None, PATIENCE_S)
        await visitor.press_label(card, "Done")
        card = await visitor.wait_for(is_ready, PATIENCE_S)

        await visitor.press_label(card, "Make video")
        async with asyncio.timeout(PATIENCE_S):
            while (await render_job(address)).get("progress", 0) < 5:
                await asyncio.sleep(0.05)
        assert (await backstage(address))["home"]["card"]["phase"] == "making"
        assert await backstage(address, "kill") == {"killed": True}
        await backstage(address, "restart")
        video = await visitor.wait_for(lambda message: message.kind == "video", PATIENCE_S)
        job = await render_job(address)
        assert (job["status"], job["attempt"], job["failures"]) == ("complete", 2, 1)
        assert (await backstage(address))["home"]["card"]["phase"] == "done"
        videos = [message for message in await visitor.messages() if message.kind == "video"]
        assert [found.id for found in videos] == [video.id]
