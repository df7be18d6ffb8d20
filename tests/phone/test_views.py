"""How the page is shown: colours, size of text, direction, a narrow phone, letters of any kind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect
from telegram import Bot

from phone.people import PAGE_USER_ID
from phone.server import Phone
from phone.visitor import Visitor
from tests.phone import browser
from tests.phone.browser import opened, sticking_out
from tests.phone.standin import CARD_KEYS, TRIM_KEYS, keys, picture

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
chromium, phone, bot, visitor, page = (
    browser.chromium,
    browser.phone,
    browser.bot,
    browser.visitor,
    browser.page,
)
CHAT = PAGE_USER_ID
ROOT = Path(__file__).parents[2]
GROUND = "getComputedStyle(document.body).backgroundColor"
TABS = ("rows", "calls", "trouble", "views", "take")


async def choose(page: Page, name: str, value: str) -> None:
    """Turn a switch in the panel, which is open on a wide screen only."""
    if await page.locator("#backstage").is_hidden():
        await page.locator('[data-does="backstage"]:visible').click()
    await page.locator("#tab-views").click()
    await page.locator(f'[name="{name}"][value="{value}"]').check()


async def test_choices_are_remembered(page: Page) -> None:
    light = await page.evaluate(GROUND)
    await choose(page, "theme", "dark")
    await choose(page, "text", "large")
    await choose(page, "direction", "rtl")
    dark = await page.evaluate(GROUND)
    assert dark != light
    await page.reload()
    assert await page.evaluate(GROUND) == dark
    root = page.locator("html")
    await expect(root).to_have_attribute("dir", "rtl")
    await expect(root).to_have_css("font-size", "20px")
    await choose(page, "theme", "system")
    assert await page.evaluate(GROUND) == light


async def test_one_press_turns_light_into_dark(
    chromium: Browser, phone: Phone, visitor: Visitor
) -> None:
    async with opened(chromium, phone.url, width=1280, height=860, scheme="dark") as page:
        dark = await page.evaluate(GROUND)
        await page.locator('.stage [data-does="theme"]').click()
        assert await page.evaluate(GROUND) != dark
        await page.locator('.stage [data-does="theme"]').click()
        assert await page.evaluate(GROUND) == dark


async def test_a_narrow_phone_is_320_pixels_wide_inside(
    chromium: Browser, phone: Phone, bot: Bot, visitor: Visitor
) -> None:
    await bot.send_photo(CHAT, picture(), caption="The card", reply_markup=TRIM_KEYS)
    async with opened(chromium, phone.url, width=1280, height=860) as page:
        await choose(page, "width", "narrow")
        await expect(page.locator("#feed")).to_have_js_property("clientWidth", 320)
        assert await sticking_out(page) == []


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("width", [320, 360, 1280])
async def test_nothing_sticks_out_in_any_view(
    chromium: Browser, phone: Phone, bot: Bot, visitor: Visitor, width: int, direction: str
) -> None:
    await visitor.send_sample("music")
    await bot.send_photo(CHAT, picture(), caption="The card", reply_markup=TRIM_KEYS)
    async with opened(chromium, phone.url, width=width, height=740) as page:
        await choose(page, "direction", direction)
        for text in ("normal", "largest"):
            await choose(page, "text", text)
            for tab in TABS:
                await page.locator(f"#tab-{tab}").click()
                assert await sticking_out(page) == []
            await page.keyboard.press("Escape")
            assert await sticking_out(page) == []


async def test_a_mirrored_page_has_its_sides_exchanged(
    page: Page, bot: Bot, visitor: Visitor
) -> None:
    await bot.send_message(CHAT, "From the bot", reply_markup=keys([("One", "a"), ("Two", "b")]))
    await choose(page, "direction", "rtl")
    await page.keyboard.press("Escape")
    boxes = [
        await page.locator(selector).last.bounding_box()
        for selector in (".theirs .bubble", ".mine .bubble", ".key >> nth=0", ".key >> nth=1")
    ]
    theirs, mine, first, second = (box["x"] if box else 0 for box in boxes)
    assert theirs > mine
    assert first > second


async def test_emoji_without_a_font_are_drawn_by_hand(page: Page, bot: Bot) -> None:
    await bot.send_message(CHAT, "Card", reply_markup=CARD_KEYS)
    key = page.locator(".key").first
    await expect(key).to_contain_text("✨ Make video")  # it is read out and found as it was sent
    if await page.evaluate(_HAS_COLOUR):
        pytest.skip("this system has colour emoji")
    await expect(key.locator(".emoji svg use")).to_have_attribute("href", "#i-sparkles")
    start_id = await page.locator(".message").first.get_attribute("data-id")
    await bot.set_message_reaction(CHAT, int(start_id or 0), "👀")
    await expect(page.locator(".reaction use")).to_have_attribute("href", "#i-eyes")


async def test_every_emoji_of_the_bots_words_has_a_drawing() -> None:
    page = ROOT / "phone" / "page"
    drawn = dict(re.findall(r'"(\W+)": "(\w+)",', (page / "glyphs.js").read_text()))
    words = "".join(path.read_text() for path in (ROOT / "conversations").rglob("*.py"))
    # Emoji, and arrows that systems show as emoji; other signs are in every system's fonts.
    used = set(re.findall("[\U0001f300-\U0001faff\u21a9\u21aa\u2b00-\u2bff✂✨]", words))
    assert used <= drawn.keys()
    sprite = (page / "index.html").read_text()
    assert [name for name in drawn.values() if f'id="i-{name}"' not in sprite] == []


async def test_letters_without_a_font_are_hatched_and_the_rest_is_drawn(
    page: Page, bot: Bot
) -> None:
    nowhere = "\U0010fff0\U0010fff1"
    await bot.send_message(CHAT, f"Привет, Ελλάδα ▰▱ ✓ {nowhere} שלום")
    words = page.locator(".theirs .words")
    await expect(words).to_contain_text(f"▰▱ ✓ {nowhere} שלום")
    await expect(words.locator(".no-font")).to_have_text(nowhere)
    await expect(words.locator("small")).to_have_text(
        "This browser has no font for some of these letters."
    )
    await bot.send_message(CHAT, "Nothing amiss here")
    await expect(page.locator(".no-font-note")).to_have_count(1)


_HAS_COLOUR = """
() => {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = "24px system-ui";
  pen.fillText("✨", 10, 40);
  const { data } = pen.getImageData(0, 0, 60, 60);
  return data.some((value, at) => at % 4 === 0 && value !== data[at + 1]);
}
"""
