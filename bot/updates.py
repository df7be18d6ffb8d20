"""Telegram's updates as the few things that can happen to this bot.

What is not listed here (edited messages, channel posts, service messages) is nothing: it is
confirmed and forgotten.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from telegram import (
    CallbackQuery,
    ChatMember,
    Message,
    MessageEntity,
    Update,
    User,
)
from telegram.constants import ChatType

from bot.sources import picture_of, source_of
from conversations.model import Received
from jobs.model import Source

ALLOWED = ("message", "callback_query", "my_chat_member")
# Telegram's limit; what is longer was not written by a person, and reading it would take minutes.
MOST_CHARACTERS = 4096
_COMMAND = re.compile(r"/([a-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
# In this order: an animation is also a document, a venue also a location.
_SILENT = (
    *("animation", "document", "sticker", "contact", "venue", "location", "poll"),
    *("dice", "game", "story", "paid_media", "checklist", "invoice"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A recording came."""

    received: Received


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A picture came; `reply_to` is the message it answers, 0 for none."""

    source: Source
    reply_to: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """Something without sound came; `media` is Telegram's word for it."""

    media: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Words came; `reply_to` is the message they answer, 0 for none."""

    text: str
    reply_to: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    query_id: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """The person blocked us, or took it back."""

    blocked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Somebody in a group spoke to us."""


Event = Media | Photo | Unusable | Typed | Command | Press | Membership | Mention


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One thing that happened: who did it, in which chat, about which message (0: none)."""

    update_id: int
    user_id: int
    name: str
    language: str
    chat_id: int
    message_id: int
    event: Event


def read_update(update: Update, username: str) -> Incoming | None:
    """What the update means to a bot of that name; None for nothing."""
    if update.message is not None:
        return _message(update.update_id, update.message, username)
    if update.callback_query is not None:
        return _press(update.update_id, update.callback_query)
    changed = update.my_chat_member
    if changed is not None and changed.chat.type == ChatType.PRIVATE:
        event = Membership(blocked=changed.new_chat_member.status == ChatMember.BANNED)
        return _incoming(update.update_id, changed.from_user, changed.chat.id, 0, event)
    return None


def _message(update_id: int, message: Message, username: str) -> Incoming | None:
    user = message.from_user
    if user is None or user.is_bot:
        return None
    is_private = message.chat.type == ChatType.PRIVATE
    event = _said(message, username) if is_private else _mention(message, username)
    if event is None:
        return None
    return _incoming(update_id, user, message.chat.id, message.message_id, event)


def _press(update_id: int, query: CallbackQuery) -> Incoming | None:
    # Without data it is a game, without a message one that was sent through another chat.
    if query.message is None or query.data is None:
        return None
    event = Press(query_id=query.id, data=query.data)
    chat_id, message_id = query.message.chat.id, query.message.message_id
    return _incoming(update_id, query.from_user, chat_id, message_id, event)


def _incoming(update_id: int, user: User, chat_id: int, message_id: int, event: Event) -> Incoming:
    return Incoming(
        update_id=update_id,
        user_id=user.id,
        name=user.full_name,
        language=user.language_code or "",
        chat_id=chat_id,
        message_id=message_id,
        event=event,
    )


def _said(message: Message, username: str) -> Event | None:
    """What a private message is."""
    source = source_of(message)
    if source is not None:
        caption = (message.caption or "")[:MOST_CHARACTERS]
        return Media(received=Received(source=source, caption=caption))
    if message.text is not None:
        return _words(message, message.text[:MOST_CHARACTERS], username)
    link = _hidden_link(message) or _shown_link(message)
    if link:
        return Typed(text=link, reply_to=_reply_to(message))
    picture = picture_of(message)
    if picture is not None:
        return Photo(source=picture, reply_to=_reply_to(message))
    silent = next((name for name in _SILENT if getattr(message, name, None)), None)
    return Unusable(media=silent) if silent else None


def _words(message: Message, text: str, username: str) -> Event | None:
    command = _COMMAND.fullmatch(text.strip())
    if command is None:
        hidden = _hidden_link(message)
        return Typed(text=hidden or text, reply_to=_reply_to(message))
    name, addressee, argument = command.groups()
    if addressee and addressee.lower() != username.lower():
        return None
    return Command(name=name.lower(), argument=(argument or "").strip())


def _mention(message: Message, username: str) -> Mention | None:
    """Whether a group's message speaks to us: by name, by a command or in answer to us."""
    answered = message.reply_to_message
    if answered is not None and answered.from_user is not None:
        theirs = answered.from_user.username or ""
        if theirs.lower() == username.lower():
            return Mention()
    called = f"@{username}".lower()
    kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.BOT_COMMAND]
    named = {**message.parse_entities(kinds), **message.parse_caption_entities(kinds)}
    return Mention() if any(words.lower().endswith(called) for words in named.values()) else None


def _reply_to(message: Message) -> int:
    return message.reply_to_message.message_id if message.reply_to_message else 0


def _hidden_link(message: Message) -> str:
    """The first address behind words; one in plain sight is part of the text."""
    links = (*message.entities, *message.caption_entities)
    return next((link.url or "" for link in links if link.type == MessageEntity.TEXT_LINK), "")


def _shown_link(message: Message) -> str:
    """The first address in the words below a picture."""
    links = message.parse_caption_entities([MessageEntity.URL])
    return next(iter(links.values()), "")
