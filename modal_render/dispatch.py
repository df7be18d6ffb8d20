"""A render handed to a machine elsewhere: what it is given, what it reports, the token it shows.

Standard library only, like contract.py, and imported by other rooms like it.

Progress is `PATCH {base_url}/api/render/{job}` with `{"attempt", "progress", "stage"}`; the end is
`POST {base_url}/api/webhooks/worker` with an `Ending` as JSON. Both carry
`Authorization: Bearer {job}.{attempt}.{mac}`, so that who may report is known from the header
alone, before a body is read.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from modal_render.contract import BadRequest, Scene, from_json, to_json

WEBHOOK_PATH = "/api/webhooks/worker"
PROGRESS_PATH = "/api/render/{job}"
STARTED, FINISHED = 30, 99  # percent of the job that a render elsewhere reports between
# Links and Telegram's webhook are signed with the same key; none of them must open this door.
_PURPOSE = b"pocketreel render report 1\0"
_TOKEN = re.compile(rb"([0-9a-z][0-9a-z-]{0,63})\.([1-9][0-9]{0,8})\.([0-9a-f]{64})")


class TokenForged(Exception):
    """The token was not made with this key."""


class TryAgain(Exception):
    """A call broke over what may pass when it runs anew; it travels to whoever asks after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One attempt at one render.

    `audio_url` and `cover_url` (or empty) are links that open for an hour; `scene.cover` is empty.
    The outputs are stored under the four keys, the inline copy only when the video is larger than
    `inline_limit_bytes`. What containers that share the work hand each other is kept meanwhile at
    `levels_key` and at `part_key`, in which "{first}" stands for a number. `path` is one of
    contract.PATHS.
    """

    job: str
    attempt: int
    scene: Scene
    audio_url: str
    duration_s: float
    video_key: str
    inline_key: str
    thumbnail_key: str
    poster_key: str
    levels_key: str
    part_key: str
    inline_limit_bytes: int
    base_url: str
    token: str
    cover_url: str = ""
    path: str = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a finished render stored; `inline_key` is `video_key` when the video itself is small.

    `poster_key` is empty where there is none.
    """

    video_key: str
    inline_key: str
    thumbnail_key: str
    width: int
    height: int
    frames: int
    duration_s: float
    size_bytes: int
    inline_width: int
    inline_height: int
    inline_bytes: int
    poster_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an attempt ended: `made` when it is complete, else an error's code and detail."""

    job: str
    attempt: int
    made: Made | None = None
    error_code: str = ""
    error_detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an attempt is: `progress` in percent of the job, `stage` as the renderer says it."""

    attempt: int
    progress: int
    stage: str


def token(key: bytes, job: str, attempt: int) -> str:
    """What whoever renders this attempt shows: `job.attempt.mac`."""
    return f"{job}.{attempt}.{_mac(key, f'{job}.{attempt}'.encode())}"


def read_token(key: bytes, shown: bytes) -> tuple[str, int]:
    """The job and the attempt that a token speaks for. Raises TokenForged, in constant time."""
    found = _TOKEN.fullmatch(shown)
    said, mac = (shown[: found.end(2)], found[3]) if found else (b"", b"")
    # Compared even when there is nothing to compare, and as bytes: text may hold anything.
    if not hmac.compare_digest(_mac(key, said).encode(), mac) or found is None:
        raise TokenForged
    return found[1].decode(), int(found[2])


def ending_to_json(ending: Ending) -> dict[str, Any]:
    """The body of the last report."""
    body: dict[str, Any] = {"jobId": ending.job, "attempt": ending.attempt}
    if ending.made is not None:
        made = dataclasses.asdict(ending.made)
        return {**body, "status": "complete", "result": {"videoKey": made.pop("video_key"), **made}}
    error = {"code": ending.error_code, "detail": ending.error_detail}
    return {**body, "status": "failed", "error": error}


def ending_from_json(data: Mapping[str, Any]) -> Ending:
    """The ending in a body of the last report, every value of its type. Raises BadRequest."""
    try:
        return _READERS[_text(data["status"])](data)
    except (AttributeError, KeyError, TypeError, ValueError) as wrong:
        raise BadRequest(f"not the end of a render: {wrong!r}") from wrong


def progress_to_json(progress: Progress) -> dict[str, Any]:
    """The body of a report on the way."""
    return dataclasses.asdict(progress)


def progress_from_json(data: Mapping[str, Any]) -> Progress:
    """The progress in a body of a report on the way. Raises BadRequest."""
    try:
        return Progress(
            attempt=_count(data["attempt"]),
            progress=min(FINISHED, max(STARTED, int(_length(data["progress"])))),
            stage=_text(data["stage"]),
        )
    except (KeyError, TypeError) as wrong:
        raise BadRequest(f"not the progress of a render: {wrong!r}") from wrong


def assignment_to_json(assignment: Assignment) -> str:
    """One line of JSON."""
    return to_json(assignment)


def assignment_from_json(text: str) -> Assignment:
    """What `assignment_to_json` wrote. Raises BadRequest."""
    return from_json(Assignment, text)


def _mac(key: bytes, said: bytes) -> str:
    return hmac.new(key, _PURPOSE + said, hashlib.sha256).hexdigest()


def _complete(data: Mapping[str, Any]) -> Ending:
    result = dict(data["result"])
    made = _checked(Made, {"video_key": result.pop("videoKey"), **result})
    return Ending(job=_text(data["jobId"]), attempt=_count(data["attempt"]), made=made)


def _failed(data: Mapping[str, Any]) -> Ending:
    code, detail = data["error"]["code"], data["error"].get("detail", "")
    return Ending(
        job=_text(data["jobId"]),
        attempt=_count(data["attempt"]),
        error_code=_text(code),
        error_detail=_text(detail),
    )


_READERS = {"complete": _complete, "failed": _failed}


def _checked(kind: type[Made], data: Mapping[str, Any]) -> Made:
    for field in dataclasses.fields(kind):
        if field.name in data or field.default is dataclasses.MISSING:
            check = {"str": _text, "int": _count, "float": _length}[str(field.type)]
            check(data[field.name])
    return kind(**data)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**53:
        raise TypeError("not a count")
    return value


def _length(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value < 1e9:
        raise TypeError("not a length")
    return float(value)
