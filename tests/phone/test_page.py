"""What a person sees on the page: messages, edits, keys, films; in any width and direction."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from telegram import Bot, InputMediaPhoto, InputMediaVideo

from phone.limits import Limits
from phone.people import PAGE_USER_ID
from phone.server import Phone, start_phone
from phone.visitor import Visitor
from tests.phone import browser
from tests.phone.browser import opened, sticking_out
from tests.phone.standin import CARD_KEYS, LONG_WORD, TRIM_KEYS, keys, picture
from tests.sounds import speech, tone, write

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
chromium, phone, bot, visitor, page = (
    browser.chromium,
    browser.phone,
    browser.bot,
    browser.visitor,
    browser.page,
)
CHAT = PAGE_USER_ID


async def test_an_edit_replaces_its_message_in_place(page: Page, bot: Bot) -> None:
    sent = await bot.send_message(CHAT, "Listening", reply_markup=keys([("Stop", "jx:A")]))
    row = page.locator(f'[data-id="{sent.message_id}"]')
    await row.evaluate("(element) => { element.marked = true; }")
    card = InputMediaPhoto(picture(), caption="<b>Keeping</b> 0:03", parse_mode="HTML")
    await bot.edit_message_media(card, CHAT, sent.message_id, reply_markup=CARD_KEYS)
    await expect(row.locator(".photo img")).to_be_visible()
    await expect(row.locator(".words b")).to_have_text("Keeping")
    picture_before = await row.locator(".photo").evaluate_handle("(element) => element")
    caption = "Keeping 0:04"
    await bot.edit_message_caption(CHAT, sent.message_id, caption=caption, reply_markup=CARD_KEYS)
    await expect(row.locator(".words")).to_have_text(caption)
    assert await row.evaluate("(element) => element.marked")
    same = "(element, before) => element === before"
    assert await row.locator(".photo").evaluate(same, picture_before)
    assert await page.locator(".message.theirs").count() == 1


async def test_a_new_picture_takes_the_place_of_the_old_one(page: Page, bot: Bot) -> None:
    sent = await bot.send_photo(CHAT, picture(), reply_markup=CARD_KEYS)
    row = page.locator(f'[data-id="{sent.message_id}"]')
    old = await row.locator("img").get_attribute("src")
    before = await row.bounding_box()
    await bot.edit_message_media(
        InputMediaPhoto(picture(colour="#223344")), CHAT, sent.message_id, reply_markup=CARD_KEYS
    )
    await expect(row.locator("img")).to_have_count(2)  # the old one until the new one is there
    await expect(row.locator("img")).to_have_count(1)
    assert await row.locator("img").get_attribute("src") != old
    assert await row.bounding_box() == before


async def test_the_focus_stays_on_a_key_that_an_edit_leaves(page: Page, bot: Bot) -> None:
    sent = await bot.send_message(CHAT, "Card", reply_markup=TRIM_KEYS)
    key = page.locator('.key[data-data="tn:ABCD1234:1"]')
    await key.focus()
    await bot.edit_message_text("Card 2", CHAT, sent.message_id, reply_markup=TRIM_KEYS)
    await expect(page.locator(".theirs .words")).to_have_text("Card 2")
    await expect(key).to_be_focused()
    await bot.edit_message_text("Card 3", CHAT, sent.message_id, reply_markup=CARD_KEYS)
    await expect(page.locator(".theirs .words")).to_have_text("Card 3")
    assert await page.evaluate("document.activeElement.classList.contains('key')")


async def test_an_edit_does_not_move_somebody_who_reads_above(page: Page, bot: Bot) -> None:
    for number in range(30):
        last = await bot.send_message(CHAT, f"Message {number}\nand more of it")
    await expect(page.locator(".message.theirs")).to_have_count(30)
    feed = page.locator("#feed")
    await feed.evaluate("(element) => element.scrollTo(0, 300)")
    await expect(feed).to_have_js_property("scrollTop", 300)
    await expect(page.locator(".message").last).not_to_be_in_viewport()
    await bot.edit_message_text("Message\n" * 20, CHAT, last.message_id)
    await bot.send_message(CHAT, "One more")
    await expect(page.locator("#newer")).to_be_visible()
    assert await feed.evaluate("(element) => element.scrollTop") == 300
    await page.locator("#newer").click()
    await expect(page.locator(".message").last).to_be_in_viewport()


async def test_a_reader_at_the_end_stays_there(page: Page, bot: Bot) -> None:
    for number in range(12):
        await bot.send_photo(CHAT, picture(), caption=f"Picture {number}", reply_markup=CARD_KEYS)
    last = page.locator(".message.theirs").last.locator(".key").last
    await expect(page.locator(".message.theirs")).to_have_count(12)
    await expect(last).to_be_in_viewport(ratio=1)


async def test_what_people_write_is_never_markup(page: Page, bot: Bot, visitor: Visitor) -> None:
    evil = '<img src="/nothing" onerror="document.title=1"><b>x</b>'
    await visitor.send_text(evil)
    link = '<a href="javascript:document.title=1">press</a> &lt;script&gt;'
    await bot.send_message(CHAT, link, parse_mode="HTML", reply_markup=keys([(evil, "no:1")]))
    await expect(page.locator(".mine .words").last).to_have_text(evil)
    await expect(page.locator(".key-label")).to_have_text(evil)
    await expect(page.locator(".theirs .words")).to_contain_text("press <script>")
    assert await page.locator(".messages img, .words b, .words a[href^=javascript]").count() == 0


async def test_entities_may_lie_in_each_other(page: Page, bot: Bot) -> None:
    text = '🎧 <b>bold <i>both</i></b> <a href="https://example.com/a">there</a> <code>x</code>'
    await bot.send_message(CHAT, text, parse_mode="HTML")
    words = page.locator(".theirs .words")
    await expect(words).to_have_text("🎧 bold both there x")
    await expect(words.locator("b i")).to_have_text("both")
    await expect(words.locator("a")).to_have_attribute("href", "https://example.com/a")
    await expect(words.locator("a")).to_have_attribute("rel", "noopener noreferrer")


@pytest.mark.parametrize(("width", "height"), [(360, 740), (320, 568)])
async def test_nothing_sticks_out(
    chromium: Browser,
    phone: Phone,
    bot: Bot,
    visitor: Visitor,
    tmp_path: Path,
    width: int,
    height: int,
) -> None:
    note = write(tmp_path / f"{LONG_WORD[:80]}.mp3", tone(1.0))
    film = write(tmp_path / "film.mp4", tone(1.0), with_video=True).read_bytes()
    await visitor.send_text(LONG_WORD)
    sound = await visitor.send_audio(note, title=LONG_WORD[:60])
    long_key = (LONG_WORD[:64], "no:1", "success")
    rows = keys([long_key], [("-5 seconds", "a"), ("-1 s", "b"), ("+1 s", "c"), ("+5 s", "d")])
    more: Any = {"reply_markup": rows, "reply_to_message_id": sound.id}
    await bot.send_message(CHAT, f"{LONG_WORD} https://example.com/{LONG_WORD}", **more)
    await bot.send_photo(CHAT, picture(), caption=LONG_WORD, **more)
    for film_size in ((1080, 1920), (1080, 1080), (1920, 1080)):
        shape: Any = {"width": film_size[0], "height": film_size[1]}
        await bot.send_video(CHAT, film, duration=1, caption=LONG_WORD, **shape, **more)
    await bot.send_document(CHAT, film, filename=f"{LONG_WORD}.bin", caption="A file")
    async with opened(chromium, phone.url, width=width, height=height) as page:
        await expect(page.locator(".message")).to_have_count(9)
        await expect(page.locator(".sample")).to_have_count(3)
        await page.locator("#more").click()
        await page.locator("#words").fill(LONG_WORD)
        assert await sticking_out(page) == []
        await page.evaluate("document.documentElement.style.fontSize = '150%'")
        assert await sticking_out(page) == []


async def test_a_film_plays_in_its_true_shape(page: Page, bot: Bot, tmp_path: Path) -> None:
    film = write(tmp_path / "film.mp4", tone(1.0), with_video=True).read_bytes()
    for width, height in ((1080, 1920), (1080, 1080), (1920, 1080)):
        sent = await bot.send_video(CHAT, film, width=width, height=height, duration=1)
        row = page.locator(f'[data-id="{sent.message_id}"]')
        await expect(row.locator("video")).to_be_visible()
        box = await row.locator("video").bounding_box()
        assert box is not None
        assert box["width"] / box["height"] == pytest.approx(width / height, rel=0.02)
        assert box["height"] < 600
        await expect(row.locator(".save-film")).to_have_attribute("download", "pocketreel.mp4")
        play = "(element) => { element.muted = true; return element.play(); }"
        await row.locator("video").evaluate(play)
    await expect(page.locator("video").first).to_have_js_property("paused", value=True)


async def test_a_film_that_takes_a_cards_place_is_seen(
    page: Page, bot: Bot, tmp_path: Path
) -> None:
    film = write(tmp_path / "film.mp4", tone(1.0), with_video=True).read_bytes()
    sent = await bot.send_photo(CHAT, picture(), caption="Making", reply_markup=TRIM_KEYS)
    await expect(page.locator(".theirs .photo")).to_be_visible()
    video = InputMediaVideo(film, caption="Done", width=1080, height=1920, duration=1)
    await bot.edit_message_media(video, CHAT, sent.message_id, reply_markup=TRIM_KEYS)
    await bot.send_message(CHAT, "Your video is ready.")
    await expect(page.locator(".film")).to_be_in_viewport(ratio=0.95)
    await expect(page.locator("#newer")).to_be_visible()


async def test_a_start_shows_nothing_of_what_it_carries(page: Page, visitor: Visitor) -> None:
    started = await visitor.start("claim_abc")
    words = page.locator(f'[data-id="{started.id}"] .words')
    await expect(words).to_have_text("/start")


async def test_text_runs_the_way_its_language_does(page: Page, bot: Bot) -> None:
    await bot.send_message(CHAT, "שלום עולם", reply_markup=keys([("إلغاء", "no:1")]))
    direction = "(element) => getComputedStyle(element).direction"
    assert await page.locator(".theirs .words").evaluate(direction) == "rtl"
    assert await page.locator(".key-label").evaluate(direction) == "rtl"


async def test_keys_wear_the_colours_that_the_bot_gave_them(page: Page, bot: Bot) -> None:
    styled = keys(
        [("Make", "a", "success")],
        [("Stop", "b", "danger")],
        [("Done", "c", "primary"), ("No", "d")],
    )
    await bot.send_message(CHAT, "Card", reply_markup=styled)
    await expect(page.locator(".key")).to_have_count(4)
    ground = "(keys) => keys.map((key) => getComputedStyle(key).backgroundColor)"
    grounds = await page.locator(".key").evaluate_all(ground)
    assert len(set(grounds)) == 4
    greens, reds = ([int(part) for part in re.findall(r"\d+", one)[:3]] for one in grounds[:2])
    assert max(greens) == greens[1]
    assert max(reds) == reds[0]


async def test_reactions_and_what_the_bot_is_doing_are_shown(page: Page, bot: Bot) -> None:
    start_id = await page.locator(".message").first.get_attribute("data-id")
    await bot.set_message_reaction(CHAT, int(start_id or 0), "👀")
    await expect(page.locator(".reaction")).to_have_text("👀")
    await bot.send_chat_action(CHAT, "record_video")
    await expect(page.locator("#status")).to_have_text("recording video…")
    await bot.send_message(CHAT, "There it is")
    await expect(page.locator("#status")).not_to_have_text("recording video…")
    await expect(page.locator("#heard")).to_contain_text("There it is")


async def test_a_deleted_message_goes(page: Page, bot: Bot) -> None:
    sent = await bot.send_message(CHAT, "Not for long")
    await expect(page.get_by_text("Not for long").first).to_be_visible()
    await bot.delete_message(CHAT, sent.message_id)
    await expect(page.locator(".theirs")).to_have_count(0)


async def test_a_picture_opens_and_closes(page: Page, bot: Bot) -> None:
    await bot.send_photo(CHAT, picture(), caption="The card")
    await page.locator(".photo").click()
    await expect(page.locator("#lightbox-picture")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#lightbox")).to_be_hidden()
    await expect(page.locator(".photo")).to_be_focused()


async def test_a_sound_plays(page: Page, bot: Bot, tmp_path: Path) -> None:
    voice = write(tmp_path / "voice.ogg", speech(2.0)).read_bytes()
    await bot.send_voice(CHAT, voice)
    await expect(page.locator(".player-time")).to_have_text("0:02")
    await page.locator(".play").click()
    await expect(page.get_by_label("Pause the voice note")).to_be_visible()
    await expect(page.locator(".player-time")).to_have_text("0:01")


async def test_a_restarted_server_is_found_again(
    chromium: Browser, tmp_path: Path, limits: Limits
) -> None:
    first = await start_phone(tmp_path / "phone", limits=limits)
    port = int(first.url.rpartition(":")[2])
    async with Visitor(first.url) as visitor, opened(chromium, first.url) as page:
        await visitor.start()
        await expect(page.locator(".message")).to_have_count(1)
        await first.stop()
        await expect(page.locator('#status[data-state="away"]')).to_be_visible()
        again = await start_phone(tmp_path / "phone", port=port, limits=limits)
        await visitor.send_text("Still there?")
        await expect(page.locator(".message")).to_have_count(2)
        await expect(page.locator('#status[data-state="here"]')).to_be_visible()
        await visitor.send_text("Good")
        await expect(page.locator(".message")).to_have_count(3)
    await again.stop()
