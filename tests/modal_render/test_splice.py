"""Spliced pictures: what a band's encoder meant, still rows that stay still, and the ways out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import av
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from modal_render import contract, h264, yuv
from modal_render.analysis import listen
from modal_render.bands import bands_of, still_strips
from modal_render.contract import RenderFailed, Scene
from modal_render.encode import Enlarger, picture, video_encoder
from modal_render.film import Film, open_film
from modal_render.h264 import Kind, SliceType
from modal_render.lane import in_doubt, parts_of
from modal_render.looks import BandLook, Easel, Mover, Rows, open_look
from modal_render.paths import choose_path
from modal_render.segments import Coded, Segment, VideoPacket, plan
from modal_render.skips import run_of, skipped
from modal_render.sound import sketched
from modal_render.splice import Splice, spliced
from modal_render.vectors import stay_inside
from modal_render.yuv import Planes
from tests.modal_render.conftest import scene

SEGMENT = Segment(0, 40)


def test_still_rows_show_the_same_from_first_to_last(speech: str) -> None:
    spliced = _spliced(speech)
    shown = _decoded(spliced.look, spliced.coded)
    for top, bottom in still_strips(spliced.bands, spliced.size[1]):
        strip = shown[:, top:bottom]
        assert (strip == strip[0]).all()


def test_a_band_shows_what_its_own_encoder_meant(speech: str) -> None:
    """Decoded alone and inside the whole picture it is the same, bit for bit."""
    spliced = _spliced(speech)
    whole = _decoded(spliced.look, spliced.coded)
    for band in spliced.bands:
        top, bottom = band.top, band.bottom
        alone = _band_alone(spliced.look, spliced.splice, top)
        assert (whole[:, top:bottom] == alone).all()


def test_strong_text_at_a_border_makes_a_segment_fall_back(restless: Film) -> None:
    film = restless
    path = choose_path(film, "auto", lambda: None)
    coded = path.encode(Segment(0, 120))
    assert (path.spliced, path.fallbacks) == (True, 1)
    # The fallback fits between spliced segments: the same headers, and it shows what was painted.
    assert isinstance(film.look, BandLook)
    shown = _decoded(film.look, coded, film.scene)
    canvas = picture(film.scene.width, film.scene.height)
    painter = film.easel.painter(canvas.planes)
    for index in (0, 60, 119):
        painter.paint(index)
        error = shown[index].astype(np.int32) - canvas.planes[0]
        assert np.sqrt((error**2).mean()) < 6


def test_splicing_alone_refuses_what_it_cannot_prove(restless: Film) -> None:
    path = choose_path(restless, "splice", lambda: None)
    with pytest.raises(RenderFailed):
        path.encode(Segment(0, 120))


def test_a_torn_guard_is_not_taken_for_proven(speech: str) -> None:
    spliced = _spliced(speech)
    band = spliced.bands[0]
    width, height = spliced.size[0], band.bottom - band.top
    packets, headers = _encoded_band(spliced.splice, 0)
    parts = parts_of(packets, headers)
    assert in_doubt(band, parts, width) == 0
    widths = h264.widths_of(h264.parameter_sets(headers)[0])
    for i in range(1, 6):
        # The guard below is a slice of its own; no coder begins with nine ones.
        core, guard = parts[i].slices
        other = replace(guard, data=b"\xff" * 30)
        data = h264.write_slice(core, widths) + h264.write_slice(other, widths)
        torn = replace(parts[i], data=data, slices=[core, other])
        others = [*parts[:i], torn, *parts[i + 1 :]]
        assert in_doubt(band, others, width) == i + 1
        assert not stay_inside([part.data for part in others[: i + 1]], headers, height)


@pytest.mark.parametrize("shape", ["v", "s", "w"])
def test_the_first_bytes_prove_a_video_of_its_full_size(shape: str, speech: str) -> None:
    """A second's change of the running time is in it, whose digits come near the guard below."""
    width, height = contract.SIZES[shape]
    shown = scene(width=width, height=height, seed=7)
    look = open_look(shown, listen(speech, 30), None, Enlarger)
    assert isinstance(look, BandLook)
    splice = Splice(look, shown)
    for which, ready in enumerate(splice.ready):
        packets, headers = _encoded_band(splice, which, Segment(120, 165))
        assert in_doubt(ready.band, parts_of(packets, headers), width) == 0


def test_a_slice_read_and_written_again_is_the_same(speech: str) -> None:
    packets, headers = _encoded_band(_spliced(speech).splice, 0)
    widths = h264.widths_of(h264.parameter_sets(headers)[0])
    seen = set()
    for packet in packets:
        for unit in h264.nal_units(bytes(packet)):
            if h264.kind(unit) in (Kind.SLICE, Kind.IDR):
                one = h264.read_slice(unit, widths)
                assert h264.write_slice(one, widths) == h264.START_CODE + unit
                seen.add(one.type)
    assert seen == set(SliceType)


@pytest.mark.parametrize("qp", [10, 18, 26, 33, 51])
@pytest.mark.parametrize("slice_type", [SliceType.P, SliceType.B])
def test_a_run_of_skipped_blocks_is_known_by_its_first_bytes(
    slice_type: SliceType, qp: int
) -> None:
    data = skipped(204, slice_type, qp)
    assert run_of(1, slice_type, qp).begins(data)
    assert run_of(204, slice_type, qp).begins(data)
    assert not run_of(205, slice_type, qp).begins(data)
    # Two contexts that start at one probability are one.
    assert not run_of(204, slice_type, qp).begins(bytes(byte ^ 0xFF for byte in data))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_processes_make_the_same_segments_in_any_order(order: Sequence[int], speech: str) -> None:
    segments = plan(180, 60)
    here = [_segment_of(speech, segment) for segment in segments]
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        made = {i: pool.submit(_segment_of, speech, segments[i]) for i in order}
        there = [made[i].result() for i in range(len(segments))]
    assert there == here


