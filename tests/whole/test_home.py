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


async def backstage(address: str, what: str = "", **more: Any) -> dict[str, Any]:
    """What the panel shows; or the answer to what it strikes with."""
    url = f"{address}/phone/backstage"
    async with aiohttp.ClientSession(trust_env=False) as session:
        asked = session.post(f"{url}/{what}", json=more) if what else session.get(url)
        async with asked as answer:
            answer.raise_for_status()
            return dict(await answer.json())


async def own(address: str, visitor: Visitor) -> None:
    """Start the bot as the page does it for whoever opens it first."""
    async with (
        aiohttp.ClientSession(trust_env=False) as session,
        session.get(f"{address}/phone/state") as answer,
    ):
        await visitor.start((await answer.json())["start_parameter"])
    await visitor.wait_for(lambda message: message.from_bot, PATIENCE_S)


async def render_job(address: str) -> dict[str, Any]:
    """The newest render of the newest card; empty before there is one."""
    jobs = (await backstage(address))["home"]["jobs"]
    return next((job for job in jobs if job["kind"] == "render"), {})


async def test_the_bot_restarts_and_a_killed_render_is_made_again(
    address: str, tmp_path: Path
) -> None:
    async with Visitor(address) as visitor:
        await own(address, visitor)
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


async def test_whatever_is_switched_on_the_bot_goes_on(address: str, tmp_path: Path) -> None:
    async with Visitor(address) as visitor:
        await own(address, visitor)
        await backstage(address, "large")
        way_out = await visitor.wait_for(
            lambda message: message.from_bot and "64 MB" in message.text, PATIENCE_S
        )
        assert "20 MB" in way_out.text

        await backstage(address, "conditions", slow=True)
        await visitor.send_voice(sounds.write(tmp_path / "note.ogg", sounds.speech(2.0)))
        card = await visitor.wait_for(is_ready, PATIENCE_S)
        await backstage(address, "conditions", slow=False, no_voices=True, late_presses=True)

        await visitor.press_label(card, "Hear it")
        await visitor.wait_for(lambda m: m.from_bot and m.kind == "audio", PATIENCE_S)
        calls = (await backstage(address))["calls"]
        late = [call for call in calls if call["method"] == "answerCallbackQuery"]
        assert [call["code"] for call in late] == [400]
        assert "query is too old" in late[0]["description"]
        await backstage(address, "conditions", no_voices=False, late_presses=False)

        await backstage(address, "flood", seconds=3)
        query = await visitor.press_label(card, "Trim")
        await visitor.wait_for_toast(query)  # an answer is no message, and no flood holds it up
        await visitor.wait_for(lambda m: m.id == card.id and m.key("+1 s") is not None, PATIENCE_S)
        assert (await backstage(address))["shut_s"] == 0
        answered = await answers(address)
        assert (await backstage(address, "gone"))["label"]
        async with asyncio.timeout(PATIENCE_S):
            while await answers(address) == answered:
                await asyncio.sleep(0.1)


async def answers(address: str) -> int:
    """How many presses the bot answered in time."""
    calls = (await backstage(address))["calls"]
    return sum(call["method"] == "answerCallbackQuery" and call["code"] == 200 for call in calls)
