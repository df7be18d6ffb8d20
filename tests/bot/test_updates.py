"""What Telegram's updates mean."""

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
    Photo,
    Press,
    Typed,
    Unusable,
    read_update,
)
from jobs.model import Source, SourceKind

USER = {"id": 5, "is_bot": False, "first_name": "Kim", "last_name": "Lee", "language_code": "de"}
PRIVATE = {"id": 5, "type": "private", "first_name": "Kim"}
FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 1000}


def read(**message: Any) -> Incoming | None:
    full = {"message_id": 7, "date": 1, "chat": PRIVATE, "from": USER, **message}
    return read_update(parsed({"update_id": 1, "message": full}), "reel_bot")


def parsed(raw: dict[str, Any]) -> Update:
    return Update.de_json(raw, None)


def event(**message: Any) -> Event:
    incoming = read(**message)
    assert incoming is not None
    return incoming.event


def source(**message: Any) -> Source:
    media = event(**message)
    assert isinstance(media, Media)
    return media.received.source


def test_who_did_it_and_where() -> None:
    incoming = read(text="hello")
    assert incoming is not None
    assert (incoming.user_id, incoming.name, incoming.language) == (5, "Kim Lee", "de")
    assert (incoming.chat_id, incoming.message_id, incoming.update_id) == (5, 7, 1)


def test_more_words_than_anybody_can_send_are_not_read() -> None:
    typed = event(text="a" * 500_000)
    assert isinstance(typed, Typed)
    assert len(typed.text) == 4096
    media = event(voice={**FILE, "duration": 1}, caption="a" * 500_000)
    assert isinstance(media, Media)
    assert len(media.received.caption) == 4096


def test_a_voice_note() -> None:
    found = source(voice={**FILE, "duration": 12, "mime_type": "audio/ogg"}, caption="x")
    assert found == Source(
        kind=SourceKind.TELEGRAM,
        media="voice",
        file_id="f",
        unique_id="u",
        mime="audio/ogg",
        size_bytes=1000,
        duration_s=12.0,
        sent_at=1.0,
    )


def test_a_song_keeps_its_tags() -> None:
    found = source(
        audio={**FILE, "duration": 90, "title": "T", "performer": "P", "file_name": "a.mp3"}
    )
    assert (found.media, found.title, found.performer, found.name) == ("audio", "T", "P", "a.mp3")


def test_videos_and_round_ones() -> None:
    size = {"width": 2, "height": 2, "length": 2, "duration": 3}
    assert source(video={**FILE, **size}).media == "video"
    assert source(video_note={**FILE, **size}).media == "video_note"


@pytest.mark.parametrize(
    ("name", "mime", "has_sound"),
    [
        ("a.mp3", "audio/mpeg", True),
        ("a", "video/mp4", True),
        ("take 1.FLAC", "application/octet-stream", True),
        ("note.opus", "", True),
        ("a.pdf", "application/pdf", False),
        ("mp3", "", False),
        ("", "", False),
    ],
)
def test_a_document_counts_when_it_may_have_sound(name: str, mime: str, has_sound: bool) -> None:
    document = {**FILE, "file_name": name, "mime_type": mime}
    assert isinstance(event(document=document), Media if has_sound else Unusable)


def test_an_animation_has_no_sound_although_it_is_a_document_too() -> None:
    animation = {**FILE, "width": 2, "height": 2, "duration": 3, "mime_type": "video/mp4"}
    assert event(animation=animation, document=animation) == Unusable(media="animation")


@pytest.mark.parametrize(
    ("media", "content"),
    [
        (
            "sticker",
            {
                **FILE,
                "type": "regular",
                "width": 2,
                "height": 2,
                "is_animated": False,
                "is_video": False,
            },
        ),
        ("contact", {"phone_number": "1", "first_name": "Kim"}),
        ("location", {"longitude": 1.0, "latitude": 1.0}),
        ("dice", {"emoji": "🎲", "value": 3}),
    ],
)
def test_what_has_no_sound(media: str, content: Any) -> None:
    assert event(**{media: content}) == Unusable(media=media)


def test_a_photo_is_a_picture_to_show_also_when_it_is_sent_as_a_file() -> None:
    small, large = ({**FILE, "file_id": name, "width": 2, "height": 2} for name in ("s", "l"))
    replied = {"message_id": 3, "date": 1, "chat": PRIVATE}
    photo = event(photo=[small, large], reply_to_message=replied)
    assert isinstance(photo, Photo)
    assert (photo.source.file_id, photo.source.media, photo.reply_to) == ("l", "photo", 3)
    file = event(document={**FILE, "file_name": "a.jpg", "mime_type": "image/jpeg"})
    assert isinstance(file, Photo)


def test_words_and_what_they_answer() -> None:
    replied = {"message_id": 3, "date": 1, "chat": PRIVATE}
    assert event(text="0:10-1:30", reply_to_message=replied) == Typed(text="0:10-1:30", reply_to=3)


def test_a_link_behind_words_is_what_was_meant() -> None:
    link = {"type": "text_link", "offset": 0, "length": 4, "url": "https://a.example/x.mp3"}
    assert event(text="this", entities=[link]) == Typed(text="https://a.example/x.mp3")


