"""The phone's side: takes what the bot's library sends and remembers what a person saw."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from telegram.request import BaseRequest, RequestData

NOTE_ID = 1  # the message that each card answers


@dataclass(slots=True)
class Seen:
    """What one chat was shown: cards and pings by their message id, text each."""

    cards: dict[int, str] = field(default_factory=dict)
    videos: set[int] = field(default_factory=set)
    pings: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)  # what the card said, each time it changed


class Transport(BaseRequest):
    """Answers as Telegram does, at once and always well."""

    def __init__(self) -> None:
        self.chats: dict[int, Seen] = {}
        self._ids = itertools.count(NOTE_ID + 1)

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        assert method == "POST"
        values = request_data.parameters if request_data is not None else {}
        answer = self._take(url.rpartition("/")[2], values)
        return 200, json.dumps({"ok": True, "result": answer}).encode()

    def _take(self, method: str, values: dict[str, Any]) -> object:
        if method == "sendChatAction":
            return True
        chat_id = int(values["chat_id"])
        seen = self.chats.setdefault(chat_id, Seen())
        message_id = int(values.get("message_id") or next(self._ids))
        answers = _object(values, "reply_parameters").get("message_id")
        if method.startswith("send") and answers != NOTE_ID:
            seen.pings.append(str(values.get("text", "")))
            return _message(chat_id, message_id)
        media = _object(values, "media")
        told = str(values.get("text") or values.get("caption") or media.get("caption", ""))
        seen.cards[message_id] = told
        if seen.told[-1:] != [told]:
            seen.told.append(told)
        if method == "sendVideo" or media.get("type") == "video":
            seen.videos.add(message_id)
        return _message(chat_id, message_id)


def _message(chat_id: int, message_id: int) -> dict[str, Any]:
    return {"message_id": message_id, "date": 0, "chat": {"id": chat_id, "type": "private"}}


def _object(values: dict[str, Any], name: str) -> dict[str, Any]:
    value = values.get(name) or {}
    return dict(json.loads(value) if isinstance(value, str) else value)
