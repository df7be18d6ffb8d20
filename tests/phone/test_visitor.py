"""Somebody who holds the phone, in code: sends, waits, presses, answers, saves and tells."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from PIL import Image
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto

from phone.people import PAGE_USER_ID
from phone.samples import SAMPLES
from phone.server import Phone
from phone.visitor import NothingCame, PhoneRefused, ShownMessage, Visitor
from tests.phone.test_refusals import picture
from tests.sounds import tone, write

CHAT = PAGE_USER_ID
KEYBOARD = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("✨ Make video · about 40 s", callback_data="mk:p")],
        [InlineKeyboardButton("Watch page", url="http://127.0.0.1:8081/v/1")],
    ]
)


def is_card(message: ShownMessage) -> bool:
    return message.kind == "photo" and message.key("Make video") is not None


async def test_the_way_from_a_sample_to_a_video(bot: Bot, visitor: Visitor, tmp_path: Path) -> None:
    note = await visitor.send_sample("speech")
    card = await bot.send_message(CHAT, "Listening", reply_to_message_id=note.id)
    waiting = asyncio.create_task(visitor.wait_for(is_card))
    photo = InputMediaPhoto(picture(1080, 540, "PNG"), caption="card")
    await bot.edit_message_media(photo, CHAT, card.message_id, reply_markup=KEYBOARD)
    shown = await waiting
    assert (shown.id, shown.reply_to, shown.edited) == (card.message_id, note.id, True)
    await visitor.download(shown.file_id, tmp_path / "card.jpg")
    with Image.open(tmp_path / "card.jpg") as saved:
        assert (saved.format, saved.size) == ("JPEG", (1080, 540))
    typed = await visitor.send_text("0:03-0:10", reply_to=shown.id)
    assert typed.reply_to == shown.id
    query_id = await visitor.press_label(shown, "Make video")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    await query.answer("On it")
    assert await visitor.wait_for_toast(query_id) == "On it"
    film = write(tmp_path / "film.mp4", tone(1.0), with_video=True)
    await bot.send_video(CHAT, film.read_bytes(), reply_to_message_id=card.message_id)
    video = await visitor.wait_for(lambda message: message.kind == "video")
    await visitor.download(video.file_id, tmp_path / "saved.mp4")
    assert (tmp_path / "saved.mp4").read_bytes() == film.read_bytes()


async def test_each_sample_can_be_sent(visitor: Visitor) -> None:
    for name, sample in SAMPLES.items():
        message = await visitor.send_sample(name)
        assert message.kind == sample.kind
        assert message.media["mime_type"] == sample.mime
    with pytest.raises(PhoneRefused):
        await visitor.send_sample("opera")


async def test_who_waits_sees_every_version(bot: Bot, visitor: Visitor) -> None:
    card = await bot.send_message(CHAT, "0 %")
    waiting = asyncio.create_task(visitor.wait_for(lambda message: message.text == "50 %"))
    for share in (10, 50, 100):
        await bot.edit_message_text(f"{share} %", CHAT, card.message_id)
    assert (await waiting).text == "50 %"


async def test_who_waits_for_news_does_not_take_what_was(bot: Bot, visitor: Visitor) -> None:
    await bot.send_message(CHAT, "done")
    now = await visitor.now()
    waiting = asyncio.create_task(visitor.wait_for(lambda it: it.text == "done", after=now))
    second = await bot.send_message(CHAT, "done")
    assert (await waiting).id == second.message_id


async def test_who_waits_in_vain_hears_how_the_chat_ends(bot: Bot, visitor: Visitor) -> None:
    await bot.send_message(CHAT, "I work with sound.")
    with pytest.raises(NothingCame, match=r"bot text: 'I work with sound\.'"):
        await visitor.wait_for(is_card, 0.2)
    with pytest.raises(NothingCame, match="no answer"):
        await visitor.wait_for_toast("1", 0.2)


async def test_only_buttons_that_are_there_are_pressed(bot: Bot, visitor: Visitor) -> None:
    sent = await bot.send_message(CHAT, "card", reply_markup=KEYBOARD)
    shown = await visitor.wait_for(lambda message: message.id == sent.message_id)
    with pytest.raises(PhoneRefused, match="no button 'Stop' among"):
        await visitor.press_label(shown, "Stop")
    with pytest.raises(PhoneRefused, match="no button 'Watch'"):
        await visitor.press_label(shown, "Watch")  # a link, not a press
    with pytest.raises(PhoneRefused, match="MESSAGE_ID_INVALID"):
        await visitor.press(999, "mk:p")


async def test_a_stale_button_still_reaches_the_bot(bot: Bot, visitor: Visitor) -> None:
    sent = await bot.send_message(CHAT, "card", reply_markup=KEYBOARD)
    shown = await visitor.wait_for(lambda message: message.id == sent.message_id)
    await bot.edit_message_text("done", CHAT, sent.message_id)
    await visitor.press_label(shown, "Make video")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert query.data == "mk:p"


async def test_the_transcript_tells_it_in_order_with_times(bot: Bot, visitor: Visitor) -> None:
    note = await visitor.send_sample("speech")
    sent = await bot.send_message(CHAT, "card", reply_markup=KEYBOARD, reply_to_message_id=note.id)
    shown = await visitor.wait_for(lambda message: message.id == sent.message_id)
    query_id = await visitor.press_label(shown, "Make video")
    await bot.answer_callback_query(query_id, "On it")
    await bot.edit_message_text("done", CHAT, sent.message_id)
    told = await visitor.transcript()
    assert json.loads(json.dumps(told)) == told
    assert [(entry["who"], entry["what"]) for entry in told] == [
        ("person", "message"),
        ("person", "message"),
        ("bot", "message"),
        ("person", "press"),
        ("bot", "toast"),
        ("bot", "edit"),
    ]
    _, voice, card, press, toast, edit = told
    assert voice["media"]["duration"] == 15
    assert card["reply_to"] == note.id
    assert card["buttons"][0][0]["callback_data"] == "mk:p"
    assert press["label"] == "✨ Make video · about 40 s"
    assert (toast["text"], edit["text"]) == ("On it", "done")
    times = [entry["after_s"] for entry in told]
    assert times[0] == 0.0
    assert times == sorted(times)


async def test_words_are_not_taken_for_facts(visitor: Visitor) -> None:
    await visitor.send_text("the title, its width and its duration")
    await visitor.send_fields(contact={"phone_number": "1", "first_name": "Ada"})
    *_, text, contact = await visitor.transcript()
    assert "media" not in text
    assert (contact["kind"], "media" in contact) == ("", False)


async def test_two_people_have_two_phones(bot: Bot, phone: Phone, visitor: Visitor) -> None:
    async with Visitor(phone.url, user_id=5, name="Sam") as guest:
        await guest.start()
        await bot.send_message(5, "for Sam")
        assert [message.text for message in await guest.messages()] == ["/start", "for Sam"]
    assert [message.text for message in await visitor.messages()] == ["/start"]
    update = (await bot.get_updates())[-1]
    assert update.effective_user is not None
    assert update.effective_user.first_name == "Sam"


async def test_anything_can_be_sent(bot: Bot, visitor: Visitor) -> None:
    await visitor.send_fields(contact={"phone_number": "1", "first_name": "Ada"})
    message = (await bot.get_updates())[-1].message
    assert message is not None
    assert message.contact is not None
    assert message.contact.first_name == "Ada"
