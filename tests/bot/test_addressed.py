"""What a group's messages mean to a bot that is in it."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from bot.updates import (
    Command,
    Event,
    Incoming,
    Media,
    Membership,
    Mention,
    Moved,
    Photo,
    Typed,
    Unusable,
    read_update,
)

USER = {"id": 5, "is_bot": False, "first_name": "Kim", "last_name": "Lee", "language_code": "de"}
OTHER = {"id": 6, "is_bot": False, "first_name": "Noor"}
US = {"id": 1, "is_bot": True, "first_name": "Reel", "username": "Reel_Bot"}
GROUP = {"id": -9, "type": "group", "title": "Band"}
FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 1000}
VOICE = {**FILE, "duration": 12}
PHOTO = [{**FILE, "width": 2, "height": 2}]
NAME = "@reel_bot"


def read(**message: Any) -> Incoming | None:
    full = {"message_id": 7, "date": 1, "chat": GROUP, "from": USER, **message}
    return read_update(Update.de_json({"update_id": 1, "message": full}, None), "reel_bot")


def event(**message: Any) -> Event:
    incoming = read(**message)
    assert incoming is not None
    return incoming.event


def named(words: str, field: str = "text") -> dict[str, Any]:
    """A text or caption, with the entities that Telegram would find in it."""
    found = []
    for kind, part in (("mention", NAME), ("url", "https://a.b/c.mp3")):
        if part in words:
            found.append({"type": kind, "offset": words.index(part), "length": len(part)})
    return {field: words, "entities" if field == "text" else "caption_entities": found}


def answering(sender: dict[str, Any], **message: Any) -> dict[str, Any]:
    replied = {"message_id": 3, "date": 1, "chat": GROUP, "from": sender, **message}
    return {"reply_to_message": replied}


@pytest.mark.parametrize(
    "message",
    [
        {"text": "hello"},
        {"voice": VOICE},
        {"voice": VOICE, **answering(OTHER, text="sing!")},
        {"text": "reel_bot"},
        {"text": "@reel_bottle", "entities": [{"type": "mention", "offset": 0, "length": 12}]},
        {"text": "/help"},
        {"text": "/video@other_bot"},
        {"text": "/video@other_bot", **answering(US, text="a card")},
        {"sticker": {**FILE, "type": "regular", "width": 2, "height": 2, "is_animated": False,
                     "is_video": False}, **answering(US, text="a card")},
        {**named(f"{NAME} hi"), "sender_chat": GROUP},
        {**named(f"{NAME} hi"), "from": {**OTHER, "is_bot": True}},
        {"migrate_from_chat_id": -8},
    ],
)  # fmt: skip
def test_what_is_not_said_to_us_is_nothing(message: dict[str, Any]) -> None:
    assert read(**message) is None


def test_a_recording_that_names_us() -> None:
    media = event(voice=VOICE, **named(f"Our song {NAME}", "caption"))
    assert isinstance(media, Media)
    assert (media.received.caption, media.received.source.file_id) == ("Our song", "f")
    assert media.received.message_id == 0


def test_a_recording_in_answer_to_us() -> None:
    assert isinstance(event(voice=VOICE, **answering(US, text="a card")), Media)


@pytest.mark.parametrize("words", ["/video", "/video@Reel_Bot", "/VIDEO Our song"])
def test_the_command_in_answer_to_somebodys_recording(words: str) -> None:
    media = event(text=words, **answering(OTHER, voice=VOICE, caption="La la"))
    assert isinstance(media, Media)
    assert media.received.message_id == 3
    assert (media.received.sender_id, media.received.sender_name) == (OTHER["id"], "Noor")
    assert media.received.caption == ("Our song" if "song" in words else "La la")


def test_a_channels_recording_carries_the_channels_name() -> None:
    telegram = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
    channel = {"id": -1_000_000_000_777, "type": "channel", "title": "News"}
    media = event(text="/video", **answering(telegram, voice=VOICE, sender_chat=channel))
    assert isinstance(media, Media)
    assert (media.received.sender_id, media.received.sender_name) == (channel["id"], "News")


def test_what_is_ones_own_carries_no_name() -> None:
    media = event(text="/video", **answering(USER, voice=VOICE))
    assert isinstance(media, Media)
    assert (media.received.sender_id, media.received.source.performer) == (USER["id"], "")


def test_the_command_below_a_recording_or_with_a_link() -> None:
    assert isinstance(event(voice=VOICE, caption="/video@reel_bot"), Media)
    link = "https://a.b/c.mp3"
    assert event(**named(f"/video {link}")) == Typed(text=link, named=True)
    linked = answering(OTHER, **named(f"look {link}"))
    assert event(text="/video", **linked) == Typed(text=link, named=True)
    both = answering(OTHER, voice=VOICE)
    assert event(**named(f"/video {link}"), **both) == Typed(text=link, named=True)


@pytest.mark.parametrize("words", ["/video", "/video@reel_bot", "/video of what?"])
def test_the_command_about_nothing_is_a_command(words: str) -> None:
    found = event(text=words)
    assert isinstance(found, Command)
    assert found.name == "video"


def test_another_command_needs_our_name_or_an_answer_to_us() -> None:
    assert event(text="/help@reel_bot now") == Command(name="help", argument="now")
    assert event(text="/help", **answering(US, text="a card")) == Command(name="help")


def test_words_that_name_us_or_answer_us() -> None:
    assert event(**named(f"{NAME} 0:10-1:30")) == Typed(text="0:10-1:30", named=True)
    typed = event(text="0:10-1:30", **answering(US, text="a card"))
    assert typed == Typed(text="0:10-1:30", reply_to=3)
    typed = event(**named(f"square {NAME}"), **answering(OTHER, voice=VOICE))
    assert isinstance(typed, Typed)
    assert typed.recording is not None
    assert (typed.text, typed.recording.message_id) == ("square", 3)


def test_a_name_alone() -> None:
    assert event(**named(NAME)) == Mention()
    assert event(**named(NAME), **answering(OTHER, text="sing!")) == Mention()
    media = event(**named(NAME), **answering(OTHER, voice=VOICE))
    assert isinstance(media, Media)
    assert media.received.message_id == 3


def test_pictures_and_what_has_no_sound() -> None:
    assert isinstance(event(photo=PHOTO, **named(NAME, "caption")), Photo)
    assert isinstance(event(photo=PHOTO, **answering(US, text="a card")), Photo)
    file = {**FILE, "file_name": "a.pdf", "mime_type": "application/pdf"}
    assert event(document=file, **named(NAME, "caption")) == Unusable(media="document")


def test_what_a_channel_posts_is_nothing() -> None:
    channel = {"id": -1_000_000_000_777, "type": "channel", "title": "News"}
    post = {"message_id": 7, "date": 1, "chat": channel, "sender_chat": channel, **named(NAME)}
    assert (
        read_update(Update.de_json({"update_id": 1, "channel_post": post}, None), "reel_bot")
        is None
    )


def test_a_group_becomes_another_chat() -> None:
    admin = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    incoming = read(migrate_to_chat_id=-1_000_000_000_009, **{"from": admin})
    assert incoming is not None
    assert incoming.event == Moved(chat_id=-1_000_000_000_009)
    assert incoming.chat_id == GROUP["id"]


@pytest.mark.parametrize(("status", "blocked"), [("kicked", True), ("left", True),
                                                 ("member", False)])  # fmt: skip
def test_being_put_out_and_let_in(status: str, blocked: bool) -> None:
    member = {"user": US, "status": "member"}
    changed = {
        "chat": GROUP,
        "from": OTHER,
        "date": 1,
        "old_chat_member": member,
        "new_chat_member": {**member, "status": status, "until_date": 0},
    }
    update = Update.de_json({"update_id": 1, "my_chat_member": changed}, None)
    incoming = read_update(update, "reel_bot")
    assert incoming is not None
    assert incoming.event == Membership(blocked=blocked)
    assert incoming.is_in_group
