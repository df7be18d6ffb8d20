"""Every call that the bot makes, made by the bot library itself, and what the phone shows then."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ChatAction, ParseMode, ReactionEmoji
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken

from phone.people import PAGE_USER_ID
from phone.server import Phone
from phone.visitor import ShownMessage, Visitor
from tests.phone.conftest import bot_of
from tests.phone.test_refusals import picture
from tests.sounds import tone, write

CHAT = PAGE_USER_ID
KEYBOARD = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("Make video", callback_data="mk:p", style="success")],
        [
            InlineKeyboardButton("Watch", url="http://127.0.0.1:8081/v/1?t=a&b=c"),
            InlineKeyboardButton("Stop", callback_data="jx:p", style="danger"),
        ],
    ]
)


def upload(content: bytes, name: str) -> InputFile:
    return InputFile(content, filename=name, attach=True)


@pytest.fixture
def film(tmp_path: Path) -> bytes:
    return write(tmp_path / "film.mp4", tone(1.0), with_video=True).read_bytes()


@pytest.fixture
def song(tmp_path: Path) -> bytes:
    return write(tmp_path / "song.mp3", tone(1.0)).read_bytes()


async def last(visitor: Visitor) -> ShownMessage:
    return (await visitor.messages())[-1]


async def test_send_message(bot: Bot, visitor: Visitor) -> None:
    note = await visitor.send_text("hello")
    await bot.send_message(
        CHAT,
        "<b>Keeping</b> 0:03 &lt; 1:52",
        parse_mode=ParseMode.HTML,
        reply_markup=KEYBOARD,
        reply_parameters=ReplyParameters(note.id, allow_sending_without_reply=True),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    shown = await last(visitor)
    assert (shown.kind, shown.text, shown.reply_to) == ("text", "Keeping 0:03 < 1:52", note.id)
    watch = shown.key("Watch")
    assert watch is not None
    assert watch.url == "http://127.0.0.1:8081/v/1?t=a&b=c"


async def test_send_photo(bot: Bot, visitor: Visitor) -> None:
    await bot.send_photo(
        CHAT,
        upload(picture(1080, 540, "PNG"), "card.png"),
        caption="<i>card</i>",
        parse_mode=ParseMode.HTML,
        reply_markup=KEYBOARD,
    )
    shown = await last(visitor)
    assert (shown.kind, shown.text) == ("photo", "card")
    assert (shown.media["width"], shown.media["height"]) == (1080, 540)
    assert shown.raw["caption_entities"][0]["type"] == "italic"


async def test_send_video(bot: Bot, visitor: Visitor, film: bytes) -> None:
    await bot.send_video(
        CHAT,
        upload(film, "video.mp4"),
        caption="done",
        width=160,
        height=120,
        duration=1,
        supports_streaming=True,
        thumbnail=upload(picture(160, 120), "thumbnail.jpg"),
        reply_markup=KEYBOARD,
    )
    shown = await last(visitor)
    assert (shown.kind, shown.text, shown.media["mime_type"]) == ("video", "done", "video/mp4")
    assert shown.media["thumbnail"]["width"] == 160


async def test_send_audio(bot: Bot, visitor: Visitor, song: bytes) -> None:
    note = await visitor.send_text("hello")
    await bot.send_audio(
        CHAT,
        InputFile(song, filename="preview.mp3"),
        caption="Listen",
        title="The edges",
        duration=1,
        reply_parameters=ReplyParameters(note.id),
    )
    shown = await last(visitor)
    assert (shown.kind, shown.reply_to, shown.media["title"]) == ("audio", note.id, "The edges")


async def test_send_voice_and_document(bot: Bot, visitor: Visitor, tmp_path: Path) -> None:
    note = write(tmp_path / "note.ogg", tone(1.0)).read_bytes()
    await bot.send_voice(CHAT, note)
    assert (await last(visitor)).kind == "voice"
    await bot.send_document(CHAT, b"1\n00:00:01,000", filename="words.srt")
    assert (await last(visitor)).media["file_name"] == "words.srt"


async def test_one_message_becomes_everything(bot: Bot, visitor: Visitor, film: bytes) -> None:
    card = await bot.send_message(CHAT, "Listening")
    here = card.message_id
    await bot.edit_message_text("Still listening", CHAT, here)
    assert ((await last(visitor)).text, (await last(visitor)).edited) == ("Still listening", True)
    photo = InputMediaPhoto(upload(picture(), "card.png"), caption="card")
    await bot.edit_message_media(photo, CHAT, here, reply_markup=KEYBOARD)
    assert ((await last(visitor)).kind, len((await last(visitor)).keys)) == ("photo", 2)
    await bot.edit_message_caption(CHAT, here, caption="<b>68 %</b>", parse_mode=ParseMode.HTML)
    assert ((await last(visitor)).text, (await last(visitor)).keys) == ("68 %", ())
    await bot.edit_message_reply_markup(CHAT, here, reply_markup=KEYBOARD)
    assert ((await last(visitor)).text, len((await last(visitor)).keys)) == ("68 %", 2)
    film_file = upload(film, "video.mp4")
    video = InputMediaVideo(film_file, caption="done", width=160, height=120, duration=1)
    done = await bot.edit_message_media(video, CHAT, here)
    assert isinstance(done, Message)
    shown = await last(visitor)
    assert (shown.id, shown.kind, shown.text) == (card.message_id, "video", "done")
    assert len(await visitor.messages()) == 2


async def test_an_edit_by_file_id_sends_no_file_again(bot: Bot, visitor: Visitor) -> None:
    first = await bot.send_photo(CHAT, picture())
    second = await bot.send_message(CHAT, "card")
    media = InputMediaPhoto(first.photo[-1].file_id)
    await bot.edit_message_media(media, CHAT, second.message_id)
    assert (await last(visitor)).file_id == first.photo[-1].file_id
    with pytest.raises(BadRequest, match="essage is not modified"):
        await bot.edit_message_media(media, CHAT, second.message_id)


async def test_actions_reactions_and_deletions(bot: Bot, visitor: Visitor) -> None:
    note = await visitor.send_text("hello")
    assert await bot.set_message_reaction(CHAT, note.id, ReactionEmoji.EYES)
    assert await visitor.reactions(note.id) == ["👀"]
    assert await bot.set_message_reaction(CHAT, note.id, [])
    assert await visitor.reactions(note.id) == []
    assert await bot.send_chat_action(CHAT, ChatAction.RECORD_VIDEO)
    card = await bot.send_message(CHAT, "card")
    assert await bot.delete_message(CHAT, card.message_id)
    assert (await last(visitor)).id == note.id
    told = [entry["what"] for entry in await visitor.transcript()]
    assert told == [
        *("message", "message", "reaction", "reaction", "action", "message", "delete"),
    ]


async def test_commands_and_texts_of_the_bot(bot: Bot, visitor: Visitor) -> None:
    await bot.set_my_commands([BotCommand("help", "How it works")])
    await bot.set_my_commands([BotCommand("doctor", "Check")], scope=BotCommandScopeChat(CHAT))
    await bot.set_my_commands([BotCommand("help", "So geht es")], language_code="de")
    assert [command.command for command in await bot.get_my_commands()] == ["help"]
    own = await bot.get_my_commands(scope=BotCommandScopeChat(CHAT))
    assert [command.command for command in own] == ["doctor"]
    german = await bot.get_my_commands(language_code="de")
    assert german[0].description == "So geht es"
    await bot.set_my_description("Send me a voice note.")
    await bot.set_my_short_description("Voice note in, video out.")
    assert (await bot.get_my_description()).description == "Send me a voice note."
    assert (await bot.get_my_short_description()).short_description == "Voice note in, video out."


async def test_the_library_names_refusals_as_telegrams(phone: Phone, visitor: Visitor) -> None:
    async with bot_of(phone) as bot:
        await bot.set_webhook("https://example.org/hook")
        with pytest.raises(Conflict):
            await bot.get_updates()
        assert await bot.delete_webhook(drop_pending_updates=True)
        await visitor.block()
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await bot.send_message(CHAT, "hello")
    with pytest.raises(InvalidToken):
        async with bot_of(phone, "7000000001:another-token-of-the-same-shape"):
            pass


async def test_a_file_of_a_person_is_fetched_whole(
    bot: Bot, visitor: Visitor, tmp_path: Path, film: bytes
) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(film)
    sent = await visitor.send_video(path, caption="my film")
    update = (await bot.get_updates())[-1]
    assert update.message is not None
    assert update.message.video is not None
    assert update.message.caption == "my film"
    file = await bot.get_file(sent.file_id)
    into = io.BytesIO()
    await file.download_to_memory(into)
    assert into.getvalue() == film
