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
# Several kinds of light: those that are computed, lights of each, and what is filled in between.
_KINDS, _NODES, _KINDS_FINE, _FINE = 13, 80, 49, 512


class Shades:
    """The colours of light over one grid; `seed` decides the grain."""

    def __init__(self, stops: Sequence[Stop], grid: Grid, seed: int) -> None:
        ends = _ends(stops)
        colors = np.array([_color(ends, i / (STEPS - 1)) for i in range(STEPS)], np.float32)
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


class Hues:
    """Shades of several kinds of light, which turn into one another.

    `kinds` are the stops of each, at the same lights; between two kinds, colours take the way from
    hue to hue that the numbers take.
    """

    def __init__(self, kinds: Sequence[Sequence[Stop]], grid: Grid, seed: int) -> None:
        rows = [_ends(_between(kinds, i / (_KINDS - 1))) for i in range(_KINDS)]
        colors = [[_color(ends, i / _NODES) for i in range(_NODES + 1)] for ends in rows]
        nodes = exact(np.array(colors, np.float32).reshape(-1, 3))
        self._tables = [_filled(plane.reshape(_KINDS, -1)).reshape(-1) for plane in nodes]
        half = (grid.height // 2, grid.width // 2)
        sizes = ((grid.height, grid.width), half, half)
        self._grain = [
            np.random.default_rng(seed + i).random(size, np.float32) for i, size in enumerate(sizes)
        ]

    def paint(self, light: Floats, kind: Floats, planes: Planes) -> None:
        """Fill `planes` with `light` float32[h, w] in 0..1 of `kind` 0..1, the first to the last.

        Both are changed; a kind beyond is the nearest.
        """
        light *= np.float32(_FINE - 1)
        kind *= np.float32(_KINDS_FINE - 1)
        kind += np.float32(0.5)
        np.clip(kind, 0, _KINDS_FINE - 1, out=kind)
        at = kind.astype(np.intp)
        at *= _FINE
        at += light.astype(np.intp)
        half = at[::2, ::2]
        for which, table, grain, plane in zip(
            (at, half, half), self._tables, self._grain, planes, strict=True
        ):
            level = table.take(which, mode="clip")
            level += grain
            np.copyto(plane, level, casting="unsafe")


def _between(kinds: Sequence[Sequence[Stop]], kind: float) -> list[Stop]:
    """The stops of a kind of light that lies between two."""
    first = min(int(kind * (len(kinds) - 1)), len(kinds) - 2)
    share = kind * (len(kinds) - 1) - first
    mixed = []
    for one, two in zip(kinds[first], kinds[first + 1], strict=True):
        light, lightness, chroma, hue = (a + (b - a) * share for a, b in zip(one, two, strict=True))
        mixed.append((light, lightness, chroma, hue))
    return mixed


def _filled(nodes: Floats) -> Floats:
    """float32[_KINDS_FINE, _FINE] of float32[_KINDS, _NODES + 1], straight between nodes."""
    across = _stretched(nodes, _FINE)
    return np.clip(_stretched(across.T, _KINDS_FINE).T, 16, 239)


def _stretched(nodes: Floats, count: int) -> Floats:
    """Its last axis `count` long."""
    at = np.arange(count, dtype=np.float32) * np.float32((nodes.shape[1] - 1) / (count - 1))
    first = np.minimum(at.astype(np.intp), nodes.shape[1] - 2)
    low: Floats = nodes[:, first]
    stretched: Floats = low + (nodes[:, first + 1] - low) * (at - first.astype(np.float32))
    return stretched


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


def _ends(stops: Sequence[Stop]) -> list[Stop]:
    """Stops as light, lightness and the two axes of chroma."""
    return [(light, *_axes(*color)) for light, *color in stops]


def _color(ends: Sequence[Stop], light: float) -> tuple[float, float, float]:
    around = [_lab(ends, min(1.0, max(0.0, light + _SOFT * i / 4))) for i in range(-4, 5)]
    lightness, a, b = (sum(part) / len(around) for part in zip(*around, strict=True))
    return srgb(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)))


def _lab(ends: Sequence[Stop], light: float) -> tuple[float, float, float]:
    """Lightness and the two axes of chroma, straight between ends."""
    for (low, *dark), (high, *bright) in pairwise(ends):
        if light <= high:
            share = (light - low) / (high - low)
            lightness, a, b = (
                one + (two - one) * share for one, two in zip(dark, bright, strict=True)
            )
            return lightness, a, b
    return ends[-1][1:]


def _axes(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    chroma, turn = existing(lightness, chroma, hue), math.radians(hue)
    return lightness, chroma * math.cos(turn), chroma * math.sin(turn)
