"""What a person does on the page arrives at the bot: files, links, the microphone, keys alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from telegram import Bot

from phone.limits import Limits
from phone.people import PAGE_USER_ID
from phone.server import Phone, start_phone
from phone.visitor import ShownMessage, Visitor
from tests.phone import browser
from tests.phone.browser import CHROMIUM, FAKE_DEVICE, drop, launched, opened, paste, tab_to
from tests.phone.standin import Film, StandIn, answering, keys, picture
from tests.sounds import read, speech, tone, write

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
chromium, phone, bot, visitor, page = (
    browser.chromium,
    browser.phone,
    browser.bot,
    browser.visitor,
    browser.page,
)
CHAT = PAGE_USER_ID


@pytest_asyncio.fixture(loop_scope="module")
async def stand_in(bot: Bot, tmp_path: Path) -> AsyncIterator[StandIn]:
    content = write(tmp_path / "film.mp4", tone(2.0), with_video=True).read_bytes()
    film = Film(content=content, width=1080, height=1920, duration_s=2)
    voice = write(tmp_path / "preview.ogg", speech(2.0)).read_bytes()
    async with answering(StandIn(bot=bot, film=film, voice=voice)) as running:
        yield running


async def said(visitor: Visitor, kind: str) -> ShownMessage:
    return await visitor.wait_for(lambda it: not it.from_bot and it.kind == kind, 10.0)


async def test_a_dropped_file_arrives(page: Page, visitor: Visitor, tmp_path: Path) -> None:
    song = write(tmp_path / "song.mp3", tone(1.0))
    await drop(page, song, "audio/mpeg")
    message = await said(visitor, "audio")
    assert message.media["file_name"] == "song.mp3"
    await visitor.download(message.file_id, tmp_path / "arrived.mp3")
    assert (tmp_path / "arrived.mp3").read_bytes() == song.read_bytes()
    await expect(page.locator(".mine .player")).to_be_visible()
    await expect(page.locator("#drop")).to_be_hidden()
    await expect(page.locator("#pending > *")).to_have_count(0)


async def test_a_file_dropped_before_the_start_starts_first(
    chromium: Browser, tmp_path: Path
) -> None:
    phone = await start_phone(tmp_path / "phone", start_parameter="claim_abc")
    async with opened(chromium, phone.url) as page, Visitor(phone.url) as visitor:
        await drop(page, write(tmp_path / "song.wav", tone(1.0)), "audio/wav")
        await said(visitor, "audio")
        assert [message.text for message in await visitor.messages()] == ["/start claim_abc", ""]
    await phone.stop()


async def test_a_pasted_picture_is_sent_and_a_pasted_link_waits(
    page: Page, visitor: Visitor, tmp_path: Path
) -> None:
    (tmp_path / "cover.jpg").write_bytes(picture())
    await paste(page, file=tmp_path / "cover.jpg", mime="image/jpeg")
    await said(visitor, "photo")
    await paste(page, text="https://example.com/talk.mp3")
    await expect(page.locator("#words")).to_have_value("https://example.com/talk.mp3")
    await page.keyboard.press("Enter")
    assert (await visitor.wait_for(lambda it: "talk.mp3" in it.text, 5.0)).kind == "text"
    await expect(page.locator("#words")).to_have_value("")


async def test_an_attached_file_arrives(page: Page, visitor: Visitor, tmp_path: Path) -> None:
    write(tmp_path / "clip.mp4", tone(1.0), with_video=True)
    await page.set_input_files("#file", tmp_path / "clip.mp4")
    assert (await said(visitor, "video")).media["file_name"] == "clip.mp4"


async def test_a_refused_file_says_why(page: Page, tmp_path: Path) -> None:
    (tmp_path / "cover.jpg").write_bytes(b"no picture")
    await page.set_input_files("#file", tmp_path / "cover.jpg")
    failed = page.locator(".upload.failed")
    await expect(failed).to_contain_text("Not sent: That picture cannot be read.")
    await failed.get_by_label("Stop sending cover.jpg").click()
    await expect(failed).to_have_count(0)


async def test_a_file_is_sent_again_once_the_server_is_back(
    chromium: Browser, tmp_path: Path, limits: Limits
) -> None:
    first = await start_phone(tmp_path / "phone", limits=limits)
    port = int(first.url.rpartition(":")[2])
    async with opened(chromium, first.url) as page:
        await page.locator("#start").click()
        await expect(page.locator(".message.mine")).to_have_count(1)
        await first.stop()
        await page.set_input_files("#file", write(tmp_path / "song.wav", tone(1.0)))
        await expect(page.locator(".upload.failed")).to_contain_text("does not answer")
        again = await start_phone(tmp_path / "phone", port=port, limits=limits)
        await page.get_by_role("button", name="Try again").click()
        await expect(page.locator('.message[data-kind="audio"]')).to_have_count(1)
        await expect(page.locator(".upload")).to_have_count(0)
    await again.stop()


async def test_a_reply_quotes_its_message(page: Page, bot: Bot, visitor: Visitor) -> None:
    card = await bot.send_message(CHAT, "The card")
    await page.locator(f'[data-id="{card.message_id}"]').hover()
    await page.get_by_label("Reply to this message").click()
    await page.locator("#words").fill("from 0:05")
    await page.keyboard.press("Enter")
    message = await visitor.wait_for(lambda it: it.text == "from 0:05", 5.0)
    assert message.reply_to == card.message_id
    await expect(page.locator(".mine .quote").last).to_contain_text("The card")


async def test_recordings_arrive(
    chromium: Browser, phone: Phone, visitor: Visitor, tmp_path: Path
) -> None:
    """Clicked, held and by keyboard; one that is thrown away does not."""
    async with opened(chromium, phone.url) as page:
        mic, sent = page.locator("#mic"), page.locator('.message[data-kind="voice"]')
        await mic.click()
        await a_second(page)
        await mic.click()
        await expect(sent).to_have_count(1)
        await page.mouse.down()
        await a_second(page)
        await page.mouse.up()
        await expect(sent).to_have_count(2)
        await mic.press("Enter")
        await a_second(page)
        await page.keyboard.press("Escape")
        await expect(page.locator("#words")).to_be_visible()
        await mic.press("Enter")
        await a_second(page)
        await mic.press("Enter")
        await expect(sent).to_have_count(3)
    notes = [message for message in await visitor.messages() if message.kind == "voice"]
    for note in notes:
        assert note.media["mime_type"] == "audio/ogg"
        await visitor.download(note.file_id, tmp_path / "note.ogg")
        samples = read(tmp_path / "note.ogg")
        assert len(samples) > 48_000 * 0.8
        assert np.abs(samples).max() > 0.05


async def a_second(page: Page) -> None:
    """Wait until one second is recorded."""
    await expect(page.locator("#record-time")).to_have_text("0:01")


async def test_a_refused_microphone_says_what_to_do(phone: Phone, visitor: Visitor) -> None:
    # Without windows there is nobody who could refuse.
    asking = launched(FAKE_DEVICE, program=CHROMIUM)
    async with asking as strict, opened(strict, phone.url) as page:
        await page.locator("#mic").click()
        await expect(page.locator("#notice-words")).to_contain_text("Allow it next to the address")
        await expect(page.locator("#words")).to_be_visible()


async def test_the_keyboard_alone_is_enough(
    chromium: Browser, phone: Phone, stand_in: StandIn
) -> None:
    async with opened(chromium, phone.url) as page:
        await tab_to(page, "#start")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Send me a voice note").last).to_be_visible()
        await expect(page.locator('[data-sample="speech"]')).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator(".key").first).to_contain_text("Make video")
        await tab_to(page, '.key[data-data="vw:ABCD1234:trim"]')
        await page.keyboard.press("Enter")
        await expect(page.locator(".toast")).to_have_text("Start 0:03 → 0:08")
        await expect(page.locator('.key[data-data="tn:ABCD1234:1"]')).to_be_visible()
        await expect(page.locator(".key.waiting")).to_have_count(0)
    assert stand_in.pressed == ["vw:ABCD1234:trim"]
    assert stand_in.received[-1].voice is not None


async def test_an_alert_waits_for_its_ok(page: Page, bot: Bot) -> None:
    await bot.send_message(CHAT, "Card", reply_markup=keys([("Ask", "no:1")]))
    await page.locator(".key").click()
    query = (await bot.get_updates(timeout=5))[-1].callback_query
    assert query is not None
    await bot.answer_callback_query(query.id, "Only Robin can steer this one.", show_alert=True)
    await expect(page.locator("#alert-words")).to_have_text("Only Robin can steer this one.")
    await page.keyboard.press("Enter")
    await expect(page.locator("#alert")).to_be_hidden()


async def test_show_me_goes_the_whole_way(
    chromium: Browser, phone: Phone, stand_in: StandIn
) -> None:
    asked: list[str] = []
    async with opened(chromium, phone.url) as page:
        page.on("request", lambda request: asked.append(request.url))
        await page.locator('.bar [data-does="show-me"]').click()
        await expect(page.locator("body")).to_have_attribute("data-show-me", "running")
        await expect(page.locator("body")).to_have_attribute("data-show-me", "done", timeout=25_000)
        assert await page.evaluate("!document.querySelector('video').paused")
        assert await page.evaluate("document.querySelector('video').muted")
    assert [pressed.replace(":ABCD1234", "") for pressed in stand_in.pressed] == [
        "vw:look",
        "ls:aurora",
        "vw:home",
        "mk",
    ]
    assert "0:01-0:06" in [message.text for message in stand_in.received]
    assert [url for url in asked if not url.startswith((phone.url, "blob:", "data:"))] == []


async def test_show_me_can_be_stopped(chromium: Browser, phone: Phone, stand_in: StandIn) -> None:
    async with opened(chromium, phone.url) as page:
        await page.locator("#start").click()
        await page.locator("#words").fill("half a sentence")
        await page.locator('.bar [data-does="show-me"]').click()
        await expect(page.locator("#banner-words")).to_contain_text("Typing")
        await page.locator("#banner-stop").click()
        await expect(page.locator("body")).not_to_have_attribute("data-show-me", "running")
        await expect(page.locator("#banner")).to_be_hidden()
        await expect(page.locator("#words")).to_have_value("half a sentence")
    assert stand_in.pressed == []
