"""Brings a recording here, wherever a person said it is."""

from __future__ import annotations

import asyncio
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from jobs.errors import (
    LinkNotMedia,
    NotMedia,
    SourceEmpty,
    SourceGone,
    SourceTooLarge,
    SourceTooLong,
)
from jobs.model import Source, SourceKind, Stage
from pipelines.bench import Bench
from pipelines.child import ChildRef
from pipelines.link import Download, Limits, fetch_link
from pipelines.telegram import fetch_profile_photo, fetch_telegram
from pipelines.youtube import fetch_youtube
from storage import uploads
from storage.adapter import CHUNK_BYTES, ObjectMissing, ObjectTooLarge

LONGEST_S = 6 * 3600.0  # of what a part may be taken
SAMPLE = Path(__file__).parent / "samples" / "speech.ogg"
_UNKNOWN_BYTES = 10_000_000  # how large a download of unknown size is taken to be


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A recording on our disk, and what the place it came from calls it.

    `listed` is how many the list has that it is one of, 0 for none; `thumbnail` is the address of
    its page's picture.
    """

    path: Path
    title: str = ""
    artist: str = ""
    listed: int = 0
    thumbnail: str = ""


async def fetch(
    bench: Bench, source: Source, folder: Path, child_ref: ChildRef, percent: tuple[float, float]
) -> Fetched:
    """Bring the source into `folder`. Raises JobError saying why not."""
    settings = bench.settings
    max_s = LONGEST_S if source.length_s else settings.max_audio_s
    _check_claims(source, settings.max_source_bytes, max_s)
    first, last = percent

    def on_bytes(so_far: int, of: int) -> None:
        share = min(1.0, so_far / (of or max(source.size_bytes, _UNKNOWN_BYTES)))
        child_ref.say(Stage.FETCHING, first + share * (last - first))

    child_ref.say(Stage.FETCHING, first)
    download = Download(
        path=folder / "source",
        limits=Limits(max_bytes=settings.max_source_bytes),
        on_bytes=on_bytes,
        claimed_bytes=source.size_bytes,
    )
    fetched = Fetched(path=download.path)
    if source.kind is SourceKind.TELEGRAM:
        await fetch_telegram(settings, source.file_id, download)
    elif source.kind is SourceKind.PROFILE:
        await fetch_profile_photo(settings, source.file_id, download)
    elif source.kind is SourceKind.UPLOAD:
        await _take_upload(bench, source, download)
    elif source.kind is SourceKind.LINK:
        await fetch_link(source.url, download, allow=bench.allow)
    elif source.kind is SourceKind.YOUTUBE:
        page = await fetch_youtube(
            source.url,
            download,
            max_s=max_s,
            child_ref=child_ref,
            allow=bench.allow,
            command=bench.youtube,
            item=source.item,
        )
        fetched = Fetched(
            path=download.path,
            title=page.title,
            artist=page.artist,
            listed=page.listed,
            thumbnail=page.thumbnail,
        )
    else:
        await asyncio.to_thread(_copy, _on_this_machine(source), download)
    if await asyncio.to_thread(_size_bytes, fetched.path) == 0:
        raise SourceEmpty()
    return fetched


def is_link(source: Source) -> bool:
    return source.kind in (SourceKind.LINK, SourceKind.YOUTUBE)


def not_media(source: Source) -> NotMedia | LinkNotMedia:
    """What to say of a file that is no recording, depending on how it was sent."""
    return LinkNotMedia() if is_link(source) else NotMedia()


def _check_claims(source: Source, max_bytes: int, max_s: float) -> None:
    """Refuse by what the sender claims before anything is fetched."""
    if source.size_bytes > max_bytes:
        raise SourceTooLarge(size_bytes=source.size_bytes, limit_bytes=max_bytes)
    if source.duration_s > max_s + 1:
        raise SourceTooLong(duration_s=source.duration_s, limit_s=max_s)


async def _take_upload(bench: Bench, source: Source, download: Download) -> None:
    """The object as it was when it was handed in; its link may have been used again since."""
    limit_bytes = download.limits.max_bytes
    try:
        found = await uploads.accepted(bench.storage, source.key, max_bytes=limit_bytes)
    except ObjectTooLarge:
        raise SourceTooLarge(limit_bytes=limit_bytes) from None
    except ObjectMissing:
        raise SourceGone(source.key) from None
    if found.etag == source.etag:
        await bench.bring(source.key, download.path)
    if await asyncio.to_thread(_size_bytes, download.path) != found.size_bytes:
        raise SourceGone("replaced")


def _on_this_machine(source: Source) -> Path:
    return SAMPLE if source.kind is SourceKind.SAMPLE else Path(source.url or source.name)


def _copy(source: Path, download: Download) -> None:
    """Copy a file of this machine. Raises SourceGone when it cannot be read."""
    with _opened(source) as file, download.path.open("wb") as copy:
        size_bytes, limit_bytes = os.fstat(file.fileno()).st_size, download.limits.max_bytes
        # It may grow meanwhile, and what lies below /proc does not say how large it is.
        while size_bytes <= limit_bytes and (chunk := _chunk(file)):
            copy.write(chunk)
            size_bytes = max(size_bytes, copy.tell())
    if size_bytes > limit_bytes:
        raise SourceTooLarge(size_bytes=size_bytes, limit_bytes=limit_bytes)


def _opened(path: Path) -> BinaryIO:
    try:
        # Nobody waits for whoever might write into a pipe.
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0)
    except OSError as shut:
        raise SourceGone(str(shut.strerror)) from shut
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise SourceGone("no file")
    return file


def _chunk(file: BinaryIO) -> bytes:
    try:
        return file.read(CHUNK_BYTES) or b""
    except OSError as broken:
        raise SourceGone(str(broken.strerror)) from broken


def _size_bytes(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
