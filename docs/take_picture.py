"""Takes pictures of the chat: `python docs/take_picture.py`, with Debian's chromium installed.

Starts the product with the phone in the browser, sends a sample, and keeps moments of its card:
once on a desk for the README, else on a phone of 360 pixels, light beside dark.
"""

from __future__ import annotations

import asyncio
import dataclasses
import io
import re
import tempfile
import time
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from assembly import run
from home import phone_at_home
from settings import read_settings

FOLDER = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
WIDTH, HEIGHT = 360, 740
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
CARD_MS = 30_000
VIDEO_MS = 120_000
SETTLE_S = 3.0  # toasts go
STILL_S = 4.0  # after which a picture has followed its words
CARD = '.message[data-kind="photo"]'


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = dataclasses.replace(read_settings({}), data_dir=Path(folder), port=0)
        async with phone_at_home(settings) as (phone, home), asyncio.TaskGroup() as group:
            stopping = asyncio.Event()
            group.create_task(run(home, stopping, lambda _: None))
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=CHROMIUM, args=["--no-sandbox"]
                )
                await _take(browser, phone.url)
                await browser.close()
            stopping.set()


async def _take(browser: Browser, url: str) -> None:
    desk = await browser.new_page(viewport={"width": 1280, "height": 860})
    await desk.goto(url)
    await _card(desk)
    _keep(await desk.screenshot(), target=FOLDER / "phone.png")
    phones = [await _phone(browser, url, scheme) for scheme in SCHEMES]
    await _keep_both(phones, "card")
    drawn = await desk.locator(f"{CARD} img").get_attribute("src")
    await _press(desk, "Look")
    await expect(desk.locator(f"{CARD} img").last).not_to_have_attribute(
        "src", drawn or "", timeout=CARD_MS
    )
    await asyncio.sleep(SETTLE_S)
    await _keep_both(phones, "contact-sheet", block="start")
    await _press(desk, "Back")
    await _stands_still(desk)
    drawn = await desk.locator(f"{CARD} img").get_attribute("src")
    await _press(desk, "Make video")
    await expect(desk.locator(f"{CARD} img").last).not_to_have_attribute(
        "src", drawn or "", timeout=VIDEO_MS
    )
    words = desk.locator(CARD).locator(".words")
    await expect(words).to_have_text(re.compile(r"[3-8]\d%"), timeout=VIDEO_MS)
    await _keep_both(phones, "progress")


async def _card(page: Page) -> None:
    """A card with a name and a part that is kept."""
    await page.locator("#start").click()
    await page.locator('[data-sample="speech"]').first.click()
    card = page.locator(CARD)
    await expect(card.locator(".key").first).to_contain_text("Make video", timeout=CARD_MS)
    for typed in ("title: Monday thoughts", "0:01-0:12"):
        await page.locator("#words").fill(typed)
        await page.keyboard.press("Enter")
        await expect(page.locator("#words")).to_have_value("")
    await expect(card).to_contain_text("0:01–0:12", timeout=CARD_MS)
    await _stands_still(page)
    await card.evaluate("(card) => card.scrollIntoView({block: 'end'})")
    await page.locator("#words").blur()
    await page.mouse.move(0, 0)


async def _stands_still(page: Page) -> None:
    """Wait until the card's picture has not changed for a while."""
    picture = page.locator(f"{CARD} img").last
    shown, since = await picture.get_attribute("src"), time.monotonic()
    async with asyncio.timeout(CARD_MS / 1000):
        while time.monotonic() - since < STILL_S:
            await asyncio.sleep(0.2)
            now = await picture.get_attribute("src")
            if now != shown:
                shown, since = now, time.monotonic()


async def _press(page: Page, label: str) -> None:
    await page.locator(CARD).locator(".key", has_text=label).first.click(timeout=CARD_MS)


async def _phone(browser: Browser, url: str, scheme: Literal["light", "dark"]) -> Page:
    viewport = ViewportSize(width=WIDTH, height=HEIGHT)
    page = await browser.new_page(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    await page.goto(url)
    await expect(page.locator(CARD)).to_be_visible()
    await asyncio.sleep(SETTLE_S)
    return page


async def _keep_both(phones: list[Page], name: str, *, block: str = "end") -> None:
    for page in phones:
        await page.locator(CARD).evaluate("(card, block) => card.scrollIntoView({block})", block)
    shots = [await page.screenshot() for page in phones]
    _keep(*shots, target=FOLDER / f"{name}.png")


def _keep(*shots: bytes, target: Path) -> None:
    """The pictures beside each other."""
    pictures = [Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots]
    together = Image.new("RGB", (sum(picture.width for picture in pictures), pictures[0].height))
    x = 0
    for picture in pictures:
        together.paste(picture, (x, 0))
        x += picture.width
    # 256 colours are plenty for a page, and a third of the bytes.
    small = together.quantize(256, dither=Image.Dither.FLOYDSTEINBERG)
    small.save(target, optimize=True)


if __name__ == "__main__":
    asyncio.run(main())
