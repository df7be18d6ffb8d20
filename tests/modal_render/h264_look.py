"""A look into an H.264 stream with no decoder: its units, parameter sets and slice headers.

Written from ITU-T H.264 (08/2021), clauses 7.3, 7.4, 8.2.1 and annexes A and E. Frames only, no
fields; what else our streams do not use raises Unexpected.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

SLICE, IDR, SEI, SPS, PPS = 1, 5, 6, 7, 8  # kinds of NAL units
MAIN, HIGH = 77, 100
EXTENDED_SAR = 255


class Unexpected(Exception):
    """The stream holds what these readers know of but do not read."""


class SliceType(IntEnum):
    P = 0
    B = 1
    I = 2  # noqa: E741  # the standard's own name


@dataclass(frozen=True, slots=True)
class Nal:
    """One unit: `body` is without its header byte and the bytes that prevent start codes."""

    kind: int
    ref: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Vui:
    """Colour as in ITU-T H.273; times in ticks; `reorder` and `buffered` are counts of frames."""

    colour: tuple[int, int, int]
    is_full_range: bool
    ticks_per_second: int
    ticks_per_field: int
    is_fixed_rate: bool
    reorder: int
    buffered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sps:
    """A sequence; sizes are in macroblocks, `cropped` in pixels."""

    profile: int
    level: int
    number: int
    frame_number_bits: int
    poc_type: int
    poc_bits: int
    references: int
    size: tuple[int, int]
    cropped: tuple[int, int]
    vui: Vui

    @property
    def macroblocks(self) -> int:
        return self.size[0] * self.size[1]


@dataclass(frozen=True, slots=True)
class Pps:
    number: int
    sps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceHeader:
    """The part of a header by which slices find their picture, and pictures their order."""

    first_macroblock: int
    type: SliceType
    pps: int
    frame_number: int
    idr_number: int | None
    poc_low: int


@dataclass(frozen=True, slots=True)
class Picture:
    """One coded picture; `poc` counts from its group's IDR, two for each frame shown."""

    headers: tuple[SliceHeader, ...]
    is_idr: bool
    is_reference: bool
    poc: int


