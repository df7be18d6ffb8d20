"""Ink: one stroke of a broad nib from edge to edge, that the voice makes swell.

A voice is seen first in the middle and runs outwards along the stroke. Its shape is computed in
64-bit floats by + - * / and square roots, which every processor rounds alike, and sines by table.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from modal_render import yuv
from modal_render.ground import dark_ground
from modal_render.hud import Hud, HudColors
from modal_render.layout import Layout, strip_layout
from modal_render.looks import Brief
from modal_render.palette import Palette, Rgb, mixed, palette_of
from modal_render.sound import BANDS, Sound, follow
from modal_render.yuv import U8, Planes

Floats = NDArray[np.float64]
Shorts = NDArray[np.int16]
_Box: TypeAlias = tuple[slice, slice]
_Place: TypeAlias = tuple[_Box, _Box, _Box]  # a rectangle in each of the planes

_SINE = np.array([math.sin(math.tau * i / 4096) for i in range(4096)])
_QUARTER = 1024  # of the sine's table: what turns it to a cosine
_ATTACK_S, _RELEASE_S = 0.055, 0.30  # of the bends; the stroke's width follows the voice itself
_OUTWARD_S = 0.75  # how long a sound runs from the middle to an edge
_ECHO = -0.5  # how much of the stroke's bends the thread has
_CHUNK = 90  # pairs of columns drawn together


@dataclass(frozen=True, slots=True)
class _Wave:
    """A bend of the stroke: its length in units, how far it goes, how fast it drifts (turns/s).

    It follows the voices from band `first` up to `last`, and is `rest` of its height in silence.
    """

    length: float
    reach: float
    drift: float
    first: int
    last: int
    rest: float


_WAVES = (
    _Wave(910, 0.80, 0.10, 0, 6, 0.12),
    _Wave(470, 0.62, -0.17, 4, 13, 0.08),
    _Wave(268, 0.40, 0.29, 10, 21, 0.0),
    _Wave(149, 0.18, -0.46, 18, BANDS, 0.0),
)


class Look:
    """The still picture; over it the stroke and the progress."""

    def __init__(self, brief: Brief) -> None:
        scene, sound, cover = brief.scene, brief.sound, brief.cover
        layout = strip_layout(scene)
        palette = palette_of(scene.seed, cover, scene.brand)
        hud = Hud(layout, HudColors(palette.warm, palette.text), sound.frames, sound.fps)
        self.ground = dark_ground(scene, layout, palette, cover, hud)
        self.movers = [_Ink(layout, palette, sound, scene.seed), hud]
        self.between, self.crf = 2, 25.4


class _Ink:
    def __init__(self, layout: Layout, palette: Palette, sound: Sound, seed: int) -> None:
        stage = layout.stage
        self.rows = (stage.y, stage.bottom)
        self._stroke = _Stroke(layout, sound, seed)
        faint = [mixed(palette.cool, palette.ground, share) for share in (0.25, 0.45)]
        # Chroma is too coarse for the thread.
        thread = _inks(faint[0], faint[1], stage.width)[:1]
        self._inks = [thread, _inks(palette.warm, palette.cool, stage.width)]

    def over(self, ground: Planes) -> Callable[[Planes], _Painter]:
        return lambda planes: _Painter(self._stroke, self._inks, ground, planes)


@dataclass(frozen=True, slots=True)
class _Line:
    """Its upper and lower edge and its length, all in rows, per two columns."""

    top: Floats
    bottom: Floats
    long: Floats


class _Stroke:
    """Where the stroke and the fine thread beside it lie in a frame."""

    def __init__(self, layout: Layout, sound: Sound, seed: int) -> None:
        stage, unit = layout.stage, layout.unit
        self._fps, self._unit = sound.fps, unit
        columns = np.arange(0, stage.width, 2) + 1.0
        away = np.abs(columns - stage.width / 2) / (stage.width / 2)
        self._delay = away * (_OUTWARD_S * sound.fps)
        self._then = (1 - 0.72 * away * away)[:, None] * (0.56 / 255)
        self._now = (np.maximum(1 - away * away * 2, 0) ** 2)[:, None] * (0.44 / 255)
        chance = np.random.default_rng(seed).integers(0, 4096, len(_WAVES))
        self._places = [
            (columns / (unit * wave.length) * 4096).astype(np.int64) + int(start)
            for wave, start in zip(_WAVES, chance, strict=True)
        ]
        self._levels = _levels(sound)
        self._middle = stage.height / 2
        self._nib = min(30 * unit, stage.height * 0.085)
        self._reach = self._middle - self._nib - 8 * unit

    def at(self, index: int) -> tuple[_Line, _Line]:
        """The thread and the stroke over it."""
        levels = self._swell(index)
        bend, slope = np.zeros(len(levels)), np.zeros(len(levels))
        for number, (wave, places) in enumerate(zip(_WAVES, self._places, strict=True)):
            height = levels[:, number] * ((1 - wave.rest) * wave.reach * self._reach)
            height += wave.rest * wave.reach * self._reach
            turned = places + round(4096 * wave.drift * index / self._fps)
            bend += height * _SINE[turned & 4095]
            height *= math.tau / (wave.length * self._unit)
            slope += height * _SINE[(turned + _QUARTER) & 4095]
        # However loud, it comes near the edge of its rows and never over it.
        tamed = 1 / np.sqrt(1 + bend * bend / (self._reach * self._reach))
        bend *= tamed
        slope *= tamed * tamed * tamed
        long = np.sqrt(1 + slope * slope)
        voice = levels[:, -1]
        # A nib held aslant: broad on the way down, fine on the way up.
        broad = (0.22 + 0.78 * voice) * self._nib * (0.5 + 0.5 * slope / long)
        hair = (1.4 + voice) * self._unit
        half = np.sqrt(broad * broad + hair * hair)
        other = self._middle + bend * _ECHO
        echoed = np.sqrt(1 + slope * slope * (_ECHO * _ECHO))
        bend += self._middle
        return (
            _Line(other - self._unit, other + self._unit, echoed),
            _Line(bend - half, bend + half, long),
        )

    def _swell(self, index: int) -> Floats:
        """Levels 0 to 1, [columns / 2, waves + 1]: near the middle as now, further out as before.

        The last is the voice.
        """
        back = np.maximum(index - self._delay, 0)
        early = back.astype(np.int64)
        share = (back - early)[:, None]
        before = self._levels[early]
        then = before + (self._levels[np.minimum(early + 1, index)] - before) * share
        seen: Floats = then * self._then + self._now * self._levels[index]
        return seen


def _levels(sound: Sound) -> Floats:
    """How loud each wave's voices are and all together: float64[frames, waves + 1], 0 to 255."""
    bands = sound.bands.astype(np.int64)
    means = [bands[:, w.first : w.last].sum(axis=1) // (w.last - w.first) for w in _WAVES]
    levels = np.minimum(np.maximum(np.stack(means, axis=1) - 24, 0) * 330 // 231, 255)
    bends = follow(levels.astype(np.uint8), sound.fps, _ATTACK_S, _RELEASE_S)
    return np.concatenate([bends, sound.loudness[:, None]], axis=1).astype(np.float64)


def _inks(middle: Rgb, edges: Rgb, width: int) -> list[Shorts]:
    """Each column's colour per plane."""
    half = width / 2
    colors = [
        yuv.color(mixed(middle, edges, min(1, abs(x + 0.5 - half) / half * 1.1)))
        for x in range(width)
    ]
    y, u, v = (np.array(plane, np.int16) for plane in zip(*colors, strict=True))
    return [y, u[::2], v[::2]]


class _Painter:
    def __init__(
        self, stroke: _Stroke, inks: Sequence[list[Shorts]], ground: Planes, planes: Planes
    ) -> None:
        self._stroke, self._inks, self._ground, self._planes = stroke, inks, ground, planes
        self._drawn: list[_Place] = []

    def paint(self, index: int) -> None:
        for place in self._drawn:
            for view, ground, box in zip(self._planes, self._ground, place, strict=True):
                view[box] = ground[box]
        self._drawn = []
        height = self._planes[0].shape[0]
        for line, inks in zip(self._stroke.at(index), self._inks, strict=True):
            places = list(_places(line, height))
            fine = _Line(_doubled(line.top), _doubled(line.bottom), np.repeat(line.long, 2))
            _Pen(fine, 1, height).draw(self._planes[:1], inks[:1], [place[0] for place in places])
            if len(inks) > 1:
                coarse = [place[1] for place in places]
                _Pen(line, 2, height).draw(self._planes[1:], inks[1:], coarse)
            self._drawn += places


def _places(line: _Line, height: int) -> Iterator[_Place]:
    """Rectangles side by side that hold the line."""
    width = len(line.top)
    for left, right in pairwise([*range(0, width - _CHUNK // 2, _CHUNK), width]):
        first = max(0, int(line.top[left:right].min()) // 2 - 2)
        last = min(height // 2, int(line.bottom[left:right].max()) // 2 + 3)
        half = (slice(first, last), slice(left, right))
        yield (slice(first * 2, last * 2), slice(left * 2, right * 2)), half, half


def _doubled(edge: Floats) -> Floats:
    """The edge at twice as many columns, without steps."""
    fine = np.repeat(edge, 2)
    rise = (edge[2:] - edge[:-2]) / 8
    fine[2:-2:2] -= rise
    fine[3:-2:2] += rise
    return fine


class _Pen:
    """Draws a line into planes of one size, its edges soft along its slope."""

    def __init__(self, line: _Line, step: int, height: int) -> None:
        # 16 bits hold rows times weight.
        self._bits = next(bits for bits in (6, 5, 4, 3) if height // step << bits < 32_000)
        full = 1 << self._bits
        gain = np.maximum(np.rint(full / line.long), 1)
        self._gain = gain.astype(np.int16)
        self._above = np.rint((line.top / step - 0.5) * gain - full / 2).astype(np.int16)
        self._below = np.rint((line.bottom / step - 0.5) * gain + full / 2).astype(np.int16)
        self._rows = np.arange(height // step, dtype=np.int16)[:, None]

    def draw(self, planes: Sequence[U8], inks: Sequence[Shorts], boxes: Sequence[_Box]) -> None:
        full = 1 << self._bits
        for box in boxes:
            rows, columns = box
            at = self._rows[rows] * self._gain[columns]
            weight = at - self._above[columns]
            np.subtract(self._below[columns], at, out=at)
            np.minimum(weight, at, out=weight)
            np.maximum(weight, 0, out=weight)
            np.minimum(weight, full, out=weight)
            for plane, ink in zip(planes, inks, strict=True):
                view = plane[box]
                shown = ink[columns] - view
                shown *= weight
                shown >>= self._bits
                view += shown.astype(np.uint8)