def test_bands_keep_a_guard_between_what_moves_and_their_edge() -> None:
    for band, (top, bottom) in zip(
        bands_of([(300, 700), (1400, 1430)], (1080, 1920)), [(300, 700), (1400, 1430)], strict=True
    ):
        assert band.top % 16 == band.bottom % 16 == 0
        assert top - band.top > band.above * 16 > band.reach
        assert band.bottom - bottom > band.below * 16 > band.reach


def test_rows_too_near_for_guards_share_a_band() -> None:
    (band,) = bands_of([(300, 700), (760, 790)], (1080, 1920))
    assert band.top < 300
    assert band.bottom > 790


def test_a_band_at_the_edge_of_the_picture_needs_no_guard_there() -> None:
    (band,) = bands_of([(0, 300)], (1080, 1080))
    assert (band.top, band.above) == (0, 0)
    assert band.below > 0


class _Spliced:
    """A small Pulse, spliced: tall enough for still rows above, between and below."""

    def __init__(self, audio: str) -> None:
        self.size = (216, 640)
        shown = scene(width=self.size[0], height=self.size[1])
        look = open_look(shown, listen(audio, 30), None, Enlarger)
        assert isinstance(look, BandLook)
        self.look = look
        self.bands = bands_of([mover.rows for mover in look.movers], self.size)
        self.splice = Splice(look, shown)
        self.coded = self.splice.encode(SEGMENT, lambda: None)


def _spliced(audio: str) -> _Spliced:
    return _Spliced(audio)


def _segment_of(audio: str, segment: Segment) -> list[tuple[bytes, int, int]]:
    film = open_film(scene(), audio)
    path = choose_path(film, "splice", lambda: None)
    return [(one.data, one.pts, one.dts) for one in path.encode(segment)]


def _encoded_band(
    splice: Splice, which: int, segment: Segment = SEGMENT
) -> tuple[list[VideoPacket], bytes]:
    """A band encoded just as `lane.encode_band` does it."""
    ready = splice.ready[which]
    height, width = ready.ground[0].shape
    across = -(-width // 16)
    limits = f":mvrange={ready.band.reach}"
    if ready.band.below:
        limits += f":slice-max-mbs={(ready.band.blocks - ready.band.below) * across}"
    codec, canvas = (
        video_encoder((width, height), 30, splice.profile, limits),
        picture(width, height),
    )
    painter = ready.painter(canvas.planes)
    packets: list[VideoPacket] = []
    canvas.frame.time_base = codec.time_base
    for index in range(segment.first, segment.last):
        painter.paint(index)
        canvas.frame.pts = index - segment.first
        packets += codec.encode(canvas.frame)
    packets += codec.encode(None)
    assert codec.extradata is not None
    return packets, codec.extradata


def _band_alone(look: BandLook, splice: Splice, top: int) -> yuv.U8:
    which = [ready.band.top for ready in splice.ready].index(top)
    packets, headers = _encoded_band(splice, which)
    return _luma([bytes(packet) for packet in packets], headers)


def _decoded(look: BandLook, coded: Sequence[Coded], shown: Scene | None = None) -> yuv.U8:
    shown = shown or scene(width=216, height=640)
    codec = video_encoder((shown.width, shown.height), shown.fps, spliced(look))
    codec.open()
    assert codec.extradata is not None
    return _luma([one.data for one in coded], codec.extradata)


def _luma(packets: Sequence[bytes], headers: bytes) -> yuv.U8:
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata = headers
    decoder.options = {"err_detect": "explode"}
    frames = []
    for data in (*packets, None):
        decoded = decoder.decode(None if data is None else av.Packet(data))
        frames += [frame.to_ndarray()[: frame.height] for frame in decoded]
    return np.stack(frames)


@pytest.fixture(scope="module")
def restless() -> Film:
    """Words all over, the middle turning negative: vectors leave the band at its border.

    Which words do that depends on the encoder's settings, so some are tried.
    """
    shown = scene(width=256, height=640)
    for seed in range(24):
        look = _Restless(shown, seed)
        film = Film(shown, sketched([200] * 120), look, Easel(look))
        try:
            choose_path(film, "splice", lambda: None).encode(Segment(0, 120))
        except RenderFailed:
            return film
    raise AssertionError("no vector left a band")


class _Restless:
    def __init__(self, shown: Scene, seed: int) -> None:
        image = Image.new("RGB", (shown.width, shown.height), "#222")
        draw, chance = ImageDraw.Draw(image), np.random.default_rng(seed)
        for i in range(60):
            draw.text(
                (int(chance.integers(-40, shown.width)), int(chance.integers(0, shown.height))),
                f"SPLICE Wg{i}",
                font=ImageFont.load_default(int(chance.integers(14, 60))),
                fill=tuple(int(part) for part in chance.integers(0, 255, 3)),
            )
        self.ground: Planes = yuv.to_planes(np.asarray(image, np.float32))
        self.movers: Sequence[Mover] = [_Blinking()]
        self.between, self.crf = 3, 26.0


class _Blinking:
    rows: Rows = (200, 440)

    def over(self, ground: Planes) -> Callable[[Planes], _BlinkingPainter]:
        return lambda planes: _BlinkingPainter(ground, planes)


class _BlinkingPainter:
    def __init__(self, ground: Planes, planes: Planes) -> None:
        self._ground, self._planes = ground, planes

    def paint(self, index: int) -> None:
        light = self._ground[0]
        self._planes[0][:] = light if index % 9 < 5 else 255 - light
