"""The worked example of the API, carried out as it is written down."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

import aiohttp
import pytest

from jobs.api_keys import PATTERN
from phone.visitor import Visitor
from tests import sounds
from tests.programs import output_of
from tests.whole.film import watch
from tests.whole.product import Product

PAGE = (Path(__file__).parents[2] / "docs" / "shortcuts.md").read_text()
PATIENCE_S = 180.0


@pytest.mark.curl
async def test_the_script_with_curl_gets_a_video_and_its_link(
    visitor: Visitor, product: Product, tmp_path: Path
) -> None:
    (script,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "video.sh").write_text(script)
    (tmp_path / "key.header").write_text(f"Authorization: Bearer {await key_of(visitor)}\n")
    sounds.write(tmp_path / "talk.m4a", sounds.speech(2.0))
    link = await typed(tmp_path, product.address)
    assert link.startswith(f"{product.address}/renders/")
    film = watch(await fetched(link, tmp_path / "video.mp4"))
    assert (film.video_codec, film.audio_codec) == ("h264", "aac")
    assert (film.width, film.height) == (1080, 1080)
    assert film.video_s > 1.0
    video = await visitor.wait_for(lambda message: message.kind == "video")
    assert "From my shell" in video.text


async def key_of(visitor: Visitor) -> str:
    await visitor.send_text("/apikey")
    shown = await visitor.wait_for(lambda message: "pr_" in message.text)
    found = re.search(PATTERN, shown.text)
    assert found is not None
    return found[0]


async def typed(folder: Path, address: str) -> str:
    """What the script prints for somebody who starts it in that folder."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "NO_PROXY": "*",
        "ADDRESS": address,
        "FILE": "talk.m4a",
    }
    status, told, complaints = await output_of(
        ["sh", "video.sh"], folder=folder, environment=environment, limit_s=PATIENCE_S
    )
    assert status == 0, complaints
    return told.strip()


async def fetched(link: str, path: Path) -> Path:
    """What anybody gets who follows the link."""
    async with aiohttp.ClientSession(trust_env=False) as session, session.get(link) as answer:
        assert answer.status == 200
        assert answer.content_type == "video/mp4"
        await asyncio.to_thread(path.write_bytes, await answer.read())
    return path
