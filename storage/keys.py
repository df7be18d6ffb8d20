"""Every storage key there is. Nothing else spells one."""

from __future__ import annotations

import re
from dataclasses import dataclass

UPLOADS = "uploads/"  # what all keys of uploads begin with
PORTRAITS = "portraits/"  # and of profile photos

_ID = r"[0-9a-z][0-9a-z-]{0,63}"
_DIGEST = r"[0-9a-f]{16}"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"assets/{_ID}/original\.[a-z0-9]{{1,5}}",
        rf"assets/{_ID}/(metadata|peaks)\.json",
        rf"assets/{_ID}/cover\.jpg",
        rf"assets/{_ID}/preview_{_DIGEST}\.mp3",
        rf"assets/{_ID}/(edges|compare)_{_DIGEST}\.(mp3|ogg)",
        rf"assets/{_ID}/glimpse_{_DIGEST}\.(mp4|jpg)",
        rf"assets/{_ID}/prepared_{_DIGEST}\.(wav|m4a)",
        rf"assets/{_ID}/card_{_DIGEST}\.png",
        rf"assets/{_ID}/fill_{_DIGEST}_[0-9]{{1,3}}\.png",
        rf"assets/{_ID}/sheet_{_DIGEST}\.jpg",
        rf"renders/{_ID}/a[0-9]{{1,9}}/(output|inline)\.mp4",
        rf"renders/{_ID}/a[0-9]{{1,9}}/(thumbnail|poster)\.jpg",
        rf"renders/{_ID}/a[0-9]{{1,9}}/(levels\.npy|part_[0-9]{{1,9}}\.bin)",
        rf"{UPLOADS}{_ID}/[a-z0-9]{{1,16}}\.[a-z0-9]{{1,5}}",
        rf"{PORTRAITS}[0-9]{{1,19}}\.jpg",
    )
)
_PREFIX = re.compile(r"([0-9a-z][0-9a-z._-]*/)*([0-9a-z][0-9a-z._-]*)?")
_WRITERS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<prefix>assets/(?P<job>[^/]+)-(?P<attempt>[0-9]{1,9})/).*",
        r"(?P<prefix>renders/(?P<job>[^/]+)/a(?P<attempt>[0-9]{1,9})/).*",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """The attempt at a job that an object belongs to; `prefix` holds all that is that attempt's."""

    job: str
    attempt: int
    prefix: str


def is_key(text: str) -> bool:
    """Whether `text` is a key that this file could have made."""
    return any(pattern.fullmatch(text) for pattern in _PATTERNS)


def is_prefix(text: str) -> bool:
    """Whether keys may begin with `text`; the empty text begins all of them."""
    return _PREFIX.fullmatch(text) is not None


def writer(key: str) -> Writer | None:
    """Whose the object is; None for uploads and profile photos, which are no job's."""
    for pattern in _WRITERS:
        if found := pattern.fullmatch(key):
            return Writer(job=found["job"], attempt=int(found["attempt"]), prefix=found["prefix"])
    return None


def asset_id(job_id: str, attempt: int) -> str:
    """The asset an attempt at an ingest job makes; a later attempt makes another."""
    return f"{job_id}-{attempt}"


def asset_prefix(asset: str) -> str:
    return f"assets/{asset}/"


def original(asset: str, extension: str) -> str:
    return f"assets/{asset}/original.{extension}"


def metadata(asset: str) -> str:
    return f"assets/{asset}/metadata.json"


def peaks(asset: str) -> str:
    return f"assets/{asset}/peaks.json"


def cover(asset: str) -> str:
    return f"assets/{asset}/cover.jpg"


def preview(asset: str, digest: str) -> str:
    return f"assets/{asset}/preview_{digest}.mp3"


def glimpse(asset: str, digest: str, extension: str) -> str:
    """Five seconds of a video that is not made yet, or their thumbnail."""
    return f"assets/{asset}/glimpse_{digest}.{extension}"


def excerpt(asset: str, part: str, digest: str, extension: str) -> str:
    """Seconds of an edit to listen to; `part` says which."""
    return f"assets/{asset}/{part}_{digest}.{extension}"


def prepared(asset: str, digest: str, extension: str) -> str:
    return f"assets/{asset}/prepared_{digest}.{extension}"


def prepared_prefix(asset: str) -> str:
    """How the keys of all that was prepared from an asset begin."""
    return f"assets/{asset}/prepared_"


def card(asset: str, digest: str) -> str:
    return f"assets/{asset}/card_{digest}.png"


def fill(asset: str, digest: str, percent: int) -> str:
    """The card of a video that is made to that percentage."""
    return f"assets/{asset}/fill_{digest}_{percent}.png"


def sheet(asset: str, digest: str) -> str:
    """A page of looks to choose from."""
    return f"assets/{asset}/sheet_{digest}.jpg"


def render_prefix(job: str) -> str:
    return f"renders/{job}/"


def video(job: str, attempt: int) -> str:
    return f"renders/{job}/a{attempt}/output.mp4"


def inline_video(job: str, attempt: int) -> str:
    """The copy of at most 48 MB that fits into a chat."""
    return f"renders/{job}/a{attempt}/inline.mp4"


def thumbnail(job: str, attempt: int) -> str:
    return f"renders/{job}/a{attempt}/thumbnail.jpg"


def poster(job: str, attempt: int) -> str:
    """The thumbnail's frame as a page shows it."""
    return f"renders/{job}/a{attempt}/poster.jpg"


def render_levels(job: str, attempt: int) -> str:
    """The sound as a renderer that shares its work sees it."""
    return f"renders/{job}/a{attempt}/levels.npy"


def render_part(job: str, attempt: int, first: int | str = "{first}") -> str:
    """Encoded frames from `first` on; without it a pattern for whoever knows the numbers."""
    return f"renders/{job}/a{attempt}/part_{first}.bin"


def portrait(person_id: int) -> str:
    """The profile photo of a person, for the day it was asked for."""
    return f"{PORTRAITS}{person_id}.jpg"


def upload_prefix() -> str:
    return "uploads/"


def upload(token: str, name: str, extension: str) -> str:
    """Something a person brought that belongs to no job yet."""
    return f"{UPLOADS}{token}/{name}.{extension}"
