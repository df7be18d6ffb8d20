"""A copy of a video in few bytes: encoded for its size, in a smaller picture where that must be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.video.frame import PictureType
from av.video.reformatter import VideoReformatter

from modal_render.audio import AudioAhead
from modal_render.contract import RenderFailed
from modal_render.encode import EXACT, Coding, encoder
from modal_render.mux import write_mp4
from modal_render.segments import Coded, coded_of

# Each try aims lower, for rate control may miss on a hard picture.
_AIMS = (0.92, 0.75, 0.5)
_CONTAINER_SHARE = 0.98
# What a picture of this many lines needs (bit/s) to look well; static backgrounds need little.
_EDGES = ((1080, 900_000), (720, 350_000), (540, 0))
_SOUND = ((600_000, 128_000), (0, 64_000))
# Of the decoder and of x264: a large machine would start dozens, and x264's bytes depend on it.
_THREADS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A video of ours: its file, size in pixels, frames a second and number of frames."""

    path: Path
    width: int
    height: int
    fps: int
    frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a copy came to."""

    width: int
    height: int
    size_bytes: int


def write_copy(
    video: Finished,
    path: Path,
    limit_bytes: int,
    sound: Callable[[int], AudioAhead],
    copied: Callable[[float], None],
) -> Copied:
    """The video encoded again in at most `limit_bytes`; `sound` is given the most bits a second.

    `copied` is told the share that is done, anew with each try. Raises RenderFailed.
    """
    for aim in _AIMS:
        bits = limit_bytes * aim * _CONTAINER_SHARE * 8 * video.fps / video.frames
        for_sound = next(sound for least, sound in _SOUND if bits >= least)
        with sound(for_sound) as audio:
            coding = _coding(video, bits, for_sound)
            write_mp4(path, coding, audio, _encoded(video, coding, copied))
        if path.stat().st_size <= limit_bytes:
            width, height = coding.size
            return Copied(width=width, height=height, size_bytes=path.stat().st_size)
    path.unlink()
    raise RenderFailed("no copy was small enough")


def _coding(video: Finished, bits: float, for_sound: int) -> Coding:
    picture = max(40_000, int(bits - for_sound))
    options = {
        "preset": "veryfast",
        "b": str(picture),
        "maxrate": str(int(picture * 1.3)),
        "bufsize": str(picture * 4),
        "x264-params": f"cpu-independent=1:threads={_THREADS}",
    }
    return Coding(_size(video, bits), video.fps, options)


def _size(video: Finished, bits: float) -> tuple[int, int]:
    """The largest size that `bits` a second are enough for; both sides even."""
    edge = next(edge for edge, least in _EDGES if bits >= least)
    scale = min(1.0, edge / min(video.width, video.height))
    return round(video.width * scale / 2) * 2, round(video.height * scale / 2) * 2


def _encoded(
    video: Finished, coding: Coding, copied: Callable[[float], None]
) -> Iterator[list[Coded]]:
    codec, scaler, (width, height) = encoder(coding), VideoReformatter(), coding.size
    with av.open(str(video.path)) as container:
        stream = container.streams.video[0]
        stream.thread_type, stream.codec_context.thread_count = "FRAME", _THREADS
        for index, decoded in enumerate(container.decode(stream)):
            frame = scaler.reformat(decoded, width, height, interpolation=EXACT)
            frame.pts, frame.time_base = index, Fraction(1, coding.fps)
            frame.pict_type = PictureType.NONE  # or x264 would repeat the types it was decoded from
            yield coded_of(codec.encode(frame))
            copied((index + 1) / video.frames)
    yield coded_of(codec.encode(None))
