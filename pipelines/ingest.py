"""Brings a recording in: fetch the bytes, listen to them once, keep them."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import json
from pathlib import Path

from jobs.errors import NotMedia
from jobs.model import PHOTO, Asset, Job, Json, Source, Stage
from jobs.payloads import asset_to_json, source_from_json
from jobs.store import JobStore
from pipelines.bench import Bench
from pipelines.child import ChildRef
from pipelines.fetch import Fetched, not_media
from pipelines.joined import bring
from pipelines.media import Heard, listen
from pipelines.part import taken
from pipelines.picture import bring_picture
from pipelines.stand_in import stand_in
from storage import keys

_FETCHED, _HEARD = 60, 90  # percent of the job


async def ingest(bench: Bench, store: JobStore, job: Job, child_ref: ChildRef) -> Json:
    """An Asset, or a Cover of a photo. Raises JobError with the reason it cannot be used."""
    source = source_from_json(job.input)
    if source.media == PHOTO:
        return await bring_picture(bench, job, source, child_ref)
    async with bench.scratch(job) as folder:
        fetched = await bring(bench, source, folder, child_ref, (0, _FETCHED))
        fetched = await _taken(source, fetched, child_ref)
        digest = await asyncio.to_thread(_digest, fetched.path)
        heard = await listen_to(bench, source, fetched, child_ref)
        cover = await stand_in(bench, store, source, fetched, heard, child_ref)
        heard = dataclasses.replace(heard, cover=cover)
        asset_id = keys.asset_id(job.id, job.attempt)
        asset = _asset(asset_id, digest, fetched, heard, source)
        child_ref.say(Stage.STORING, _HEARD)
        await _keep(bench, asset, fetched, heard)
    return asset_to_json(asset)


async def listen_to(bench: Bench, source: Source, fetched: Fetched, child_ref: ChildRef) -> Heard:
    """Whether it is a recording we can use. Raises JobError with the reason it is not."""

    def on_share(share: float) -> None:
        child_ref.say(Stage.LISTENING, _FETCHED + share * (_HEARD - _FETCHED))

    on_share(0)
    try:
        return await listen(
            fetched.path,
            fetched.path.parent,
            child_ref=child_ref,
            max_s=bench.settings.max_audio_s,
            wall_s=bench.probe_s,
            may_be_silent=source.may_be_silent,
            on_share=on_share,
        )
    except NotMedia as other:
        raise not_media(source) from other


async def _taken(source: Source, fetched: Fetched, child_ref: ChildRef) -> Fetched:
    try:
        return await taken(
            fetched,
            source,
            child_ref,
            lambda share: child_ref.say(Stage.LISTENING, _FETCHED * (1 + share) / 2),
        )
    except NotMedia as other:
        raise not_media(source) from other


def _asset(asset_id: str, digest: str, fetched: Fetched, heard: Heard, source: Source) -> Asset:
    facts = heard.facts
    return Asset(
        id=asset_id,
        digest=digest,
        original_key=keys.original(asset_id, facts.extension),
        peaks_key=keys.peaks(asset_id),
        size_bytes=fetched.path.stat().st_size,
        duration_s=facts.duration_s,
        codec=facts.codec,
        rate_hz=facts.rate_hz,
        channels=facts.channels,
        has_video=facts.has_video,
        loudness_lufs=facts.loudness_lufs,
        true_peak_db=facts.true_peak_db,
        sound_start_s=facts.sound_start_s,
        sound_end_s=facts.sound_end_s,
        pauses=facts.pauses,
        character=facts.character,
        title=source.title or fetched.title or facts.title,
        artist=source.performer or fetched.artist or facts.artist,
        cover_key=keys.cover(asset_id) if heard.cover else "",
        listed=fetched.listed,
    )


async def _keep(bench: Bench, asset: Asset, fetched: Fetched, heard: Heard) -> None:
    put = bench.storage.put_file
    if heard.cover is not None:
        await put(asset.cover_key, heard.cover)
    await put(asset.peaks_key, heard.peaks)
    await put(asset.original_key, fetched.path)
    metadata = fetched.path.with_name("metadata.json")
    await asyncio.to_thread(metadata.write_text, json.dumps(dataclasses.asdict(asset)))
    await put(keys.metadata(asset.id), metadata)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
