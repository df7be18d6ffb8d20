"""Which rows of a band look are encoded: those that move, and a guard above and below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from modal_render.looks import Rows

BLOCK = 16  # rows of a macroblock
# Guards in macroblocks for a short side of 1080 pixels. A row of macroblocks costs time even when
# it is skipped: each one 1.8 % of Pulse's encoding. Bars leap far from picture to picture, so
# limits on vectors cost bytes: one of 45 rows 8 %, of 61 2 %. x264 takes no limit below 32 rows.
_GUARD = 3
_TAPS = 3  # rows that interpolation reads beyond a block
# A block of the transform that is coded is deblocked against its neighbour: a guard that began
# right behind one would change with it, and x264 would code that.
_FILTER = 8  # rows


@dataclass(frozen=True, slots=True)
class Band:
    """Rows `top` to `bottom` - 1, whole macroblocks but at the picture's end.

    `above` and `below` are the guards' heights in macroblocks, tall enough that no vector from
    between them points past them. There is none at the picture's edge, where what lies outside is
    the same for the band alone and for the whole picture. `reach` limits the vectors, in rows.
    """

    top: int
    bottom: int
    above: int
    below: int
    reach: int

    @property
    def blocks(self) -> int:
        """Its height in macroblocks."""
        return -(-(self.bottom - self.top) // BLOCK)


def bands_of(moving: Sequence[Rows], size: tuple[int, int]) -> list[Band]:
    """The bands that hold all `moving` rows of a picture of `size`, top to bottom."""
    groups = sorted(moving)
    while True:
        bands = [_around(rows, size) for rows in groups]
        crowded = [i for i, (one, next_) in enumerate(pairwise(bands)) if next_.top <= one.bottom]
        if not crowded:
            return bands
        first = crowded[0]
        (top, bottom), (_, last) = groups[first : first + 2]
        groups[first : first + 2] = [(top, max(bottom, last))]


def _around(rows: Rows, size: tuple[int, int]) -> Band:
    (top, bottom), (width, height) = rows, size
    scale = max(1, round(min(width, height) / 1080))
    guard = _GUARD * scale
    first = max(0, ((top - _FILTER) // BLOCK - guard) * BLOCK)
    last = min(height, (-(-(bottom + _FILTER) // BLOCK) + guard) * BLOCK)
    above, below = guard if first else 0, guard if last < height else 0
    return Band(first, last, above, below, guard * BLOCK - _TAPS)


def still_strips(bands: Sequence[Band], height: int) -> list[Rows]:
    """The rows between the bands."""
    edges = [0, *(edge for band in bands for edge in (band.top, band.bottom)), height]
    return [
        (top, bottom) for top, bottom in zip(edges[::2], edges[1::2], strict=True) if top < bottom
    ]
