"""A part of a recording that is too long as a whole: found by time or by ear, and cut out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from jobs.errors import EditFailed, SourceBroken
from jobs.model import Source
from jobs.recipe import Clip
from pipelines.child import ChildRef
from pipelines.fetch import LONGEST_S, Fetched
from pipelines.media import listen, reading, run_ffmpeg
from pipelines.stretch import loudest, read_peaks

_HEAR_S, _CUT_S = 240.0, 120.0
_PART, _WHOLE = "part.mka", "whole"

OnShare = Callable[[float], None]


async def taken(
    fetched: Fetched, source: Source, child_ref: ChildRef, on_share: OnShare
) -> Fetched:
    """The part of it that was asked for; all of it where none was. Raises JobError."""
    if not source.length_s:
        return fetched
    start_s = source.start_s
    if source.is_loudest:
        start_s = await _loudest_s(fetched.path, source.length_s, child_ref, on_share)
    part = fetched.path.with_name(_PART)
    try:
        # Packets are copied, so nothing is lost, and hours take a moment.
        await run_ffmpeg(
            [
                *("-ss", f"{start_s:.3f}", *reading(fetched.path)),
                *("-map", "0:a:0", "-c", "copy", "-t", f"{source.length_s:.3f}"),
                *("-f", "matroska", str(part)),
            ],
            child_ref=child_ref,
            cwd=part.parent,
            wall_s=_CUT_S,
            duration_s=source.length_s,
            on_share=lambda _: None,
        )
    except EditFailed as broken:
        raise SourceBroken("no part could be cut out") from broken
    fetched.path.unlink()
    return replace(fetched, path=part)


async def _loudest_s(path: Path, length_s: float, child_ref: ChildRef, on_share: OnShare) -> float:
    """When the loudest stretch of that length begins."""
    folder = path.with_name(_WHOLE)
    folder.mkdir()
    heard = await listen(
        path, folder, child_ref=child_ref, max_s=LONGEST_S, on_share=on_share, wall_s=_HEAR_S
    )
    peaks, rate_hz = read_peaks(heard.peaks)
    whole = Clip(source="", start_s=0.0, end_s=heard.facts.duration_s)
    return loudest((whole,), peaks, rate_hz, length_s)[0].start_s
