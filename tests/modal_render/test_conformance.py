"""The stream keeps to H.264: parameter sets, levels, closed groups, order, slices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import av
import pytest

from tests.modal_render.conftest import Finished
from tests.modal_render.h264_look import (
    HIGH,
    IDR,
    MAIN,
    PPS,
    SLICE,
    SPS,
    Picture,
    SliceHeader,
    SliceType,
    Sps,
    nal_units,
    read_pictures,
    read_pps,
    read_sps,
)
from tests.modal_render.witnesses import access_units

BT709 = (1, 1, 1)


@dataclass(frozen=True, slots=True)
class Level:
    """Most macroblocks a second, in a picture and in all held pictures; most kbit a second."""

    per_second: int
    per_picture: int
    held: int
    kbits: int


# Table A-1, by level_idc. High profile may have 1.25 times the bits that Main has.
LEVELS = {
    10: Level(1_485, 99, 396, 64),
    11: Level(3_000, 396, 900, 192),
    12: Level(6_000, 396, 2_376, 384),
    13: Level(11_880, 396, 2_376, 768),
    20: Level(11_880, 396, 2_376, 2_000),
    21: Level(19_800, 792, 4_752, 4_000),
    22: Level(20_250, 1_620, 8_100, 4_000),
    30: Level(40_500, 1_620, 8_100, 10_000),
    31: Level(108_000, 3_600, 18_000, 14_000),
    32: Level(216_000, 5_120, 20_480, 20_000),
    40: Level(245_760, 8_192, 32_768, 20_000),
    41: Level(245_760, 8_192, 32_768, 50_000),
    42: Level(522_240, 8_704, 34_816, 50_000),
    50: Level(589_824, 22_080, 110_400, 135_000),
    51: Level(983_040, 36_864, 184_320, 240_000),
    52: Level(2_073_600, 36_864, 184_320, 240_000),
}
MOST_HELD = 16  # frames, at any level


@dataclass(frozen=True, slots=True)
class Stream:
    """A video's elementary stream, read."""

    units: list[bytes]
    sps: Sps
    pictures: list[Picture]

    def groups(self) -> list[list[Picture]]:
        """The pictures from one IDR to before the next, in decoding order."""
        groups: list[list[Picture]] = []
        for picture in self.pictures:
            if picture.is_idr:
                groups.append([])
            groups[-1].append(picture)
        return groups


@pytest.fixture
def stream(finished: Finished) -> Stream:
    units = access_units(finished.video)
    sps = next(read_sps(nal) for nal in nal_units(units[0]) if nal.kind == SPS)
    return Stream(units, sps, read_pictures(units))


def test_the_stream_says_what_is_in_it(finished: Finished, stream: Stream) -> None:
    scene, vui = finished.scene, stream.sps.vui
    # Bands are encoded without the 8 by 8 transform, the one thing of High that we would use.
    assert stream.sps.profile == (MAIN if finished.report.spliced else HIGH)
    assert stream.sps.cropped == (scene.width, scene.height)
    assert (vui.colour, vui.is_full_range) == (BT709, False)
    assert vui.ticks_per_second == 2 * scene.fps * vui.ticks_per_field
    assert len(stream.pictures) == finished.report.frames


