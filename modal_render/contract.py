"""What the renderer takes and gives: requests as JSON files, reports as JSON lines.

Standard library only; of this room, other rooms import this file and dispatch.py alone.

`python -m modal_render render REQUEST.json` writes the video and its pictures, printing
`{"stage": "drawing", "progress": 41.2}` lines and one last `{"report": {...}}`;
`... card`, `... frame` and `... sheet REQUEST.json` write one picture, `... fill` several.
A refusal is one `{"error": {"code": "...", "detail": "..."}}` line and exit status 1.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

FPS = 30
SIZES: Mapping[str, tuple[int, int]] = {"v": (1080, 1920), "s": (1080, 1080), "w": (1920, 1080)}
SMALL_SIZES: Mapping[str, tuple[int, int]] = {
    "v": (720, 1280),
    "s": (720, 720),
    "w": (1280, 720),
}
CARD_SIZE = (1080, 720)
LEFT_OUT = "left out"  # a card's PNG text: letters of its title and subtitle that cannot be drawn
MIN_SIDE, MAX_SIDE = 128, 3840  # pixels
AT_POSTER = -1.0  # in place of a time: where the sound is at its fullest
THUMBNAIL_EDGE = 320  # Telegram's limit for a thumbnail's longer edge, pixels
POSTER_EDGE = 1280  # the longer edge of what a page shows until its video plays, at most
# How a picture moves with its sound: id -> name, in the order shown.
RESPONSES: Mapping[str, str] = {
    "speech": "Voice",
    "meditation": "Calm",
    "music": "Beat",
    "cinematic": "Film",
}
PATHS = ("auto", "whole", "splice")  # how frames are encoded: splice.py says what splicing is
LOOKS: Mapping[str, str] = {  # id -> name, in the order shown
    "pulse": "Pulse",
    "ink": "Ink",
    "tape": "Tape",
    "orbit": "Orbit",
    "paper": "Paper",
    "flame": "Flame",
    "mist": "Mist",
    "void": "Void",
    "solar": "Solar",
    "aurora": "Aurora",
    "neon": "Neon",
}


class BadRequest(ValueError):
    """The request's JSON is not one this renderer understands."""


class RenderFailed(Exception):
    """The request is fine, but its audio cannot be heard or the picture cannot be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the video shows: even sides, at most MAX_SIDE.

    `seed` (not negative) decides every random choice; `cover` is a path or empty. `brand` is a
    colour as "#rrggbb" that the palette is built around, or empty. `response` is one of RESPONSES.
    """

    look: str
    width: int
    height: int
    fps: int = FPS
    title: str = ""
    subtitle: str = ""
    cover: str = ""
    brand: str = ""
    response: str = "speech"
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderRequest:
    """A whole video: absolute paths in and out. `threads` 0 means one per core.

    `path` is one of PATHS: "auto" splices where the look allows it and falls back by itself where
    that cannot be proven right; "splice" fails there. With a `length_s` only that stretch from
    `start_s` on is made, whose frames are the whole video's. A video of more than
    `inline_limit_bytes` (0: no limit) gets a copy of at most so many at `inline`. `poster` is the
    thumbnail's frame, larger, as a JPEG; empty when none is wanted.
    """

    audio: str
    video: str
    thumbnail: str
    scene: Scene
    threads: int = 0
    path: str = "auto"
    start_s: float = 0.0
    length_s: float = 0.0
    inline: str = ""
    inline_limit_bytes: int = 0
    poster: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderReport:
    """What was made; `duration_s` is frames / fps, `poster_s` where the thumbnail was taken.

    The inline copy is the video itself unless `has_copy`.

    `spliced` tells the path that was taken, `fallbacks` how many of its segments were encoded whole
    all the same.
    """

    width: int
    height: int
    frames: int
    duration_s: float
    size_bytes: int
    poster_s: float
    inline_width: int
    inline_height: int
    inline_bytes: int
    has_copy: bool = False
    spliced: bool = False
    fallbacks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRequest:
    """One frame of the scene's video, at `at_s` or AT_POSTER, as a PNG at `picture`."""

    audio: str
    picture: str
    scene: Scene
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRequest:
    """A contact sheet as a JPEG at `picture`: one frame of the scene in each look.

    `looks` are ids of LOOKS, the scene's own is marked as the chosen one; `at_s` or AT_POSTER.
    With a `first_number` they are numbered from it on instead, and none is marked. Letters of its
    words that cannot be drawn are the JPEG's comment, in UTF-8.
    """

    audio: str
    picture: str
    scene: Scene
    looks: tuple[str, ...] = tuple(LOOKS)
    at_s: float = AT_POSTER
    first_number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRequest:
    """The waveform card: the whole recording, what of it is kept, and its progress.

    `peaks` is the path of a peaks file: JSON `{"rate_hz": 100, "peaks": [0-255, ...]}`.
    `kept` are (start_s, end_s) stretches drawn solid, the rest is hatched. `edge` ("s", "e" or "")
    marks the handle being moved. `theme` is "light" or "dark". `look`, `shape`, `subtitle`,
    `brand`, `seed` and `cover` are the scene's, for the small frame at the right.

    `fill` draws the pictures of its progress instead, one for each of `percents`, each written to
    `picture` with the number in place of {percent}. `steps` are the percentages at which the steps
    of the work end.
    """

    peaks: str
    picture: str
    duration_s: float
    kept: tuple[tuple[float, float], ...]
    title: str = ""
    subtitle: str = ""
    edge: str = ""
    look: str = "pulse"
    shape: str = "v"
    theme: str = "dark"
    brand: str = ""
    seed: int = 0
    cover: str = ""
    percents: tuple[int, ...] = ()
    steps: tuple[int, ...] = ()


Request = TypeVar("Request", bound="DataclassInstance")
DrawRequest = RenderRequest | FrameRequest | SheetRequest | CardRequest


def to_json(request: DataclassInstance) -> str:
    """One line of JSON for any dataclass of this file."""
    return json.dumps(dataclasses.asdict(request), sort_keys=True)


def from_json(kind: type[Request], text: str) -> Request:
    """The dataclass that `to_json` wrote. Raises BadRequest."""
    try:
        return _build(kind, json.loads(text))
    except (TypeError, ValueError, KeyError, OverflowError) as wrong:
        raise BadRequest(f"not a {kind.__name__}: {wrong}") from wrong


def _build(kind: type[Request], data: Mapping[str, Any]) -> Request:
    values = dict(data)
    if "scene" in values:
        values["scene"] = _build(Scene, values["scene"])
    if "looks" in values:
        values["looks"] = tuple(str(look) for look in values["looks"])
    for name in ("percents", "steps"):
        if name in values:
            values[name] = tuple(int(percent) for percent in values[name])
    if "kept" in values:
        values["kept"] = tuple((float(start), float(end)) for start, end in values["kept"])
    for field in dataclasses.fields(kind):
        wanted = _PLAIN.get(str(field.type))
        if wanted is not None and field.name in values:
            values[field.name] = _checked(field.name, values[field.name], wanted)
    return kind(**values)


_PLAIN: Mapping[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float)}


def _checked(name: str, value: Any, wanted: tuple[type, ...]) -> Any:
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise TypeError(f"{name} is not {wanted[-1].__name__}")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{name} is not a number")
    return value
