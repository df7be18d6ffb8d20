"""Several recordings made one: each is fetched, and their sound is written one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from jobs.errors import EditFailed, SourceBroken, SourceTooLong
from jobs.model import Source, Stage
from pipelines.bench import Bench
from pipelines.child import ChildRef
from pipelines.fetch import Fetched, fetch
from pipelines.media import listen, reading, run_ffmpeg

_SHARE = 0.8  # of the percent, for fetching and hearing; the rest is for joining
_LEAST_WALL_S = 60.0
_RATE_HZ = 48_000


async def bring(
    bench: Bench, source: Source, folder: Path, child_ref: ChildRef, percent: tuple[float, float]
) -> Fetched:
    """The source in `folder`, its parts joined where it has some. Raises JobError."""
    if not source.parts:
        return await fetch(bench, source, folder, child_ref, percent)
    first, last = percent
    step = (last - first) * _SHARE / len(source.parts)
    paths, channels, total_s = [], 1, 0.0
    for number, part in enumerate(source.parts):
        room = folder / f"part{number}"
        await asyncio.to_thread(room.mkdir)
        span = (first + number * step, first + (number + 1) * step)
        fetched = await fetch(bench, part, room, child_ref, span)
        heard = await listen(
            fetched.path,
            room,
            child_ref=child_ref,
            max_s=bench.settings.max_audio_s,
            on_share=lambda _: None,
            may_be_silent=True,
        )
        channels = max(channels, min(2, heard.facts.channels))
        total_s += heard.facts.duration_s
        if total_s > bench.settings.max_audio_s:
            raise SourceTooLong(duration_s=total_s, limit_s=bench.settings.max_audio_s)
        paths.append(fetched.path)
    child_ref.say(Stage.FETCHING, last - (last - first) * (1 - _SHARE))
    path = folder / "joined.flac"
    await _join(paths, path, channels, total_s, child_ref)
    return Fetched(path=path)


async def _join(
    paths: Sequence[Path], path: Path, channels: int, total_s: float, child_ref: ChildRef
) -> None:
    layout = "mono" if channels == 1 else "stereo"
    alike = f"aresample={_RATE_HZ},aformat=sample_fmts=s16:channel_layouts={layout}"
    each = "".join(f"[{number}:a:0]{alike}[p{number}];" for number in range(len(paths)))
    names = "".join(f"[p{number}]" for number in range(len(paths)))
    try:
        await run_ffmpeg(
            [
                *(argument for part in paths for argument in reading(part)),
                *("-filter_complex", f"{each}{names}concat=n={len(paths)}:v=0:a=1[joined]"),
                *("-map", "[joined]", "-c:a", "flac", str(path)),
            ],
            child_ref=child_ref,
            cwd=path.parent,
            wall_s=max(_LEAST_WALL_S, total_s / 2),
            duration_s=total_s,
            on_share=lambda _: None,
        )
    except EditFailed as broken:
        raise SourceBroken("the parts could not be joined") from broken
