"""`pocketreel try` in a real browser: the page, the bot, the worker and the renderer together."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.phone import browser
from tests.phone.browser import drop, opened, sticking_out, tab_to
from tests.sounds import speech, write
from tests.whole.product import COMMAND, free_port

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
chromium = browser.chromium
CARD_MS = 45_000
VIDEO_MS = 60_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Where `pocketreel try` says it is; Ctrl-C ends it well."""
    port = free_port()
    folder = tmp_path_factory.mktemp("try")
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    process = await asyncio.create_subprocess_exec(
        *(COMMAND, "try", "--port", str(port), "--data-dir", folder / "data"),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
    assert line.strip() == f"Pocketreel is at http://localhost:{port}"
    yield f"http://localhost:{port}"
    process.send_signal(signal.SIGINT)
    await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0


async def begin(page: Page) -> None:
    """Press Start where nobody did before."""
    if await page.locator("#start").is_visible():
        await page.locator("#start").click()
        await expect(page.locator("#mic")).to_be_visible()


async def card_of(page: Page, name: str) -> None:
    """Wait for the card that answers the recording of that name."""
    card = page.locator('.message[data-kind="photo"]', has_text=name)
    await expect(card.locator(".key").first).to_contain_text("Make video", timeout=CARD_MS)


async def test_show_me_ends_with_a_video_that_plays(chromium: Browser, address: str) -> None:
    async with opened(chromium, address) as page:
        await page.locator('.bar [data-does="show-me"]').click()
        body, told = page.locator("body"), page.locator("#banner-words")
        await expect(told).to_have_text("Choosing how it looks", timeout=CARD_MS)
        await expect(told).to_have_text("Making the video", timeout=CARD_MS)
        await expect(body).to_have_attribute("data-show-me", "done", timeout=VIDEO_MS)
        shape = "(({videoWidth, videoHeight, paused}) => [videoWidth, videoHeight, paused])"
        playing = await page.evaluate(f"{shape}(document.querySelector('video'))")
        assert playing == [1080, 1920, False]
        box = await page.locator("video").bounding_box()
        assert box is not None
        assert abs(box["height"] / box["width"] - 1920 / 1080) < 0.02


async def test_a_dropped_file_gets_its_card(
    chromium: Browser, address: str, tmp_path: Path
) -> None:
    async with opened(chromium, address) as page:
        await drop(page, write(tmp_path / "Morning pages.mp3", speech(4.0)), "audio/mpeg")
        await card_of(page, "Morning pages")


async def test_a_recording_from_the_microphone_gets_its_card(
    chromium: Browser, address: str
) -> None:
    async with opened(chromium, address) as page:
        await begin(page)
        cards = page.locator('.message[data-kind="photo"]')
        before = await cards.count()
        await page.locator("#mic").click()
        await expect(page.locator("#record-time")).to_have_text("0:02")
        await page.locator("#mic").click()
        await expect(cards).to_have_count(before + 1, timeout=CARD_MS)


async def test_a_keyboard_alone_makes_a_video(chromium: Browser, address: str) -> None:
    async with opened(chromium, address) as page:
        videos = page.locator(".message video")
        before = await videos.count()
        if await page.locator("#start").is_visible():
            await tab_to(page, "#start")
            await page.keyboard.press("Enter")
        else:
            await tab_to(page, "#more", most=200)
            await page.keyboard.press("Enter")
        await expect(page.locator(".sample").first).to_be_focused()
        await page.keyboard.press("Enter")
        make = '.key[data-data^="mk:"]'
        await expect(page.locator(make).last).to_be_visible(timeout=CARD_MS)
        await tab_to(page, make, most=200)
        await page.keyboard.press("Enter")
        await expect(videos).to_have_count(before + 1, timeout=VIDEO_MS)


async def test_a_guest_asks_on_the_second_phone_and_the_owner_lets_them_in(
    chromium: Browser, address: str
) -> None:
    async with opened(chromium, address, width=1280, height=860) as page:
        await begin(page)
        cards = page.locator('#messages .message[data-kind="photo"]')
        before = await cards.count()
        await page.locator('.stage [data-does="backstage"]').click()
        await page.locator("#tab-trouble").click()
        await page.get_by_role("button", name="the second phone").click()
        guest = page.frame_locator("#guest iframe")
        await guest.locator("#start").click()
        await guest.get_by_role("button", name="Ask for access").click()
        asked = page.locator("#messages .theirs", has_text="Noor").last
        await asked.locator(".key").first.click()
        await expect(guest.locator(".theirs")).to_have_count(2, timeout=CARD_MS)
        await guest.locator(".sample").first.click()
        card = guest.locator('.message[data-kind="photo"]')
        await expect(card.locator(".key").first).to_contain_text("Make video", timeout=CARD_MS)
        assert await cards.count() == before


async def test_nothing_overflows_a_small_screen(chromium: Browser, address: str) -> None:
    async with opened(chromium, address) as page:
        for width in (320, 360):
            await page.set_viewport_size({"width": width, "height": 740})
            assert await sticking_out(page) == []
