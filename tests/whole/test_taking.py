"""A token pasted into the page of `pocketreel try` makes a bot on Telegram.

Another phone, in this process, stands for Telegram: the product knows nothing but its address.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from phone.demo import is_ready
from phone.server import start_phone
from phone.visitor import Visitor
from taking import picture
from tests import sounds
from tests.whole.product import COMMAND, free_port

PATIENCE_S = 60.0
TOKEN = "7000000042:somebody-pasted-this-token-into-page"


@dataclass(frozen=True, slots=True)
class Try:
    """A running `pocketreel try`: its page, the phone that is its Telegram, what it logged."""

    page: str
    telegram: str
    log: Path

    async def backstage(self, verb: str = "GET", path: str = "", **body: str) -> dict[str, Any]:
        url = f"{self.page}/phone/backstage{path}"
        async with (
            aiohttp.ClientSession(trust_env=False) as session,
            session.request(verb, url, json=body) as answer,
        ):
            return dict(await answer.json())

    async def take_along(self, token: str) -> dict[str, Any]:
        return await self.backstage("POST", "/telegram", token=token)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Try]:
    telegram = await start_phone(tmp_path / "telegram", token=TOKEN, bot_username="my_reel_bot")
    port, log = free_port(), tmp_path / "try.log"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            *(COMMAND, "try", "--port", str(port), "--data-dir", tmp_path / "data"),
            env={**environment, "TELEGRAM_API_URL": telegram.url},
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )
    assert process.stdout is not None
    assert b"Pocketreel is at" in await asyncio.wait_for(process.stdout.readline(), 30)
    yield Try(f"http://127.0.0.1:{port}", telegram.url, log)
    process.send_signal(signal.SIGINT)
    await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    await telegram.stop()


async def test_a_pasted_token_makes_a_bot_that_its_first_visitor_owns(
    running: Try, tmp_path: Path
) -> None:
    assert (await running.take_along("not a token")) == {"state": "malformed"}
    wrong = TOKEN.replace("somebody", "nobodyxx")
    assert (await running.take_along(wrong)) == {"state": "refused"}
    told = await running.take_along(f" {TOKEN}\n")
    assert (told["state"], told["username"], told["is_owned"]) == ("running", "my_reel_bot", False)
    claim = re.fullmatch(r"https://t\.me/my_reel_bot\?start=(claim_[\w-]+)", told["link"])
    assert claim
    assert told["code"] == picture(told["link"])
    async with Visitor(running.telegram) as owner:
        await owner.start(claim[1])
        await owner.wait_for(lambda message: message.from_bot, PATIENCE_S)
        await owner.send_voice(sounds.write(tmp_path / "note.ogg", sounds.speech(2.0)))
        await owner.wait_for(is_ready, PATIENCE_S)
    # The bot in the browser is another, with a database of its own.
    assert (await running.backstage())["home"] == {"card": None, "jobs": []}
    assert (await running.backstage())["telegram"] == told

    assert await running.backstage("DELETE", "/telegram") == {"state": "off"}
    again = await running.take_along(TOKEN)
    assert again["is_owned"]
    assert again["link"] == "https://t.me/my_reel_bot"
    assert Path(again["data_dir"]) == tmp_path / "data" / "telegram-7000000042"
    said = running.log.read_text() + str(await running.backstage())
    assert TOKEN.partition(":")[2] not in said
    assert TOKEN.encode() not in b"".join(
        path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file()
    )


async def test_a_telegram_that_does_not_answer_is_told_apart(tmp_path: Path) -> None:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(COMMAND, "try", "--port", str(port), "--data-dir", tmp_path / "data"),
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "TELEGRAM_API_URL": f"http://127.0.0.1:{free_port()}",
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    await asyncio.wait_for(process.stdout.readline(), 30)
    alone = Try(f"http://127.0.0.1:{port}", "", tmp_path)
    assert await alone.take_along(TOKEN) == {"state": "away"}
    assert not list((tmp_path / "data").glob("telegram-*"))
    process.send_signal(signal.SIGINT)
    await asyncio.wait_for(process.communicate(), 30)


def test_the_picture_is_the_code_square_by_square() -> None:
    import segno

    link = "https://t.me/my_reel_bot?start=claim_abc"
    wanted = [[bool(dark) for dark in row] for row in segno.make_qr(link, error="m").matrix]
    drawn = picture(link)
    found = [[False] * drawn["side"] for _ in range(drawn["side"])]
    for x, y, width, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", drawn["path"]):
        assert width == back
        for at in range(int(x), int(x) + int(width)):
            found[int(y)][at] = True
    assert found == wanted
