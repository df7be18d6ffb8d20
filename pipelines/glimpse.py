"""Five seconds of a video that is not made yet: small, quick, and of the loudest part."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from pathlib import Path

from jobs.errors import RenderFailed
from jobs.kept import kept_clips
from jobs.model import Asset, Edit, Job, Stage
from jobs.payloads import Glimpse, GlimpseWork
from jobs.recipe import Clip
from jobs.store import JobStore
from modal_render import contract
from pipelines.bench import Bench
from pipelines.brief import SMALL_SIZES, scene_of
from pipelines.child import ChildRef
from pipelines.editing import WAV, Order, duration_s
from pipelines.excerpt import edited, excerpt, loudest_clips
from pipelines.renderer import draw
from storage import keys

WALL_S = 60.0
_DRAWING_VERSION = "1"  # raised when glimpses come to look different
_DRAWN_FROM, _DRAWN_TO = 45, 95  # percent of the job

Clips = tuple[Clip, ...]


async def glimpse(
    bench: Bench, store: JobStore, work: GlimpseWork, job: Job, child_ref: ChildRef
) -> Glimpse:
    """What the work asks for; nothing is done when it was made before. Raises SourceGone,
    EditFailed, RenderFailed, TookTooLong."""
    asset, edit = await bench.recording(store, work.ingest_job), work.edit
    async with bench.scratch(job) as folder:
        kept = kept_clips(edit.recipe, {asset.digest: asset})
        clips = await loudest_clips(bench, asset, kept, folder)
        digest = _digest(edit, asset, clips)
        key, picture_key = (keys.glimpse(asset.id, digest, kind) for kind in ("mp4", "jpg"))
        found = await bench.stored(key)
        if found is None:
            video, thumbnail = await _made(bench, edit, asset, clips, folder, child_ref)
            child_ref.say(Stage.STORING, _DRAWN_TO)
            await bench.storage.put_file(picture_key, thumbnail)
            found = await bench.storage.put_file(key, video)
    width, height = SMALL_SIZES[edit.shape]
    return Glimpse(
        key=key,
        thumbnail_key=picture_key,
        width=width,
        height=height,
        duration_s=duration_s(clips),
        size_bytes=found.size_bytes,
    )


async def _made(
    bench: Bench, edit: Edit, asset: Asset, clips: Clips, folder: Path, child_ref: ChildRef
) -> tuple[Path, Path]:
    """The video and its thumbnail."""
    order = Order(asset=asset, recipe=edit.recipe, format=WAV)
    sound = await edited(await excerpt(bench, order, clips, folder, child_ref), folder, child_ref)
    cover = await bench.cover(edit.cover_key, folder)
    threads = bench.settings.render_threads or len(os.sched_getaffinity(0))
    video, thumbnail = folder / "glimpse.mp4", folder / "glimpse.jpg"
    request = contract.RenderRequest(
        audio=str(sound),
        video=str(video),
        thumbnail=str(thumbnail),
        scene=scene_of(edit, asset, cover, SMALL_SIZES[edit.shape]),
        threads=threads,
        path=bench.settings.render_path.value,
    )
    report = await draw(
        "render", request, folder=folder, child_ref=child_ref, wall_s=WALL_S,
        percent=(_DRAWN_FROM, _DRAWN_TO), threads=threads,
    )  # fmt: skip
    if report is None or report.frames < 1:
        raise RenderFailed("no report")
    return video, thumbnail


def _digest(edit: Edit, asset: Asset, clips: Clips) -> str:
    """Of all that shows or is heard in it."""
    scene = scene_of(edit, asset, edit.cover_key, SMALL_SIZES[edit.shape])
    shown = {
        "scene": dataclasses.asdict(scene),
        "clips": [dataclasses.asdict(clip) for clip in clips],
        "clean": edit.recipe.clean,
        "level": edit.recipe.level_lufs,
        "version": _DRAWING_VERSION,
    }
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]
