"""The picture a recording is shown with while nobody sent one: its own, its page's, its sender's.

None of them is worth a recording: what cannot be had is passed over.
"""

from __future__ import annotations

import logging
from pathlib import Path

from jobs.errors import JobError
from jobs.model import Source
from jobs.store import JobStore
from pipelines.bench import Bench
from pipelines.child import MIB, ChildRef
from pipelines.fetch import Fetched
from pipelines.link import Download, Limits, fetch_link
from pipelines.media import Heard
from pipelines.picture import opened_picture
from pipelines.telegram import fetch_profile_photo
from storage import keys

log = logging.getLogger(__name__)

ASK_EVERY_S = 24 * 3600.0
# Somebody waits for the card meanwhile.
_LIMITS = Limits(max_bytes=5 * MIB, total_s=10.0, read_s=5.0, patience_s=5.0)


async def stand_in(
    bench: Bench, store: JobStore, source: Source, fetched: Fetched, heard: Heard, ref: ChildRef
) -> Path | None:
    """A JPEG beside the recording, None where there is no picture at all."""
    if heard.cover is not None:
        return heard.cover
    folder = fetched.path.parent
    if fetched.thumbnail and (picture := await _of_page(bench, fetched.thumbnail, folder, ref)):
        return picture
    if source.portrait_of:
        return await _of_sender(bench, store, source.portrait_of, folder, ref)
    return None


async def _of_page(bench: Bench, address: str, folder: Path, ref: ChildRef) -> Path | None:
    cover, download = folder / "thumbnail.jpg", _download(folder / "thumbnail")
    try:
        await fetch_link(address, download, allow=bench.allow, is_picture=True)
        await opened_picture(download.path, cover, ref)
    except JobError as refused:
        log.info("a page's picture is passed over: %s", refused.code)
        return None
    return cover


async def _of_sender(
    bench: Bench, store: JobStore, person_id: int, folder: Path, ref: ChildRef
) -> Path | None:
    """Their profile photo; Telegram is asked once a day, in between it lies in storage."""
    cover, key = folder / "portrait.jpg", keys.portrait(person_id)
    try:
        if not await store.may_ask_for_portrait(person_id, ASK_EVERY_S):
            return await bench.bring(key, cover)
        await bench.storage.delete(key)
        download = _download(folder / "portrait")
        await fetch_profile_photo(bench.settings, str(person_id), download)
        await opened_picture(download.path, cover, ref)
        await bench.storage.put_file(key, cover)
    except JobError as refused:
        log.info("a profile photo is passed over: %s", refused.code)
        return None
    return cover


def _download(path: Path) -> Download:
    return Download(path=path, limits=_LIMITS, on_bytes=lambda *_: None)
