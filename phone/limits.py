"""Telegram's numbers, as one value that a test can shrink. Sizes in bytes, times in seconds."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024

TEXT_UNITS = 4096  # UTF-16 code units, as every length of Telegram's
CAPTION_UNITS = 1024
TOAST_UNITS = 200
COPY_UNITS = 256
BUTTON_DATA_BYTES = 64
START_PARAMETER_UNITS = 64
KEYBOARD_BUTTONS = 100
KEYBOARD_ROW = 8
ALBUM = range(2, 11)
THUMBNAIL_PX = 320
THUMBNAIL_BYTES = 200_000
PHOTO_SIDES_PX = 10_000  # width and height together
PHOTO_RATIO = 20
POLL_S = 50.0  # the longest a getUpdates may wait
POLL_UPDATES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the local Bot API takes before it refuses.

    Telegram documents about one message a second per chat, 30 a second overall and 20 a minute in
    a group, and tolerates short bursts; `chat_burst` is how many at once this one tolerates.
    """

    fetch_bytes: int = 20 * MIB  # what a bot may download
    is_local: bool = False  # as a server with --local: any size, found by its path on this disk
    upload_bytes: int = 50 * MIB  # what a bot may send
    photo_bytes: int = 10 * MIB
    unprobed_bytes: int = 10 * MIB  # larger videos without sizes are stored as 320x320
    visitor_bytes: int = 2048 * MIB  # what a person may send
    callback_s: float = 15.0
    chat_per_s: float = 1.0
    chat_burst: int = 5
    overall_per_s: float = 30.0
    overall_burst: int = 30
    group_per_min: int = 20
    flood_wait_s: int = 3  # the least retry_after that a flood earns
