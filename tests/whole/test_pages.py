"""The upload page and the watch page as somebody with a phone uses them, in a real browser."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, expect

from phone.demo import is_ready
from phone.server import Phone, start_phone
from phone.visitor import ShownMessage, Visitor
from tests import sounds
from tests.phone.browser import launched
from tests.whole.conftest import claim
from tests.whole.cut import Cut, Way, breaking_way
from tests.whole.product import Product, free_port

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
PATIENCE_S = 60.0
PATIENCE_MS = 20_000
MOST_BYTES = 2_500_000
LARGE = 64 * 1024 * 1024
PIECE_BYTES = 1_000_000
LEAST_BYTES = 100_000  # that are there when the line breaks
_PLAYED = """
(video) => new Promise((resolve, reject) => {
  video.muted = true;
  video.addEventListener("ended", () => resolve([video.videoWidth, video.videoHeight]));
  video.addEventListener("error", () => reject(video.error.message));
  video.play().catch(reject);
})
"""


@dataclass(frozen=True, slots=True)
class Chat:
    """The product, the way to its pages, and somebody who owns the bot."""

    product: Product
    way: Way
    visitor: Visitor
    phone: Phone

    def has_half_a_file(self) -> bool:
        incoming = (self.product.data_dir / "storage" / "incoming").glob("uploads_*")
        return any(part.stat().st_size >= LEAST_BYTES for part in incoming)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with launched() as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chat(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Chat]:
    folder = tmp_path_factory.mktemp("pages")
    phone = await start_phone(folder / "phone")
    port = free_port()
    async with breaking_way(port) as way, Visitor(phone.url) as visitor:
        product = Product(
            phone, folder, PORT=str(port), PUBLIC_URL=way.url, MAX_SOURCE_BYTES=str(MOST_BYTES)
        )
        await product.start()
        try:
            await visitor.start(await claim(product))
            await visitor.wait_for(lambda message: message.from_bot)
            yield Chat(product, way, visitor, phone)
        finally:
            await product.kill()
            print(product.log()[-6000:])
            await phone.stop()


@asynccontextmanager
async def on_a_phone(browser: Browser, url: str, **how: str) -> AsyncIterator[Page]:
    """The page on a phone of 360 pixels. What a script or the page's own policy refuses fails."""
    wrong: list[str] = []
    viewport = ViewportSize(width=360, height=740)
    context = await browser.new_context(viewport=viewport, reduced_motion="reduce", **how)  # type: ignore[arg-type]
    try:
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Policy" in said.text else None)
        await page.goto(url)
        yield page
        assert await page.evaluate("document.documentElement.scrollWidth") == 360
    finally:
        await context.close()
    assert wrong == []


async def refused(chat: Chat, size_bytes: int = LARGE) -> ShownMessage:
    """Somebody sent a file that Telegram does not hand over; the card that says so."""
    after = await chat.visitor.now()
    name = f"large {after}"  # another file each time, or it would be shown its card
    document = {"file_id": name, "file_unique_id": name, "file_size": size_bytes}
    sent = await chat.visitor.send_fields(
        document={**document, "file_name": "long talk.wav", "mime_type": "audio/wav"}
    )
    return await chat.visitor.wait_for(
        lambda message: message.reply_to == sent.id and message.key("Upload page") is not None,
        PATIENCE_S,
        after=after,
    )


def link_of(message: ShownMessage, label: str) -> str:
    key = message.key(label)
    assert key is not None
    assert key.url
    return key.url


async def moved(chat: Chat, card: ShownMessage) -> ShownMessage:
    """The same message, once it is the card of a recording that was listened to."""
    return await chat.visitor.wait_for(
        lambda message: message.id == card.id and is_ready(message), PATIENCE_S
    )


async def test_an_upload_whose_line_breaks_goes_on_and_moves_the_card(
    chat: Chat, chromium: Browser, tmp_path: Path
) -> None:
    file = sounds.write(tmp_path / "long talk.wav", sounds.speech(20.0))
    half_bytes = file.stat().st_size // 2
    card = await refused(chat)
    assert "64 MB" in card.text
    async with on_a_phone(chromium, link_of(card, "Upload page")) as page:
        await expect(page.locator("h1:visible")).to_have_text("Send me your file")
        half = Cut(after_bytes=half_bytes, has_arrived=chat.has_half_a_file)
        chat.way.cuts.append(half)
        await page.set_input_files("#file", file)
        await expect(page.locator("#done")).to_be_visible()
        assert chat.way.cuts == []
        # It went on within the piece that broke, whatever the browser tried by itself before.
        assert chat.way.starts[0] == 0
        assert [start for start in chat.way.starts if start % PIECE_BYTES]
        back = page.locator(".when-done a")
        await expect(back).to_have_attribute("href", chat.phone.url)
        ready = await moved(chat, card)
        assert ready.reply_to == card.reply_to
        (job,) = chat.product.rows("SELECT result FROM jobs WHERE kind = 'ingest'")
        digest = hashlib.sha256(await asyncio.to_thread(file.read_bytes)).hexdigest()
        assert f'"digest":"{digest[:16]}"' in job["result"]
        await page.reload()
        await expect(page.locator("h1:visible")).to_have_text("Your file is here already")


