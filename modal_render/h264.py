"""The little of H.264 that splicing needs: NAL units and slice headers.

Numbers in brackets are sections of ITU-T H.264 (08/2021). Only what our own x264 settings produce
is understood: frames, one picture parameter set, CABAC, no weights, no reference list changes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

START_CODE = b"\x00\x00\x00\x01"
_START = re.compile(rb"\x00\x00\x00?\x01")
_ZEROS = re.compile(rb"\x00\x00(?=[\x00-\x03])")


class Kind(IntEnum):
    """nal_unit_type [7.4.1]."""

    SLICE = 1
    IDR = 5
    SPS = 7
    PPS = 8


class SliceType(IntEnum):
    """slice_type modulo 5 [7.4.3]."""

    P = 0
    B = 1
    I = 2  # noqa: E741  # the standard's letter


class UnexpectedStream(ValueError):
    """The encoder wrote something this file does not understand."""


def nal_units(data: bytes) -> list[bytes]:
    """The NAL units of an Annex B stream, without start codes."""
    return [unit for unit in _START.split(data) if unit]


def kind(unit: bytes) -> int:
    return unit[0] & 31


def parameter_sets(headers: bytes) -> tuple[bytes, bytes]:
    """The sequence and the picture parameter set in an encoder's headers."""
    units = {kind(unit): unit for unit in nal_units(headers)}
    return units[Kind.SPS], units[Kind.PPS]


class _Bits:
    """Reads a bit string from its front."""

    def __init__(self, data: bytes) -> None:
        self._value, self._length, self.at = int.from_bytes(data, "big"), len(data) * 8, 0

    def fixed(self, count: int) -> int:
        self.at += count
        return (self._value >> (self._length - self.at)) & ((1 << count) - 1)

    def unsigned(self) -> int:
        """ue(v) [9.1]."""
        zeros = 0
        while not self.fixed(1):
            zeros += 1
        return (1 << zeros) - 1 + (self.fixed(zeros) if zeros else 0)

    def signed(self) -> int:
        """se(v) [9.1.1]."""
        code = self.unsigned()
        return (code + 1) // 2 if code & 1 else -(code // 2)


def _ue(value: int) -> str:
    return "0" * ((value + 1).bit_length() - 1) + format(value + 1, "b")


def _se(value: int) -> str:
    return _ue(2 * value - 1 if value > 0 else -2 * value)


@dataclass(frozen=True, slots=True)
class Widths:
    """How many bits frame_num and pic_order_cnt_lsb take: the sequence parameter set says."""

    frame_num: int
    order: int


def widths_of(sps: bytes) -> Widths:
    bits = _Bits(_unescaped(sps[1:]))
    profile = bits.fixed(8)
    bits.fixed(16)
    bits.unsigned()
    if profile >= 100 and (bits.unsigned(), bits.unsigned(), bits.unsigned(), bits.fixed(2)) != (
        1, 0, 0, 0,
    ):  # fmt: skip
        raise UnexpectedStream("not 8 bits 4:2:0 without scaling lists")
    frame_num = bits.unsigned() + 4
    if bits.unsigned() != 0:
        raise UnexpectedStream("picture order is not written out")
    return Widths(frame_num, bits.unsigned() + 4)


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice header's fields [7.3.3] and the CABAC data behind it, without escapes.

    `head` is the NAL unit's first byte; `deblocking` is disable_deblocking_filter_idc.
    """

    head: int
    first: int
    type: SliceType
    frame_num: int
    order: int
    cabac_init: int
    qp_delta: int
    deblocking: int
    offsets: tuple[int, int]
    data: bytes

    @property
    def is_idr(self) -> bool:
        return self.head & 31 == Kind.IDR

    @property
    def is_reference(self) -> bool:
        return bool(self.head & 0x60)

    @property
    def turn(self) -> tuple[bool, SliceType, int, int]:
        """What all slices of one picture share."""
        return self.is_idr, self.type, self.frame_num, self.order


_HEADER_BYTES = 32  # more than any header of ours takes


def read_slice(unit: bytes, widths: Widths) -> Slice:
    """Raises UnexpectedStream."""
    body = _unescaped(unit[1:])
    bits, head = _Bits(body[:_HEADER_BYTES]), unit[0]
    is_idr = head & 31 == Kind.IDR
    first, slice_type = bits.unsigned(), SliceType(bits.unsigned() % 5)
    expected = bits.unsigned() == 0  # pic_parameter_set_id
    frame_num = bits.fixed(widths.frame_num)
    if is_idr:
        bits.unsigned()  # idr_pic_id
    order = bits.fixed(widths.order)
    if slice_type is SliceType.B:
        expected &= bits.fixed(1) == 1  # spatial direct prediction
    if slice_type is not SliceType.I:
        expected &= bits.fixed(1) == 0  # the usual number of references
    for _ in range(_REFERENCE_LISTS[slice_type]):
        expected &= bits.fixed(1) == 0  # in their usual order
    if head & 0x60:
        expected &= bits.fixed(2 if is_idr else 1) == 0  # forgotten in their usual order
    if not expected:
        raise UnexpectedStream("a slice header of an unknown form")
    cabac_init = 0 if slice_type is SliceType.I else bits.unsigned()
    qp_delta, deblocking = bits.signed(), bits.unsigned()
    offsets = (0, 0) if deblocking == 1 else (bits.signed(), bits.signed())
    return Slice(
        head, first, slice_type, frame_num, order, cabac_init, qp_delta, deblocking, offsets,
        body[(bits.at + 7) // 8 :],
    )  # fmt: skip


_REFERENCE_LISTS = {SliceType.P: 1, SliceType.B: 2, SliceType.I: 0}
_LISTS_UNCHANGED = {SliceType.P: "00", SliceType.B: "1000", SliceType.I: ""}


def write_slice(one: Slice, widths: Widths) -> bytes:
    """The slice as a NAL unit with its start code."""
    bits = (
        _ue(one.first) + _ue(5 + one.type) + _ue(0) + format(one.frame_num, f"0{widths.frame_num}b")
    )
    if one.is_idr:
        bits += _ue(0)  # no two IDR pictures are neighbours
    bits += format(one.order, f"0{widths.order}b") + _LISTS_UNCHANGED[one.type]
    if one.is_reference:
        bits += "00" if one.is_idr else "0"
    if one.type is not SliceType.I:
        bits += _ue(one.cabac_init)
    bits += _se(one.qp_delta) + _ue(one.deblocking)
    if one.deblocking != 1:
        bits += _se(one.offsets[0]) + _se(one.offsets[1])
    bits += "1" * (-len(bits) % 8)
    header = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return START_CODE + bytes([one.head]) + _escaped(header + one.data)


def _unescaped(data: bytes) -> bytes:
    return data.replace(b"\0\0\3", b"\0\0")


def _escaped(data: bytes) -> bytes:
    return _ZEROS.sub(b"\x00\x00\x03", data)
