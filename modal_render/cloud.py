"""A render as a container elsewhere does it: link in, objects in the bucket out, and it is told.

How it ended is told twice: to the bot at once, and by what the call gives back to whoever asks
after it. What another try would not change is an ending with a code; only what may pass is raised.
Run twice, it stores the same bytes under the same keys.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from modal_render.bucket import BUCKET_FAILED, Bucket, place_in
from modal_render.contract import BadRequest, RenderFailed, RenderReport, RenderRequest, from_json
from modal_render.dispatch import (
    Assignment,
    Ending,
    Made,
    TryAgain,
    assignment_from_json,
    ending_to_json,
)
from modal_render.fan_out import (
    Said,
    Shared,
    Sharing,
    Starmap,
    Stretch,
    encode_stretch,
    with_cover,
)
from modal_render.fetch import FileMissing, LinkRefused, fetch
from modal_render.progress import Progress, Stage
from modal_render.report import Reporter, Unwanted, report_end
from modal_render.video import render

log = logging.getLogger(__name__)

T = TypeVar("T")
MAX_AUDIO_BYTES = 256 * 1024 * 1024  # ten minutes of stereo as WAV are 115 MB
_STORING = 99.0  # percent of the render
_MAX_DETAIL = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a container has: the bucket, its cores, and others to share a long video with."""

    bucket: Bucket
    threads: int
    sharing: Sharing


def render_call(
    text: str, environment: Mapping[str, str], threads: int, starmap: Starmap
) -> dict[str, Any]:
    """Render the Assignment in `text`; the Ending as JSON. Raises TryAgain for what may pass."""
    return _in_words(partial(_render_call, text, environment, threads, starmap))


def stretch_call(text: str, environment: Mapping[str, str], threads: int) -> Said:
    """Encode the Stretch in `text`; what came of it. Raises TryAgain for what may pass."""

    def encode() -> Said:
        bucket = Bucket(place_in(environment))
        try:
            return encode_stretch(from_json(Stretch, text), bucket, threads)
        finally:
            bucket.close()

    return _in_words(encode)


def render_assignment(assignment: Assignment, site: Site) -> Ending:
    """Render, store and tell the bot; how it ended."""
    with Reporter(assignment) as reporter:
        ending = _ending(assignment, site, reporter)
    if ending is None:
        log.info("job %s: nobody waits for attempt %d", assignment.job, assignment.attempt)
        return _failed(assignment, "internal", "nobody waits for it")
    report_end(assignment, ending)
    return ending


def _render_call(
    text: str, environment: Mapping[str, str], threads: int, starmap: Starmap
) -> dict[str, Any]:
    assignment = assignment_from_json(text)
    bucket = Bucket(place_in(environment))
    site = Site(bucket=bucket, threads=threads, sharing=Sharing(starmap=starmap))
    try:
        return ending_to_json(render_assignment(assignment, site))
    finally:
        bucket.close()


def _in_words(call: Callable[[], T]) -> T:
    """What the call gives; any problem as one that whoever asks after it can read."""
    try:
        return call()
    except TryAgain:
        raise
    except Exception as problem:
        # Raised as it is, a time-out of ours would look like a call that has not ended yet, and
        # others need modules to be read that the one who asks has not.
        log.exception("the call broke")
        raise TryAgain(type(problem).__name__) from None


def _ending(assignment: Assignment, site: Site, reporter: Reporter) -> Ending | None:
    """None when nobody waits for it any more."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            return _made(assignment, site, reporter, Path(folder))
    except Unwanted:
        return None
    except FileMissing:
        return _failed(assignment, "source_gone", "the sound or the cover is gone")
    except LinkRefused as refused:
        # It was signed for an hour; the next attempt brings another.
        return _failed(assignment, "storage_away", f"a link does not open: {refused}")
    except (BadRequest, RenderFailed) as failed:
        return _failed(assignment, "render_failed", str(failed)[:_MAX_DETAIL])


def _made(assignment: Assignment, site: Site, reporter: Reporter, folder: Path) -> Ending:
    progress = Progress(tell=reporter.tell)
    progress.say(Stage.FETCHING, 0)
    request = _request(assignment, site, folder)
    spread = Shared(assignment, site.bucket, site.sharing, site.threads)
    report = render(request, progress, spread)
    if report.fallbacks:
        log.warning(
            "job %s: %d segments fell back to whole frames", assignment.job, report.fallbacks
        )
    progress.say(Stage.STORING, _STORING)
    made = _store(assignment, site.bucket, request, report)
    with suppress(*BUCKET_FAILED):  # what is left there goes with the attempt's other objects
        site.bucket.delete(*spread.leavings)
    return Ending(job=assignment.job, attempt=assignment.attempt, made=made)


def _request(assignment: Assignment, site: Site, folder: Path) -> RenderRequest:
    audio = folder / "audio"
    fetch(assignment.audio_url, audio, MAX_AUDIO_BYTES)
    return RenderRequest(
        audio=str(audio),
        video=str(folder / "output.mp4"),
        thumbnail=str(folder / "thumbnail.jpg"),
        poster=str(folder / "poster.jpg"),
        scene=with_cover(assignment.scene, assignment.cover_url, folder),
        threads=site.threads,
        path=assignment.path,
        inline=str(folder / "inline.mp4"),
        inline_limit_bytes=assignment.inline_limit_bytes,
    )


def _store(
    assignment: Assignment, bucket: Bucket, request: RenderRequest, report: RenderReport
) -> Made:
    """Store what was made, the video last: where it is, everything is."""
    inline_key = assignment.video_key
    if report.has_copy:
        inline_key = assignment.inline_key
        bucket.put_file(inline_key, Path(request.inline))
    bucket.put_file(assignment.thumbnail_key, Path(request.thumbnail))
    bucket.put_file(assignment.poster_key, Path(request.poster))
    bucket.put_file(assignment.video_key, Path(request.video))
    return Made(
        video_key=assignment.video_key,
        inline_key=inline_key,
        thumbnail_key=assignment.thumbnail_key,
        width=report.width,
        height=report.height,
        frames=report.frames,
        duration_s=report.duration_s,
        size_bytes=report.size_bytes,
        inline_width=report.inline_width,
        inline_height=report.inline_height,
        inline_bytes=report.inline_bytes,
        poster_key=assignment.poster_key,
    )


def _failed(assignment: Assignment, code: str, detail: str) -> Ending:
    return Ending(
        job=assignment.job, attempt=assignment.attempt, error_code=code, error_detail=detail
    )
