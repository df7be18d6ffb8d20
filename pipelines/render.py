"""The video: the renderer makes it here, we store it and a copy that fits into a chat."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path

from jobs.errors import RenderFailed, SourceGone
from jobs.model import Asset, Job, JobStatus, Json, Stage
from jobs.payloads import Prepared, Rendered, RenderWork
from jobs.store import JobStore
from modal_render import contract
from pipelines.bench import Bench
from pipelines.child import ChildRef
from pipelines.inline import INLINE_BYTES, Inline, make_inline
from pipelines.renderer import draw, seed
from storage import keys

log = logging.getLogger(__name__)

_LEAST_WALL_S = 600.0
_WALL_PER_S = 6.0
_STARTED, _DRAWN, _COPIED = 3, 90, 97  # percent of the job


async def render(bench: Bench, store: JobStore, job: Job, child_ref: ChildRef) -> Json:
    """A Rendered. Raises RenderFailed, TookTooLong, SourceGone."""
    work = RenderWork.from_json(job.input)
    asset = await bench.recording(store, work.ingest_job)
    prepared = await _prepared(store, work.save_job)
    async with bench.scratch(job) as folder:
        child_ref.say(Stage.FETCHING, 1)
        request = await _request(bench, work, asset, prepared, folder)
        wall_s = max(_LEAST_WALL_S, _WALL_PER_S * prepared.duration_s)
        report = await draw(
            "render",
            request,
            folder=folder,
            child_ref=child_ref,
            wall_s=wall_s,
            percent=(_STARTED, _DRAWN),
            threads=request.threads,
        )
        if report is None or report.frames < 1:
            raise RenderFailed("no report")
        if report.fallbacks:
            log.warning("job %s: %d segments fell back to whole frames", job.id, report.fallbacks)
        video = _Video(report, Path(request.video), Path(request.thumbnail))
        return await _store(bench, job, video, wall_s, child_ref)


@dataclass(frozen=True, slots=True)
class _Video:
    report: contract.RenderReport
    path: Path
    thumbnail: Path


async def _prepared(store: JobStore, save_job: str) -> Prepared:
    job = await store.get(save_job)
    if job is None or job.status is not JobStatus.COMPLETE:
        raise SourceGone(save_job)
    return Prepared.from_json(job.result)


async def _request(
    bench: Bench, work: RenderWork, asset: Asset, prepared: Prepared, folder: Path
) -> contract.RenderRequest:
    edit = work.edit
    extension = prepared.key.rpartition(".")[2]
    audio = await bench.bring(prepared.key, folder / f"prepared.{extension}")
    cover = ""
    if edit.cover_key:
        cover = str(await bench.bring(edit.cover_key, folder / "cover.jpg"))
    width, height = contract.SIZES[edit.shape.value]
    scene = contract.Scene(
        look=edit.look,
        width=width,
        height=height,
        title=edit.title,
        subtitle=edit.subtitle,
        cover=cover,
        brand=edit.brand,
        response=edit.response or asset.character,
        seed=seed(asset),
    )
    return contract.RenderRequest(
        audio=str(audio),
        video=str(folder / "output.mp4"),
        thumbnail=str(folder / "thumbnail.jpg"),
        scene=scene,
        threads=bench.settings.render_threads or len(os.sched_getaffinity(0)),
        path=bench.settings.render_path.value,
    )


async def _store(bench: Bench, job: Job, video: _Video, wall_s: float, child_ref: ChildRef) -> Json:
    report, put = video.report, bench.storage.put_file
    key = keys.video(job.id, job.attempt)
    thumbnail_key = keys.thumbnail(job.id, job.attempt)
    inline_key = key
    inline = Inline(video.path, report.width, report.height, report.size_bytes)
    if report.size_bytes > INLINE_BYTES:
        inline_key = keys.inline_video(job.id, job.attempt)
        inline = await make_inline(
            video.path, report, wall_s=wall_s, child_ref=child_ref, percent=(_DRAWN, _COPIED)
        )
        await put(inline_key, inline.path)
    child_ref.say(Stage.STORING, _COPIED)
    await put(thumbnail_key, video.thumbnail)
    await put(key, video.path)
    return Rendered(
        video_key=key,
        inline_key=inline_key,
        thumbnail_key=thumbnail_key,
        width=report.width,
        height=report.height,
        frames=report.frames,
        duration_s=report.duration_s,
        size_bytes=report.size_bytes,
        inline_width=inline.width,
        inline_height=inline.height,
        inline_bytes=inline.size_bytes,
    ).to_json()
