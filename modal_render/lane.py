"""One band of a segment: drawn, encoded by itself, and proven to stay in its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from modal_render import h264, yuv
from modal_render.bands import BLOCK, Band
from modal_render.encode import Profile, picture, video_encoder
from modal_render.h264 import Kind, Slice, SliceType, Widths
from modal_render.looks import Painter, Rows, Together
from modal_render.segments import Segment, VideoPacket
from modal_render.skips import INITIAL_QP, run_of
from modal_render.vectors import stay_inside
from modal_render.yuv import Planes

WITHIN = 2  # disable_deblocking_filter_idc: filter, but not across slice borders


class BandLeft(Exception):
    """A vector points out of its band, so the segment has to be encoded whole."""


@dataclass(frozen=True, slots=True)
class ReadyBand:
    """A band, the still picture of its rows, and what paints into them."""

    band: Band
    ground: Planes
    makers: Sequence[tuple[Rows, Callable[[Planes], Painter]]]

    def painter(self, planes: Planes) -> Painter:
        for plane, ground in zip(planes, self.ground, strict=True):
            plane[:] = ground
        top = self.band.top
        return Together([make(yuv.cut(planes, a - top, b - top)) for (a, b), make in self.makers])


@dataclass(frozen=True, slots=True)
class Part:
    """A band's part of a picture, its slices where they belong; times within the segment.

    `data` is what the band's encoder wrote.
    """

    data: bytes
    slices: list[Slice]
    pts: int
    dts: int


def encode_band(
    ready: ReadyBand,
    segment: Segment,
    fps: int,
    profile: Profile,
    drawn: Callable[[], None],
) -> list[Part]:
    """The band's part of each picture, in coding order; `drawn` is called after each frame.

    Raises BandLeft.
    """
    band, (height, width) = ready.band, ready.ground[0].shape
    across = -(-width // BLOCK)
    limits = f":mvrange={band.reach}"
    if band.below:
        # The guard below gets a slice of its own.
        limits += f":slice-max-mbs={(band.blocks - band.below) * across}"
    codec, canvas = video_encoder((width, height), fps, profile, limits), picture(width, height)
    painter, frame = ready.painter(canvas.planes), canvas.frame
    frame.time_base = Fraction(1, fps)
    packets = []
    for index in range(segment.first, segment.last):
        painter.paint(index)
        frame.pts = index - segment.first
        packets += codec.encode(frame)
        drawn()
    packets += codec.encode(None)
    assert codec.extradata is not None
    parts = parts_of(packets, codec.extradata)
    doubtful = in_doubt(band, parts, width)
    if not stay_inside([part.data for part in parts[:doubtful]], codec.extradata, height):
        raise BandLeft
    return [replace(part, slices=_placed(part.slices, band, across)) for part in parts]


def parts_of(packets: Sequence[VideoPacket], headers: bytes) -> list[Part]:
    """Pictures as a band's encoder left them. Raises UnexpectedStream."""
    widths = h264.widths_of(h264.parameter_sets(headers)[0])
    parts = []
    for packet in packets:
        assert packet.pts is not None
        assert packet.dts is not None
        data = bytes(packet)
        parts.append(Part(data, _slices(data, widths), packet.pts, packet.dts))
    return parts


def in_doubt(band: Band, parts: Sequence[Part], width: int) -> int:
    """How many of a segment's pictures, from the first on, must be decoded to prove it; mostly 0.

    What comes after the last one whose guards are not seen to be still need not be.
    """
    across = -(-width // BLOCK)
    return max(
        (
            i + 1
            for i, part in enumerate(parts)
            if not all(_is_guarded(one, band, across) for one in part.slices)
        ),
        default=0,
    )


def _slices(data: bytes, widths: Widths) -> list[Slice]:
    return [
        h264.read_slice(unit, widths)
        for unit in h264.nal_units(data)
        if h264.kind(unit) in (Kind.SLICE, Kind.IDR)
    ]


def _is_guarded(one: Slice, band: Band, across: int) -> bool:
    """Whether the guard that the slice begins with is a run of skipped blocks."""
    blocks = (band.below if one.first else band.above) * across
    if one.type is SliceType.I or not blocks:
        return True
    run = run_of(blocks, one.type, INITIAL_QP + one.qp_delta)
    return one.cabac_init == 0 and run.begins(one.data)


def _placed(slices: Sequence[Slice], band: Band, across: int) -> list[Slice]:
    first = band.top // BLOCK * across
    # The guard below may be filtered against its own band.
    return [
        replace(one, first=one.first + first, deblocking=one.deblocking if one.first else WITHIN)
        for one in slices
    ]
