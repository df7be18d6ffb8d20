"""Splicing: x264 encodes the rows that move, everything else is written once.

A picture is made of slices, top to bottom: a still strip, a band, a still strip, and so on. At the
start of a segment (an IDR picture) the strips are slices encoded once for the whole video; in every
other picture they are runs of skipped macroblocks, a few bytes each. A band's slices come from an
encoder that knows nothing but the band; their headers are rewritten, their data is copied.

That is right as long as no motion vector leaves its band: x264 would find the band's own edge there
and a decoder finds the strip. The outermost macroblocks of a band, its guards, are still. While
they are coded as a run of skipped blocks their vectors are nought, and the blocks between them
cannot reach past them (bands.py). That is seen in every picture's first bytes. The guard below has
a slice of its own, so that its run stands at a beginning as well. A segment with a picture where it
is not so is decoded and every vector looked at (vectors.py).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

import av
import numpy as np
from av.packet import Packet
from av.video.stream import VideoStream

from modal_render import h264, yuv
from modal_render.bands import BLOCK, Band, bands_of, still_strips
from modal_render.contract import Scene
from modal_render.encode import Picture, Profile, picture, video_encoder
from modal_render.h264 import Kind, Slice, SliceType, Widths
from modal_render.looks import BandLook, Painter, Rows, Together
from modal_render.segments import Coded, Segment
from modal_render.skips import INITIAL_QP, run_of, skipped
from modal_render.vectors import stay_inside
from modal_render.yuv import Planes

VideoPacket: TypeAlias = "Packet[VideoStream]"

_SHARED = (
    "bframes=2:b-adapt=0:b-pyramid=none:weightb=0:weightp=0:direct=spatial:ref=1:mvrange=32"
    ":8x8dct=1:deblock=0,0:annexb=1:"
)
# Below a quantiser of 18 x264 goes on coding residues in the guards that change no pixel.
SPLICED = Profile(segment_frames=300, crf=22.5, x264=_SHARED + "mbtree=1:rc-lookahead=10:qpmin=18")
_STILL = Profile(
    segment_frames=300, crf=23.5, preset="slow", x264=_SHARED + "mbtree=0:rc-lookahead=0:psy=0"
)
_CANVAS = replace(_STILL, crf=20)


class BandLeft(Exception):
    """A vector points out of its band, so this segment has to be encoded whole."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A band, how to paint into it, and the still picture of its rows."""

    band: Band
    ground: Planes
    makers: list[tuple[Rows, Callable[[Planes], Painter]]]

    def painter(self, planes: Planes) -> Painter:
        for plane, ground in zip(planes, self.ground, strict=True):
            plane[:] = ground
        top = self.band.top
        return Together([make(yuv.cut(planes, a - top, b - top)) for (a, b), make in self.makers])


