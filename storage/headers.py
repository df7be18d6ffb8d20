"""How an object is served, whoever serves it: its content type and the name it is saved under."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

_TYPES: Mapping[str, str] = {
    "mp4": "video/mp4",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "wav": "audio/wav",
    "ogg": "audio/ogg",
    "png": "image/png",
    "jpg": "image/jpeg",
    "json": "application/json",
}
UNKNOWN = "application/octet-stream"


def content_type(key: str) -> str:
    """By the key's extension; what a person sent us under another is just bytes."""
    return _TYPES.get(key.rpartition(".")[2], UNKNOWN)


def disposition(filename: str) -> str:
    """Saved under the given name, or shown in place when there is none (RFC 6266)."""
    if not filename:
        return "inline"
    plain = "".join(
        letter if letter.isascii() and letter not in '"%' else "_" for letter in filename
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
