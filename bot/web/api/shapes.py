"""The shapes of what programs send and are sent, as JSON Schemas.

Times on a recording are seconds, moments are RFC 3339 in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.web.api.schema import Schema
from jobs.model import JobKind, JobStatus, Shape, Stage
from jobs.recipe import MAX_CLIPS, MAX_RESULT_S, MAX_VOLUME, Clean, TrimSilence
from modal_render.contract import LOOKS, RESPONSES

AUTO = "auto"
SHAPES: Mapping[str, Shape] = {shape.name.lower(): shape for shape in Shape}
KINDS = tuple(kind for kind in JobKind if kind is not JobKind.LOOK)
MOST_LISTED = 100
USUALLY_LISTED = 20
_ID = r"^[0-9a-z][0-9a-z-]{0,79}$"


def _object(properties: Mapping[str, Schema], *required: str, about: str = "") -> Schema:
    described = {"description": about} if about else {}
    return {
        **described,
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _answer(properties: Mapping[str, Schema], about: str = "") -> Schema:
    """What we say is always said in full."""
    return _object(properties, *properties, about=about)


def _text(about: str = "", *, most: int = 0, pattern: str = "") -> dict[str, Any]:
    limits = {"maxLength": most} if most else {}
    form = {"pattern": pattern} if pattern else {}
    return {"type": "string", **limits, **form, **({"description": about} if about else {})}


def _one_of(names: list[str], about: str = "") -> dict[str, Any]:
    return {"type": "string", "enum": names, **({"description": about} if about else {})}


def _number(least: float, most: float, about: str = "") -> dict[str, Any]:
    described = {"description": about} if about else {}
    return {"type": "number", "minimum": least, "maximum": most, **described}


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


_MOMENT = {"type": "string", "format": "date-time"}
_URL = {"type": "string", "format": "uri"}
_REAL = {"type": "number"}
_WHOLE = {"type": "integer"}
_TITLE = "at most 48 characters of it are kept"

ASSET_ID = _text("as GET /api/audio/assets lists it", pattern=_ID)
CLIP = _object(
    {
        "startS": _number(0, MAX_RESULT_S),
        "endS": _number(0, MAX_RESULT_S),
        "volume": _number(0, MAX_VOLUME, "1 is as it was recorded"),
        "fadeInS": _number(0, MAX_RESULT_S),
        "fadeOutS": _number(0, MAX_RESULT_S),
    },
    "startS",
    "endS",
    about="A stretch of the recording, in seconds from its beginning.",
)
RECIPE = _object(
    {
        "clips": {"type": "array", "items": CLIP, "minItems": 1, "maxItems": MAX_CLIPS},
        "clean": _one_of(list(Clean), "noise cleaning"),
        "levelLufs": {**_or_null(_number(-30, -6)), "description": "null: as it was recorded"},
        "trimSilence": _one_of(list(TrimSilence)),
    },
    about="What to keep and how it should sound. What is left out is as on the card: at first"
    " the silent ends cut off, clean soft, level -14, no silence trimmed within.",
)
EDIT = _object({"assetId": ASSET_ID, "recipe": RECIPE}, "assetId")
RENDER = _object(
    {
        "assetId": ASSET_ID,
        "recipe": RECIPE,
        "look": _one_of(list(LOOKS)),
        "shape": _one_of(list(SHAPES)),
        "title": _text(_TITLE, most=200),
        "subtitle": _text(_TITLE, most=200),
        "response": _one_of([AUTO, *RESPONSES], "how the picture moves; auto: as the sound asks"),
        "brand": _text("a colour, or empty: chosen for you", pattern="^(#[0-9a-f]{6})?$"),
    },
    "assetId",
    about="What is left out is as on the card.",
)
_NAMED = {"title": _text(_TITLE, most=200)}
INGEST: Schema = {
    "oneOf": [
        _object({"url": _text("an https link", most=2048), **_NAMED}, "url"),
        _object(
            {"uploadKey": _text("as POST /api/storage/upload gave it", most=200), **_NAMED},
            "uploadKey",
        ),
    ]
}
UPLOAD = _object({"filename": _text("what the file is called, with its extension", most=200)})

JOB_ID = _answer({"jobId": _text()}, "The job to wait for: GET /api/audio/jobs/{job}.")
ERROR = _answer({"error": _answer({"code": _text(), "message": _text()})})
_RESULTS: Mapping[str, Schema] = {
    "ingest": _answer({"assetId": _text(), "durationS": _REAL, "sizeBytes": _WHOLE}),
    "preview": _answer({"previewKey": _text(), "durationS": _REAL, "sizeBytes": _WHOLE}),
    "save": _answer(
        {
            "preparedKey": _text(),
            "durationS": _REAL,
            "sizeBytes": _WHOLE,
            "loudnessLufs": _REAL,
            "truePeakDb": _REAL,
        }
    ),
    "render": _answer(
        {
            "videoKey": _text(),
            "durationS": _REAL,
            "sizeBytes": _WHOLE,
            "width": _WHOLE,
            "height": _WHOLE,
        }
    ),
}
JOB = _answer(
    {
        "jobId": _text(),
        "kind": _one_of(list(KINDS)),
        "status": _one_of(list(JobStatus)),
        "stage": _one_of(list(Stage)),
        "progress": {"type": "integer", "minimum": 0, "maximum": 100},
        "queuePosition": {
            **_or_null(_WHOLE),
            "description": "how many go first; null unless it is pending",
        },
        "createdAt": _MOMENT,
        "updatedAt": _MOMENT,
        "result": {"oneOf": [*_RESULTS.values(), {"type": "null"}]},
        "error": {"oneOf": [ERROR["properties"]["error"], {"type": "null"}]},
        "downloadUrl": {**_or_null(_URL), "description": "null while there is nothing to fetch"},
    }
)
ASSET = _answer(
    {
        "assetId": _text(),
        "title": _text(),
        "artist": _text(),
        "createdAt": _MOMENT,
        "durationS": _REAL,
        "sizeBytes": _WHOLE,
        "codec": _text(),
        "rateHz": _WHOLE,
        "channels": _WHOLE,
        "hasVideo": {"type": "boolean"},
        "loudnessLufs": _REAL,
        "truePeakDb": _REAL,
        "soundStartS": _REAL,
        "soundEndS": _REAL,
        "pauses": {"type": "array", "items": _answer({"startS": _REAL, "endS": _REAL})},
        "character": _one_of(["speech", "music"]),
    }
)
_NEXT = {**_or_null(_text()), "description": "`before` for the next page; null on the last"}
JOBS = _answer({"renders": {"type": "array", "items": JOB}, "next": _NEXT})
ASSETS = _answer({"assets": {"type": "array", "items": ASSET}, "next": _NEXT})
UPLOAD_LINK = _answer(
    {
        "uploadUrl": _URL,
        "key": _text("what POST /api/audio/ingest takes as uploadKey"),
        "contentType": _text("the Content-Type that the PUT must have"),
        "maxBytes": _WHOLE,
        "expiresAt": _MOMENT,
    }
)
DOWNLOAD_LINK = _answer({"downloadUrl": _URL, "expiresAt": _MOMENT})
PREVIEW_LINK = _answer({"signedUrl": _URL, "expiresAt": _MOMENT})

# What an address may say behind its question mark.
LISTING: Mapping[str, Schema] = {
    "limit": {
        "type": "integer",
        "minimum": 1,
        "maximum": MOST_LISTED,
        "default": USUALLY_LISTED,
    },
    "before": _text("the id to go on behind", pattern=_ID),
}
STREAM: Mapping[str, Schema] = {
    "variant": {"type": "string", "enum": ["original", "prepared"], "default": "original"}
}
OBJECT: Mapping[str, Schema] = {"key": _text("a storage key", most=200)}

COMPONENTS: Mapping[str, Schema] = {
    "Asset": ASSET,
    "Assets": ASSETS,
    "Clip": CLIP,
    "DownloadLink": DOWNLOAD_LINK,
    "Edit": EDIT,
    "Error": ERROR,
    "Ingest": INGEST,
    "Job": JOB,
    "JobId": JOB_ID,
    "PreviewLink": PREVIEW_LINK,
    "Recipe": RECIPE,
    "Render": RENDER,
    "Renders": JOBS,
    "Upload": UPLOAD,
    "UploadLink": UPLOAD_LINK,
}
