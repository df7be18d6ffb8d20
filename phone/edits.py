"""What a bot changes in a chat: edits, deletions, reactions and the answers to pressed buttons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phone.entities import read_words
from phone.keyboards import read_markup
from phone.limits import TEXT_UNITS, TOAST_UNITS
from phone.markup import utf16_length
from phone.messages import MEDIA_KINDS, Desk, open_chat, read_caption, take_item
from phone.params import Params
from phone.reactions import REACTIONS
from phone.record import Happened, Json
from phone.refusals import NOT_MODIFIED, QUERY_TOO_OLD, bad_request

_CONTENT = ("text", "entities", "caption", "caption_entities", "reply_markup", *MEDIA_KINDS)
_CAPTION = ("caption", "caption_entities")
DELETE_MOST = 100


async def edit_text(desk: Desk, params: Params) -> Json:
    message = _editable(desk, params)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    words = read_words(
        params.text("text"),
        params.text("parse_mode"),
        params.values.get("entities"),
        most_units=TEXT_UNITS,
        what="text",
    )
    if not words.text:
        raise bad_request("message text is empty")
    return _change(desk, params, message, words.as_fields("text"))


async def edit_caption(desk: Desk, params: Params) -> Json:
    message = _editable(desk, params)
    media = {kind: message[kind] for kind in MEDIA_KINDS if kind in message}
    if not media:
        raise bad_request("there is no caption in the message to edit")
    caption = read_caption(params.values)
    return _change(desk, params, message, {**media, **caption.as_fields("caption")})


async def edit_media(desk: Desk, params: Params) -> Json:
    """editMessageMedia: text and every kind of media may become any other but a voice note."""
    message = _editable(desk, params)
    item = params.parsed("media")
    if not isinstance(item, Mapping):
        raise bad_request("can't parse input media JSON object")
    caption = read_caption(item)
    read_markup(params.values.get("reply_markup"), inline_only=True)
    kind, media = await take_item(desk, params, item)
    return _change(desk, params, message, {kind: media, **caption.as_fields("caption")})


async def edit_markup(desk: Desk, params: Params) -> Json:
    message = _editable(desk, params)
    content = {name: message[name] for name in _CONTENT if name in message}
    content.pop("reply_markup", None)
    return _change(desk, params, message, content)


async def delete_message(desk: Desk, params: Params) -> bool:
    chat = open_chat(desk, params, count=0)
    message_id = params.integer("message_id")
    if desk.chats.message(chat["id"], message_id) is None:
        raise bad_request("message to delete not found")
    desk.chats.happen(Happened.DELETE, chat_id=chat["id"], message_id=message_id)
    return True


async def delete_messages(desk: Desk, params: Params) -> bool:
    """Those that are there are deleted; the others are passed over, as Telegram does."""
    chat = open_chat(desk, params, count=0)
    wanted = params.parsed("message_ids")
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= DELETE_MOST:
        raise bad_request("message identifiers are not specified")
    for message_id in wanted:
        if isinstance(message_id, int) and desk.chats.message(chat["id"], message_id):
            desk.chats.happen(Happened.DELETE, chat_id=chat["id"], message_id=message_id)
    return True


async def set_reaction(desk: Desk, params: Params) -> bool:
    chat = open_chat(desk, params, count=0)
    message_id = params.integer("message_id")
    if desk.chats.message(chat["id"], message_id) is None:
        raise bad_request("message to react not found")
    wanted = params.parsed("reaction") or []
    if not isinstance(wanted, list) or len(wanted) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    for reaction in wanted:
        emoji = reaction.get("emoji") if isinstance(reaction, dict) else None
        if not isinstance(emoji, str) or emoji not in REACTIONS:
            raise bad_request("REACTION_INVALID")
    desk.chats.happen(Happened.REACTION, chat_id=chat["id"], message_id=message_id, reaction=wanted)
    return True


async def answer_callback(desk: Desk, params: Params) -> bool:
    """answerCallbackQuery, once and in time. Raises Refusal 400."""
    query_id = params.text("callback_query_id")
    text = params.text("text")
    if utf16_length(text) > TOAST_UNITS:
        raise bad_request("MESSAGE_TOO_LONG")
    query = desk.chats.query(query_id)
    if not query or query.answered or desk.chats.now() - query.at > desk.callback_s:
        raise bad_request(QUERY_TOO_OLD)
    desk.chats.happen(
        Happened.ANSWER,
        query_id=query_id,
        chat_id=query.chat_id,
        message_id=query.message_id,
        text=text,
        show_alert=params.flag("show_alert"),
    )
    return True


def _editable(desk: Desk, params: Params) -> Json:
    if params.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = open_chat(desk, params)
    message_id = params.integer("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = desk.chats.message(chat["id"], message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if message["from"]["id"] != desk.me.id:
        raise bad_request("message can't be edited")
    return message


def _change(desk: Desk, params: Params, message: Json, content: Mapping[str, Any]) -> Json:
    # An edit without a keyboard takes the keyboard away.
    markup = read_markup(params.values.get("reply_markup"), inline_only=True)
    content = {**content, **({"reply_markup": markup} if markup else {})}
    # Looking into a file took a while; the message may have gone or changed since.
    current = desk.chats.message(message["chat"]["id"], message["message_id"])
    if current is None:
        raise bad_request("message to edit not found")
    message = current
    if content == {name: message[name] for name in _CONTENT if name in message}:
        raise bad_request(NOT_MODIFIED)
    kept = {name: value for name, value in message.items() if name not in _CONTENT}
    edited = {**kept, "edit_date": int(desk.chats.now()), **content}
    desk.chats.happen(Happened.EDIT, message=edited)
    return edited
