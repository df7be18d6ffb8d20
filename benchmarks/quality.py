"""Size and truth of a spliced video beside a whole-frame one with the same distance of IDRs.

The whole-frame one is made here with the renderer's own settings, one encoder for all frames,
an IDR every GOP frames as in a spliced file. Both are held against the frames the look draws.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from benchmarks.ours import Order
from modal_render.encode import WHOLE, picture, video_encoder
from modal_render.film import open_film
from modal_render.splice import SEGMENT_FRAMES

GOP = SEGMENT_FRAMES
# Shares no factor with the 3 or 4 frames in which kinds of frames repeat.
EVERY = 5

Luma = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Bytes of the video packets alone (sound is the same in both and would hide a difference).

    PSNR of luma in dB over the whole of every EVERYth frame, from their mean square error.
    """

    size_bytes: int
    psnr_y_db: float


def of_video(order: Order, video: str) -> Quality:
    """Of a finished file that was made to this order."""
    with av.open(video) as container:
        sizes = [packet.size for packet in container.demux(video=0)]
    with av.open(video) as container:
        return Quality(
            size_bytes=sum(sizes), psnr_y_db=_psnr_y_db(order, container.decode(video=0))
        )


def of_whole_frames(order: Order) -> Quality:
    """Of the same frames, encoded whole."""
    scene, film = order.scene, open_film(order.scene, str(order.audio))
    size = (scene.width, scene.height)
    codec = video_encoder(size, scene.fps, replace(WHOLE, segment_frames=GOP))
    canvas = picture(*size)
    painter = film.easel.painter(canvas.planes)
    canvas.frame.time_base = Fraction(1, scene.fps)
    packets = []
    for index in range(film.sound.frames):
        painter.paint(index)
        canvas.frame.pts = index
        packets += codec.encode(canvas.frame)
    packets += codec.encode(None)
    assert codec.extradata is not None
    decoded = _decoded([bytes(packet) for packet in packets], codec.extradata)
    return Quality(
        size_bytes=sum(packet.size for packet in packets), psnr_y_db=_psnr_y_db(order, decoded)
    )


def _decoded(packets: list[bytes], extradata: bytes) -> Iterator[VideoFrame]:
    codec = av.CodecContext.create("h264", "r")
    assert isinstance(codec, VideoCodecContext)
    codec.extradata = extradata
    for data in packets:
        yield from codec.decode(av.Packet(data))
    yield from codec.decode(None)


def _psnr_y_db(order: Order, decoded: Iterator[VideoFrame]) -> float:
    film = open_film(order.scene, str(order.audio))
    canvas = picture(order.scene.width, order.scene.height)
    painter = film.easel.painter(canvas.planes)
    errors, seen = [], 0
    for index, frame in enumerate(decoded):
        seen += 1
        if index % EVERY == 0:
            painter.paint(index)
            errors.append(_mean_square(_luma(frame), canvas.planes[0]))
    assert seen == film.sound.frames, f"{seen} frames decoded of {film.sound.frames}"
    return 10 * math.log10(255**2 / max(float(np.mean(errors)), 1e-9))


def _luma(frame: VideoFrame) -> Luma:
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: frame.height, : frame.width]


def _mean_square(one: Luma, other: Luma) -> float:
    difference = one.astype(np.int16) - other
    return float(np.mean(np.square(difference, dtype=np.int32)))
