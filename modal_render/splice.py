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

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain

import av
from av.video.codeccontext import VideoCodecContext

from modal_render import h264, yuv
from modal_render.bands import BLOCK, Band, bands_of, still_strips
from modal_render.contract import Scene
from modal_render.encode import Profile, picture, planes_of, video_encoder
from modal_render.h264 import Kind, Slice
from modal_render.lane import WITHIN, Part, ReadyBand, encode_band
from modal_render.looks import BandLook, Rows
from modal_render.segments import Coded, Segment
from modal_render.skips import INITIAL_QP, skipped
from modal_render.yuv import Planes

SEGMENT_FRAMES = 300
_SHARED = (
    "b-adapt=0:b-pyramid=none:weightb=0:weightp=0:direct=spatial:ref=1"
    ":8x8dct=0:psy=0:deblock=0,0:annexb=1:"
)


def spliced(look: BandLook) -> Profile:
    """How a look's bands are encoded.

    Pictures take their types from their places (b-adapt=0), so bands stay in step. That is faster
    and smaller, too, than letting x264 choose. It looks ahead as far as the second picture that
    others are made from: with less files are a fifth larger, more costs time. `psy` would measure
    every block for weights that are not used. Without transforms of 8 by 8 thin moving edges take
    4 % less. Below a quantiser of 18 x264 goes on coding residues in the guards that change no
    pixel. Adaptive quantisation spends a fifth of the time on what is still anyway.
    """
    return Profile(
        segment_frames=SEGMENT_FRAMES,
        crf=look.crf,
        x264=f"bframes={look.between}:rc-lookahead={2 * look.between + 1}:"
        + _SHARED
        + "mbtree=1:qpmin=18:aq-mode=0",
    )


_ONE_PICTURE = _SHARED + "mbtree=0:rc-lookahead=0"
# What stands still is coded once in a segment, so it may be fine. Spread more evenly than x264
# does by itself it is smaller at the same PSNR.
_STILL = Profile(
    segment_frames=SEGMENT_FRAMES, crf=18, preset="slow", x264=_ONE_PICTURE + ":aq-strength=0.6"
)
_CANVAS = Profile(segment_frames=SEGMENT_FRAMES, crf=13, preset="superfast", x264=_ONE_PICTURE)
_IDR_HEAD = 0x65


class Splice:
    """A band look ready to be encoded in segments, by any number of threads."""

    def __init__(self, look: BandLook, scene: Scene) -> None:
        self._fps, self._across = scene.fps, -(-scene.width // BLOCK)
        self.profile = spliced(look)
        bands = bands_of([mover.rows for mover in look.movers], (scene.width, scene.height))
        codec = video_encoder((scene.width, scene.height), scene.fps, self.profile)
        codec.open()
        assert codec.extradata is not None
        sps, self._pps = h264.parameter_sets(codec.extradata)
        self._widths = h264.widths_of(sps)
        self._strips = still_strips(bands, scene.height)
        self._still = {strip: self._still_slice(look, strip) for strip in self._strips}
        self.ready = [_prepared(look, band) for band in bands]
        self._skips: dict[tuple[Rows, int, object], bytes] = {}

    def encode(self, segment: Segment, drawn: Callable[[], None]) -> list[Coded]:
        """The segment's packets; `drawn` is called after each frame.

        Raises BandLeft, UnexpectedStream.
        """
        parts = []
        for i, ready in enumerate(self.ready):
            told = drawn if i == 0 else _untold
            parts.append(encode_band(ready, segment, self._fps, self.profile, told))
        return [self._composed(segment, picture) for picture in zip(*parts, strict=True)]

    def _composed(self, segment: Segment, parts: Sequence[Part]) -> Coded:
        """The whole picture: its bands and the still strips."""
        turn = parts[0].slices[0]
        written: dict[int, bytes] = {}
        for one in chain.from_iterable(part.slices for part in parts):
            if one.turn != turn.turn:
                raise h264.UnexpectedStream("bands are out of step")
            written[one.first] = h264.write_slice(replace(one, head=turn.head), self._widths)
        for strip in self._strips:
            written[strip[0] // BLOCK * self._across] = (
                self._still[strip] if turn.is_idr else self._skip(strip, turn)
            )
        data = b"".join(written[first] for first in sorted(written))
        first = segment.first
        return Coded(data, first + parts[0].pts, first + parts[0].dts, turn.is_idr)

    def _skip(self, strip: Rows, turn: Slice) -> bytes:
        """The strip, still the same, as part of the picture that `turn` belongs to."""
        key = (strip, turn.head, turn.turn)
        known = self._skips.get(key)
        if known is None:
            count = -(-(strip[1] - strip[0]) // BLOCK) * self._across
            one = replace(
                turn,
                first=strip[0] // BLOCK * self._across,
                cabac_init=0,
                qp_delta=0,
                deblocking=WITHIN,
                offsets=(0, 0),
                data=skipped(count, turn.type, INITIAL_QP),
            )
            known = self._skips[key] = h264.write_slice(one, self._widths)
        return known

    def _still_slice(self, look: BandLook, strip: Rows) -> bytes:
        headers, data = _coded_still(yuv.cut(look.ground, *strip), _STILL)
        sps, pps = h264.parameter_sets(headers)
        if pps != self._pps:
            raise h264.UnexpectedStream("strips and bands have different parameters")
        unit = next(u for u in h264.nal_units(data) if h264.kind(u) == Kind.IDR)
        one = h264.read_slice(unit, h264.widths_of(sps))
        first = strip[0] // BLOCK * self._across
        return h264.write_slice(
            replace(one, head=_IDR_HEAD, first=first, deblocking=WITHIN), self._widths
        )


def _untold() -> None:
    """A frame counts once, however many bands it has."""


def _prepared(look: BandLook, band: Band) -> ReadyBand:
    """The band over ground that was coded once.

    x264 then finds still blocks as good as exact, skips them, and its vectors hardly ever wander.
    """
    ground = _decoded(*_coded_still(yuv.cut(look.ground, band.top, band.bottom), _CANVAS))
    makers = []
    for mover in look.movers:
        first, last = mover.rows
        if band.top <= first < band.bottom:
            own = yuv.cut(ground, first - band.top, last - band.top)
            makers.append((mover.rows, mover.over(own)))
    return ReadyBand(band, ground, makers)


def _coded_still(planes: Planes, profile: Profile) -> tuple[bytes, bytes]:
    """A picture's parameter sets and its one IDR picture."""
    height, width = planes[0].shape
    codec, still = video_encoder((width, height), 30, profile), picture(width, height)
    for plane, content in zip(still.planes, planes, strict=True):
        plane[:] = content
    still.frame.pts, still.frame.time_base = 0, codec.time_base
    packets = [*codec.encode(still.frame), *codec.encode(None)]
    assert codec.extradata is not None
    return codec.extradata, b"".join(bytes(packet) for packet in packets)


def _decoded(headers: bytes, data: bytes) -> Planes:
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, VideoCodecContext)
    (frame,) = [*decoder.decode(av.Packet(headers + data)), *decoder.decode(None)]
    y, u, v = (plane.copy() for plane in planes_of(frame))
    return y, u, v
