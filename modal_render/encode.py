"""Encoders set up so that equal input gives equal bytes, and planes of frames to draw into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from modal_render.yuv import Planes

BT709 = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How x264 encodes: segments of `segment_frames`, each one closed group of pictures."""

    segment_frames: int
    crf: float
    preset: str = "superfast"
    x264: str

    def options(self, extra: str = "") -> dict[str, str]:
        """The encoder's options. `extra` is appended to x264's parameters."""
        # Without `cpu-independent` the bytes follow the processor's instruction set. One thread and
        # a closed GOP per segment make a segment the same wherever and beside whatever it is made.
        parameters = (
            f"keyint={self.segment_frames}:min-keyint={self.segment_frames}:scenecut=0:open-gop=0"
            ":stitchable=1:cpu-independent=1:threads=1:lookahead-threads=1:sliced-threads=0:"
            + self.x264
        )
        return {"preset": self.preset, "crf": str(self.crf), "x264-params": parameters + extra}


# Nobody sees what quantisers below 18 add; without the limit a file is an eighth larger.
WHOLE = Profile(
    segment_frames=150, crf=22, x264="mbtree=1:rc-lookahead=10:bframes=3:b-adapt=1:qpmin=18"
)

# swscale's faster roundings differ by processor.
EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.BITEXACT


@dataclass(frozen=True, slots=True)
class Coding:
    """What the streams of one file are set up with: size in pixels, and the encoder's options."""

    size: tuple[int, int]
    fps: int
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Picture:
    """A frame to encode and its planes, which are views of the frame's own memory."""

    frame: VideoFrame
    planes: Planes


def picture(width: int, height: int) -> Picture:
    """A picture with undefined content."""
    frame = VideoFrame(width, height, "yuv420p")
    return Picture(frame, planes_of(frame))


def video_encoder(
    size: tuple[int, int], fps: int, profile: Profile, extra: str = ""
) -> VideoCodecContext:
    """An encoder for one segment. `extra` is appended to x264's parameters."""
    return encoder(Coding(size, fps, profile.options(extra)))


def encoder(coding: Coding) -> VideoCodecContext:
    """An encoder whose packets a file with a stream of that coding can hold."""
    codec = av.CodecContext.create("libx264", "w")
    assert isinstance(codec, VideoCodecContext)
    set_up_video(codec, coding)
    codec.flags |= Flags.global_header
    return codec


def set_up_video(codec: VideoCodecContext, coding: Coding) -> None:
    """The settings that every encoder of a file and the file's own stream must share."""
    codec.width, codec.height = coding.size
    codec.pix_fmt = "yuv420p"
    codec.time_base, codec.framerate = Fraction(1, coding.fps), Fraction(coding.fps)
    codec.thread_count = 1
    codec.color_primaries = codec.color_trc = codec.colorspace = BT709
    codec.color_range = 1  # limited
    codec.options = dict(coding.options)


class Enlarger:
    """Enlarges pictures four times or so, bit for bit the same on every processor."""

    def __init__(self) -> None:
        self._scaler = VideoReformatter()
        self._small: Picture | None = None

    def __call__(self, small: Planes, large: Planes) -> None:
        """Fill `large` with `small`."""
        height, width = small[0].shape
        source = self._small
        if source is None:
            source = self._small = picture(width, height)
        for plane, content in zip(source.planes, small, strict=True):
            plane[:] = content
        tall, wide = large[0].shape
        frame = self._scaler.reformat(source.frame, wide, tall, interpolation=EXACT, threads=1)
        for plane, content in zip(large, planes_of(frame), strict=True):
            plane[:] = content


def planes_of(frame: VideoFrame) -> Planes:
    """Views of the frame's own memory."""
    y, u, v = (
        # A line in memory may be longer than the picture is wide.
        np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[
            : plane.height, : plane.width
        ]
        for plane in frame.planes
    )
    return y, u, v
