"""Two phones in one group: each sees what both say, and is told only what it pressed itself."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Browser, FrameLocator, Page, Route, expect
from telegram import Bot, ReplyParameters

from phone.people import GROUP_ID, PAGE_USER_ID
from phone.server import Phone
from phone.visitor import Visitor
from tests.axe import RULES, faults
from tests.phone import browser
from tests.phone.browser import opened, sticking_out
from tests.phone.standin import keys
from tests.phone.test_axe import SCHEMES, Scheme
from tests.phone.test_second_phone import NOOR, open_second

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
chromium, phone, bot, visitor = browser.chromium, browser.phone, browser.bot, browser.visitor


async def write(where: Page | FrameLocator, words: str) -> None:
    await where.locator("#words").fill(words)
    await where.locator("#words").press("Enter")


async def both_in_the_group(page: Page) -> FrameLocator:
    await open_second(page)
    await page.keyboard.press("Escape")
    guest = page.frame_locator("#guest iframe")
    for where in (page, guest):
        await where.get_by_role("button", name="Group of both").click()
        await expect(where.locator("#bot-name")).to_have_text("Group")
    return guest


async def test_both_phones_are_in_one_group(
    chromium: Browser, phone: Phone, bot: Bot, visitor: Visitor
) -> None:
    async with opened(chromium, phone.url, width=1280, height=860) as page:
        guest = await both_in_the_group(page)
        await write(guest, "/video please")
        await expect(page.locator("#messages .theirs .sender")).to_have_text("Noor")
        await expect(guest.locator("#messages .mine")).to_have_count(1)
        update = (await bot.get_updates(timeout=5))[-1]
        assert update.message is not None
        assert update.message.from_user is not None
        assert (update.message.chat_id, update.message.from_user.id) == (GROUP_ID, NOOR)
        card = await bot.send_message(
            GROUP_ID,
            "A card",
            reply_markup=keys([("Trim", "vw")]),
            reply_parameters=ReplyParameters(update.message.message_id),
        )
        for where in (page, guest):
            shown = where.locator(f'[data-id="{card.message_id}"]')
            await expect(shown.locator(".sender")).to_have_text("Pocketreel")
        await page.get_by_role("button", name="Trim").click()
        query = (await bot.get_updates(offset=update.update_id + 1, timeout=5))[-1].callback_query
        assert query is not None
        assert query.from_user.id == PAGE_USER_ID
        await bot.answer_callback_query(query.id, "Only Noor can steer this one.")
        await expect(page.locator("#toasts .toast")).to_have_text("Only Noor can steer this one.")
        await expect(guest.locator(".toast")).to_have_count(0)
        assert await sticking_out(page) == []


async def test_a_group_that_is_opened_while_ones_own_chat_is_still_loading_is_shown(
    chromium: Browser, phone: Phone, visitor: Visitor
) -> None:
    async with opened(chromium, phone.url, width=1280, height=860) as page:
        is_asked, may_answer = asyncio.Event(), asyncio.Event()

        async def late(route: Route) -> None:
            response = await route.fetch()
            is_asked.set()
            await may_answer.wait()
            await route.fulfill(response=response)

        await page.route(lambda url: "/phone/state" in url and "chat=" not in url, late)
        await open_second(page)
        await page.keyboard.press("Escape")
        await is_asked.wait()
        guest = page.frame_locator("#guest iframe")
        await guest.get_by_role("button", name="Group of both").click()
        may_answer.set()
        await expect(guest.locator("#bot-name")).to_have_text("Group")


async def test_ones_own_chat_stays_apart_and_is_there_again(
    chromium: Browser, phone: Phone, bot: Bot, visitor: Visitor
) -> None:
    async with opened(chromium, phone.url, width=1280, height=860) as page:
        await both_in_the_group(page)
        await write(page, "hello both")
        await expect(page.locator("#messages .mine")).to_have_count(1)
        await page.locator("#chats").get_by_role("button", name="Pocketreel").click()
        await expect(page.locator("#bot-name")).to_have_text("Pocketreel")
        await expect(page.locator("#messages")).not_to_contain_text("hello both")
        await bot.send_message(PAGE_USER_ID, "Yours alone")
        await expect(page.locator("#messages .theirs")).to_contain_text("Yours alone")
        await page.locator("#chats").get_by_role("button", name="Group of both").click()
        await expect(page.locator("#messages")).to_contain_text("hello both")
        await expect(page.locator("#messages")).not_to_contain_text("Yours alone")


async def test_a_link_to_the_bot_opens_ones_own_chat_on_this_phone(
    chromium: Browser, phone: Phone, bot: Bot, visitor: Visitor
) -> None:
    async with opened(chromium, phone.url, width=1280, height=860) as page:
        guest = await both_in_the_group(page)
        await write(page, "https://t.me/pocketreel_bot?start=invite_abc")
        await guest.locator("#messages .theirs a").click()
        await expect(guest.locator("#bot-name")).to_have_text("Pocketreel")
        await expect(guest.locator("#messages .mine")).to_have_text(re.compile("/start"))
        update = (await bot.get_updates(timeout=5))[-1]
        assert update.message is not None
        assert (update.message.chat_id, update.message.text) == (NOOR, "/start invite_abc")


async def test_without_a_second_phone_there_is_no_group(
    chromium: Browser, phone: Phone, visitor: Visitor
) -> None:
    async with opened(chromium, phone.url, width=1280, height=860) as page:
        await expect(page.locator("#chats")).to_be_hidden()
        await both_in_the_group(page)
        await open_second(page)  # the same button takes the guest away again
        await page.keyboard.press("Escape")
        await expect(page.locator("#chats")).to_be_hidden()
        await expect(page.locator("#bot-name")).to_have_text("Pocketreel")


@pytest.mark.axe
@pytest.mark.parametrize("scheme", SCHEMES)
async def test_nobody_is_shut_out_of_the_group(
    chromium: Browser, phone: Phone, bot: Bot, visitor: Visitor, scheme: Scheme
) -> None:
    async with opened(chromium, phone.url, width=1280, height=860, scheme=scheme) as page:
        guest = await both_in_the_group(page)
        await write(guest, "hello both")
        await expect(page.locator("#messages .theirs .sender")).to_have_text("Noor")
        assert await faults(page, *RULES[scheme]) == []
