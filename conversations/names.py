"""What things are called, in a word or a few; whole sentences are in texts.py."""

from __future__ import annotations

from collections.abc import Mapping

from jobs.model import Edge, Shape
from jobs.recipe import Clean, TrimSilence
from modal_render.contract import LOOKS, RESPONSES

NOISE = "Noise cleaning"
LEVEL = "Even volume"
SILENCE = "Silence"
LOOK = "Look"
SIZE = "Size"
TITLE = "Title"
MOVES = "Moves like"
COLOR = "Colour"

_MEDIA: Mapping[str, str] = {
    "voice": "voice note",
    "audio": "sound",
    "video": "video",
    "video_note": "video note",
    "document": "file",
    "link": "link",
}
_SHAPES: Mapping[Shape, str] = {
    Shape.VERTICAL: "vertical",
    Shape.SQUARE: "square",
    Shape.WIDE: "wide",
}
_CLEANS: Mapping[Clean, str] = {Clean.OFF: "off", Clean.SOFT: "soft", Clean.STRONG: "strong"}
_SILENCES: Mapping[TrimSilence, str] = {
    TrimSilence.OFF: "kept",
    TrimSilence.EDGES: "ends cut",
    TrimSilence.LONG_PAUSES: "long pauses cut",
}
_EDGES: Mapping[Edge, str] = {Edge.START: "Start", Edge.END: "End"}


def media(kind: str) -> str:
    """What the person sent, in their words."""
    return _MEDIA.get(kind, "recording")


def shape(which: Shape) -> str:
    return _SHAPES[which]


def clean(which: Clean) -> str:
    return _CLEANS[which]


def silence(which: TrimSilence) -> str:
    return _SILENCES[which]


def look(which: str) -> str:
    """The look as its button calls it."""
    return LOOKS.get(which, which.capitalize())


def edge(which: Edge) -> str:
    return _EDGES[which]


def level(is_even: bool) -> str:
    return "on" if is_even else "off"


def response(which: str) -> str:
    """How the picture moves, as its button calls it."""
    return RESPONSES.get(which, which.capitalize())


def color(brand: str) -> str:
    return brand or "chosen for you"


def title(written: str) -> str:
    return written or "none"
