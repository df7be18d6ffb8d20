"""What the bot library sends, the phone shows; what a person does, the library receives."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputMediaVideo,
    ReplyParameters,
    Update,
)

from phone.people import PAGE_USER_ID
from phone.visitor import Visitor
from tests.sounds import speech, tone, write

CHAT = PAGE_USER_ID
KEYBOARD = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("Make video", callback_data="mk:ABCD1234", style="success")],
        [InlineKeyboardButton("Watch", url="http://127.0.0.1:8081/v/1")],
    ]
)


async def updates(bot: Bot, offset: int = 0) -> tuple[Update, ...]:
    return await bot.get_updates(offset=offset, timeout=0)


def jpeg(width: int, height: int) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(content, "JPEG")
    return content.getvalue()


async def test_a_text_and_its_buttons_arrive_as_they_were_sent(bot: Bot, visitor: Visitor) -> None:
    sent = await bot.send_message(
        CHAT, "<b>Keeping</b> 0:03 &amp; more", parse_mode="HTML", reply_markup=KEYBOARD
    )
    shown = await visitor.wait_for(lambda message: message.from_bot)
    assert shown.text == sent.text == "Keeping 0:03 & more"
    assert sent.entities[0].type == "bold"
    assert (sent.entities[0].offset, sent.entities[0].length) == (0, 7)
    assert shown.key("Make") is not None
    assert sent.reply_markup == KEYBOARD


async def test_a_start_arrives_as_a_command_with_its_parameter(bot: Bot, visitor: Visitor) -> None:
    await visitor.start("claim_abc")
    plain, linked = await updates(bot)
    assert plain.message is not None
    assert plain.message.text == "/start"
    assert linked.message is not None
    assert linked.message.text == "/start claim_abc"
    assert linked.message.entities[0].type == "bot_command"
    assert linked.effective_user is not None
    assert linked.effective_user.id == PAGE_USER_ID


async def test_a_voice_note_can_be_fetched(bot: Bot, visitor: Visitor, tmp_path: Path) -> None:
    note = write(tmp_path / "note.ogg", speech(2.0))
    await visitor.send_voice(note)
    message = (await updates(bot))[-1].message
    assert message is not None
    assert message.voice is not None
    assert message.voice.mime_type == "audio/ogg"
    assert message.voice.to_dict()["duration"] == 2
    file = await bot.get_file(message.voice.file_id)
    assert bytes(await file.download_as_bytearray()) == note.read_bytes()


async def test_a_text_becomes_a_photo_and_then_a_video(
    bot: Bot, visitor: Visitor, tmp_path: Path
) -> None:
    note = await visitor.send_text("hello")
    card = await bot.send_message(
        CHAT, "Listening", reply_parameters=ReplyParameters(message_id=note.id)
    )
    picture = await bot.edit_message_media(
        InputMediaPhoto(jpeg(1280, 720), caption="<b>Card</b>", parse_mode="HTML"),
        CHAT,
        card.message_id,
        reply_markup=KEYBOARD,
    )
    assert not isinstance(picture, bool)
    assert picture.photo[-1].width == 1280
    assert picture.caption == "Card"
    film = write(tmp_path / "film.mp4", tone(1.0), with_video=True)
    video = await bot.edit_message_media(
        InputMediaVideo(
            film.read_bytes(),
            width=160,
            height=120,
            duration=1,
            thumbnail=jpeg(320, 180),
            supports_streaming=True,
        ),
        CHAT,
        card.message_id,
    )
    assert not isinstance(video, bool)
    assert video.video is not None
    assert (video.video.width, video.video.height) == (160, 120)
    assert video.video.thumbnail is not None
    assert video.reply_markup is None
    assert video.reply_to_message is not None
    assert video.reply_to_message.message_id == note.id
    shown = (await visitor.messages())[-1]
    assert shown.kind == "video"
    assert shown.edited
    saved = tmp_path / "saved.mp4"
    await visitor.download(shown.file_id, saved)
    assert saved.read_bytes() == film.read_bytes()


async def test_a_press_is_answered_with_a_toast(bot: Bot, visitor: Visitor) -> None:
    sent = await bot.send_message(CHAT, "card", reply_markup=KEYBOARD)
    shown = await visitor.wait_for(lambda message: message.id == sent.message_id)
    query_id = await visitor.press_label(shown, "Make")
    query = (await updates(bot))[-1].callback_query
    assert query is not None
    assert query.data == "mk:ABCD1234"
    assert query.message is not None
    assert query.message.message_id == sent.message_id
    assert await query.answer("On it")
    assert await visitor.wait_for_toast(query_id) == "On it"
