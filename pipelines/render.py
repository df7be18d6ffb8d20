"""The video: the renderer makes it here, we store it and a copy that fits into a chat."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from jobs.errors import RenderFailed
from jobs.model import Job, Json, Stage
from jobs.payloads import Rendered
from jobs.store import JobStore
from modal_render import contract
from pipelines.bench import Bench
from pipelines.brief import INLINE_BYTES, Brief, brief_of
from pipelines.child import ChildRef
from pipelines.renderer import draw
from storage import keys

log = logging.getLogger(__name__)

_STARTED, _MADE = 3, 97  # percent of the job


async def render(bench: Bench, store: JobStore, job: Job, child_ref: ChildRef) -> Json:
    """A Rendered. Raises RenderFailed, TookTooLong, SourceGone."""
    brief = await brief_of(bench, store, job)
    async with bench.scratch(job) as folder:
        child_ref.say(Stage.FETCHING, 1)
        request = await _request(bench, brief, folder)
        report = await draw(
            "render",
            request,
            folder=folder,
            child_ref=child_ref,
            wall_s=brief.limit_s,
            quiet_s=bench.quiet_s,
            percent=(_STARTED, _MADE),
            threads=request.threads,
        )
        if report is None or report.frames < 1:
            raise RenderFailed("no report")
        if report.fallbacks:
            log.warning("job %s: %d segments fell back to whole frames", job.id, report.fallbacks)
        child_ref.say(Stage.STORING, _MADE)
        return await _store(bench, job, request, report)


async def _request(bench: Bench, brief: Brief, folder: Path) -> contract.RenderRequest:
    key = brief.prepared.key
    extension = key.rpartition(".")[2]
    audio = await bench.bring(key, folder / f"prepared.{extension}")
    cover = await bench.cover(brief.work.edit.cover_key, folder)
    return contract.RenderRequest(
        audio=str(audio),
        video=str(folder / "output.mp4"),
        thumbnail=str(folder / "thumbnail.jpg"),
        poster=str(folder / "poster.jpg"),
        scene=brief.scene(cover),
        threads=bench.settings.render_threads or len(os.sched_getaffinity(0)),
        path=bench.settings.render_path.value,
        inline=str(folder / "inline.mp4"),
        inline_limit_bytes=INLINE_BYTES,
    )


async def _store(
    bench: Bench, job: Job, request: contract.RenderRequest, report: contract.RenderReport
) -> Json:
    put, key = bench.storage.put_file, keys.video(job.id, job.attempt)
    inline_key, thumbnail_key = key, keys.thumbnail(job.id, job.attempt)
    poster_key = keys.poster(job.id, job.attempt)
    if report.has_copy:
        inline_key = keys.inline_video(job.id, job.attempt)
        await put(inline_key, Path(request.inline))
    await put(thumbnail_key, Path(request.thumbnail))
    await put(poster_key, Path(request.poster))
    await put(key, Path(request.video))
    return Rendered(
        video_key=key,
        inline_key=inline_key,
        thumbnail_key=thumbnail_key,
        width=report.width,
        height=report.height,
        frames=report.frames,
        duration_s=report.duration_s,
        size_bytes=report.size_bytes,
        inline_width=report.inline_width,
        inline_height=report.inline_height,
        inline_bytes=report.inline_bytes,
        poster_key=poster_key,
    ).to_json()
