"""A whole bot at work, and somebody who does the worker's part at once."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.app import run_bot
from bot.pace import Spacing
from conversations.checkup import Examine, nothing_to_see
from jobs.model import PHOTO, Asset, Job, JobKind, Json, Stage
from jobs.opening import Store
from jobs.payloads import (
    FILL_PERCENTS,
    Cover,
    EditWork,
    Glimpse,
    Part,
    Picture,
    Prepared,
    Preview,
    Rendered,
    asset_to_json,
    part_of,
)
from phone.server import Phone
from settings import Settings
from storage import keys
from storage.adapter import StorageAdapter
from tests.bot.media import film, image, put, sound
from tests.planted import SIGNING_SECRET

DIGEST = "0011223344556677"
DURATION_S = 12.0
# So that tests need not wait; how long a bot really waits is a test of its own.
QUICK = Spacing(
    progress_s=0.05,
    group_progress_s=0.05,
    answer_s=0.02,
    send_s=0.02,
    overall_per_s=1000.0,
    group_per_min=10_000,
)
SECRET = SIGNING_SECRET


def settings_for(phone: Phone, folder: Path, **changes: object) -> Settings:
    """A bot that polls the phone and has a server of its own on a free port."""
    settings = Settings(
        telegram_bot_token=phone.token,
        telegram_api_url=phone.url,
        data_dir=folder,
        signing_secret=SECRET,
        public_url="http://reel.example",
        port=0,
    )
    return dataclasses.replace(settings, **changes)  # type: ignore[arg-type]


@asynccontextmanager
async def living(
    settings: Settings,
    store: Store,
    storage: StorageAdapter,
    *,
    spacing: Spacing = QUICK,
    examine: Examine = nothing_to_see,
) -> AsyncIterator[list[str]]:
    """The bot runs during the block; gives the lines it announced so far."""
    stopping = asyncio.Event()
    announced: list[str] = []
    async with asyncio.TaskGroup() as group:
        running = group.create_task(
            run_bot(
                settings,
                store,
                storage,
                stopping,
                announce=announced.append,
                spacing=spacing,
                examine=examine,
            )
        )
        try:
            yield announced
        finally:
            stopping.set()
            async with asyncio.timeout(5.0):
                await asyncio.wait([running])


class Hands:
    """Does what a worker would have done, without any media work."""

    def __init__(self, store: Store, storage: StorageAdapter) -> None:
        self._store = store
        self._storage = storage

    async def claim(self, kind: JobKind, timeout_s: float = 10.0) -> Job:
        """The next job of that kind, as soon as there is one."""
        async with asyncio.timeout(timeout_s):
            while True:
                job = await self._store.jobs.claim_next_pending("hands", [kind], 60.0)
                if job is not None:
                    return job
                await asyncio.sleep(0.01)

    async def tell(self, job: Job, stage: Stage, progress: int) -> None:
        assert await self._store.jobs.beat(job, stage=stage, progress=progress, lease_s=60.0)

    async def finish(self, job: Job) -> None:
        """Complete the job with files that are really there."""
        result = await self.result(job)
        await self._store.jobs.complete(job.id, job.attempt, result)

    async def do(self, *kinds: JobKind) -> list[Job]:
        """Claim and finish one job of each of these kinds, one after the other."""
        done = []
        for kind in kinds:
            job = await self.claim(kind)
            await self.finish(job)
            done.append(job)
        return done

    async def result(self, job: Job) -> Json:
        """What the job comes to; the files are really there."""
        match job.kind:
            case JobKind.INGEST if job.input.get("media") == PHOTO:
                key = keys.cover(keys.asset_id(job.id, job.attempt))
                await put(self._storage, key, image("JPEG"))
                return Cover(key=key).to_json()
            case JobKind.INGEST:
                return await self._asset(job)
            case JobKind.LOOK:
                asset = keys.asset_id(str(job.input["ingest_job"]), 1)
                digest = f"{abs(hash(job.id)):016x}"[:16]
                await put(self._storage, keys.card(asset, digest), image("PNG"))
                fills = await self._fills(asset, digest) if job.input["fills"] else ()
                key = keys.card(asset, digest)
                return Picture(key=key, digest=digest, fills=fills).to_json()
            case JobKind.PREVIEW:
                return await self._preview(job)
            case JobKind.SAVE:
                asset = keys.asset_id(EditWork.from_json(job.input).ingest_job, 1)
                return Prepared(
                    key=keys.prepared(asset, DIGEST, "wav"),
                    duration_s=DURATION_S,
                    size_bytes=1000,
                    loudness_lufs=-14.0,
                    true_peak_db=-1.0,
                ).to_json()
            case JobKind.RENDER:
                return await self._video(job)

    async def _fills(self, asset: str, digest: str) -> tuple[str, ...]:
        made = tuple(keys.fill(asset, digest, percent) for percent in FILL_PERCENTS)
        for percent, key in zip(FILL_PERCENTS, made, strict=True):
            await put(self._storage, key, image("PNG", f"hsl({percent}, 80%, 50%)"))
        return made

    async def _preview(self, job: Job) -> Json:
        asset, part = keys.asset_id(str(job.input["ingest_job"]), 1), part_of(job.input)
        if part is Part.GLIMPSE:
            key, picture = (keys.glimpse(asset, DIGEST, kind) for kind in ("mp4", "jpg"))
            await put(self._storage, key, film())
            await put(self._storage, picture, image("JPEG"))
            return Glimpse(
                key=key, thumbnail_key=picture, width=108, height=192,
                duration_s=1.0, size_bytes=len(film()),
            ).to_json()  # fmt: skip
        key, voice = keys.preview(asset, DIGEST), ""
        await put(self._storage, key, sound())
        if part is not Part.ALL:
            voice = keys.excerpt(asset, part, DIGEST, "ogg")
            await put(self._storage, voice, sound(".ogg"))
        heard = Preview(key=key, duration_s=1.0, size_bytes=len(sound()), voice_key=voice)
        return heard.to_json()

    async def _asset(self, job: Job) -> Json:
        asset = keys.asset_id(job.id, job.attempt)
        peaks = f'{{"rate_hz": 100, "peaks": {[100] * round(DURATION_S * 100)}}}'
        await put(self._storage, keys.peaks(asset), peaks.encode())
        return asset_to_json(
            Asset(
                id=asset,
                digest=DIGEST,
                original_key=keys.original(asset, "ogg"),
                peaks_key=keys.peaks(asset),
                size_bytes=1000,
                duration_s=DURATION_S,
                codec="opus",
                rate_hz=48_000,
                channels=1,
                has_video=False,
                loudness_lufs=-20.0,
                true_peak_db=-3.0,
                sound_start_s=1.0,
                sound_end_s=11.0,
                pauses=(),
                character="speech",
                title="Monday thoughts",
            )
        )

    async def _video(self, job: Job) -> Json:
        video = keys.video(job.id, job.attempt)
        thumbnail = keys.thumbnail(job.id, job.attempt)
        await put(self._storage, video, film())
        await put(self._storage, thumbnail, image("JPEG"))
        return Rendered(
            video_key=video,
            inline_key=video,
            thumbnail_key=thumbnail,
            width=108,
            height=192,
            frames=10,
            duration_s=1.0,
            size_bytes=len(film()),
            inline_width=108,
            inline_height=192,
            inline_bytes=len(film()),
        ).to_json()


def claim_parameter(announced: Sequence[str]) -> str:
    """What the announced link makes the owner's phone send."""
    return next(line.split("start=")[1].split()[0] for line in announced if "start=" in line)
