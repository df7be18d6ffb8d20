"""Curtains of light that hang in the sky: computed for columns, then drawn along leaning rays."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modal_render import backdrop
from modal_render.yuv import Floats

COLUMN = 3.0  # units between the columns that a veil is computed for
FINER = 6  # columns drawn for each of those
_EDGE, _END = 0.4, 1.8  # veil heights below and above its edge that it shines
_STEPS = 640  # of its profile, from the one to the other
_PER_HEIGHT = _STEPS / (_EDGE + _END)
_TURNS = 0.9  # of the way from its first colour to its last, from its edge to its height
_SHARES = np.array([i / FINER for i in range(FINER)], np.float32)
_NOISE = 512  # columns that a line repeats after


@dataclass(frozen=True, slots=True, kw_only=True)
class Drape:
    """How a veil hangs: its edge over the shore, sway and height in sky heights.

    `folds` and `rays` are units wide; `turned` is how much of the way to the last colour its edge
    is.
    """

    hangs: float
    sways: float
    high: float
    strength: float
    folds: float
    rays: float
    turned: float


class Veil:
    """One curtain over `count` columns; `above` float32[rows, 1] is units over the shore.

    It is only ever seen in `rows` of these.
    """

    def __init__(self, seed: int, count: int, above: Floats, drape: Drape) -> None:
        self._drape, tall = drape, float(above[0, 0])
        self._hangs, self._sways, self._high = (
            np.float32(part * tall) for part in (drape.hangs, drape.sways, drape.high)
        )
        self._folds = _Line(seed, count, drape.folds, 2)
        self._patches = _Line(seed + 1, count, drape.folds * 0.8, 2)
        self._rays = _Line(seed + 2, count, drape.rays, 3)
        self._tops = _Line(seed + 3, count, drape.rays * 2.2, 2)
        lowest = (drape.hangs - drape.sways - _EDGE * drape.high / 2) * tall
        highest = (drape.hangs + drape.sways + _END * 1.4 * drape.high) * tall
        self.rows = slice(int((above > highest).sum()), int((above > lowest).sum()))
        self._above = above[self.rows]
        self._profile = np.array(
            [_shine(i / _PER_HEIGHT - _EDGE) for i in range(_STEPS)], np.float32
        )

    def draw(
        self,
        columns: tuple[Floats, Floats, Floats],
        ray: NDArray[np.intp],
        light: Floats,
        kind: Floats,
    ) -> None:
        """Add to its rows of `light`, and to `kind` that light times its colour, 0 to 1.

        `ray` is the drawn column of each point of these rows.
        """
        start, steps, shine = (_finer(line) for line in columns)
        at = steps.take(ray)
        at *= self._above
        at += start.take(ray)
        lit = shine.take(ray)
        # Both ends of the profile are dark.
        lit *= self._profile.take(at.astype(np.intp), mode="clip")
        light += lit
        at *= np.float32(_TURNS / _PER_HEIGHT)
        at += np.float32(self._drape.turned - _TURNS * _EDGE)
        lit *= at
        kind += lit

    def columns(self, moved: float, bright: float, heard: Floats) -> tuple[Floats, Floats, Floats]:
        """The profile's step at the shore, its steps to a unit upwards, and brightness.

        `bright` is safe to light everything with, `heard` what each column hears; both 0 to 1.
        """
        fold = self._folds.at(moved * 0.16, moved * 9)
        edge = self._hangs + (fold - np.float32(0.5)) * (2 * self._sways)
        edge += heard * self._high * np.float32(0.06)
        tops = self._tops.at(moved * 0.5, moved * 14)
        high = (np.float32(0.45) + tops * np.float32(0.75)) * self._high
        high *= np.float32(0.70 + 0.12 * bright) + heard * np.float32(0.50)
        steps = np.float32(_PER_HEIGHT) / high
        shine = self._shine(fold, moved)
        shine *= np.float32(0.74 + 0.30 * bright) + heard * np.float32(0.40)
        return np.float32(_EDGE * _PER_HEIGHT) - edge * steps, steps, shine

    def _shine(self, fold: Floats, moved: float) -> Floats:
        """Rays in patches, brighter where a fold is seen from its side and holds more light."""
        rays = self._rays.at(moved * 0.9, -moved * 16)
        patches = self._patches.at(moved * 0.22, moved * 6) * np.float32(2.6)
        patches = np.clip(patches - np.float32(0.7), 0, 1) + np.float32(0.10)
        steep = np.abs(np.diff(fold, prepend=fold[:1])) * np.float32(180 / COLUMN)
        shine = np.float32(0.3) + rays * rays * np.float32(2)
        shine *= patches * (np.float32(0.7) + steep) * np.float32(self._drape.strength)
        return shine


class _Line:
    """Noise in 0..1 along `count` columns, its bumps `bump` units wide, that changes and slides."""

    def __init__(self, seed: int, count: int, bump: float, octaves: int) -> None:
        self._cells = min(max(2, round(_NOISE * COLUMN / bump)), _NOISE >> octaves)
        noise = backdrop.cloud(seed, _NOISE, self._cells, octaves)
        # One more than there are columns, because what is between two needs both.
        self._noise: Floats = noise[:, np.arange(_NOISE + count + 1) % _NOISE]
        self._count = count

    def at(self, changed: float, moved: float) -> Floats:
        """Changed as far as `changed` bumps are apart, and `moved` units to the left."""
        row, down = divmod(changed * _NOISE / self._cells, 1)
        column, along = divmod(moved / COLUMN, 1)
        first, start = int(row) % _NOISE, int(column) % _NOISE
        lines = self._noise[[first, (first + 1) % _NOISE], start : start + self._count + 1]
        line = lines[0] + (lines[1] - lines[0]) * np.float32(down)
        mixed: Floats = line[:-1] + (line[1:] - line[:-1]) * np.float32(along)
        return mixed


def _shine(up: float) -> float:
    """Light of a veil `up` of its height over its edge: sharp below, fading upwards."""
    if up < 0:
        return math.exp(-((up / 0.07) ** 2))
    fade = max(0.0, 1 - (up / (_END - 0.02)) ** 2)
    return fade * (0.64 * math.exp(-up / 0.17) + 0.36 * math.exp(-up / 0.62))


def _finer(line: Floats) -> Floats:
    """Columns between those of `line`, so that no steps show where rays lean."""
    rise = line[1:] - line[:-1]
    finer: Floats = line[:-1, None] + rise[:, None] * _SHARES
    return finer.reshape(-1)