def test_a_link_below_a_picture_is_what_was_meant() -> None:
    link = {"type": "url", "offset": 4, "length": 15}
    found = event(
        photo=[{**FILE, "width": 2, "height": 2}],
        caption="see https://a.b/c.d",
        caption_entities=[link],
    )
    assert found == Typed(text="https://a.b/c.d")


@pytest.mark.parametrize(
    ("offset", "length"), [(1, 1), (0, 1), (1, 30), (100, 5), (-5, 3), (0, 0), (0, -1), (0, 2**70)]
)
@pytest.mark.parametrize("kind", ["url", "mention", "text_link", "of another age"])
def test_marks_that_cut_letters_or_lie_outside_spoil_no_message(
    kind: str, offset: int, length: int
) -> None:
    mark = {"type": kind, "offset": offset, "length": length}
    picture = {"photo": [{**FILE, "width": 2, "height": 2}], "caption": "\U0001f600 x"}
    assert isinstance(event(**picture, caption_entities=[mark]), Photo | Typed)
    group = {"id": -5, "type": "supergroup", "title": "g"}
    read(text="\U0001f600@reel_bot", entities=[mark], chat=group)
    named = {"type": "mention", "offset": 2, "length": 9}
    said = event(text="\U0001f600@reel_bot hi", entities=[mark, named], chat=group)
    assert isinstance(said, Typed)


def test_marks_without_words_spoil_no_message() -> None:
    picture = {"photo": [{**FILE, "width": 2, "height": 2}]}
    mark = {"type": "url", "offset": 0, "length": 5}
    assert isinstance(event(**picture, caption_entities=[mark]), Photo)


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("/start", "start", ""),
        ("/start claim_abc", "start", "claim_abc"),
        ("/Help@Reel_Bot", "help", ""),
        (" /new  a\nb ", "new", "a\nb"),
    ],
)
def test_commands(text: str, name: str, argument: str) -> None:
    assert event(text=text) == Command(name=name, argument=argument)


def test_what_only_looks_like_a_command_is_words() -> None:
    assert event(text="/2 of it") == Command(name="2", argument="of it")
    assert event(text="/ nothing") == Typed(text="/ nothing")
    assert event(text="1/2") == Typed(text="1/2")


def test_a_command_for_another_bot_is_nothing() -> None:
    assert read(text="/start@other_bot") is None


def test_a_forwarded_note_is_a_note() -> None:
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"}
    voice = {**FILE, "duration": 12}
    found = source(voice=voice, forward_origin=origin)
    assert (found.media, found.performer) == ("voice", "Somebody")
    user = {"type": "user", "date": 1, "sender_user": {**USER, "first_name": "Lin"}}
    assert source(voice=voice, forward_origin=user).performer.startswith("Lin")
    channel = {"type": "channel", "date": 1, "message_id": 1}
    channel["chat"] = {"id": -1, "type": "channel", "title": "News"}
    assert source(voice=voice, forward_origin=channel).performer == "News"
    assert source(voice=voice).performer == ""


def test_service_messages_and_bots_are_nothing() -> None:
    assert read(message_auto_delete_timer_changed={"message_auto_delete_time": 5}) is None
    assert read(text="hi", **{"from": {**USER, "is_bot": True}}) is None


def test_a_press() -> None:
    message = {"message_id": 3, "date": 1, "chat": PRIVATE, "text": "card"}
    query = {"id": "q", "from": USER, "chat_instance": "1", "data": "mk:p", "message": message}
    incoming = read_update(parsed({"update_id": 1, "callback_query": query}), "reel_bot")
    assert incoming is not None
    assert incoming.event == Press(query_id="q", data="mk:p")
    assert (incoming.chat_id, incoming.message_id) == (5, 3)


def test_a_press_under_a_message_too_old_to_be_shown() -> None:
    message = {"message_id": 3, "date": 0, "chat": PRIVATE}
    query = {"id": "q", "from": USER, "chat_instance": "1", "data": "mk:p", "message": message}
    incoming = read_update(parsed({"update_id": 1, "callback_query": query}), "reel_bot")
    assert incoming is not None
    assert incoming.message_id == 3


@pytest.mark.parametrize("missing", ["message", "data"])
def test_a_press_without_chat_or_data_is_nothing(missing: str) -> None:
    message = {"message_id": 3, "date": 1, "chat": PRIVATE, "text": "card"}
    query = {"id": "q", "from": USER, "chat_instance": "1", "data": "mk:p", "message": message}
    del query[missing]
    assert read_update(parsed({"update_id": 1, "callback_query": query}), "reel_bot") is None


@pytest.mark.parametrize(("status", "blocked"), [("kicked", True), ("member", False)])
def test_blocking_and_taking_it_back(status: str, blocked: bool) -> None:
    bot = {"id": 1, "is_bot": True, "first_name": "Reel"}
    member = {"user": bot, "status": "member"}
    changed = {
        "chat": PRIVATE,
        "from": USER,
        "date": 1,
        "old_chat_member": member,
        "new_chat_member": {**member, "status": status, "until_date": 0},
    }
    incoming = read_update(parsed({"update_id": 1, "my_chat_member": changed}), "reel_bot")
    assert incoming is not None
    assert incoming.event == Membership(blocked=blocked)


def test_an_edit_is_nothing() -> None:
    message = {"message_id": 7, "date": 1, "chat": PRIVATE, "from": USER, "text": "new words"}
    assert read_update(parsed({"update_id": 1, "edited_message": message}), "reel_bot") is None
