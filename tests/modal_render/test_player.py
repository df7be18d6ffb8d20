"""A browser plays a video from the first frame to the last and finds any frame in it."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from aiohttp import web
from numpy.typing import NDArray
from PIL import Image
from playwright.async_api import Browser, Page

from tests.modal_render.conftest import Finished
from tests.modal_render.witnesses import frames_near
from tests.phone.browser import launched

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

LIMIT_S = 60
FASTER = 8  # than life; frames that the screen has no time for are counted all the same
ALIKE = 5.0  # of 255, on average: a player turns BT.709's curve into the screen's
PAGE = "<!doctype html><video muted preload=auto src=made/video.mp4></video>"
LUMA = (0.2126, 0.7152, 0.0722)  # BT.709

# Every wait is for an event of the player, and an error of the player ends it.
_LOADED = """
() => new Promise((done, failed) => {
  window.video = document.querySelector("video");
  video.addEventListener("error", () => failed(video.error.message));
  if (video.readyState >= video.HAVE_CURRENT_DATA) done();
  video.addEventListener("loadeddata", () => done());
})
"""
_PLAYED = """
(faster) => new Promise((done, failed) => {
  video.addEventListener("error", () => failed(video.error.message));
  video.addEventListener("ended", () => {
    const seen = video.getVideoPlaybackQuality();
    done([seen.totalVideoFrames, seen.corruptedVideoFrames, video.currentTime, video.duration]);
  });
  video.playbackRate = faster;
  video.play();
})
"""
_SOUGHT = """
(time) => new Promise((done, failed) => {
  video.addEventListener("error", () => failed(video.error.message));
  video.requestVideoFrameCallback((now, shown) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    canvas.getContext("2d").drawImage(video, 0, 0);
    done([shown.mediaTime, canvas.toDataURL("image/png")]);
  });
  video.currentTime = time;
})
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with launched() as made:
        yield made


async def test_every_frame_is_played_to_the_end(chromium: Browser, finished: Finished) -> None:
    async with _player(chromium, finished.video) as page:
        total, corrupted, ended_s, duration_s = await _said(page, _PLAYED, FASTER)
    assert (total, corrupted) == (finished.report.frames, 0)
    assert ended_s == duration_s
    assert abs(duration_s - finished.report.duration_s) <= 1 / finished.scene.fps


async def test_any_frame_is_found_by_seeking(chromium: Browser, finished: Finished) -> None:
    last, fps = finished.report.frames - 1, finished.scene.fps
    async with _player(chromium, finished.video) as page:
        for wanted in (last // 2, 149, 150, 151, 299, 300, last, 0):
            time_s, picture = await _said(page, _SOUGHT, (wanted + 0.5) / fps)
            assert time_s == pytest.approx(wanted / fps, abs=0.001)
            around = frames_near(finished.video, wanted / fps, around_s=3.5 / fps)
            far = {
                index: float(np.abs(_luma(picture) - frame).mean())
                for index, frame in around.items()
            }
            # In silence neighbours are as good as equal.
            assert abs(min(far, key=lambda index: far[index]) - wanted) <= 1
            assert far[wanted] < ALIKE


@asynccontextmanager
async def _player(browser: Browser, video: Path) -> AsyncIterator[Page]:
    """A page with the video, ready to play."""
    app = web.Application()
    app.router.add_get("/", _page)
    app.router.add_static("/made", video.parent)  # a Range is answered with that part
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        page = await browser.new_page()
        await page.goto(f"http://{host}:{port}/")
        await _said(page, _LOADED)
        yield page
        await page.close()
    finally:
        await runner.cleanup()


async def _page(request: web.Request) -> web.Response:
    return web.Response(text=PAGE, content_type="text/html")


async def _said(page: Page, script: str, argument: float = 0) -> Any:
    async with asyncio.timeout(LIMIT_S):
        return await page.evaluate(script, argument)


def _luma(data_url: str) -> NDArray[np.float64]:
    """The brightness of a picture in a data: URL, float64[height, width]."""
    png = base64.b64decode(data_url.split(",")[1])
    rgb = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), np.float64)
    return np.asarray(rgb @ np.array(LUMA), np.float64)
