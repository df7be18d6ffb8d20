"""Views become messages, seen on the phone."""

from __future__ import annotations

import dataclasses

import pytest
from telegram import Bot

from bot.refusals import ChatDead, Flooded, MessageGone
from bot.sending import Post, edit, send
from bot.shown import Kind, shown_by
from conversations.model import Audio, Button, Style, View
from phone.people import PAGE_USER_ID
from phone.server import Phone
from phone.visitor import ShownMessage, Visitor
from storage.local import LocalStorage
from tests.bot.media import CARD, FILM, PREVIEW, VOICE, store_media

TEXT = View(text="<b>Listening</b> to 1 &lt; 2")
PHOTO = View(text="Keeping <b>all</b>", picture_key=CARD)
SPOKEN = Audio(key=PREVIEW, title="Edges", duration_s=1.2, voice_key=VOICE)
BUTTONS = ((Button(label="Make video", data="mk:p", style=Style.SUCCESS),),)


@pytest.fixture
def post(bot: Bot, storage: LocalStorage) -> Post:
    return Post(bot, storage)


async def last(visitor: Visitor) -> ShownMessage:
    return (await visitor.messages())[-1]


async def calls(visitor: Visitor, prefix: str) -> list[str]:
    journal = await visitor.journal()
    return [call["method"] for call in journal if call["method"].startswith(prefix)]


async def test_a_text_arrives_with_marks_and_buttons(post: Post, visitor: Visitor) -> None:
    view = dataclasses.replace(TEXT, keyboard=BUTTONS)
    message_id = (await send(post, PAGE_USER_ID, view)).message_id
    message = await last(visitor)
    assert message.id == message_id
    assert message.text == "Listening to 1 < 2"
    assert [key.data for row in message.keys for key in row] == ["mk:p"]
    assert message.keys[0][0].style == "success"


async def test_a_reply_quotes_the_message_it_answers(post: Post, visitor: Visitor) -> None:
    asked = await visitor.send_text("hello")
    await send(post, PAGE_USER_ID, dataclasses.replace(TEXT, reply_to=asked.id))
    assert (await last(visitor)).reply_to == asked.id


async def test_a_reply_to_a_deleted_message_still_arrives(post: Post, visitor: Visitor) -> None:
    await send(post, PAGE_USER_ID, dataclasses.replace(TEXT, reply_to=4711))
    assert (await last(visitor)).text == "Listening to 1 < 2"


async def test_a_text_becomes_a_photo_and_the_photo_a_video(
    post: Post, visitor: Visitor, storage: LocalStorage
) -> None:
    await store_media(storage)
    message_id = (await send(post, PAGE_USER_ID, TEXT)).message_id
    shown = (await edit(post, PAGE_USER_ID, message_id, PHOTO, shown_by(TEXT))).shown
    assert (await last(visitor)).kind == "photo"
    done = View(text="Done", video=FILM)
    shown = (await edit(post, PAGE_USER_ID, message_id, done, shown)).shown
    message = await last(visitor)
    assert (message.id, message.kind, shown.kind) == (message_id, "video", Kind.VIDEO)
    assert (message.media["width"], message.media["height"]) == (108, 192)
    assert message.media["duration"] == 1


async def test_a_new_photo_and_a_new_video_can_be_sent(
    post: Post, visitor: Visitor, storage: LocalStorage
) -> None:
    await store_media(storage)
    await send(post, PAGE_USER_ID, PHOTO)
    assert (await last(visitor)).kind == "photo"
    await send(post, PAGE_USER_ID, View(text="Done", video=FILM))
    assert (await last(visitor)).kind == "video"


async def test_a_preview_arrives_as_audio(
    post: Post, visitor: Visitor, storage: LocalStorage
) -> None:
    await store_media(storage)
    sound = Audio(key=PREVIEW, title="Monday / thoughts", duration_s=8.2)
    await send(post, PAGE_USER_ID, View(text="As it sounds now", audio=sound))
    message = await last(visitor)
    assert (message.kind, message.text) == ("audio", "As it sounds now")
    assert message.media["title"] == "Monday / thoughts"


async def test_a_voice_message_arrives_as_one(
    post: Post, visitor: Visitor, storage: LocalStorage
) -> None:
    await store_media(storage)
    await send(post, PAGE_USER_ID, View(text="The edges", audio=SPOKEN))
    message = await last(visitor)
    assert (message.kind, message.text) == ("voice", "The edges")
    assert message.media["duration"] == 1


