"""Two phones on one page: the owner's and a guest's, side by side or one after the other."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect
from telegram import Bot

from phone.people import PAGE_USER_ID
from phone.server import Phone
from phone.visitor import Visitor
from tests.phone import browser
from tests.phone.browser import opened, sticking_out, tab_to
from tests.phone.standin import keys

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
chromium, phone, bot, visitor, page = (
    browser.chromium,
    browser.phone,
    browser.bot,
    browser.visitor,
    browser.page,
)
NOOR = 7_001_002


async def open_second(page: Page) -> None:
    await page.locator('[data-does="backstage"]:visible').click()
    await page.locator("#tab-trouble").click()
    await page.get_by_role("button", name="the second phone").click()


async def test_each_phone_has_its_own_person_and_chat(
    chromium: Browser, phone: Phone, bot: Bot, visitor: Visitor
) -> None:
    async with opened(chromium, phone.url, width=1280, height=860) as page:
        await open_second(page)
        guest = page.frame_locator("#guest iframe")
        await guest.locator("#start").click()
        update = (await bot.get_updates(timeout=5))[-1]
        assert update.message is not None
        assert update.message.from_user is not None
        assert (update.message.from_user.first_name, update.message.chat_id) == ("Noor", NOOR)
        await bot.send_message(NOOR, "Ask the owner", reply_markup=keys([("Ask", "ak")]))
        await expect(guest.locator(".theirs")).to_have_count(1)
        await expect(page.locator("#messages .theirs")).to_have_count(0)
        await guest.get_by_role("button", name="Ask").click()
        query = (await bot.get_updates(offset=update.update_id + 1, timeout=5))[-1].callback_query
        assert query is not None
        await bot.answer_callback_query(query.id, "I have asked.")
        await expect(guest.locator(".toast")).to_have_text("I have asked.")
        await expect(page.locator("#toasts .toast")).to_have_count(0)
        await bot.send_message(PAGE_USER_ID, "Noor wants in")
        await expect(page.locator("#messages .theirs")).to_have_count(1)
        await expect(guest.locator(".theirs")).to_have_count(1)


async def test_both_are_seen_at_once_where_there_is_room(
    chromium: Browser, phone: Phone, visitor: Visitor
) -> None:
    for width in (900, 1280, 1600):
        async with opened(chromium, phone.url, width=width, height=860) as page:
            await open_second(page)
            await page.keyboard.press("Escape")
            boxes = [await page.locator(one).bounding_box() for one in ("#phone", "#guest")]
            ends = [(box["x"], box["x"] + box["width"]) for box in boxes if box]
            assert len(ends) == 2
            assert 0 <= ends[0][0] < ends[0][1] < ends[1][0] < ends[1][1] <= width
            assert await sticking_out(page) == []
            await expect(page.locator("#whose")).to_be_hidden()


async def test_with_the_panel_open_too_nothing_is_cut_off(
    chromium: Browser, phone: Phone, visitor: Visitor
) -> None:
    for width in (900, 1200, 1280, 1600):
        async with opened(chromium, phone.url, width=width, height=860) as page:
            await open_second(page)
            assert await sticking_out(page) == []
            panel = await page.locator("#backstage").bounding_box()
            assert panel
            assert panel["x"] + panel["width"] <= width


async def test_on_a_small_screen_one_takes_turns_with_the_other(page: Page) -> None:
    await open_second(page)
    await page.keyboard.press("Escape")
    await expect(page.locator("#phone")).to_be_visible()
    await expect(page.locator("#guest")).to_be_hidden()
    await tab_to(page, '[data-whose="guest"]')
    await page.keyboard.press("Enter")
    await expect(page.locator("#guest")).to_be_visible()
    await expect(page.locator("#phone")).to_be_hidden()
    await expect(page.frame_locator("#guest iframe").locator("#start")).to_be_visible()
    await page.get_by_role("button", name="Robin, the owner").click()
    await expect(page.locator("#phone")).to_be_visible()
    await open_second(page)  # the same button takes it away again
    await expect(page.locator("#guest iframe")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(page.locator("#whose")).to_be_hidden()


async def test_a_second_phone_has_neither_panel_nor_phone_of_its_own(
    chromium: Browser, phone: Phone
) -> None:
    async with opened(chromium, f"{phone.url}/?user={NOOR}&name=Noor&frame=1") as page:
        await expect(page.locator("#start")).to_be_visible()
        await expect(page.locator('[data-does="backstage"]:visible')).to_have_count(0)
        await expect(page.locator('[data-does="show-me"]:visible')).to_have_count(0)


async def test_what_is_chosen_for_one_phone_shows_in_both(page: Page) -> None:
    await open_second(page)
    frame = page.frame_locator("#guest iframe")
    await expect(frame.locator('#status[data-state="here"]')).to_have_count(1)
    await page.locator("#tab-views").click()
    await page.locator('[name="theme"][value="dark"]').check()
    await page.locator('[name="text"][value="large"]').check()
    for attribute, value in (("data-theme", "dark"), ("data-text", "large")):
        await expect(frame.locator("html")).to_have_attribute(attribute, value)
