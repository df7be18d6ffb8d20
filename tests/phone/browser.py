"""A real browser on the page, and what the tests of the page look at.

One browser serves a module's tests, so everything they use lives in the module's event loop: the
fixtures here stand in for those of conftest.py (`phone, bot, visitor = browser.phone, ...`).
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, async_playwright
from telegram import Bot

from phone.limits import Limits
from phone.server import Phone, start_phone
from phone.visitor import Visitor
from tests.phone.conftest import bot_of
from tests.sounds import speech, write

CHROMIUM = Path("/usr/bin/chromium")
# The same browser without its windows, where it is there: a page takes a quarter of the time.
SHELL = Path("/usr/bin/chromium-headless-shell")
BROWSER = SHELL if SHELL.exists() else CHROMIUM
LIMIT_MS = 8_000.0
FAKE_DEVICE = "--use-fake-device-for-media-stream"
ALLOW = "--use-fake-ui-for-media-stream"

_DROP = """
([name, mime, body]) => {
  const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], name, { type: mime }));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.querySelector("#bot-name").dispatchEvent(
      new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: files }),
    );
  }
}
"""
_PASTE = """
([text, name, mime, body]) => {
  const held = new DataTransfer();
  if (text) held.setData("text/plain", text);
  if (name) {
    const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
    held.items.add(new File([bytes], name, { type: mime }));
  }
  document.body.dispatchEvent(
    new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: held }),
  );
}
"""
# What sticks out of the window or of its bubble; empty when nothing does.
_STICKING_OUT = """
() => {
  const root = document.documentElement;
  const feed = document.querySelector("#feed");
  const out = [root, feed]
    .filter((box) => box.scrollWidth !== box.clientWidth)
    .map((box) => `${box.tagName} ${box.scrollWidth} > ${box.clientWidth}`);
  for (const element of document.querySelectorAll(".phone *:not(.unseen), .backstage *")) {
    const box = element.getBoundingClientRect();
    if (box.width && (box.left < -0.5 || box.right > root.clientWidth + 0.5)) {
      out.push(`${element.tagName}.${element.className.baseVal ?? element.className}`);
    }
  }
  return out;
}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """A browser whose microphone hears somebody talk."""
    heard = write(tmp_path_factory.mktemp("microphone") / "talk.wav", speech(4.0))
    async with launched(FAKE_DEVICE, ALLOW, f"--use-file-for-fake-audio-capture={heard}") as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def phone(tmp_path: Path, limits: Limits) -> AsyncIterator[Phone]:
    running = await start_phone(tmp_path / "phone", limits=limits)
    yield running
    await running.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def bot(phone: Phone) -> AsyncIterator[Bot]:
    async with bot_of(phone) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(phone: Phone) -> AsyncIterator[Visitor]:
    async with Visitor(phone.url) as made:
        await made.start()
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def page(chromium: Browser, phone: Phone, visitor: Visitor) -> AsyncIterator[Page]:
    """The page of somebody who has started the bot."""
    async with opened(chromium, phone.url) as made:
        yield made


@asynccontextmanager
async def launched(*flags: str, program: Path = BROWSER) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", *flags]
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def opened(
    browser: Browser,
    url: str,
    *,
    width: int = 390,
    height: int = 844,
    scheme: Literal["light", "dark"] = "light",
) -> AsyncIterator[Page]:
    """The page at `url`, seen for the first time. An error that nothing catches fails the test."""
    wrong: list[str] = []
    viewport = ViewportSize(width=width, height=height)
    context = await browser.new_context(
        viewport=viewport, reduced_motion="reduce", color_scheme=scheme
    )
    try:
        page = await context.new_page()
        page.set_default_timeout(LIMIT_MS)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(url)
        await page.wait_for_selector('#status[data-state="here"]')
        yield page
    finally:
        await context.close()
    assert wrong == []


async def drop(page: Page, file: Path, mime: str) -> None:
    """Drop a file on the page's header."""
    await page.evaluate(_DROP, [file.name, mime, _encoded(file)])


async def paste(page: Page, *, text: str = "", file: Path | None = None, mime: str = "") -> None:
    """Paste words or a file while nothing has the focus."""
    name, body = (file.name, _encoded(file)) if file else ("", "")
    await page.evaluate(_PASTE, [text, name, mime, body])


async def sticking_out(page: Page) -> list[str]:
    found: list[str] = await page.evaluate(_STICKING_OUT)
    return found


async def tab_to(page: Page, selector: str, most: int = 40) -> None:
    """Press Tab until what `selector` names has the focus, visibly."""
    for _ in range(most):
        await page.keyboard.press("Tab")
        if await page.evaluate("(it) => document.activeElement.matches(it)", selector):
            outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none"
            return
    raise AssertionError(f"{selector} cannot be reached with Tab")


def _encoded(file: Path) -> str:
    return base64.b64encode(file.read_bytes()).decode()
