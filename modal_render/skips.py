"""Runs of skipped macroblocks in CABAC [ITU-T H.264 9.3]: writing them and recognising them.

A skipped macroblock repeats what the pictures before (and after) it show in its place. Its vector
is nought as long as its neighbours in the slice are skipped too. So a picture's still rows cost a
few bytes, and rows whose data is such a run hold no vector that could point elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from modal_render.h264 import SliceType

# Of mb_skip_flag without a coded neighbour, cabac_init_idc 0: (m, n) [tables 9-13, 9-14].
_SKIP_CONTEXT = {SliceType.P: (23, 33), SliceType.B: (18, 64)}
INITIAL_QP = 26  # pic_init_qp of x264's picture parameter set


@dataclass(frozen=True, slots=True)
class Run:
    """Data that begins with a run, read as a number of `bits` bits, is in low..low + span - 1."""

    low: int
    span: int
    bits: int

    def begins(self, data: bytes) -> bool:
        """Whether slice data begins with this run."""
        count = (self.bits + 7) // 8
        if len(data) < count:
            data = data.ljust(count, b"\0")
        value = int.from_bytes(data[:count], "big") >> (count * 8 - self.bits)
        return self.low <= value < self.low + self.span


class _Coder:
    """The arithmetic coder's interval, as whole numbers that only get longer."""

    def __init__(self, slice_type: SliceType, qp: int) -> None:
        m, n = _SKIP_CONTEXT[slice_type]
        before = min(126, max(1, (m * min(51, max(0, qp)) >> 4) + n))
        self.skips_likely = before > 63
        self.state = before - 64 if before > 63 else 63 - before
        self.low, self.range, self.bits = 0, 510, 9

    def skip(self) -> None:
        """mb_skip_flag = 1."""
        less = _RANGE_LPS[self.state][self.range >> 6 & 3]
        self.range -= less
        if self.skips_likely:
            self.state = min(self.state + 1, 62)
        else:
            self.low, self.range = self.low + self.range, less
            if self.state == 0:
                self.skips_likely = True
            self.state = _NEXT_LPS[self.state]
        self._renormalise()

    def more(self) -> None:
        """end_of_slice_flag = 0."""
        self.range -= 2
        self._renormalise()

    def end(self) -> bytes:
        """end_of_slice_flag = 1, the coder's flush and the trailing bits [9.3.4.5]."""
        self.low, self.range = self.low + self.range - 2, 2
        self._renormalise()
        value, bits = self.low >> 7 | 1, self.bits - 7
        spare = -bits % 8
        return (value << spare).to_bytes((bits + spare) // 8, "big")

    def _renormalise(self) -> None:
        while self.range < 256:
            self.low, self.range, self.bits = self.low << 1, self.range << 1, self.bits + 1


@lru_cache(maxsize=4096)
def run_of(count: int, slice_type: SliceType, qp: int) -> Run:
    """What slice data looks like whose first `count` macroblocks are skipped."""
    coder = _Coder(slice_type, qp)
    for i in range(count):
        if i:
            coder.more()
        coder.skip()
    return Run(coder.low, coder.range, coder.bits)


@lru_cache(maxsize=4096)
def skipped(count: int, slice_type: SliceType, qp: int) -> bytes:
    """The data of a slice of `count` skipped macroblocks."""
    coder = _Coder(slice_type, qp)
    for i in range(count):
        if i:
            coder.more()
        coder.skip()
    return coder.end()


# rangeTabLPS [table 9-44] and transIdxLPS [table 9-45], by pStateIdx.
_RANGE_LPS = (
    (128, 176, 208, 240), (128, 167, 197, 227), (128, 158, 187, 216), (123, 150, 178, 205),
    (116, 142, 169, 195), (111, 135, 160, 185), (105, 128, 152, 175), (100, 122, 144, 166),
    (95, 116, 137, 158), (90, 110, 130, 150), (85, 104, 123, 142), (81, 99, 117, 135),
    (77, 94, 111, 128), (73, 89, 105, 122), (69, 85, 100, 116), (66, 80, 95, 110),
    (62, 76, 90, 104), (59, 72, 86, 99), (56, 69, 81, 94), (53, 65, 77, 89), (51, 62, 73, 85),
    (48, 59, 69, 80), (46, 56, 66, 76), (43, 53, 63, 72), (41, 50, 59, 69), (39, 48, 56, 65),
    (37, 45, 54, 62), (35, 43, 51, 59), (33, 41, 48, 56), (32, 39, 46, 53), (30, 37, 43, 50),
    (29, 35, 41, 48), (27, 33, 39, 45), (26, 31, 37, 43), (24, 30, 35, 41), (23, 28, 33, 39),
    (22, 27, 32, 37), (21, 26, 30, 35), (20, 24, 29, 33), (19, 23, 27, 31), (18, 22, 26, 30),
    (17, 21, 25, 28), (16, 20, 23, 27), (15, 19, 22, 25), (14, 18, 21, 24), (14, 17, 20, 23),
    (13, 16, 19, 22), (12, 15, 18, 21), (12, 14, 17, 20), (11, 14, 16, 19), (11, 13, 15, 18),
    (10, 12, 15, 17), (10, 12, 14, 16), (9, 11, 13, 15), (9, 11, 12, 14), (8, 10, 12, 14),
    (8, 9, 11, 13), (7, 9, 11, 12), (7, 9, 10, 12), (7, 8, 10, 11), (6, 8, 9, 11), (6, 7, 9, 10),
    (6, 7, 8, 9), (2, 2, 2, 2),
)  # fmt: skip
_NEXT_LPS = (
    0, 0, 1, 2, 2, 4, 4, 5, 6, 7, 8, 9, 9, 11, 11, 12, 13, 13, 15, 15, 16, 16, 18, 18, 19, 19, 21,
    21, 22, 22, 23, 24, 24, 25, 26, 26, 27, 27, 28, 29, 29, 30, 30, 30, 31, 32, 32, 33, 33, 33,
    34, 34, 35, 35, 35, 36, 36, 36, 37, 37, 37, 38, 38, 63,
)  # fmt: skip
