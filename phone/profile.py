"""The bot's own card: getMe, its commands and its texts; and the photos that people wear."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from phone.chats import Chats
from phone.markup import utf16_length
from phone.params import Params
from phone.record import Happened
from phone.refusals import bad_request

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_COMMANDS_MOST = 100
_COMMAND_UNITS = 256
_TEXT_UNITS = {"name": 64, "description": 512, "short_description": 120}


@dataclass(frozen=True, slots=True, kw_only=True)
class BotCard:
    """Who the bot is."""

    id: int
    name: str
    username: str

    def as_user(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.name,
            "username": self.username,
        }

    def as_me(self) -> dict[str, Any]:
        return {
            **self.as_user(),
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }


def set_commands(chats: Chats, params: Params) -> bool:
    """setMyCommands for one scope and language. Raises Refusal 400 on a command nobody can type."""
    commands = params.parsed("commands")
    if not isinstance(commands, list) or len(commands) > _COMMANDS_MOST:
        raise bad_request("can't parse commands JSON object")
    for command in commands:
        if not isinstance(command, dict):
            raise bad_request("can't parse commands JSON object")
        if not _COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        about = str(command.get("description", ""))
        if not 1 <= utf16_length(about.strip()) <= _COMMAND_UNITS:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    _put(chats, _commands_key(params), commands)
    return True


def get_commands(chats: Chats, params: Params) -> list[dict[str, Any]]:
    return list(chats.profile.get(_commands_key(params), []))


def delete_commands(chats: Chats, params: Params) -> bool:
    _put(chats, _commands_key(params), [])
    return True


def set_text(chats: Chats, params: Params, field: str) -> bool:
    """setMyName, setMyDescription, setMyShortDescription. Raises Refusal 400 when too long."""
    text = params.text(field)
    if utf16_length(text) > _TEXT_UNITS[field]:
        raise bad_request(f"{field.replace('_', ' ')} is too long")
    _put(chats, f"{field}:{params.text('language_code')}", text)
    return True


def get_text(chats: Chats, params: Params, field: str) -> dict[str, str]:
    text = chats.profile.get(f"{field}:{params.text('language_code')}")
    return {field: text or chats.profile.get(f"{field}:", "")}


def wear(chats: Chats, user_id: int, file_id: str) -> None:
    """A photo they sent becomes the person's profile photo. Raises Refusal 400."""
    stored = chats.file(file_id)
    if stored is None or stored.kind != "photo":
        raise bad_request("invalid file_id")
    _put(chats, f"photo:{user_id}", stored.media)


def get_profile_photos(chats: Chats, params: Params) -> dict[str, Any]:
    sizes = chats.profile.get(f"photo:{params.text('user_id')}")
    return {"total_count": int(sizes is not None), "photos": [sizes] if sizes else []}


def _commands_key(params: Params) -> str:
    scope = params.parsed("scope") or {"type": "default"}
    if not isinstance(scope, dict) or "type" not in scope:
        raise bad_request("can't parse BotCommandScope")
    where = ",".join(str(scope[name]) for name in ("type", "chat_id", "user_id") if name in scope)
    return f"commands:{where}:{params.text('language_code')}"


def _put(chats: Chats, field: str, value: object) -> None:
    if chats.profile.get(field) != value:
        chats.happen(Happened.PROFILE, field=field, value=value)
