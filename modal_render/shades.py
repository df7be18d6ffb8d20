"""Light as colour: OKLCH stops from dark to bright, as look-up tables into dithered planes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from modal_render.grid import Grid
from modal_render.palette import existing, srgb
from modal_render.yuv import U8, Floats, Planes, exact

Stop = tuple[float, float, float, float]  # light 0 to 1, then lightness, chroma, hue in degrees

STEPS = 1024
_SOFT = 0.03  # of the light around a stop that is rounded, so that no edge shows there
# A level between two others is drawn as a fixed grain of both: a dark ground has a few levels only
# and would show them as lines. Grain that moved would be coded anew in each frame.
_GRAINS = 32


class Shades:
    """The colours of light over one grid; `seed` decides the grain."""

    def __init__(self, stops: Sequence[Stop], grid: Grid, seed: int) -> None:
        colors = np.array([_color(stops, i / (STEPS - 1)) for i in range(STEPS)], np.float32)
        self._tables = [_grained(plane) for plane in exact(colors)]
        # Three patterns, so that no grain is of one hue.
        half = (grid.height // 2, grid.width // 2)
        self._grain = [
            _grain(seed + i, size) for i, size in enumerate(((grid.height, grid.width), half, half))
        ]

    def paint(self, light: Floats, planes: Planes) -> None:
        """Fill `planes` with the colours of `light` float32[h, w] in 0..1."""
        steps = light * np.float32(STEPS - 1)
        np.clip(steps, 0, STEPS - 1, out=steps)
        for part, table, grain, plane in zip(
            (steps, steps[::2, ::2], steps[::2, ::2]),
            self._tables,
            self._grain,
            planes,
            strict=True,
        ):
            table.take((part + grain).astype(np.intp), out=plane, mode="clip")


def _grain(seed: int, size: tuple[int, int]) -> Floats:
    """Where each point's shade of the table begins."""
    which = np.random.default_rng(seed).integers(0, _GRAINS, size)
    return which.astype(np.float32) * np.float32(STEPS)


def _grained(levels: Floats) -> U8:
    """uint8[_GRAINS * STEPS]: `levels` rounded further and further up, by one in all."""
    lift = (np.arange(_GRAINS, dtype=np.float32) + np.float32(0.5)) / np.float32(_GRAINS)
    table = np.floor(levels[None] + lift[:, None])
    grained: U8 = np.clip(table, 16, 240).astype(np.uint8).reshape(-1)
    return grained


def _color(stops: Sequence[Stop], light: float) -> tuple[float, float, float]:
    around = [_lab(stops, min(1.0, max(0.0, light + _SOFT * i / 4))) for i in range(-4, 5)]
    lightness, a, b = (sum(part) / len(around) for part in zip(*around, strict=True))
    return srgb(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)))


def _lab(stops: Sequence[Stop], light: float) -> tuple[float, float, float]:
    """Lightness and the two axes of chroma, straight between stops."""
    for (low, *dark), (high, *bright) in pairwise(stops):
        if light <= high:
            share = (light - low) / (high - low)
            first, second = _axes(*dark), _axes(*bright)
            lightness, a, b = (
                one + (two - one) * share for one, two in zip(first, second, strict=True)
            )
            return lightness, a, b
    return _axes(*stops[-1][1:])


def _axes(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    chroma, turn = existing(lightness, chroma, hue), math.radians(hue)
    return lightness, chroma * math.cos(turn), chroma * math.sin(turn)
