"""Takes the README's picture: `python docs/take_picture.py`, with Debian's chromium installed.

Starts the product with the phone in the browser, sends a sample, and keeps one moment of it.
"""

from __future__ import annotations

import asyncio
import dataclasses
import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import Page, async_playwright, expect

from assembly import run
from home import phone_at_home
from settings import read_settings

FOLDER = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
CARD_MS = 30_000


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
                page = await browser.new_page(viewport={"width": 1280, "height": 860})
                await page.goto(phone.url)
                await _take(page)
                await browser.close()
            stopping.set()


async def _take(page: Page) -> None:
    await page.locator("#start").click()
    await page.locator('[data-sample="speech"]').first.click()
    card = page.locator('.message[data-kind="photo"]')
    await expect(card.locator(".key").first).to_contain_text("Make video", timeout=CARD_MS)
    await page.locator("#words").fill("0:01-0:12")
    await page.keyboard.press("Enter")
    await expect(card).to_contain_text("0:01–0:12", timeout=CARD_MS)
    await asyncio.sleep(5)  # the picture follows the words
    await card.scroll_into_view_if_needed()
    await _keep(page, FOLDER / "phone.png")


async def _keep(page: Page, target: Path) -> None:
    picture = Image.open(io.BytesIO(await page.screenshot()))
    # 256 colours are plenty for a page, and a third of the bytes.
    small = picture.convert("RGB").quantize(256, dither=Image.Dither.FLOYDSTEINBERG)
    small.save(target, optimize=True)


if __name__ == "__main__":
    asyncio.run(main())
