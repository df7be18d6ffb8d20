"""Takes pictures of the pages: `python docs/take_page_pictures.py`, with Debian's chromium.

Starts the product, sends something too large and something to publish, and keeps both pages on a
phone of 360 pixels, light beside dark.
"""

from __future__ import annotations

import asyncio
import dataclasses
import io
import tempfile
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.async_api import Browser, ViewportSize, async_playwright

from assembly import run
from home import phone_at_home
from phone.demo import is_ready
from phone.visitor import Predicate, Visitor
from settings import read_settings

FOLDER = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
WIDTH, HEIGHT = 360, 640
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
VIDEO_S = 120.0
LARGE = {"file_id": "large", "file_unique_id": "large", "file_name": "interview.wav"}


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = dataclasses.replace(read_settings({}), data_dir=Path(folder), port=0)
        async with phone_at_home(settings) as (phone, home), asyncio.TaskGroup() as group:
            stopping = asyncio.Event()
            group.create_task(run(home, stopping, lambda _: None))
            async with Visitor(phone.url) as visitor:
                await visitor.start(phone.start_parameter)
                await visitor.wait_for(lambda message: message.from_bot)
                pages = {"upload": await _to_upload(visitor), "watch": await _to_watch(visitor)}
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=CHROMIUM, args=["--no-sandbox"]
                )
                for name, url in pages.items():
                    await _keep(browser, url, FOLDER / f"{name}-page.png")
                await browser.close()
            stopping.set()


async def _to_upload(visitor: Visitor) -> str:
    """Where the page is for something too large."""
    await visitor.send_fields(
        document={**LARGE, "file_size": 64 * 1024 * 1024, "mime_type": "audio/wav"}
    )
    return await _link(visitor, "Upload page")


async def _to_watch(visitor: Visitor) -> str:
    """Where the page of a finished video is."""
    await visitor.send_sample("speech")
    await visitor.wait_for(is_ready, VIDEO_S)
    await visitor.send_text("title: Monday thoughts")
    titled = await visitor.wait_for(
        lambda message: is_ready(message) and "Monday thoughts" in message.text, VIDEO_S
    )
    await visitor.press_label(titled, "Make video")
    made = await visitor.wait_for(_has("Publish"), VIDEO_S)
    await visitor.press_label(made, "Publish")
    return await _link(visitor, "Watch page")


async def _link(visitor: Visitor, label: str) -> str:
    key = (await visitor.wait_for(_has(label), VIDEO_S)).key(label)
    assert key is not None
    return key.url


def _has(label: str) -> Predicate:
    return lambda message: message.key(label) is not None


async def _keep(browser: Browser, url: str, target: Path) -> None:
    both = Image.new("RGB", (2 * WIDTH, HEIGHT))
    for number, scheme in enumerate(SCHEMES):
        viewport = ViewportSize(width=WIDTH, height=HEIGHT)
        page = await browser.new_page(viewport=viewport, color_scheme=scheme)
        await page.goto(url, wait_until="networkidle")
        await asyncio.sleep(3)  # a player draws a wheel until it has its first picture
        both.paste(Image.open(io.BytesIO(await page.screenshot())), (number * WIDTH, 0))
        await page.close()
    # 256 colours are plenty for a page, and a third of the bytes.
    both.quantize(256, dither=Image.Dither.FLOYDSTEINBERG).save(target, optimize=True)


if __name__ == "__main__":
    asyncio.run(main())