def test_the_level_is_enough_for_size_rate_and_memory(finished: Finished, stream: Stream) -> None:
    level, sps = LEVELS[stream.sps.level], stream.sps
    assert sps.macroblocks <= level.per_picture
    assert max(sps.size) <= math.isqrt(8 * level.per_picture)
    assert sps.macroblocks * finished.scene.fps <= level.per_second
    assert sps.vui.buffered <= min(MOST_HELD, level.held // sps.macroblocks)
    assert max(sps.references, sps.vui.reorder) <= sps.vui.buffered
    bits = 1250 if sps.profile == HIGH else 1000
    assert _fullest_second(stream.units, finished.scene.fps) <= bits * level.kbits


def test_parameter_sets_stand_once_before_every_idr_and_never_change(stream: Stream) -> None:
    sets = set()
    for unit, picture in zip(stream.units, stream.pictures, strict=True):
        before = [nal for nal in nal_units(unit) if nal.kind in (SPS, PPS)]
        assert [nal.kind for nal in before] == ([SPS, PPS] if picture.is_idr else [])
        sets |= set(before)
    assert len(sets) == 2
    pps = next(read_pps(nal) for nal in sets if nal.kind == PPS)
    assert pps.sps == stream.sps.number
    assert {header.pps for one in stream.pictures for header in one.headers} == {pps.number}


def test_the_file_repeats_no_parameter_sets_in_its_samples(finished: Finished) -> None:
    with av.open(str(finished.video)) as container:
        kinds = {
            kind for packet in container.demux(video=0) for kind in _kinds_in_sample(bytes(packet))
        }
    assert not kinds & {SPS, PPS}


def test_only_idr_pictures_are_keyframes(finished: Finished, stream: Stream) -> None:
    with av.open(str(finished.video)) as container:
        keys = [packet.is_keyframe for packet in container.demux(video=0) if packet.size]
    assert keys == [picture.is_idr for picture in stream.pictures]
    for picture in stream.pictures:
        kinds = {header.type for header in picture.headers}
        assert (kinds == {SliceType.I}) or not picture.is_idr


def test_no_picture_is_shown_before_the_idr_it_follows(stream: Stream) -> None:
    for group in stream.groups():
        assert group[0].is_idr
        assert min(picture.poc for picture in group[1:]) > group[0].poc


def test_idr_pictures_next_to_each_other_have_numbers_of_their_own(stream: Stream) -> None:
    for one, two in pairwise(stream.pictures):
        if one.is_idr and two.is_idr:
            assert one.headers[0].idr_number != two.headers[0].idr_number


def test_frame_numbers_rise_after_every_reference(stream: Stream) -> None:
    cycle = 1 << stream.sps.frame_number_bits
    for group in stream.groups():
        wanted = 0
        for picture in group:
            assert picture.headers[0].frame_number == wanted
            wanted = (wanted + picture.is_reference) % cycle


def test_order_counts_show_every_frame_when_the_file_does(
    finished: Finished, stream: Stream
) -> None:
    """Within a group they are 0, 2, 4 ... once each, and the time stamps follow them."""
    with av.open(str(finished.video)) as container:
        video = container.streams.video[0]
        assert video.time_base is not None
        tick = 1 / (video.time_base * finished.scene.fps)
        packets = [packet for packet in container.demux(video) if packet.size]
        shown = [packet.pts / tick for packet in packets if packet.pts is not None]
    wanted, first = [], 0
    for group in stream.groups():
        counts = [picture.poc for picture in group]
        assert sorted(counts) == list(range(0, 2 * len(group), 2))
        wanted += [first + count // 2 for count in counts]
        first += len(group)
    assert shown == wanted


def test_no_more_pictures_wait_to_be_shown_than_announced(stream: Stream) -> None:
    for group in stream.groups():
        for index, picture in enumerate(group):
            waiting = sum(before.poc > picture.poc for before in group[:index])
            assert waiting <= stream.sps.vui.reorder


def test_slices_follow_each_other_from_the_first_macroblock(stream: Stream) -> None:
    """Where a slice ends only a decoder knows; a strict one complains of gaps and overlaps."""
    for picture in stream.pictures:
        firsts = [header.first_macroblock for header in picture.headers]
        assert firsts[0] == 0
        assert firsts == sorted(set(firsts))
        assert firsts[-1] < stream.sps.macroblocks


def test_slices_of_a_picture_agree_on_what_it_is(stream: Stream) -> None:
    for unit, picture in zip(stream.units, stream.pictures, strict=True):
        assert len({_place(header) for header in picture.headers}) == 1
        kinds = [nal.kind for nal in nal_units(unit)]
        assert kinds[-len(picture.headers) :] == [IDR if picture.is_idr else SLICE] * len(
            picture.headers
        )


def test_the_index_of_the_file_repeats_the_streams_profile_and_level(finished: Finished) -> None:
    with av.open(str(finished.video)) as container:
        described = container.streams.video[0].codec_context.extradata
    assert described is not None
    sps = nal_units(b"\0\0\1" + described[8 : 8 + int.from_bytes(described[6:8], "big")])[0]
    assert described[1:4] == sps.body[:3]


def _place(header: SliceHeader) -> tuple[int, int, int | None, int]:
    return header.pps, header.frame_number, header.idr_number, header.poc_low


def _kinds_in_sample(sample: bytes) -> set[int]:
    """Of the units in an MP4's sample, where each is led by its length in four bytes."""
    kinds, at = set(), 0
    while at < len(sample):
        kinds.add(sample[at + 4] & 31)
        at += 4 + int.from_bytes(sample[at : at + 4], "big")
    return kinds


def _fullest_second(units: Sequence[bytes], fps: int) -> int:
    """The most bits that `fps` pictures in a row hold."""
    return max(sum(map(len, units[first : first + fps])) * 8 for first in range(len(units)))
