"""axe-core finds no serious fault in the page, whatever of it is shown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from telegram import Bot

from phone.people import PAGE_USER_ID
from phone.server import Phone, start_phone
from phone.visitor import Visitor
from tests.axe import RULES, faults
from tests.phone import browser
from tests.phone.browser import opened
from tests.phone.standin import CARD_KEYS, DONE_KEYS, TRIM_KEYS, keys, picture
from tests.phone.test_backstage import RUNNING, Elsewhere
from tests.sounds import speech, tone, write

pytestmark = [
    pytest.mark.browser,
    pytest.mark.axe,
    pytest.mark.asyncio(loop_scope="module"),
]
chromium, phone, bot, visitor = browser.chromium, browser.phone, browser.bot, browser.visitor
ROOT = Path(__file__).parents[2]
CHAT = PAGE_USER_ID
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@pytest.mark.parametrize("folder", [Path("phone/page"), Path("bot/web/pages/static")])
async def test_in_the_dark_only_colours_are_others(folder: Path) -> None:
    """So the rules that do not look at colours need not be asked twice."""
    sheets = list((ROOT / folder).glob("*.css"))
    assert sheets
    for sheet in sheets:
        text = sheet.read_text()
        assert "prefers-color-scheme" not in text
        for rule in re.findall(r"\[data-theme[^{]*\{([^}]*)\}", text):
            assert re.fullmatch(r"\s*color-scheme: \w+;?\s*", rule)


@pytest_asyncio.fixture(loop_scope="module")
async def full_chat(bot: Bot, visitor: Visitor, tmp_path: Path) -> None:
    """One of everything that a chat can hold."""
    note = await visitor.send_sample("speech")
    await bot.set_message_reaction(CHAT, note.id, "👀")
    await visitor.send_sample("music")
    stop = keys([("Stop", "jx:1", "danger")])
    listening = "Listening <b>to it</b> <i>now</i>, <code>0:10-1:30</code> /help 你好"
    await bot.send_message(CHAT, listening, parse_mode="HTML", reply_markup=stop)
    for rows in (CARD_KEYS, TRIM_KEYS):
        await bot.send_photo(CHAT, picture(), caption="The card", reply_markup=rows)
    film = write(tmp_path / "film.mp4", tone(1.0), with_video=True).read_bytes()
    await bot.send_video(CHAT, film, caption="Done", width=320, height=320, reply_markup=DONE_KEYS)
    await bot.send_voice(CHAT, write(tmp_path / "voice.ogg", speech(1.0)).read_bytes())
    await bot.send_document(CHAT, film, filename="film.bin", reply_to_message_id=note.id)


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_nobody_is_shut_out_of_the_first_screen(
    chromium: Browser, tmp_path: Path, scheme: Scheme
) -> None:
    phone = await start_phone(tmp_path / "phone")
    for width in (360, 1280):
        async with opened(chromium, phone.url, width=width, height=860, scheme=scheme) as page:
            await expect(page.locator("#start")).to_be_visible()
            assert await faults(page, *RULES[scheme]) == []
    await phone.stop()


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_nobody_is_shut_out_of_the_chat(
    chromium: Browser, phone: Phone, bot: Bot, full_chat: None, scheme: Scheme
) -> None:
    async with opened(chromium, phone.url, width=360, height=740, scheme=scheme) as page:
        await expect(page.locator(".message")).to_have_count(9)
        assert await faults(page, *RULES[scheme]) == []
        await page.locator("#more").click()
        await page.locator("#words").fill("from 0:05")
        await page.get_by_label("Reply to this message").last.click()
        await bot.send_chat_action(CHAT, "record_video")
        await expect(page.locator('#status[data-state="busy"]')).to_be_visible()
        assert await faults(page, *RULES[scheme]) == []
        await page.locator(".photo").last.click()
        assert await faults(page, *RULES[scheme]) == []
        await page.keyboard.press("Escape")
        before = (await bot.get_updates())[-1].update_id
        await page.locator(".key").last.click()
        query = (await bot.get_updates(offset=before + 1, timeout=5))[-1].callback_query
        assert query is not None
        await bot.answer_callback_query(query.id, "Only Robin can steer this one.", show_alert=True)
        await expect(page.locator("#alert")).to_be_visible()
        assert await faults(page, *RULES[scheme]) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [360, 1280])
async def test_nobody_is_shut_out_of_the_panel(
    chromium: Browser, phone: Phone, bot: Bot, full_chat: None, scheme: Scheme, width: int
) -> None:
    home = Elsewhere()
    home.told = RUNNING
    home.jobs.append({**home.jobs[0], "id": "x", "status": "failed", "error_code": "internal"})
    phone.show_home(home.as_home())
    async with opened(chromium, phone.url, width=width, height=860, scheme=scheme) as page:
        await page.locator('[data-does="backstage"]:visible').click()
        await expect(page.locator("#jobs > li")).to_have_count(3)
        for tab in ("rows", "calls", "trouble", "views", "take"):
            await page.locator(f"#tab-{tab}").click()
            if tab in ("rows", "calls"):
                await page.locator(f"#pane-{tab} summary").last.click()
            if tab == "trouble":
                await page.get_by_label("Slow network").check()
                await page.get_by_role("button", name="Flood").click()
                await expect(page.locator("#flood-left")).to_contain_text("left")
                # What it shows is what the server says, which a click has to wait for.
                await page.get_by_label("Slow network").click()
                await expect(page.get_by_label("Slow network")).not_to_be_checked()
            assert await faults(page, *RULES[scheme]) == []


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_nobody_is_shut_out_by_large_text_or_another_direction(
    chromium: Browser, phone: Phone, full_chat: None, scheme: Scheme
) -> None:
    async with opened(chromium, phone.url, width=360, height=740, scheme=scheme) as page:
        await page.evaluate("pocketreelView.set('text', 'largest')")
        await page.evaluate("pocketreelView.set('direction', 'rtl')")
        await expect(page.locator(".message")).to_have_count(9)
        assert await faults(page, *RULES[scheme]) == []
        await page.locator('.bar [data-does="backstage"]').click()
        assert await faults(page, *RULES[scheme]) == []


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_nobody_is_shut_out_of_two_phones(
    chromium: Browser, phone: Phone, full_chat: None, scheme: Scheme
) -> None:
    for width in (360, 1280):
        async with opened(chromium, phone.url, width=width, height=860, scheme=scheme) as page:
            await two_phones(page)
            assert await faults(page, *RULES[scheme]) == []
            await page.keyboard.press("Escape")
            assert await faults(page, *RULES[scheme]) == []


async def two_phones(page: Page) -> None:
    await page.locator('[data-does="backstage"]:visible').click()
    await page.locator("#tab-trouble").click()
    await page.get_by_role("button", name="the second phone").click()
    guest = page.frame_locator("#guest iframe")
    await expect(guest.locator('#status[data-state="here"]')).to_have_count(1)
