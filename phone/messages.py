"""What a bot says in a chat: sends, replies and albums, refused where Telegram refuses."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from phone.chats import Chats
from phone.entities import Words, read_words
from phone.files import Claims, Files
from phone.floods import Floods
from phone.keyboards import read_markup
from phone.limits import ALBUM, CAPTION_UNITS, TEXT_UNITS
from phone.params import Params
from phone.profile import BotCard
from phone.record import Happened, Json
from phone.refusals import bad_request, blocked, moved, put_out

MEDIA_KINDS = ("photo", "video", "animation", "audio", "document", "voice")
_SOUND_OR_PAPER = frozenset(("audio", "document"))


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a method of the Bot API works with."""

    chats: Chats
    files: Files
    floods: Floods
    me: BotCard
    callback_s: float


async def send_message(desk: Desk, params: Params) -> Json:
    chat = open_chat(desk, params)
    words = read_words(
        params.text("text"),
        params.text("parse_mode"),
        params.values.get("entities"),
        most_units=TEXT_UNITS,
        what="text",
    )
    if not words.text:
        raise bad_request("message text is empty")
    return _say(desk, params, chat, words.as_fields("text"))


async def send_media(desk: Desk, params: Params, kind: str) -> Json:
    """sendPhoto, sendVideo, sendAudio, sendVoice, sendDocument, sendAnimation."""
    chat = open_chat(desk, params)
    caption = read_caption(params.values)
    # Checked before the file is kept, so that a refused message leaves nothing behind.
    _reply(desk, params, chat)
    read_markup(params.values.get("reply_markup"))
    claims = read_claims(params, params.values)
    found, media = await take_media(desk, params, kind, params.values.get(kind), claims, kind)
    return _say(desk, params, chat, {found: media, **caption.as_fields("caption")})


async def send_media_group(desk: Desk, params: Params) -> list[Json]:
    items = params.parsed("media")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise bad_request("can't parse media JSON object")
    if len(items) not in ALBUM:
        raise bad_request("expected 2-10 media")
    kinds = {item.get("type") for item in items}
    if len(kinds) > 1 and kinds & _SOUND_OR_PAPER:
        raise bad_request("audio and document can't be mixed with other media types")
    chat = open_chat(desk, params, count=len(items))
    captions = [read_caption(item) for item in items]
    kept = [await take_item(desk, params, item) for item in items]
    album = {"media_group_id": str(secrets.randbits(53))}
    return [
        _say(desk, params, chat, {kind: media, **caption.as_fields("caption"), **album})
        for (kind, media), caption in zip(kept, captions, strict=True)
    ]


async def send_chat_action(desk: Desk, params: Params) -> bool:
    action = params.text("action")
    if action not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = open_chat(desk, params, count=0)
    desk.chats.happen(Happened.ACTION, chat_id=chat["id"], action=action)
    return True


def open_chat(desk: Desk, params: Params, *, count: int = 1) -> Json:
    """The chat a request is for, once the bot may send `count` messages to it.

    Raises Refusal: 400 for an unknown chat and one that became another, 403 when the person blocked
    the bot or the group put it out, 429 on a flood.
    """
    chat_id = read_chat_id(params)
    chat = desk.chats.chat(chat_id)
    if chat is None:
        raise bad_request("chat not found")
    if moved_to := desk.chats.moved_to(chat_id):
        raise moved(moved_to)
    if desk.chats.is_blocked(chat_id):
        raise put_out(chat["type"]) if chat_id < 0 else blocked()
    if count:
        desk.floods.spend(chat_id, count)
    return chat


def read_chat_id(params: Params) -> int:
    text = params.text("chat_id")
    if not text:
        raise bad_request("chat_id is empty")
    try:
        return int(text)
    except ValueError:
        raise bad_request("chat not found") from None


def read_caption(item: Mapping[str, Any]) -> Words:
    return read_words(
        str(item.get("caption") or ""),
        str(item.get("parse_mode") or ""),
        item.get("caption_entities"),
        most_units=CAPTION_UNITS,
        what="caption",
    )


def read_claims(params: Params, item: Mapping[str, Any]) -> Claims:
    said = Params(item)
    return Claims(
        width=said.integer("width"),
        height=said.integer("height"),
        duration_s=said.integer("duration"),
        title=said.text("title"),
        performer=said.text("performer"),
        thumbnail=params.upload(item.get("thumbnail"), "thumbnail"),
    )


async def take_item(desk: Desk, params: Params, item: Mapping[str, Any]) -> tuple[str, Any]:
    """The media of one InputMedia object: its kind and the object a message shows."""
    kind = item.get("type")
    if kind not in MEDIA_KINDS or kind == "voice":
        raise bad_request(f'type "{kind}" is not allowed as input media')
    claims = read_claims(params, item)
    return await take_media(desk, params, str(kind), item.get("media"), claims)


async def take_media(
    desk: Desk, params: Params, kind: str, reference: object, claims: Claims, part: str = ""
) -> tuple[str, Any]:
    upload = params.upload(reference, part)
    if upload is not None:
        return await desk.files.keep_from_bot(upload, kind, claims)
    if not isinstance(reference, str) or not reference:
        raise bad_request(f"there is no {kind} in the request")
    if reference.startswith(("http://", "https://")):
        # Telegram would fetch it; this server reaches nobody.
        raise bad_request("failed to get HTTP URL content")
    return await desk.files.known(kind, reference)


def bot_message(desk: Desk, chat: Json, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "message_id": desk.chats.next_message_id(),
        "from": desk.me.as_user(),
        "chat": chat,
        "date": int(desk.chats.now()),
        **fields,
    }


def _say(desk: Desk, params: Params, chat: Json, fields: Mapping[str, Any]) -> Json:
    reply = _reply(desk, params, chat)
    markup = read_markup(params.values.get("reply_markup"))
    message = bot_message(desk, chat, {**reply, **fields})
    # Only inline keyboards belong to a message; the others are for the person's input.
    if markup and "inline_keyboard" in markup:
        message["reply_markup"] = markup
    if params.flag("protect_content"):
        message["has_protected_content"] = True
    other = markup if markup and "inline_keyboard" not in markup else None
    silent = params.flag("disable_notification")
    desk.chats.happen(Happened.MESSAGE, message=message, silent=silent, input_markup=other)
    return message


def _reply(desk: Desk, params: Params, chat: Json) -> dict[str, Any]:
    wanted = params.parsed("reply_parameters")
    if wanted is not None and not isinstance(wanted, Mapping):
        raise bad_request("can't parse reply parameters JSON object")
    said = Params(wanted or params.values)
    message_id = said.integer("message_id" if wanted else "reply_to_message_id")
    if not message_id:
        return {}
    replied = desk.chats.message(chat["id"], message_id)
    if replied is None:
        if said.flag("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    quoted = {name: value for name, value in replied.items() if name != "reply_to_message"}
    return {"reply_to_message": quoted}


CHAT_ACTIONS = frozenset(
    (
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    )
)