class Splice:
    """A band look ready to be encoded in segments, by any number of threads."""

    def __init__(self, look: BandLook, scene: Scene) -> None:
        self._size, self._fps = (scene.width, scene.height), scene.fps
        self._across = -(-scene.width // BLOCK)
        bands = bands_of([mover.rows for mover in look.movers], scene.height)
        self._strips = still_strips(bands, scene.height)
        self.headers, self._widths = self._parameter_sets()
        self._still = {
            strip: self._still_slice(yuv.cut(look.ground, *strip), strip[0])
            for strip in self._strips
        }
        self._ready = [self._prepared(look, band) for band in bands]
        self._skips: dict[tuple[int, object], bytes] = {}

    def encode(self, segment: Segment, drawn: Callable[[], None]) -> list[Coded]:
        """The segment's packets; `drawn` is called after each frame. Raises BandLeft."""
        lanes = [_Lane(self._size[0], self._fps, ready, self._across) for ready in self._ready]
        coded: list[Coded] = []
        for index in range(segment.first, segment.last):
            for lane in lanes:
                lane.draw(index, segment.first)
            drawn()
            self._compose(lanes, segment, coded)
        for lane in lanes:
            lane.finish()
        self._compose(lanes, segment, coded)
        if not all(lane.stays_inside() for lane in lanes):
            raise BandLeft
        return coded

    def _compose(self, lanes: list[_Lane], segment: Segment, coded: list[Coded]) -> None:
        """Put together the pictures that all lanes have."""
        while all(lane.packets for lane in lanes):
            packets = [lane.packets.popleft() for lane in lanes]
            pts, dts = packets[0].pts, packets[0].dts
            assert pts is not None
            assert dts is not None
            parts: dict[int, bytes] = {}
            turn: Slice | None = None
            for lane, packet in zip(lanes, packets, strict=True):
                for one in lane.slices(bytes(packet), self._widths):
                    turn = turn or one
                    if one.turn != turn.turn:
                        raise h264.UnexpectedStream("bands are out of step")
                    parts[one.first] = h264.write_slice(replace(one, head=turn.head), self._widths)
            assert turn is not None
            for strip in self._strips:
                parts[strip[0] // BLOCK * self._across] = (
                    self._still[strip] if turn.is_idr else self._skip(strip, turn)
                )
            data = b"".join(parts[first] for first in sorted(parts))
            coded.append(Coded(data, segment.first + pts, segment.first + dts, turn.is_idr))

    def _skip(self, strip: Rows, turn: Slice) -> bytes:
        """The strip, still the same, as part of the picture that `turn` belongs to."""
        key = (strip[0], (turn.head, turn.turn))
        known = self._skips.get(key)
        if known is None:
            count = -(-(strip[1] - strip[0]) // BLOCK) * self._across
            one = replace(
                turn,
                first=strip[0] // BLOCK * self._across,
                cabac_init=0,
                qp_delta=0,
                deblocking=_WITHIN,
                offsets=(0, 0),
                data=skipped(count, turn.type, INITIAL_QP),
            )
            known = self._skips[key] = h264.write_slice(one, self._widths)
        return known

    def _parameter_sets(self) -> tuple[bytes, Widths]:
        codec = video_encoder(self._size, self._fps, SPLICED)
        codec.open()
        assert codec.extradata is not None
        units = h264.nal_units(codec.extradata)
        sps = next(unit for unit in units if h264.kind(unit) == Kind.SPS)
        pps = next(unit for unit in units if h264.kind(unit) == Kind.PPS)
        return h264.START_CODE + sps + h264.START_CODE + pps, h264.widths_of(sps)

    def _still_slice(self, planes: Planes, top: int) -> bytes:
        unit = next(
            u for u in h264.nal_units(_coded_still(planes, _STILL)) if h264.kind(u) == Kind.IDR
        )
        one = h264.read_slice(unit, self._widths)
        placed = replace(one, head=_IDR_HEAD, first=top // BLOCK * self._across, deblocking=_WITHIN)
        return h264.write_slice(placed, self._widths)

    def _prepared(self, look: BandLook, band: Band) -> _Ready:
        """The band over ground that was coded once: x264 then finds still blocks as good as exact,
        skips them, and its vectors hardly ever wander."""
        ground = _decoded(_coded_still(yuv.cut(look.ground, band.top, band.bottom), _CANVAS))
        makers = []
        for mover in look.movers:
            first, last = mover.rows
            if band.top <= first < band.bottom:
                own = yuv.cut(ground, first - band.top, last - band.top)
                makers.append((mover.rows, mover.over(own)))
        return _Ready(band, ground, makers)


_IDR_HEAD = 0x65
_WITHIN = 2  # disable_deblocking_filter_idc: filter, but not across slice borders


class _Lane:
    """One band's encoder in one segment."""

    def __init__(self, width: int, fps: int, ready: _Ready, across: int) -> None:
        band = ready.band
        height = band.bottom - band.top
        cut = ""
        if band.below:
            cut = f":slice-max-mbs={(band.blocks - band.below) * across}"
        self._codec = video_encoder((width, height), fps, SPLICED, cut)
        self._canvas: Picture = picture(width, height)
        self._painter = ready.painter(self._canvas.planes)
        self._canvas.frame.time_base = Fraction(1, fps)
        self._band, self._across = band, across
        self.packets: deque[VideoPacket] = deque()
        self._coded: list[bytes] = []
        self._doubtful = False

    def draw(self, index: int, first: int) -> None:
        self._painter.paint(index)
        self._canvas.frame.pts = index - first
        self.packets.extend(self._codec.encode(self._canvas.frame))

    def finish(self) -> None:
        self.packets.extend(self._codec.encode(None))

    def slices(self, data: bytes, widths: Widths) -> list[Slice]:
        """A picture's slices, placed where they belong."""
        band, across = self._band, self._across
        self._coded.append(data)
        found = []
        for unit in h264.nal_units(data):
            if h264.kind(unit) not in (Kind.SLICE, Kind.IDR):
                continue
            one = h264.read_slice(unit, widths)
            self._doubtful = self._doubtful or not self._is_guarded(one)
            # The guard below may be filtered against its own band.
            deblocking = one.deblocking if one.first else _WITHIN
            found.append(
                replace(one, first=one.first + band.top // BLOCK * across, deblocking=deblocking)
            )
        return found

    def stays_inside(self) -> bool:
        """Whether no vector of the segment leaves the band."""
        if not self._doubtful:
            return True
        assert self._codec.extradata is not None
        height = self._band.bottom - self._band.top
        return stay_inside(self._coded, self._codec.extradata, height)

    def _is_guarded(self, one: Slice) -> bool:
        if one.type is SliceType.I:
            return True
        blocks = (self._band.below if one.first else self._band.above) * self._across
        if one.cabac_init or not blocks:
            return not blocks
        return run_of(blocks, one.type, INITIAL_QP + one.qp_delta).begins(one.data)


def _coded_still(planes: Planes, profile: Profile) -> bytes:
    height, width = planes[0].shape
    codec, still = video_encoder((width, height), 30, profile), picture(width, height)
    for plane, content in zip(still.planes, planes, strict=True):
        plane[:] = content
    still.frame.pts, still.frame.time_base = 0, codec.time_base
    packets = [*codec.encode(still.frame), *codec.encode(None)]
    assert codec.extradata is not None
    return codec.extradata + b"".join(bytes(packet) for packet in packets)


def _decoded(data: bytes) -> Planes:
    decoder = av.CodecContext.create("h264", "r")
    frames = [*decoder.decode(av.Packet(data)), *decoder.decode(None)]
    y, u, v = (
        np.frombuffer(memoryview(plane), np.uint8)
        .reshape(-1, plane.line_size)[: plane.height, : plane.width]
        .copy()
        for plane in frames[0].planes
    )
    return y, u, v
