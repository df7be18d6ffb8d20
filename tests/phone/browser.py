"""A real browser on the page, and what the tests of the page look at."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page, ViewportSize, async_playwright

CHROMIUM = Path("/usr/bin/chromium")
LIMIT_MS = 8_000.0

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
  for (const element of document.querySelectorAll(".phone *:not(.unseen)")) {
    const box = element.getBoundingClientRect();
    if (box.width && (box.left < -0.5 || box.right > root.clientWidth + 0.5)) {
      out.push(`${element.tagName}.${element.className.baseVal ?? element.className}`);
    }
  }
  return out;
}
"""


@asynccontextmanager
async def opened(
    url: str,
    *,
    width: int = 390,
    height: int = 844,
    flags: Sequence[str] = (),
    calm: bool = True,
) -> AsyncIterator[Page]:
    """The page at `url` in a browser of its own. What it logs as an error fails the test."""
    wrong: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", *flags]
        )
        try:
            page = await browser.new_page(
                viewport=ViewportSize(width=width, height=height),
                reduced_motion="reduce" if calm else "no-preference",
            )
            page.set_default_timeout(LIMIT_MS)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            await page.goto(url)
            await page.wait_for_selector('#status[data-state="here"]')
            yield page
        finally:
            await browser.close()
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