async def test_who_takes_no_voice_messages_gets_the_same_as_audio(
    post: Post, visitor: Visitor, storage: LocalStorage, phone: Phone
) -> None:
    await store_media(storage)
    phone.api.conditions.no_voices = True
    await send(post, PAGE_USER_ID, View(text="The edges", audio=SPOKEN))
    message = await last(visitor)
    assert (message.kind, message.text) == ("audio", "The edges")
    assert await calls(visitor, "send") == ["sendVoice", "sendAudio"]


async def test_what_is_shown_already_is_not_sent_again(post: Post, visitor: Visitor) -> None:
    message_id = (await send(post, PAGE_USER_ID, TEXT)).message_id
    await edit(post, PAGE_USER_ID, message_id, TEXT, shown_by(TEXT))
    assert await calls(visitor, "edit") == []


async def test_an_edit_may_be_repeated(post: Post, visitor: Visitor) -> None:
    message_id = (await send(post, PAGE_USER_ID, TEXT)).message_id
    first = (await edit(post, PAGE_USER_ID, message_id, View(text="Ready"), None)).shown
    again = (await edit(post, PAGE_USER_ID, message_id, View(text="Ready"), None)).shown
    assert first == again
    assert (await last(visitor)).text == "Ready"


async def test_only_what_changed_is_sent(
    post: Post, visitor: Visitor, storage: LocalStorage
) -> None:
    await store_media(storage)
    message_id = (await send(post, PAGE_USER_ID, PHOTO)).message_id
    words = dataclasses.replace(PHOTO, text="Keeping less")
    shown = (await edit(post, PAGE_USER_ID, message_id, words, shown_by(PHOTO))).shown
    buttons = dataclasses.replace(words, keyboard=BUTTONS)
    await edit(post, PAGE_USER_ID, message_id, buttons, shown)
    assert await calls(visitor, "edit") == ["editMessageCaption", "editMessageReplyMarkup"]
    assert (await last(visitor)).kind == "photo"


async def test_words_alone_leave_the_picture_in_its_place(
    post: Post, visitor: Visitor, storage: LocalStorage
) -> None:
    await store_media(storage)
    message_id = (await send(post, PAGE_USER_ID, PHOTO)).message_id
    await edit(post, PAGE_USER_ID, message_id, View(text="Stopped"), shown_by(PHOTO))
    message = await last(visitor)
    assert (message.kind, message.text) == ("photo", "Stopped")


@pytest.mark.parametrize("remembered", [shown_by(TEXT), None])
async def test_a_message_that_is_ahead_of_our_memory_is_edited_all_the_same(
    post: Post, visitor: Visitor, storage: LocalStorage, remembered: object
) -> None:
    await store_media(storage)
    message_id = (await send(post, PAGE_USER_ID, PHOTO)).message_id
    before = shown_by(TEXT) if remembered else None
    await edit(post, PAGE_USER_ID, message_id, View(text="Stopped"), before)
    assert (await last(visitor)).text == "Stopped"


async def test_words_that_telegram_cannot_read_arrive_plain(post: Post, visitor: Visitor) -> None:
    await send(post, PAGE_USER_ID, View(text="<b>bold</i> 1 &lt; 2"))
    assert (await last(visitor)).text == "bold 1 < 2"


async def test_a_flood_says_how_long_to_wait(post: Post, visitor: Visitor) -> None:
    await visitor.add_fault("sendMessage", "429", retry_after=17)
    with pytest.raises(Flooded) as flooded:
        await send(post, PAGE_USER_ID, TEXT)
    assert flooded.value.wait_s == 17


async def test_a_deleted_message_is_gone(post: Post, visitor: Visitor, bot: Bot) -> None:
    message_id = (await send(post, PAGE_USER_ID, TEXT)).message_id
    await bot.delete_message(PAGE_USER_ID, message_id)
    with pytest.raises(MessageGone):
        await edit(post, PAGE_USER_ID, message_id, View(text="Ready"), shown_by(TEXT))


async def test_a_person_who_blocked_us_cannot_be_written_to(post: Post, visitor: Visitor) -> None:
    await visitor.block()
    with pytest.raises(ChatDead):
        await send(post, PAGE_USER_ID, TEXT)
