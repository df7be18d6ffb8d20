"""Neon: two tubes wound into a ring, one bent by low voices and one by high; syllables spark."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from modal_render import yuv
from modal_render.field import Dress, Echo, Field, drift, shares
from modal_render.grid import Sheet
from modal_render.looks import Brief
from modal_render.palette import Rgb, hue_of, oklch, palette_of
from modal_render.shades import Hues, Stop
from modal_render.sound import U8, Sound
from modal_render.sparks import Dots, sine
from modal_render.tubes import PLACES, Bend, Glass, Tube
from modal_render.yuv import Floats, Planes

_MAGENTA, _TO_CYAN = 350.0, -145.0  # degrees, where neither cover nor brand has a hue
_LEAST_TURN = 80.0  # degrees between the two colours
_RADIUS, _ROUND_COVER = 0.76, 0.80  # of the ring, in parts of the stage's
_TUBES = (
    (
        Bend(lobes=2, rest=0.030, most=0.070, low=0, high=7, pace=0.05, start=0.10),
        Bend(lobes=3, rest=0.018, most=0.105, low=2, high=12, pace=-0.07, start=0.45),
        Bend(lobes=5, rest=0.004, most=0.060, low=6, high=15, pace=0.09, start=0.80),
    ),
    (
        Bend(lobes=2, rest=0.026, most=0.015, low=0, high=12, pace=0.05, start=0.62),
        Bend(lobes=3, rest=0.020, most=0.030, low=10, high=18, pace=-0.07, start=0.05),
        Bend(lobes=9, rest=0.002, most=0.055, low=13, high=22, pace=0.12, start=0.30),
        Bend(lobes=14, rest=0.0, most=0.042, low=20, high=32, pace=-0.16, start=0.70),
    ),
)
_NEAR, _WIDE = 15, 66  # units around a tube that its light is steep and wide within
_STEEP = 190  # units beyond the round ring that the steep light is drawn to
_FOLLOWS = 190  # units from the ring up to which light follows its bends
_RUN = 900  # units a second that light spreads from the ring
_RING = 4  # units between the distances that is computed for
_ONSET = 30  # of 255: what loudness rises by within two frames when a syllable begins
_APART_S = 0.10  # between syllables
_SPARK_S = 0.9  # that a spark lives, at most
_TRAIL_S = np.array([i * 0.0035 for i in range(14)], np.float32)
_NOW = np.zeros(1, np.float32)
_NEAREST = ((0, 0), (0, 1), (1, 0), (1, 1))


class Look(Field):
    def __init__(self, brief: Brief) -> None:
        scene, sound, cover = brief.scene, brief.sound, brief.cover
        hue, turn = _MAGENTA, _TO_CYAN
        if hue_of(cover, scene.brand) is not None:
            palette = palette_of(scene.seed, cover, scene.brand)
            hue = palette.hue
            turn = math.copysign(max(abs(palette.turn), _LEAST_TURN), palette.turn)
        super().__init__(brief, _dress(hue, turn))
        grid = self.grid
        self._hues = Hues(_kinds(hue, turn), grid, scene.seed)
        radius = grid.reach * (_RADIUS if cover is None else _ROUND_COVER)
        moved = drift(sound, 1.0, 1.4)
        self.tubes = [Tube(bends, radius, grid.reach, sound, moved) for bends in _TUBES]
        self._glass = Glass(self.layout)
        self._place = (grid.turns() * np.float32(PLACES)).astype(np.intp)
        self._steep = grid.within(radius + _STEEP)
        self._off: Floats = grid.away - np.float32(radius)
        # Far from the ring light is round: what is bent there would be seen as rays.
        far = np.abs(self._off)
        square = far * far * np.float32(1 / _FOLLOWS**2)
        self._follows: Floats = np.float32(1) / (1 + square * square)
        self._ring = (far / np.float32(_RING)).astype(np.intp)
        rings = np.arange(int(self._ring.max()) + 1, dtype=np.float32) * np.float32(_RING)
        self._echo = Echo(rings / np.float32(_RUN), sound.fps)
        self._smoke = Sheet(grid, scene.seed, bump=330, octaves=3)
        self._moved, self._light = moved, shares(sound.light)
        self._strength: Floats = self.calm * np.float32(0.75) + np.float32(0.25)
        colors = [oklch(0.62, 0.22, hue + turn * share) for share in (0.1, 0.9)]
        self._sparks = _Sparks(self, scene.seed, sound, colors)

    def fill(self, index: int, small: Planes) -> None:
        smoke = self._smoke.at(0, self._moved[index] * 13)
        smoke *= smoke
        smoke *= np.float32(1.7)
        smoke += np.float32(0.05)
        spread = self._echo.of(self._light, index) * np.float32(0.75) + np.float32(0.45)
        smoke *= spread.take(self._ring)
        light, kind = (self._glow(tube, index, smoke) for tube in self.tubes)
        light += kind
        kind /= light
        light *= self._strength
        light /= light + np.float32(1)
        self._hues.paint(light, kind, small)
        self._sparks.tint(index, small)

    def _glow(self, tube: Tube, index: int, smoke: Floats) -> Floats:
        """Light around a tube: steep close to it, wide in the smoke."""
        bent, slant = tube.around(index)
        wide = bent.take(self._place)
        wide *= self._follows
        np.subtract(self._off, wide, out=wide)
        wide *= wide
        near = slant.take(self._place[self._steep])
        near *= wide[self._steep]
        near *= np.float32(1 / _NEAR**2)
        near += np.float32(1)
        near *= near
        np.divide(np.float32(1.95 + 1.15 * float(self._light[index])), near, out=near)
        wide *= np.float32(1 / _WIDE**2)
        wide += np.float32(1)
        np.divide(smoke, wide, out=wide)
        wide[self._steep] += near
        return wide

    def sparkle(self, index: int, planes: Planes) -> None:
        for tube in self.tubes:
            self._glass.draw(tube, index, planes[0])
        self._sparks.draw(index, planes[0])


class _Sparks:
    """What flies off the tubes when a syllable begins."""

    def __init__(self, look: Look, seed: int, sound: Sound, colors: Sequence[Rgb]) -> None:
        self._look, self._seed, self._fps = look, seed, sound.fps
        self._onsets = _onsets(sound.loudness, sound.fps)
        self._loudness = shares(sound.loudness)
        self._colors = np.array([yuv.color(color)[1:] for color in colors], np.float32).T
        self._dots = Dots(1.9 * look.layout.unit)
        self._thrown: dict[int, Floats] = {}

    def draw(self, index: int, luma: U8) -> None:
        """Sparks and where each was a moment ago."""
        x, y, light, _ = self._flying(index, _TRAIL_S)
        light *= np.linspace(230, 50, len(_TRAIL_S), dtype=np.float32)[:, None]
        self._dots.draw(luma, x.reshape(-1), y.reshape(-1), light.reshape(-1).astype(np.uint16))

    def tint(self, index: int, small: Planes) -> None:
        """Colour what is around each spark; where there is light already, it keeps its colour."""
        x, y, light, tube = self._flying(index, _NOW)
        pixels = np.float32(1 / (2 * self._look.grid.pixels))
        half = np.float32(0.5)
        across, down = x[0] * pixels - half, y[0] * pixels - half
        height, width = small[1].shape
        for right, below in _NEAREST:
            column, row = np.floor(across) + np.float32(right), np.floor(down) + np.float32(below)
            off = (column - across) * (column - across) + (row - down) * (row - down)
            seen = (column >= 0) & (column < width) & (row >= 0) & (row < height)
            at = (row[seen].astype(np.intp), column[seen].astype(np.intp))
            dark = np.maximum(1 - small[0][::2, ::2][at] * np.float32(1 / 130), 0)
            share = (light[0] / (1 + off * off))[seen] * dark
            for plane, colors in zip(small[1:], self._colors, strict=True):
                here = plane[at].astype(np.float32)
                color = colors.take(tube[seen].astype(np.intp))
                plane[at] = (here + (color - here) * share).astype(np.uint8)

    def _flying(self, index: int, back_s: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Pixels from the left and the top and light, a row for each of `back_s`; which tube."""
        look = self._look
        oldest = index - math.ceil(_SPARK_S * self._fps)
        first, last = np.searchsorted(self._onsets, [oldest, index + 1]).tolist()
        thrown = [self._throw(which) for which in range(first, last)]
        sparks = np.concatenate([np.zeros((8, 0), np.float32), *thrown], axis=1)
        born, turn, radius, speed, aside, life, shine, tube = sparks
        # Half a frame old when they are first seen, so that they are seen at once.
        age = (np.float32(index + 0.5) - born) / np.float32(self._fps) - back_s[:, None]
        age = np.maximum(age, 0)
        # Air slows sparks down, and they fall.
        gone = age / (1 + age * np.float32(3.4))
        out = radius + speed * gone
        spin = turn + aside * gone
        x = sine(spin) * out
        y = np.float32(230) * age * age - sine(spin + np.float32(0.25)) * out
        unit, middle = np.float32(look.layout.unit), look.layout.stage.middle
        x, y = x * unit + np.float32(middle[0]), y * unit + np.float32(middle[1])
        light = np.clip(np.float32(1.5) - age / life * np.float32(1.5), 0, 1) * shine
        light *= look.calm_at(x[0], y[0])
        return x, y, light, tube

    def _throw(self, which: int) -> Floats:
        """Of each spark of an onset, in the order of `_flying`, float32[8, n]."""
        known = self._thrown.get(which)
        if known is None:
            born = int(self._onsets[which])
            strong = self._loudness[born : born + 3].max()
            chance = np.random.default_rng((self._seed, which))
            count = 8 + round(float(strong) * 30)
            turn, speed, aside, life, shine, tube = chance.random((6, count), np.float32)
            tube = (tube > np.float32(0.5)).astype(np.float32)
            low, high = (part.radius + part.bent(born, turn)[0] for part in self._look.tubes)
            speed = (np.float32(160) + speed * speed * 1000) * (strong + np.float32(0.25))
            # The same made by two threads at once is no harm.
            known = self._thrown[which] = np.stack(
                [
                    np.full_like(turn, born), turn, low + (high - low) * tube, speed,
                    (aside - np.float32(0.5)) * np.float32(0.35),
                    np.float32(0.3) + life * np.float32(_SPARK_S - 0.3),
                    np.float32(0.45) + shine * np.float32(0.55), tube,
                ]
            )  # fmt: skip
        return known


def _onsets(loudness: U8, fps: int) -> NDArray[np.int64]:
    """The frames in which syllables begin."""
    levels, found = loudness.tolist(), [-fps]
    for i, level in enumerate(levels):
        before = min(levels[max(0, i - 2) : i], default=0)
        if level - before > _ONSET and i - found[-1] >= _APART_S * fps:
            found.append(i)
    return np.array(found[1:], np.int64)


def _kinds(hue: float, turn: float) -> list[list[Stop]]:
    """The colours of one tube, of where both shine, of the other."""
    night = hue + turn * 0.48
    return [
        [
            (0.0, 0.12, 0.045, night),
            (0.07, 0.165, 0.075, night),
            (0.25, 0.36, 0.170, color),
            (0.48, 0.62, 0.260, color),
            (0.68, 0.78, 0.190, color),
            (0.85, 0.92, 0.080, color),
            (1.0, 0.985, 0.02, color),
        ]
        for color in (hue, hue + turn / 2, hue + turn)
    ]


def _dress(hue: float, turn: float) -> Dress:
    return Dress(
        title=oklch(0.98, 0.012, hue),
        subtitle=oklch(0.85, 0.08, hue + turn),
        accent=oklch(0.70, 0.24, hue),
    )
