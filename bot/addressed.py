"""Whether a group's message speaks to this bot, and what it says beside our name.

Telegram hands a bot in a group little but what is meant for it (privacy mode), and everything once
its privacy mode is off or it is an admin; so we look ourselves.
"""

from __future__ import annotations

import re

from telegram import Message, MessageEntity

from bot.entities import marked
from bot.sources import source_of
from conversations.model import Received


def is_answer(message: Message, username: str) -> bool:
    """Whether it answers one of our messages."""
    answered = message.reply_to_message
    return answered is not None and _is_ours(answered, username)


def names_us(message: Message, username: str) -> bool:
    """Whether it has our name in it, as `@name`."""
    names = marked(message, MessageEntity.MENTION)
    return any(name.lower() == f"@{username}".lower() for name in names)


def without_name(text: str, username: str) -> str:
    """The words without our name, wherever it stands."""
    rest = re.sub(rf"[ \t]*@{re.escape(username)}\b", "", text, flags=re.IGNORECASE)
    return rest.strip()


def answered_recording(message: Message, username: str) -> Received | None:
    """The recording in the message that this one answers, and whose it is."""
    answered = message.reply_to_message
    if answered is None or _is_ours(answered, username):
        return None
    source = source_of(answered)
    if source is None:
        return None
    sender_id, sender_name = _sender(answered)
    return Received(
        source=source,
        caption=without_name(answered.caption or "", username),
        message_id=answered.message_id,
        sender_id=sender_id,
        sender_name=sender_name,
    )


def _sender(message: Message) -> tuple[int, str]:
    """Whose the message is, as the group reads it: a person's, a channel's or the group's own."""
    if message.sender_chat is not None:
        return message.sender_chat.id, message.sender_chat.title or ""
    user = message.from_user
    return (user.id, user.full_name) if user else (0, "")


def _is_ours(message: Message, username: str) -> bool:
    user = message.from_user
    return user is not None and (user.username or "").lower() == username.lower()
