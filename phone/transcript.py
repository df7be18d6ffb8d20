"""A chat as a reader would tell it: every message, edit, button, press and toast, with times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from phone.messages import MEDIA_KINDS
from phone.record import Event, Happened, Json

_FACTS = ("duration", "width", "height", "file_size", "file_name", "mime_type", "title")


def events_of(events: Iterable[Event], chat_id: int) -> Iterator[Event]:
    """Those that a person in that chat can see."""
    return (event for event in events if chat_of(event) == chat_id)


def chat_of(event: Event) -> int:
    """The chat an event belongs to; 0 for what no chat shows."""
    body = event.body
    if "message" in body:
        return int(body["message"]["chat"]["id"])
    if "query" in body:
        return int(body["query"]["message"]["chat"]["id"])
    return int(body.get("chat_id", 0))


def tell(events: Iterable[Event], chat_id: int, bot_id: int) -> list[dict[str, Any]]:
    """The transcript: one JSON-ready entry for each thing seen, in order.

    `at` is seconds since 1970, `after_s` since the first entry; `what` is message, edit, delete,
    press, toast, action or reaction; `who` is bot or person.
    """
    entries: list[dict[str, Any]] = []
    for event in events_of(events, chat_id):
        entry = _entry(event, bot_id)
        if entry:
            first_at = entries[0]["at"] if entries else event.at
            times = {"at": round(event.at, 3), "after_s": round(event.at - first_at, 3)}
            entries.append({**times, **entry})
    return entries


def _entry(event: Event, bot_id: int) -> dict[str, Any] | None:
    body = event.body
    if event.kind in (Happened.MESSAGE, Happened.EDIT):
        message = body["message"]
        who = "bot" if message["from"]["id"] == bot_id else "person"
        return {"who": who, "what": event.kind.value, **_told(message)}
    if event.kind is Happened.PRESS:
        query = body["query"]
        pressed = {"message_id": query["message"]["message_id"], "data": query["data"]}
        return {"who": "person", "what": "press", "label": body["label"], **pressed}
    if event.kind is Happened.ANSWER:
        return {
            "who": "bot",
            "what": "toast",
            "message_id": body["message_id"],
            "text": body["text"],
        }
    kept = ("message_id", "action", "reaction", "blocked")
    if event.kind in (Happened.DELETE, Happened.ACTION, Happened.REACTION, Happened.BLOCK):
        who = "person" if event.kind is Happened.BLOCK else "bot"
        told = {name: body[name] for name in kept if name in body}
        return {"who": who, "what": event.kind.value, **told}
    return None


def _told(message: Json) -> dict[str, Any]:
    kind = kind_of(message)
    told: dict[str, Any] = {
        "message_id": message["message_id"],
        "kind": kind,
        "text": message.get("text", message.get("caption", "")),
    }
    if "reply_to_message" in message:
        told["reply_to"] = message["reply_to_message"]["message_id"]
    if kind and kind != "text":
        media = message[kind]
        largest = media[-1] if isinstance(media, list) else media
        told["media"] = {name: largest[name] for name in _FACTS if name in largest}
    rows = message.get("reply_markup", {}).get("inline_keyboard")
    if rows:
        told["buttons"] = [[dict(button) for button in row] for row in rows]
    return told


def kind_of(message: Json) -> str:
    """What a message is: text, or the kind of media it shows."""
    kinds = (*MEDIA_KINDS, "video_note")
    return next((kind for kind in kinds if kind in message), "text" if "text" in message else "")