async def test_the_page_says_what_it_does_not_take(
    chat: Chat, chromium: Browser, tmp_path: Path
) -> None:
    card = await refused(chat)
    large, empty = tmp_path / "large.wav", tmp_path / "empty.wav"
    large.write_bytes(bytes(MOST_BYTES + 1))
    empty.write_bytes(b"")
    async with on_a_phone(chromium, link_of(card, "Upload page")) as page:
        trouble = page.locator("#trouble")
        await page.set_input_files("#file", large)
        await expect(trouble).to_contain_text("larger than 2.4 MB")
        await page.set_input_files("#file", empty)
        await expect(trouble).to_contain_text("empty")
        file = sounds.write(tmp_path / "notes.ogg", sounds.speech(2.0))
        await page.set_input_files("#file", file)
        await expect(page.locator("#done")).to_be_visible()
    await moved(chat, card)


async def test_a_file_that_is_no_recording_is_told_in_the_chat(
    chat: Chat, chromium: Browser, tmp_path: Path
) -> None:
    card = await refused(chat)
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"%PDF-1.7 " * 100)
    async with on_a_phone(chromium, link_of(card, "Upload page")) as page:
        await page.set_input_files("#file", paper)
        await expect(page.locator("#done")).to_be_visible()
    told = await chat.visitor.wait_for(
        lambda message: message.id == card.id and "I work with sound" in message.text, PATIENCE_S
    )
    assert told.key("Upload page") is None


async def test_a_fresh_link_is_one_press_away(chat: Chat, chromium: Browser) -> None:
    card = await refused(chat)
    first = link_of(card, "Upload page")
    await asyncio.sleep(1.0)  # links tell seconds
    await chat.visitor.press_label(card, "New link")
    renewed = await chat.visitor.wait_for(
        lambda message: message.id == card.id and link_of(message, "Upload page") != first,
        PATIENCE_S,
    )
    query = await chat.visitor.press_label(renewed, "How to shrink it")
    await chat.visitor.wait_for_toast(query)
    await chat.visitor.wait_for(lambda message: "1 MB a minute" in message.text, PATIENCE_S)
    async with on_a_phone(chromium, link_of(renewed, "Upload page")) as page:
        await expect(page.locator("label.big-key")).to_be_visible()


async def test_a_video_is_watched_on_its_page_until_it_is_taken_back(
    chat: Chat, chromium: Browser, tmp_path: Path
) -> None:
    visitor = chat.visitor
    note = await visitor.send_audio(
        sounds.write(tmp_path / "a.ogg", sounds.speech(2.5)), title="Monday & <Tuesday>"
    )
    card = await visitor.wait_for(
        lambda message: message.reply_to == note.id and is_ready(message), PATIENCE_S
    )
    await visitor.press_label(card, "Make video")
    video = await visitor.wait_for(
        lambda message: message.id == card.id and message.key("Publish") is not None, PATIENCE_S
    )
    await visitor.press_label(video, "Publish")
    public = await visitor.wait_for(
        lambda message: message.id == card.id and message.key("Watch page") is not None, PATIENCE_S
    )
    assert public.kind == "video"
    url = link_of(public, "Watch page")
    async with on_a_phone(chromium, url) as page:
        await expect(page.locator("h1")).to_have_text("Monday & <Tuesday>")
        film = page.locator("video")
        box = await film.bounding_box()
        assert box is not None
        assert abs(box["height"] / box["width"] - 1920 / 1080) < 0.02
        assert box["y"] + box["height"] < 740
        assert await film.evaluate(_PLAYED) == [1080, 1920]
        async with page.expect_download() as saving:
            await page.locator("a.big-key").click()
        assert (await saving.value).suggested_filename == "Monday & _Tuesday_.mp4"
    async with on_a_phone(chromium, url, java_script_enabled=False) as page:  # type: ignore[arg-type]
        await expect(page.locator("video")).to_be_visible()
    await unfolds(url)
    await visitor.press_label(public, "Take it back")
    await visitor.wait_for(
        lambda message: message.id == card.id and message.key("Publish") is not None, PATIENCE_S
    )
    async with on_a_phone(chromium, url) as page:
        await expect(page.locator("h1")).to_have_text("This page was taken back")


async def unfolds(url: str) -> None:
    """As the robots of a messenger see it: they follow the addresses and look at the picture."""
    async with aiohttp.ClientSession(trust_env=False) as robot:
        async with robot.get(url) as answer:
            text = await answer.text()
        assert f'<meta property="og:image" content="{url}/poster.jpg">' in text
        assert 'content="Monday &amp; &lt;Tuesday&gt;"' in text
        async with robot.get(f"{url}/poster.jpg") as picture:
            assert picture.content_type == "image/jpeg"
        async with robot.get(f"{url}/video.mp4", headers={"Range": "bytes=0-99"}) as video:
            assert (video.status, video.content_type) == (206, "video/mp4")
