"""What a person does on the phone: speak, send files, press buttons, block the bot.

Each becomes a message or an update exactly as Telegram would hand it to the bot.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from phone.entities import Words, read_words, with_found
from phone.files import Claims
from phone.limits import BUTTON_DATA_BYTES, CAPTION_UNITS, START_PARAMETER_UNITS, TEXT_UNITS
from phone.messages import Desk
from phone.params import Upload
from phone.record import Happened, Json
from phone.refusals import bad_request

PAGE_USER_ID = 7_001_001
PAGE_USER_NAME = "Robin"
PAGE_LANGUAGE = "en"
GROUP_ID = -1_007_001_000_001  # the one that both phones of the page are in
_SUPERGROUPS = -1_000_000_000_000  # Telegram's ids of supergroups begin with -100
# What every bot in a group is told of it.
SERVICE = frozenset(("migrate_to_chat_id", "migrate_from_chat_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a phone. `chat_id` is the chat they write in: their own, or a group's (< 0)."""

    user_id: int = PAGE_USER_ID
    name: str = PAGE_USER_NAME
    chat_id: int = PAGE_USER_ID
    language: str = PAGE_LANGUAGE

    def as_user(self) -> dict[str, Any]:
        return {
            "id": self.user_id,
            "is_bot": False,
            "first_name": self.name,
            "language_code": self.language,
        }

    def as_chat(self) -> dict[str, Any]:
        if self.chat_id < 0:
            kind = "supergroup" if self.chat_id <= _SUPERGROUPS else "group"
            return {"id": self.chat_id, "type": kind, "title": "Group"}
        return {"id": self.chat_id, "type": "private", "first_name": self.name}


def say(desk: Desk, person: Person, text: str, *, reply_to: int = 0) -> Json:
    """Send a text message. Raises Refusal 400 when it is empty or too long."""
    words = read_words(text, "", None, most_units=TEXT_UNITS, what="text")
    if not words.text:
        raise bad_request("message text is empty")
    return speak(desk, person, words.as_fields("text"), reply_to=reply_to)


def start(desk: Desk, person: Person, parameter: str = "") -> Json:
    """Press Start, or open a link with a start parameter."""
    if len(parameter) > START_PARAMETER_UNITS:
        raise bad_request("START_PARAM_TOO_LONG")
    if desk.chats.is_blocked(person.chat_id):
        block(desk, person, blocked=False)
    words = with_found(Words(text=f"/start {parameter}".strip()))
    return speak(desk, person, words.as_fields("text"))


async def send_file(
    desk: Desk,
    person: Person,
    upload: Upload,
    kind: str,
    claims: Claims,
    *,
    caption: str = "",
    reply_to: int = 0,
) -> Json:
    """Send a file as `kind`. Raises Refusal 400."""
    words = read_words(caption, "", None, most_units=CAPTION_UNITS, what="caption")
    found, media = await desk.files.keep_from_person(upload, kind, claims)
    return speak(desk, person, {found: media, **words.as_fields("caption")}, reply_to=reply_to)


def speak(desk: Desk, person: Person, fields: Mapping[str, Any], *, reply_to: int = 0) -> Json:
    """Send a message made of `fields`: anything a message can hold."""
    message: dict[str, Any] = {
        **fields,
        "message_id": desk.chats.next_message_id(),
        "from": person.as_user(),
        "chat": person.as_chat(),
        "date": int(desk.chats.now()),
    }
    replied = desk.chats.message(person.chat_id, reply_to)
    if replied:
        quoted = {name: value for name, value in replied.items() if name != "reply_to_message"}
        message["reply_to_message"] = quoted
    heard = _is_heard(desk, message)
    update_id = desk.chats.next_update_id("message") if heard else 0
    desk.chats.happen(Happened.MESSAGE, message=message, update_id=update_id)
    return message


def press(desk: Desk, person: Person, message_id: int, data: str, *, late: bool = False) -> str:
    """Press the button with that data; the query's id. Also one that an edit took away meanwhile.

    A `late` press reaches the bot when it cannot be answered any more. Raises Refusal 400 when the
    message is gone.
    """
    message = desk.chats.message(person.chat_id, message_id)
    if message is None or message["from"]["id"] != desk.me.id:
        raise bad_request("MESSAGE_ID_INVALID")
    if not 1 <= len(data.encode()) <= BUTTON_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    query_id = str(secrets.randbits(62))
    query = {
        "id": query_id,
        "from": person.as_user(),
        "message": message,
        "chat_instance": str(person.chat_id),
        "data": data,
    }
    desk.chats.happen(
        Happened.PRESS,
        query=query,
        label=_label(message, data),
        late=late,
        update_id=desk.chats.next_update_id("callback_query"),
    )
    return query_id


def block(desk: Desk, person: Person, *, blocked: bool) -> None:
    """Block the bot, or take it back."""
    states = ("member", "kicked") if blocked else ("kicked", "member")
    before, after = (_membership(desk, state) for state in states)
    member = {
        "chat": person.as_chat(),
        "from": person.as_user(),
        "date": int(desk.chats.now()),
        "old_chat_member": before,
        "new_chat_member": after,
    }
    desk.chats.happen(
        Happened.BLOCK,
        chat_id=person.chat_id,
        blocked=blocked,
        member=member,
        update_id=desk.chats.next_update_id("my_chat_member"),
    )


def _is_heard(desk: Desk, message: Json) -> bool:
    """Whether a bot gets to see the message: in groups what is said to it, and service messages."""
    if message["chat"]["id"] > 0 or not SERVICE.isdisjoint(message):
        return True
    words = message.get("text") or message.get("caption") or ""
    answered = message.get("reply_to_message", {}).get("from", {}).get("id")
    name = f"@{desk.me.username}".lower()
    command = words.partition(" ")[0].lower() if words.startswith("/") else ""
    is_ours = bool(command) and command.partition("@")[2] in ("", name.removeprefix("@"))
    return is_ours or name in words.lower() or answered == desk.me.id


def _membership(desk: Desk, state: str) -> dict[str, Any]:
    member: dict[str, Any] = {"user": desk.me.as_user(), "status": state}
    return {**member, "until_date": 0} if state == "kicked" else member


def _label(message: Json, data: str) -> str:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return next(
        (button["text"] for row in rows for button in row if button.get("callback_data") == data),
        "",
    )