class Bits:
    """Reads a unit's body from its first bit."""

    def __init__(self, body: bytes) -> None:
        self._value, self._left = int.from_bytes(body, "big"), 8 * len(body)

    def u(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise EOFError
        return self._value >> self._left & (1 << count) - 1

    def flag(self) -> bool:
        return self.u(1) == 1

    def ue(self) -> int:
        zeros = 0
        while not self.flag():
            zeros += 1
        return (1 << zeros) - 1 + self.u(zeros)

    def se(self) -> int:
        code = self.ue()
        return (code + 1) // 2 if code % 2 else -(code // 2)


def nal_units(annex_b: bytes) -> list[Nal]:
    """The units between start codes, in their order."""
    units = []
    for raw in re.split(rb"\x00\x00\x01", annex_b)[1:]:
        unit = raw.rstrip(b"\x00")
        body = unit[1:].replace(b"\x00\x00\x03", b"\x00\x00")
        units.append(Nal(unit[0] & 31, unit[0] >> 5 & 3, body))
    return units


_PLAIN = (1, 0, 0, 0)


def read_sps(nal: Nal) -> Sps:
    bits = Bits(nal.body)
    profile, _constraints, level, number = bits.u(8), bits.u(8), bits.u(8), bits.ue()
    # High adds the chroma format (4:2:0), two depths (8), lossless and scaling lists (neither).
    added = (bits.ue(), bits.ue(), bits.ue(), bits.u(2)) if profile == HIGH else _PLAIN
    if profile not in (MAIN, HIGH) or added != _PLAIN:
        raise Unexpected("more than High 4:2:0 of 8 bits with flat scaling")
    frame_number_bits, poc_type = bits.ue() + 4, bits.ue()
    if poc_type == 1:
        raise Unexpected("picture order count of type 1")
    poc_bits = bits.ue() + 4 if poc_type == 0 else 0
    references, has_gaps = bits.ue(), bits.flag()
    size = bits.ue() + 1, bits.ue() + 1
    has_frames_only, _direct_8x8 = bits.flag(), bits.flag()
    if has_gaps or not has_frames_only:
        raise Unexpected("gaps in frame_num, or fields")
    left, right, top, bottom = (bits.ue() for _ in range(4)) if bits.flag() else (0, 0, 0, 0)
    cropped = 16 * size[0] - 2 * (left + right), 16 * size[1] - 2 * (top + bottom)
    if not bits.flag():
        raise Unexpected("no VUI")
    return Sps(
        profile=profile, level=level, number=number, frame_number_bits=frame_number_bits,
        poc_type=poc_type, poc_bits=poc_bits, references=references, size=size, cropped=cropped,
        vui=_read_vui(bits),
    )  # fmt: skip


def read_pps(nal: Nal) -> Pps:
    bits = Bits(nal.body)
    return Pps(bits.ue(), bits.ue())


def read_pictures(access_units: Sequence[bytes]) -> list[Picture]:
    """Every picture in decoding order, given the stream one picture at a time."""
    pictures: list[Picture] = []
    sps: Sps | None = None
    last_poc = 0
    for unit in access_units:
        nals = nal_units(unit)
        sps = next((read_sps(nal) for nal in nals if nal.kind == SPS), sps)
        assert sps is not None
        slices = [nal for nal in nals if nal.kind in (SLICE, IDR)]
        headers = tuple(_read_slice_header(nal, sps) for nal in slices)
        is_idr, is_reference = slices[0].kind == IDR, slices[0].ref > 0
        if any((nal.kind == IDR, nal.ref > 0) != (is_idr, is_reference) for nal in slices):
            raise Unexpected("slices of one picture that are not of one kind")
        poc = 0 if is_idr else _near(headers[0].poc_low, last_poc, 1 << sps.poc_bits)
        # Order counts are reckoned from the last picture that others may refer to.
        last_poc = poc if is_reference else last_poc
        pictures.append(Picture(headers, is_idr, is_reference, poc))
    return pictures


def _near(low: int, last: int, cycle: int) -> int:
    """The number nearest to `last` that ends in `low` (clause 8.2.1.1)."""
    return last - ((last - low + cycle // 2) % cycle - cycle // 2)


def _read_vui(bits: Bits) -> Vui:
    if bits.flag() and bits.u(8) == EXTENDED_SAR:
        bits.u(32)
    if bits.flag():
        bits.u(1)  # overscan
    if not bits.flag():
        raise Unexpected("no word about colour")
    _format, is_full_range, has_colour = bits.u(3), bits.flag(), bits.flag()
    colour = (bits.u(8), bits.u(8), bits.u(8)) if has_colour else (2, 2, 2)
    if bits.flag():
        raise Unexpected("chroma samples in a place of their own")
    if not bits.flag():
        raise Unexpected("no timing")
    ticks_per_field, ticks_per_second, is_fixed_rate = bits.u(32), bits.u(32), bits.flag()
    if bits.flag() or bits.flag():
        raise Unexpected("parameters of a hypothetical decoder")
    bits.u(1)  # pic_struct
    if not bits.flag():
        raise Unexpected("no limits of reordering")
    bits.u(1)
    for _ in range(4):  # the largest vectors and pictures
        bits.ue()
    return Vui(
        colour=colour, is_full_range=is_full_range, ticks_per_second=ticks_per_second,
        ticks_per_field=ticks_per_field, is_fixed_rate=is_fixed_rate, reorder=bits.ue(),
        buffered=bits.ue(),
    )  # fmt: skip


def _read_slice_header(nal: Nal, sps: Sps) -> SliceHeader:
    bits = Bits(nal.body[:32])
    if sps.poc_type != 0:
        raise Unexpected("picture order count of type 2")
    return SliceHeader(
        first_macroblock=bits.ue(),
        type=SliceType(bits.ue() % 5),
        pps=bits.ue(),
        frame_number=bits.u(sps.frame_number_bits),
        idr_number=bits.ue() if nal.kind == IDR else None,
        poc_low=bits.u(sps.poc_bits),
    )
