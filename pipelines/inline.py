"""A copy of a video that fits into a chat: a bot may send 50 MB."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from jobs.errors import EditFailed, RenderFailed
from jobs.model import Stage
from modal_render.contract import RenderReport
from pipelines.child import MIB, ChildRef
from pipelines.media import reading, run_ffmpeg

INLINE_BYTES = 48 * MIB
# Each try aims lower, for rate control may miss on a hard picture.
_AIMS = (0.92, 0.75, 0.5)
_CONTAINER_SHARE = 0.98
# What a picture of this many lines needs (bit/s) to look well; static backgrounds need little.
_EDGES = ((1080, 900_000), (720, 350_000), (540, 0))
_THREADS = "4"  # each holds frames, and a large machine would start dozens
_SOUND = ((600_000, 128_000), (0, 64_000))


@dataclass(frozen=True, slots=True)
class Inline:
    """A file that fits into a chat."""

    path: Path
    width: int
    height: int
    size_bytes: int


async def make_inline(
    video: Path,
    report: RenderReport,
    *,
    wall_s: float,
    child_ref: ChildRef,
    percent: tuple[float, float],
    limit_bytes: int = INLINE_BYTES,
) -> Inline:
    """The video encoded again in at most `limit_bytes`. Raises RenderFailed when that cannot be."""
    copy = video.with_name("inline.mp4")
    first, last = percent

    def on_share(share: float) -> None:
        child_ref.say(Stage.PACKING, first + share * (last - first))

    for aim in _AIMS:
        bits = limit_bytes * aim * _CONTAINER_SHARE * 8 / report.duration_s
        width, height = _size(report, bits)
        try:
            await run_ffmpeg(
                [*reading(video, demuxers="mov"), *_encoding(bits, width, height), str(copy)],
                child_ref=child_ref,
                cwd=video.parent,
                wall_s=wall_s,
                duration_s=report.duration_s,
                on_share=on_share,
            )
        except EditFailed as failed:
            raise RenderFailed(str(failed)) from failed
        size_bytes = await asyncio.to_thread(_size_bytes, copy)
        if size_bytes <= limit_bytes:
            return Inline(copy, width, height, size_bytes)
    raise RenderFailed("no copy was small enough")


def _encoding(bits: float, width: int, height: int) -> list[str]:
    sound = next(sound for least, sound in _SOUND if bits >= least)
    picture = max(40_000, int(bits - sound))
    rate = ["-b:v", str(picture), "-maxrate", str(int(picture * 1.3)), "-bufsize", str(picture * 4)]
    return [
        *("-map", "0:v:0", "-map", "0:a:0", "-vf", f"scale={width}:{height}"),
        *("-c:v", "libx264", "-preset", "veryfast", "-threads", _THREADS, *rate),
        *("-c:a", "aac", "-aac_coder", "fast", "-b:a", str(sound), "-movflags", "+faststart"),
    ]


def _size(report: RenderReport, bits: float) -> tuple[int, int]:
    """The largest size that `bits` a second are enough for; both sides even."""
    edge = next(edge for edge, least in _EDGES if bits >= least)
    scale = min(1.0, edge / min(report.width, report.height))
    return round(report.width * scale / 2) * 2, round(report.height * scale / 2) * 2


def _size_bytes(path: Path) -> int:
    return path.stat().st_size
