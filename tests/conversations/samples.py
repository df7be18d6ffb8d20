"""People, recordings and videos to talk about."""

from __future__ import annotations

from typing import Any

from jobs.model import Asset, Person, Role, Source, SourceKind
from jobs.payloads import Glimpse, Rendered

OWNER = Person(id=1, name="Ada", language="en", role=Role.OWNER)
GUEST = Person(id=2, name="Bob", language="en", role=Role.GUEST)
MIB = 1024 * 1024


def an_asset(duration_s: float = 118.0, **given: Any) -> Asset:
    """A talk of 1:58 with sound from 0:03.1 to 1:52."""
    known: dict[str, Any] = {
        "id": "asset-1",
        "digest": "0123456789abcdef",
        "original_key": "assets/a-1/original.oga",
        "peaks_key": "assets/a-1/peaks.json",
        "size_bytes": 500_000,
        "duration_s": duration_s,
        "codec": "opus",
        "rate_hz": 48000,
        "channels": 1,
        "has_video": False,
        "loudness_lufs": -23.0,
        "true_peak_db": -3.0,
        "sound_start_s": min(3.1, duration_s / 10),
        "sound_end_s": duration_s - min(6.15, duration_s / 10),
        "pauses": (),
        "character": "speech",
    }
    return Asset(**{**known, **given})


def a_voice_note(duration_s: float = 118.0, **given: Any) -> Source:
    known: dict[str, Any] = {
        "kind": SourceKind.TELEGRAM,
        "media": "voice",
        "file_id": "file",
        "mime": "audio/ogg",
        "size_bytes": 500_000,
        "duration_s": duration_s,
    }
    return Source(**{**known, **given})


def rendered(size_bytes: int = 5 * MIB, inline_bytes: int | None = None) -> dict[str, Any]:
    own_copy = inline_bytes is not None
    return Rendered(
        video_key="renders/r/a1/output.mp4",
        inline_key="renders/r/a1/inline.mp4" if own_copy else "renders/r/a1/output.mp4",
        thumbnail_key="renders/r/a1/thumbnail.jpg",
        width=1080,
        height=1920,
        frames=3270,
        duration_s=109.0,
        size_bytes=size_bytes,
        inline_width=720 if own_copy else 1080,
        inline_height=1280 if own_copy else 1920,
        inline_bytes=inline_bytes if inline_bytes is not None else size_bytes,
    ).to_json()


def glimpsed() -> dict[str, Any]:
    return Glimpse(
        key="assets/a-1/glimpse_0123456789abcdef.mp4",
        thumbnail_key="assets/a-1/glimpse_0123456789abcdef.jpg",
        width=540,
        height=960,
        duration_s=5.0,
        size_bytes=300_000,
    ).to_json()
