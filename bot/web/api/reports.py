"""How whoever renders elsewhere reports, as the document describes it; webhook.py takes it.

These two are no business of people's programs: their credential is a token for one attempt at one
render, and what they say is docs/renders-elsewhere.md.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from bot.web.api.operations import Credential, Operation
from bot.web.api.schema import Schema
from conversations import api_texts
from jobs.model import Stage
from modal_render.dispatch import PROGRESS_PATH, WEBHOOK_PATH, Made

JOB = "q6ptkgbz2sxvhyozkmf4l5ws2e"
_KINDS: Mapping[str, Schema] = {
    "str": {"type": "string"},
    "int": {"type": "integer", "minimum": 0},
    "float": {"type": "number", "minimum": 0},
}
_FIELDS = {
    "videoKey" if field.name == "video_key" else field.name: field
    for field in dataclasses.fields(Made)
}
_MADE: Schema = {
    "type": "object",
    "properties": {name: _KINDS[str(field.type)] for name, field in _FIELDS.items()},
    "required": [name for name, field in _FIELDS.items() if field.default is dataclasses.MISSING],
    "additionalProperties": False,
}
_ATTEMPT: Schema = {"type": "integer", "minimum": 1}
SCHEMAS: Mapping[str, Schema] = {
    "Ending": {
        "type": "object",
        "properties": {
            "jobId": {"type": "string"},
            "attempt": _ATTEMPT,
            "status": {"type": "string", "enum": ["complete", "failed"]},
            "result": {**_MADE, "description": "of a render that is complete"},
            "error": {
                "description": "of one that failed",
                "type": "object",
                "properties": {"code": {"type": "string"}, "detail": {"type": "string"}},
                "required": ["code"],
            },
        },
        "required": ["jobId", "attempt", "status"],
    },
    "Progress": {
        "type": "object",
        "properties": {
            "attempt": _ATTEMPT,
            "progress": {"type": "number", "minimum": 0},
            "stage": {"type": "string", "enum": list(Stage)},
        },
        "required": ["attempt", "progress", "stage"],
    },
    "Outcome": {
        "type": "object",
        "properties": {"outcome": {"type": "string", "enum": ["recorded", "stale"]}},
        "required": ["outcome"],
        "additionalProperties": False,
    },
}
REFUSALS: Mapping[str, tuple[HTTPStatus, str]] = {
    "bad_json": (HTTPStatus.BAD_REQUEST, "The body is not JSON."),
    "bad_report": (HTTPStatus.BAD_REQUEST, "Not the end of a render."),
    "of_another": (
        HTTPStatus.BAD_REQUEST,
        "The report speaks of what is not the token's attempt.",
    ),
    "unauthorized": (HTTPStatus.UNAUTHORIZED, "The token is not for this."),
    "no_such_job": (HTTPStatus.NOT_FOUND, "There is no such render."),
    "slow_body": (HTTPStatus.REQUEST_TIMEOUT, "The body took too long."),
    "too_large": (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "A body is at most 65536 bytes, and not compressed.",
    ),
    "unavailable": (HTTPStatus.SERVICE_UNAVAILABLE, api_texts.ERRORS["unavailable"]),
}
REPORTS: tuple[Operation, ...] = (
    Operation(
        name="reportEnd",
        method="POST",
        path=WEBHOOK_PATH,
        about="How a render elsewhere ended. A repeated or a late report is taken and changes"
        " nothing.",
        body="Ending",
        answer="Outcome",
        only=tuple(REFUSALS),
        credential=Credential.ATTEMPT,
    ),
    Operation(
        name="reportProgress",
        method="PATCH",
        path=PROGRESS_PATH,
        about="How far a render elsewhere is.",
        body="Progress",
        answer="Outcome",
        only=tuple(REFUSALS),
        credential=Credential.ATTEMPT,
    ),
)
BODIES: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "reportEnd": {
        "complete": {
            "jobId": JOB,
            "attempt": 1,
            "status": "complete",
            "result": {
                "videoKey": f"renders/{JOB}/a1/output.mp4",
                "inline_key": f"renders/{JOB}/a1/output.mp4",
                "thumbnail_key": f"renders/{JOB}/a1/thumbnail.jpg",
                "width": 1080,
                "height": 1920,
                "frames": 450,
                "duration_s": 15.0,
                "size_bytes": 1_843_200,
                "inline_width": 1080,
                "inline_height": 1920,
                "inline_bytes": 1_843_200,
            },
        },
        "failed": {
            "jobId": JOB,
            "attempt": 1,
            "status": "failed",
            "error": {"code": "render_failed", "detail": "no frames"},
        },
    },
    "reportProgress": {"drawing": {"attempt": 1, "progress": 60, "stage": "drawing"}},
}
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "reportEnd": {"outcome": "recorded"},
    "reportProgress": {"outcome": "recorded"},
}
PARAMETERS: Mapping[str, Mapping[str, Any]] = {"reportProgress": {"job": JOB}}


def told(operation: Operation, code: str) -> tuple[HTTPStatus, str]:
    """The status and the words of a refusal."""
    status, message = REFUSALS[code]
    if (operation.name, code) == ("reportProgress", "bad_report"):
        return status, "Not the progress of a render."
    return status, message
