"""A shop whose files are in a bucket, with a render that waits to be handed on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from jobs.model import Asset, Job, JobKind, Json, NewJob
from jobs.payloads import Prepared, RenderWork, asset_to_json
from jobs.sqlite import SqliteDatabase
from jobs.store import JobStore
from settings import Settings, StorageBackend
from storage import keys
from storage.bucket import Bucket
from storage.presigned import Place
from storage.r2 import R2Storage
from tests import sounds
from tests.pipelines.shop import Shop, edit_of, recipe

BASE = "https://reel.example"


@asynccontextmanager
async def bucket_shop(bucket: Place, folder: Path, **more: Any) -> AsyncIterator[Shop]:
    """Its settings, with `more`, are those of a worker on the same queue and bucket."""
    settings = Settings(
        data_dir=folder / "data",
        public_url=BASE,
        storage_backend=StorageBackend.R2,
        r2_endpoint_url=bucket.endpoint_url,
        r2_bucket=bucket.bucket,
        r2_access_key_id=bucket.access_key_id,
        r2_secret_access_key=bucket.secret_access_key,
        **more,
    )
    settings.data_dir.mkdir()
    storage = R2Storage(bucket, Bucket(bucket))
    database = SqliteDatabase(settings.database_path)
    store = JobStore(database)
    await store.setup()
    yield Shop(settings=settings, storage=storage, store=store)
    await database.close()
    await storage.close()


async def queued(shop: Shop, folder: Path) -> RenderWork:
    """What the render named "render" is to do, of a recording with a cover."""
    asset = _recording()
    sound = sounds.write(folder / "prepared.wav", sounds.tone(1.5))
    cover = folder / "cover.jpg"
    Image.new("RGB", (64, 64), (9, 90, 200)).save(cover)
    prepared = Prepared(
        key=keys.prepared(asset.id, "0" * 16, "wav"),
        duration_s=1.5,
        size_bytes=sound.stat().st_size,
        loudness_lufs=-14.0,
        true_peak_db=-1.0,
    )
    await shop.storage.put_file(prepared.key, sound)
    await shop.storage.put_file(asset.cover_key, cover)
    await _done(shop, JobKind.INGEST, asset_to_json(asset))
    await _done(shop, JobKind.SAVE, prepared.to_json())
    edit = edit_of(recipe(asset, 0.0, 1.5), title="Hello", cover_key=asset.cover_key)
    work = RenderWork(ingest_job="ingest", save_job="save", edit=edit)
    await _create(shop, JobKind.RENDER, work.to_json())
    return work


async def row(shop: Shop) -> Job:
    """The render's."""
    job = await shop.store.get("render")
    assert job is not None
    return job


def _recording() -> Asset:
    return Asset(
        id="ingest-1", digest="0" * 16, original_key="", peaks_key="", size_bytes=1, duration_s=2.0,
        codec="mp3", rate_hz=48_000, channels=1, has_video=False, loudness_lufs=-14.0,
        true_peak_db=-1.0, sound_start_s=0.0, sound_end_s=2.0, pauses=(), character="speech",
        cover_key=keys.cover("ingest-1"),
    )  # fmt: skip


async def _create(shop: Shop, kind: JobKind, work: Json) -> None:
    """A job whose id is its kind."""
    new = NewJob(id=kind.value, kind=kind, project_id="p", owner_id=1, chat_id=1, input=work)
    assert await shop.store.create(new)


async def _done(shop: Shop, kind: JobKind, result: Json) -> None:
    await _create(shop, kind, {})
    job = await shop.store.claim_next_pending("shop", [kind], 60.0)
    assert job is not None
    assert await shop.store.complete(job.id, job.attempt, result)
