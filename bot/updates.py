"""Telegram's updates as the few things that can happen to this bot.

What is not listed here (edited messages, channel posts, service messages) is nothing: it is
confirmed and forgotten.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from telegram import (
    CallbackQuery,
    ChatMember,
    Message,
    MessageEntity,
    Update,
    User,
)
from telegram.constants import ChatType

from bot.addressed import answered_recording, is_answer, names_us, without_name
from bot.entities import marked
from bot.sources import picture_of, source_of
from conversations.model import Received
from jobs.model import Source

ALLOWED = ("message", "callback_query", "my_chat_member")
# Telegram's limit; what is longer was not written by a person, and reading it would take minutes.
MOST_CHARACTERS = 4096
VIDEO = "video"  # the one command that needs no name behind it in a group
_GONE = (ChatMember.BANNED, ChatMember.LEFT)
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
    """Words came; `reply_to` is the message they answer, 0 for none.

    In a group they may name us (`named`), and answer somebody's `recording`.
    """

    text: str
    reply_to: int = 0
    named: bool = False
    recording: Received | None = None


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
    """The person blocked us, or took it back; a group put us out, or let us in."""

    blocked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The group is another chat from now on."""

    chat_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Somebody in a group named us, and said nothing else."""


Event = Media | Photo | Unusable | Typed | Command | Press | Membership | Moved | Mention


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One thing that happened: who did it, in which chat, about which message (0: none).

    Groups have chat ids below 0.
    """

    update_id: int
    user_id: int
    name: str
    language: str
    chat_id: int
    message_id: int
    event: Event

    @property
    def is_in_group(self) -> bool:
        return self.chat_id < 0


def read_update(update: Update, username: str) -> Incoming | None:
    """What the update means to a bot of that name; None for nothing."""
    if update.message is not None:
        return _message(update.update_id, update.message, username)
    if update.callback_query is not None:
        return _press(update.update_id, update.callback_query)
    changed = update.my_chat_member
    if changed is not None and changed.chat.type != ChatType.CHANNEL:
        event = Membership(blocked=changed.new_chat_member.status in _GONE)
        return _incoming(update.update_id, changed.from_user, changed.chat.id, 0, event)
    return None


def _message(update_id: int, message: Message, username: str) -> Incoming | None:
    user = message.from_user
    if message.migrate_to_chat_id is not None:
        moved = Moved(chat_id=message.migrate_to_chat_id)
        return _incoming(update_id, user, message.chat.id, message.message_id, moved)
    # Whoever speaks as a channel or as the group itself is nobody who could be let in.
    if user is None or user.is_bot or message.sender_chat is not None:
        return None
    is_private = message.chat.type == ChatType.PRIVATE
    event = _said(message, username) if is_private else _said_in_group(message, username)
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


def _incoming(
    update_id: int, user: User | None, chat_id: int, message_id: int, event: Event
) -> Incoming:
    return Incoming(
        update_id=update_id,
        user_id=user.id if user else 0,
        name=user.full_name if user else "",
        language=(user.language_code or "") if user else "",
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
    link = _link(message)
    if link:
        return Typed(text=link, reply_to=_reply_to(message))
    picture = picture_of(message)
    if picture is not None:
        return Photo(source=picture, reply_to=_reply_to(message))
    return _unusable(message)


def _words(message: Message, text: str, username: str) -> Event | None:
    command = _COMMAND.fullmatch(text.strip())
    if command is None:
        hidden = _hidden_link(message)
        return Typed(text=hidden or text, reply_to=_reply_to(message))
    name, addressee, argument = command.groups()
    if addressee and addressee.lower() != username.lower():
        return None
    return Command(name=name.lower(), argument=(argument or "").strip())


def _said_in_group(message: Message, username: str) -> Event | None:
    """What a group's message is to us: by name, by a command or in answer to us; else nothing."""
    text = (message.text or message.caption or "")[:MOST_CHARACTERS]
    command = _COMMAND.fullmatch(text.strip())
    if command is not None:
        return _group_command(message, command, username)
    is_named = names_us(message, username)
    if not is_named and not is_answer(message, username):
        return None
    words = without_name(text, username)
    source, picture = source_of(message), picture_of(message)
    if source is not None:
        return Media(received=Received(source=source, caption=words))
    recording = answered_recording(message, username)
    told = _link(message) or (words if message.text else "")
    if told:
        answers = _reply_to(message)
        return Typed(text=told, reply_to=answers, named=is_named, recording=recording)
    if picture is not None:
        return Photo(source=picture, reply_to=_reply_to(message))
    if recording is not None:
        return Media(received=recording)
    # Stickers and the like in answer to us are talk.
    return (_unusable(message) or Mention()) if is_named else None


def _group_command(message: Message, command: re.Match[str], username: str) -> Event | None:
    """A command with our name, or one that can only be meant for us."""
    name, addressee, argument = command.groups()
    name, argument = name.lower(), (argument or "").strip()
    if addressee:
        is_ours = addressee.lower() == username.lower()
    else:
        is_ours = name == VIDEO or is_answer(message, username)
    if not is_ours:
        return None
    if name != VIDEO:
        return Command(name=name, argument=argument)
    return _wanted(message, argument, username) or Command(name=name, argument=argument)


def _wanted(message: Message, title: str, username: str) -> Media | Typed | None:
    """What /video is to be made of: its own recording or link, or that of the message answered."""
    own, link = source_of(message), _link(message)
    if own is not None:
        return Media(received=Received(source=own, caption=title))
    recording = answered_recording(message, username)
    if recording is not None and not link:
        return Media(received=replace(recording, caption=title or recording.caption))
    answered = message.reply_to_message
    if not link and answered is not None:
        link = _link(answered)
    return Typed(text=link, named=True) if link else None


def _unusable(message: Message) -> Unusable | None:
    silent = next((name for name in _SILENT if getattr(message, name, None)), None)
    return Unusable(media=silent) if silent else None


def _reply_to(message: Message) -> int:
    return message.reply_to_message.message_id if message.reply_to_message else 0


def _hidden_link(message: Message) -> str:
    """The first address behind words; one in plain sight is part of the text."""
    links = (*message.entities, *message.caption_entities)
    return next((link.url or "" for link in links if link.type == MessageEntity.TEXT_LINK), "")


def _link(message: Message) -> str:
    """The first address in the message, behind words or in plain sight."""
    return _hidden_link(message) or next(iter(marked(message, MessageEntity.URL)), "")
