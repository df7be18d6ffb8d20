"""What a person does by mistake: presses a button that is gone, sends a file no bot can fetch."""

from __future__ import annotations

import asyncio
import secrets
import struct
from collections.abc import Iterator
from pathlib import Path

from phone.files import Claims
from phone.limits import MIB
from phone.messages import Desk
from phone.params import Upload
from phone.people import Person, press, send_file
from phone.record import Happened, Json
from phone.refusals import bad_request

LARGE_BYTES = 64 * MIB  # more than a bot may fetch
_RATE_HZ, _CHANNELS, _SAMPLE_BYTES = 48_000, 2, 2


def press_gone(desk: Desk, person: Person, *, late: bool = False) -> str:
    """Press the button that an edit took away last; its label. Raises Refusal 400 without one."""
    for message_id, label, data in _gone(desk, person.chat_id):
        press(desk, person, message_id, data, late=late)
        return label
    raise bad_request("no button has gone yet")


async def send_large(desk: Desk, person: Person) -> Json:
    """Send six minutes of silence, 64 MB of them, which take next to no room on the disk."""
    path = desk.files.incoming / secrets.token_hex(8)
    try:
        await asyncio.to_thread(_write_silence, path, LARGE_BYTES)
        upload = Upload(path=path, name="concert.wav", mime="audio/wav", size=LARGE_BYTES)
        return await send_file(desk, person, upload, "audio", Claims(title="A whole concert"))
    finally:
        path.unlink(missing_ok=True)


def _gone(desk: Desk, chat_id: int) -> Iterator[tuple[int, str, str]]:
    """Message, label and data of the buttons that edits took away and that did not come back."""
    edits = (event for event in reversed(desk.chats.events) if event.kind is Happened.EDIT)
    for event in edits:
        edited = event.body["message"]
        if edited["chat"]["id"] != chat_id:
            continue
        message_id = edited["message_id"]
        now = desk.chats.message(chat_id, message_id)
        if now is None:
            continue
        kept = _keys(now)
        before = _keys(_before(desk, event.number, chat_id, message_id))
        for data, label in before.items():
            if data not in kept:
                yield message_id, label, data


def _before(desk: Desk, number: int, chat_id: int, message_id: int) -> Json:
    """The message as it stood before the event with that number."""
    for event in reversed(desk.chats.events[: number - 1]):
        message = event.body.get("message", {})
        if message and (message["chat"]["id"], message["message_id"]) == (chat_id, message_id):
            return dict(message)
    return {}


def _keys(message: Json) -> dict[str, str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row if "callback_data" in button]
    return {button["callback_data"]: button["text"] for button in buttons}


def _write_silence(path: Path, size_bytes: int) -> None:
    """A WAV file of that size; its samples are a hole in the file."""
    second_bytes = _RATE_HZ * _CHANNELS * _SAMPLE_BYTES
    frame_bytes = _CHANNELS * _SAMPLE_BYTES
    form = struct.pack(
        "<4sIHHIIHH", b"fmt ", 16, 1, _CHANNELS, _RATE_HZ, second_bytes, frame_bytes, 16
    )
    head = struct.pack("<4sI4s", b"RIFF", size_bytes - 8, b"WAVE") + form
    with path.open("wb") as file:
        file.write(head + struct.pack("<4sI", b"data", size_bytes - len(head) - 8))
        file.truncate(size_bytes)
