"""The panel beside the chat: closed at first, and then all that goes on behind the chat."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from telegram import Bot

from phone.backstage import Home
from phone.people import PAGE_USER_ID, Person
from phone.server import Phone
from phone.visitor import Visitor
from tests.phone import browser
from tests.phone.browser import opened, tab_to
from tests.phone.standin import keys

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
chromium, phone, bot, visitor, page = (
    browser.chromium,
    browser.phone,
    browser.bot,
    browser.visitor,
    browser.page,
)
CHAT = PAGE_USER_ID
TOKEN = "123456789:what-BotFather-said"
LINK = "https://t.me/my_reel_bot?start=claim_abc"
RUNNING = {
    "state": "running",
    "username": "my_reel_bot",
    "link": LINK,
    "is_owned": False,
    "data_dir": "data/telegram-123456789",
    "code": {"side": 2, "path": "M0 0h1v1h-1z"},
}
CLIP = {"start_ms": 3000, "end_ms": 112_000}


def job(kind: str, status: str, **more: Any) -> dict[str, Any]:
    shown = {"id": f"{kind}1", "kind": kind, "status": status, "stage": "drawing", "progress": 43}
    ended = {"attempt": 1, "error_code": "", "started_at": 10.0, "updated_at": 12.5}
    return {**shown, **ended, **more}


class Elsewhere:
    """A home whose rows a test writes, and that notes what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.told: dict[str, Any] = {"state": "off"}
        card = {"id": "abcd1234", "phase": "making", "revision": 7, "face": "home"}
        edit = {"recipe": {"clips": [CLIP]}, "look": "mist", "shape": "v"}
        self.card: dict[str, Any] = {**card, "message_id": 4, "touched_at": 1.0, "edit": edit}
        self.jobs = [job("render", "processing", attempt=2), job("save", "complete")]

    def as_home(self) -> Home:
        return Home(
            rows=self.rows,
            kill_render=self.kill,
            restart_bot=self.restart,
            telegram=lambda: self.told,
            take_along=self.take_along,
            leave=self.leave,
        )

    async def rows(self, person: Person) -> dict[str, Any]:
        return {"card": self.card, "jobs": self.jobs}

    async def kill(self, person: Person) -> bool:
        self.asked.append(f"kill for {person.user_id}")
        return True

    async def restart(self) -> None:
        self.asked.append("restart")

    async def take_along(self, token: str) -> dict[str, Any]:
        self.asked.append(token)
        self.told = RUNNING if token == TOKEN else {"state": "refused"}
        return self.told

    async def leave(self) -> dict[str, Any]:
        self.told = {"state": "off"}
        return self.told


async def open_tab(page: Page, tab: str) -> None:
    if await page.locator("#backstage").is_hidden():
        await page.locator('.bar [data-does="backstage"]').click()
    await page.locator(f"#tab-{tab}").click()


