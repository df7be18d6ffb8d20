"""What things are called, in a word or a few; whole sentences are in texts.py."""

from __future__ import annotations

from collections.abc import Mapping

from jobs.model import Edge, Role, Shape
from jobs.recipe import Clean, TrimSilence
from modal_render.contract import LOOKS

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
    TrimSilence.EDGES: "cut at the ends",
    TrimSilence.LONG_PAUSES: "long pauses cut",
}
_ROLES: Mapping[Role, str] = {
    Role.STRANGER: "never asked",
    Role.ASKING: "asks to be let in",
    Role.GUEST: "may use this bot",
    Role.REFUSED: "stays out",
    Role.OWNER: "the owner",
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


def sound_in_short(cleaning: Clean, is_level: bool, trimming: TrimSilence) -> str:
    """Sound cleaned, even volume, long pauses cut: what the card says of the sound."""
    told = {Clean.OFF: [], Clean.SOFT: ["sound cleaned"], Clean.STRONG: ["sound cleaned strongly"]}
    parts = [*told[cleaning], *(["even volume"] if is_level else [])]
    if trimming is not TrimSilence.OFF:
        parts.append("silence cut" if trimming is TrimSilence.EDGES else "pauses cut")
    return " · ".join(parts) or "sound as recorded"


def look(which: str) -> str:
    """The look as its button calls it."""
    return LOOKS.get(which, which.capitalize())


def edge(which: Edge) -> str:
    return _EDGES[which]


def role(which: Role) -> str:
    return _ROLES[which]


def level(is_even: bool) -> str:
    return "on" if is_even else "off"
