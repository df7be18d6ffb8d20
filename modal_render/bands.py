"""Which rows of a band look are encoded: those that move, and a guard above and below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from modal_render.looks import Rows

BLOCK = 16  # rows of a macroblock
# x264 looks at most 32 rows away (`mvrange=32` is its least) and interpolation takes three more,
# so no vector from between the guards points past them.
GUARD_BLOCKS = 3


@dataclass(frozen=True, slots=True)
class Band:
    """Rows `top` to `bottom` - 1, whole macroblocks but at the picture's end.

    `above` and `below` are the guards' heights in macroblocks: none at the picture's edge, where
    what lies outside is the same for the band alone and for the whole picture.
    """

    top: int
    bottom: int
    above: int
    below: int

    @property
    def blocks(self) -> int:
        """Its height in macroblocks."""
        return -(-(self.bottom - self.top) // BLOCK)


def bands_of(moving: Sequence[Rows], height: int) -> list[Band]:
    """The bands that hold all `moving` rows of a picture, top to bottom."""
    guard = GUARD_BLOCKS * BLOCK
    found: list[tuple[int, int]] = []
    for top, bottom in sorted(moving):
        first = max(0, top // BLOCK * BLOCK - guard)
        last = min(height, -(-bottom // BLOCK) * BLOCK + guard)
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return [
        Band(top, bottom, GUARD_BLOCKS if top else 0, GUARD_BLOCKS if bottom < height else 0)
        for top, bottom in found
    ]


def still_strips(bands: Sequence[Band], height: int) -> list[Rows]:
    """The rows between the bands."""
    edges = [0, *(edge for band in bands for edge in (band.top, band.bottom)), height]
    return [
        (top, bottom) for top, bottom in zip(edges[::2], edges[1::2], strict=True) if top < bottom
    ]