async def test_it_is_closed_until_somebody_opens_it_and_keys_suffice(page: Page) -> None:
    panel, opener = page.locator("#backstage"), page.locator('.bar [data-does="backstage"]')
    await expect(panel).to_be_hidden()
    await expect(opener).to_have_attribute("aria-expanded", "false")
    await tab_to(page, '.bar [data-does="backstage"]')
    await page.keyboard.press("Enter")
    await expect(panel).to_be_visible()
    await expect(page.locator("#tab-rows")).to_be_focused()
    for key, tab in (("ArrowRight", "calls"), ("End", "take"), ("ArrowRight", "rows")):
        await page.keyboard.press(key)
        await expect(page.locator(f"#tab-{tab}")).to_be_focused()
        await expect(page.locator(f"#pane-{tab}")).to_be_visible()
        await expect(page.locator(".pane:visible")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(panel).to_be_hidden()
    await expect(opener).to_be_focused()


async def test_it_stands_beside_the_phone_where_there_is_room_and_over_it_elsewhere(
    chromium: Browser, phone: Phone, visitor: Visitor
) -> None:
    async with opened(chromium, phone.url, width=1280, height=860) as page:
        await page.locator('.stage [data-does="backstage"]').click()
        await page.locator("#words").fill("still there to write in")
        panel = await page.locator("#backstage").bounding_box()
        chat = await page.locator("#phone").bounding_box()
        assert panel
        assert chat
        assert chat["x"] + chat["width"] < panel["x"]
        await page.set_viewport_size({"width": 390, "height": 844})
        await expect(page.locator("#phones")).to_have_js_property("inert", value=True)
        await page.locator("#backstage-close").click()
        await expect(page.locator("#phones")).to_have_js_property("inert", value=False)
        await expect(page.locator('.bar [data-does="backstage"]')).to_be_focused()


async def test_calls_are_listed_with_sizes_and_times(page: Page, bot: Bot) -> None:
    await open_tab(page, "calls")
    sent = await bot.send_message(CHAT, "one")
    call = page.locator("#calls > li").first
    await expect(call).to_contain_text("sendMessage")
    await expect(call).to_contain_text("200")
    await expect(call.locator(".call-head")).to_contain_text("ms")
    await expect(call.locator(".call-head")).to_contain_text(" B →")
    await call.locator("summary").click()
    await expect(call.locator("dl")).to_contain_text("one")
    await bot.send_chat_action(CHAT, "typing")
    await bot.edit_message_text("two", CHAT, sent.message_id)
    await expect(page.locator("#calls > li").first).to_contain_text("editMessageText")
    await expect(page.locator("#pace-count")).to_have_text("2")  # an action is no message
    await expect(page.locator("#pace-limit")).to_have_text("of 60 a minute")
    await expect(page.locator("#pace-meter")).to_have_js_property("value", 2)
    await expect(call.locator("details")).not_to_have_attribute("open", "")
    await expect(page.locator("#calls details[open]")).to_have_count(1)  # it stays open below


async def test_a_refused_call_is_told_and_counts_for_nothing(
    page: Page, bot: Bot, visitor: Visitor
) -> None:
    await open_tab(page, "calls")
    await visitor.add_fault("sendMessage", "refuse", description="Bad Request: no")
    with pytest.raises(Exception, match="No"):
        await bot.send_message(CHAT, "one")
    call = page.locator("#calls > li").first
    await expect(call.locator('.code[data-good="false"]')).to_have_text("400")
    await expect(page.locator("#pace-count")).to_have_text("0")


async def test_the_card_and_its_jobs_are_shown_as_the_database_has_them(
    page: Page, phone: Phone
) -> None:
    await open_tab(page, "rows")
    await expect(page.locator("#rows-elsewhere")).to_be_visible()
    home = Elsewhere()
    phone.show_home(home.as_home())
    await expect(page.locator("#card-phase")).to_have_text("making")
    await expect(page.locator("#card-facts")).to_contain_text("0:03–1:52")
    render = page.locator('#jobs [data-kind="render"]')
    await expect(render).to_contain_text("drawing 43% · attempt 2")
    await expect(render.locator("progress")).to_have_js_property("value", 43)
    await render.locator("summary").click()
    home.jobs[0].update(progress=61)
    await expect(render).to_contain_text("drawing 61%")
    await expect(render.locator("pre")).to_be_visible()  # what was opened stays so
    await expect(render.locator("pre")).to_contain_text('"progress": 61')
    home.jobs[0].update(status="failed", error_code="render_failed")
    await expect(render).to_contain_text("failed")
    await expect(render).to_contain_text("render_failed")


async def test_switches_change_the_line_until_they_are_turned_off(page: Page, phone: Phone) -> None:
    await open_tab(page, "trouble")
    slow = page.get_by_label("Slow network")
    await slow.press("Space")
    await expect(slow).to_be_checked()
    await expect(page.locator("body")).to_have_attribute("data-trouble", "on")
    assert phone.api.conditions.slow
    await page.reload()
    await open_tab(page, "trouble")
    await expect(slow).to_be_checked()  # it is the server's, not the page's
    await slow.press("Space")
    await expect(page.locator("body")).to_have_attribute("data-trouble", "off")
    assert not phone.api.conditions.slow
    for label in ("Presses come late", "Voice notes forbidden"):
        await page.get_by_label(label).check()
    await expect(page.locator("body")).to_have_attribute("data-trouble", "on")
    conditions = {"slow": False, "late_presses": True, "no_voices": True}
    assert phone.api.conditions.to_json() == conditions


async def test_what_strikes_once_says_what_it_did(
    page: Page, phone: Phone, bot: Bot, visitor: Visitor
) -> None:
    await open_tab(page, "trouble")
    told = page.locator("#trouble-told")
    await page.get_by_role("button", name="Flood").click()
    await expect(told).to_contain_text("Shut for 10 s")
    await expect(page.locator("#flood-left")).to_contain_text("s left")
    gone = page.get_by_role("button", name="Press a button that is gone")
    await gone.click()
    await expect(told).to_contain_text("No button has gone yet")
    async with Visitor(phone.url, user_id=5, name="Sam") as other:
        await other.start()
    large = page.get_by_role("button", name="Send a file of 64 MB")
    await large.click()
    await expect(told).to_contain_text("A bot may fetch 20 MB")
    await expect(page.locator('.mine[data-kind="audio"]')).to_have_count(1)
    for name in ("Restart the bot", "Kill the render"):
        await expect(page.get_by_role("button", name=name)).to_be_hidden()  # nobody is at home


async def test_a_button_that_is_gone_is_pressed_for_the_person(
    page: Page, bot: Bot, visitor: Visitor
) -> None:
    sent = await bot.send_message(CHAT, "Listening", reply_markup=keys([("Stop", "jx:1")]))
    await bot.edit_message_text("Card", CHAT, sent.message_id)
    await open_tab(page, "trouble")
    await page.get_by_role("button", name="Press a button that is gone").click()
    await expect(page.locator("#trouble-told")).to_contain_text("Pressed “Stop”")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    await bot.answer_callback_query(query.id, "Too late for that.")
    await page.keyboard.press("Escape")
    await expect(page.locator(".toast")).to_have_text("Too late for that.")


async def test_a_home_is_asked_to_restart_the_bot_and_to_kill_the_render(
    page: Page, phone: Phone
) -> None:
    home = Elsewhere()
    phone.show_home(home.as_home())
    await open_tab(page, "trouble")
    await page.get_by_role("button", name="Kill the render").click()
    await expect(page.locator("#trouble-told")).to_contain_text("Killed with -9")
    await page.get_by_role("button", name="Restart the bot").press("Enter")
    await expect(page.locator("#trouble-told")).to_contain_text("The bot is back")
    assert home.asked == [f"kill for {CHAT}", "restart"]


async def test_a_pasted_token_brings_the_bots_link_as_a_code_and_as_words(
    page: Page, phone: Phone
) -> None:
    home = Elsewhere()
    phone.show_home(home.as_home())
    await open_tab(page, "take")
    token, told = page.get_by_label("The bot's token"), page.locator("#take-told")
    await expect(token).to_have_attribute("type", "password")
    await token.fill("wrong")
    await page.keyboard.press("Enter")
    await expect(told).to_contain_text("Telegram does not know that token")
    await expect(page.locator("#taken")).to_be_hidden()
    await token.fill(TOKEN)
    await page.get_by_role("button", name="Begin").click()
    await expect(told).to_have_text("Running as @my_reel_bot.")
    await expect(token).to_have_value("")
    await expect(page.locator("#take-link")).to_have_attribute("href", LINK)
    await expect(page.get_by_role("img", name="QR code of the link")).to_be_visible()
    await expect(page.locator("#take-command")).to_contain_text("DATA_DIR=data/telegram-123456789")
    await page.reload()
    await open_tab(page, "take")
    await expect(told).to_have_text("Running as @my_reel_bot.")
    await page.get_by_role("button", name="Stop the bot").click()
    await expect(page.locator("#taken")).to_be_hidden()
    assert home.asked == ["wrong", TOKEN]


async def test_without_a_bot_beside_it_the_page_says_how_to_begin_one(page: Page) -> None:
    await open_tab(page, "take")
    await expect(page.locator("#take-elsewhere")).to_contain_text("TELEGRAM_BOT_TOKEN=")
    await expect(page.get_by_label("The bot's token")).to_be_hidden()
