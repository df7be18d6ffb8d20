"""Requests and answers as they are sent and given; a test sends each and compares.

All are of one person, who has one talk of two minutes, a preview, a save and a video of it, and
one more recording that is on its way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

INGEST_JOB = "5fjclcvsvbnr3trhhah3n4rxsu"
PREVIEW_JOB = "bgygbvkotpqoaqsw5moii3n6bi"
SAVE_JOB = "xfuyxykeublfmmxh6wcwjclwli"
RENDER_JOB = "momlyxkak3mc2rp7wqrwf7vrxy"
WAITING_JOB = "ecsazv6ibf5f4gfglqrjyflfmu"
NEW_JOB = "bl4fxnnin2d34lqvcgu5mfpkvy"
ASSET = f"{INGEST_JOB}-1"
DIGEST = "3b1f9a70c25d84e6"
UPLOAD_KEY = "uploads/g5qk2m7x4c6n3j7d2f4h6t3waa/recording.m4a"
VIDEO_KEY = f"renders/{RENDER_JOB}/a1/output.mp4"
_AT = "2026-11-26T14:30:00Z"
_LATER = "2026-12-03T14:30:00Z"
_HOST = "https://reel.example"
_SIGNED = "expires=1796308200&sig=5f0c..."

RECIPE: Mapping[str, Any] = {
    "clips": [{"startS": 1.5, "endS": 9.0, "fadeOutS": 0.5}],
    "clean": "strong",
    "levelLufs": -14,
    "trimSilence": "long_pauses",
}
_NEW: Mapping[str, Any] = {"jobId": NEW_JOB}
_ASSET: Mapping[str, Any] = {
    "assetId": ASSET,
    "title": "Monday thoughts",
    "artist": "",
    "createdAt": _AT,
    "durationS": 120.0,
    "sizeBytes": 983_040,
    "codec": "aac",
    "rateHz": 48_000,
    "channels": 1,
    "hasVideo": False,
    "loudnessLufs": -21.5,
    "truePeakDb": -3.2,
    "soundStartS": 1.0,
    "soundEndS": 118.0,
    "pauses": [{"startS": 4.2, "endS": 5.4}],
    "character": "speech",
}
_JOB: Mapping[str, Any] = {
    "jobId": RENDER_JOB,
    "kind": "render",
    "status": "complete",
    "stage": "waiting",
    "progress": 100,
    "queuePosition": None,
    "createdAt": _AT,
    "updatedAt": _AT,
    "result": {
        "videoKey": VIDEO_KEY,
        "durationS": 117.25,
        "sizeBytes": 15_728_640,
        "width": 1080,
        "height": 1920,
    },
    "error": None,
    "downloadUrl": f"{_HOST}/renders/{RENDER_JOB}/output.mp4?{_SIGNED}",
}
_CANCELLED: Mapping[str, Any] = {
    **_JOB,
    "jobId": WAITING_JOB,
    "kind": "ingest",
    "status": "cancelled",
    "progress": 0,
    "result": None,
    "downloadUrl": None,
}

# What stands in paths and behind question marks, by the operation's name.
PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "download": {"key": VIDEO_KEY},
    "job": {"job": RENDER_JOB},
    "cancel": {"job": WAITING_JOB},
    "assets": {"limit": 20},
    "asset": {"asset": ASSET},
    "stream": {"asset": ASSET, "variant": "prepared"},
    "previewAudio": {"job": PREVIEW_JOB},
    "renders": {"limit": 20},
}
BODIES: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "upload": {"recording": {"filename": "Monday.m4a"}},
    "ingest": {
        "upload": {"uploadKey": UPLOAD_KEY, "title": "Monday thoughts"},
        "link": {"url": "https://example.com/talks/monday.mp3"},
    },
    "preview": {"edit": {"assetId": ASSET, "recipe": RECIPE}},
    "save": {"asOnTheCard": {"assetId": ASSET}},
    "render": {
        "asOnTheCard": {"assetId": ASSET},
        "chosen": {
            "assetId": ASSET,
            "recipe": RECIPE,
            "look": "aurora",
            "shape": "square",
            "title": "Monday thoughts",
            "subtitle": "Episode 12",
            "response": "cinematic",
            "brand": "#ff7a00",
        },
    },
}
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "upload": {
        "uploadUrl": f"{_HOST}/files/{UPLOAD_KEY}?expires=1795707000&max=104857600&sig=5f0c...",
        "key": UPLOAD_KEY,
        "contentType": "audio/mp4",
        "maxBytes": 104_857_600,
        "expiresAt": "2026-11-26T15:30:00Z",
    },
    "download": {"downloadUrl": f"{_HOST}/files/{VIDEO_KEY}?{_SIGNED}", "expiresAt": _LATER},
    "ingest": _NEW,
    "job": _JOB,
    "cancel": _CANCELLED,
    "assets": {"assets": [_ASSET], "next": None},
    "asset": _ASSET,
    "preview": _NEW,
    "previewAudio": {
        "signedUrl": f"{_HOST}/files/assets/{ASSET}/preview_{DIGEST}.mp3?{_SIGNED}",
        "expiresAt": _LATER,
    },
    "save": _NEW,
    "render": _NEW,
    "renders": {"renders": [_JOB], "next": None},
}
# Those whose words depend on the request or on who asks.
MESSAGES: Mapping[str, str] = {
    "active_renders": "I'm making 3 for you already. Press again when one of them is done, or stop"
    " one.",
    "bytes_per_day": "That's today's 2.0 GB. More at 00:00 UTC, or ask Ada.",
    "edits_per_day": "That's today's 200 edits to hear. More at 00:00 UTC, or ask Ada.",
    "queued_ingests": "20 of yours are waiting already. Send this one again later.",
    "videos_per_day": "That's today's 20. More at 00:00 UTC, or ask Ada.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A request that is not as it should be, and what is said about it."""

    message: str
    body: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)


WRONG: Mapping[str, Wrong] = {
    "upload": Wrong(message="filename must be string.", body={"filename": 1}),
    "download": Wrong(message="key is missing."),
    "ingest": Wrong(message="url is missing."),
    "assets": Wrong(message="limit must be at least 1.", query={"limit": 0}),
    "stream": Wrong(
        message="variant must be one of original, prepared.", query={"variant": "loud"}
    ),
    "preview": Wrong(message="assetId is missing."),
    "save": Wrong(message="assetId is missing."),
    "render": Wrong(
        message="shape must be one of vertical, square, wide.",
        body={"assetId": ASSET, "shape": "round"},
    ),
    "renders": Wrong(message="limit must be at most 100.", query={"limit": 101}),
}
