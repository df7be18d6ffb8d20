"""What a message shows, in a line short enough to keep: which edit is needed is told by comparing.

The line is kept in the outbox (`Outgoing.shown`), so a restarted bot edits no more than it must.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from conversations.model import View


class Kind(StrEnum):
    """What a message is made of. Media never turns back into text."""

    TEXT = "text"
    PHOTO = "photo"
    VIDEO = "video"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Digests of a message's parts; `media` is empty for a text.

    `left_s` is the time left that its words say, or that was said before them; it is remembered
    and not compared, because it shows in the words.
    """

    kind: Kind
    media: str
    words: str
    keyboard: str
    left_s: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.kind}:{self.media}:{self.words}:{self.keyboard}:{self.left_s}"


def shown_by(view: View) -> Shown:
    """What a new message made from the view shows."""
    kind, media = _media(view)
    keyboard = [[dataclasses.asdict(button) for button in row] for row in view.keyboard]
    return Shown(
        kind=kind,
        media=_digest(media) if media else "",
        words=_digest(view.text),
        keyboard=_digest(keyboard) if keyboard else "",
        left_s=view.left_s,
    )


def shown_after(view: View, before: Shown | None) -> Shown:
    """What the message shows once it was edited into the view.

    A view without media leaves the picture or video in its place and changes the caption.
    """
    after = shown_by(view)
    if after.kind is Kind.TEXT and before is not None and before.kind is not Kind.TEXT:
        return dataclasses.replace(after, kind=before.kind, media=before.media)
    return after


def read_shown(line: str) -> Shown | None:
    """What `str(Shown)` wrote, now or before it told the time left; None for anything else."""
    *parts, left_s = line.split(":") if line.count(":") == 4 else [*line.split(":"), "0"]
    if len(parts) != 4 or parts[0] not in tuple(Kind) or not left_s.isdecimal():
        return None
    kind, media, words, keyboard = parts
    return Shown(kind=Kind(kind), media=media, words=words, keyboard=keyboard, left_s=int(left_s))


def _media(view: View) -> tuple[Kind, object]:
    if view.video is not None:
        return Kind.VIDEO, dataclasses.asdict(view.video)
    if view.audio is not None:
        return Kind.AUDIO, dataclasses.asdict(view.audio)
    if view.picture_key:
        return Kind.PHOTO, view.picture_key
    return Kind.TEXT, None


def _digest(part: Any) -> str:
    return hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()[:16]
