"""Dots of light too fine for a grid: stars, dust and sparks, at eighths of the video's pixels."""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from modal_render.yuv import U8, Floats

_PLACES = 8  # within a pixel, each way: slow dust must not tick
_LEAST_PX = 0.55  # a dot smaller than this would blink as it moves


class Dots:
    """Soft round dots of one size, `radius_px` to where half of the light is left."""

    def __init__(self, radius_px: float) -> None:
        self._radius = max(radius_px, _LEAST_PX)
        self._half = math.ceil(self._radius * 1.7)
        side = range(-self._half, self._half + 1)
        reach = (self._radius * 1.7 + 0.25) ** 2
        self._around = [(x, y) for y in side for x in side if x * x + y * y <= reach]
        # What is smaller than a pixel can show is drawn fainter instead.
        share = min(1.0, radius_px / self._radius) * 256
        self._shapes = np.array(
            [
                [
                    round(share * self._light(x - across / _PLACES, y - down / _PLACES))
                    for x, y in self._around
                ]
                for down in range(_PLACES)
                for across in range(_PLACES)
            ],
            np.uint16,
        )

    def _light(self, x: float, y: float) -> float:
        return math.exp(-math.log(2) * (x * x + y * y) / self._radius**2)

    def draw(self, luma: U8, x: Floats, y: Floats, level: NDArray[np.uint16]) -> None:
        """Lighten `luma` to at least `level` [n], 0 to 235, around the pixels (x, y) [n].

        A dot that is not wholly within the picture is left out.
        """
        height, width = luma.shape
        column, row = _eighths(x), _eighths(y)
        left, top, half = column // _PLACES, row // _PLACES, self._half
        drawn = (left >= half) & (left < width - half) & (top >= half) & (top < height - half)
        drawn &= level > 0
        column, row, left, top = column[drawn], row[drawn], left[drawn], top[drawn]
        lit = self._shapes[row % _PLACES * _PLACES + column % _PLACES] * level[drawn, None] >> 8
        line = luma.strides[0]
        around = np.array([y * line + x for x, y in self._around], np.int32)
        at = (top * line + left)[:, None] + around
        # All rows as one, with what lies behind each in memory.
        flat = as_strided(luma, ((height - 1) * line + width,), (1,))
        np.maximum.at(flat, at.reshape(-1), lit.astype(np.uint8).reshape(-1))


def _eighths(pixels: Floats) -> NDArray[np.int32]:
    steps: NDArray[np.int32] = np.floor(pixels * np.float32(_PLACES) + np.float32(0.5)).astype(
        np.int32
    )
    return steps


_ROUND = 32768  # steps of a turn: a sixth of a pixel on 4K's largest ring
_SINES = np.array([math.sin(math.tau * i / _ROUND) for i in range(_ROUND)], np.float32)


def sine(turns: Floats) -> Floats:
    """The sine of whole turns, looked up; `sine(turns + 0.25)` is the cosine."""
    at = (turns * np.float32(_ROUND)).astype(np.intp) & (_ROUND - 1)
    found: Floats = _SINES[at]
    return found
