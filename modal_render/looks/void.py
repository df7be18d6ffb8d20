"""Void: fine dust in deep space, turning around a faint core and drawn apart by the voice."""

from __future__ import annotations

import math

import numpy as np

from modal_render.field import Dress, Echo, Lit, drift, shares
from modal_render.grid import Sheet
from modal_render.looks import Brief
from modal_render.palette import hue_of, oklch
from modal_render.sound import follow
from modal_render.sparks import Dots, sine
from modal_render.yuv import Floats, Planes

_BLUE = 258.0  # degrees: the hue where neither cover nor brand has one
_ROUND_COVER = 1.42  # how much further out dust turns around a cover
_APART = 0.52  # how far the voice draws dust apart, in parts of its distance
_TRAVEL = 3.0  # stage radii a second, at which that goes outwards
_SWELL_ATTACK_S, _SWELL_RELEASE_S = 0.03, 0.30
_PULL_ATTACK_S, _PULL_RELEASE_S = 0.18, 0.45
# Grains, their size in units, the luma of the brightest: fine dust, grains, a few near and blurred.
_KINDS = ((3400, 0.95, 200), (900, 1.5, 230), (150, 2.4, 235), (26, 8.0, 60))
_TILT = 0.60  # sine of the angle at which we look down on the turning disc
_SIGHT = 4.0  # stage radii from the eye to the middle
_ARMS, _WOUND = 2, 0.42  # spiral arms, and turns they are wound by over a stage radius


class Look(Lit):
    def __init__(self, brief: Brief) -> None:
        scene, sound, cover = brief.scene, brief.sound, brief.cover
        hue = hue_of(cover, scene.brand)
        dress = _dress(_BLUE if hue is None else hue)
        super().__init__(brief, dress)
        grid = self.grid
        self._near = Sheet(grid, scene.seed, bump=420, octaves=3)
        self._far = Sheet(grid, scene.seed + 1, bump=260, octaves=3)
        # Around a cover the core shines from behind its edge.
        hidden = 0 if self.layout.cover is None else self.layout.cover.width / 2 / self.layout.unit
        core = np.maximum(grid.away - np.float32(hidden), 0) * np.float32(390 / grid.reach)
        self._core = grid.curve(_core, core)
        self._nebula = grid.curve(lambda d: 0.04 + 0.50 * math.exp(-((d / 600) ** 2)), grid.away)
        self._light = shares(sound.light)
        swell = follow(sound.loudness[:, None], sound.fps, _SWELL_ATTACK_S, _SWELL_RELEASE_S)
        self.swell = shares(swell[:, 0])
        # Dust is slow to start and slow to turn back; its light is not.
        self.pull = shares(follow(swell, sound.fps, _PULL_ATTACK_S, _PULL_RELEASE_S)[:, 0])
        self.gone = drift(sound, 12, 30)
        spread = _ROUND_COVER if cover is not None else 1.0
        self._dust = [_Dust(self, scene.seed + i, kind, spread) for i, kind in enumerate(_KINDS)]

    def light(self, index: int) -> Floats:
        gone, light = self.gone[index], float(self._light[index])
        nebula = self._near.at(0, gone * 0.8)
        nebula *= self._far.at(0, 900 - gone * 0.5)
        nebula *= self._nebula
        nebula *= np.float32(0.6 + 0.4 * light)
        core = 0.30 + 0.30 * light + 0.55 * float(self.swell[index])
        nebula += self._core * np.float32(core)
        return nebula

    def sparkle(self, index: int, planes: Planes) -> None:
        for dust in self._dust:
            dust.draw(planes, index)


class _Dust:
    """One kind of grains: where they turn, how bright they are. Lengths are stage radii."""

    def __init__(self, look: Look, seed: int, kind: tuple[int, float, int], spread: float) -> None:
        count, size, self._brightest = kind
        chance = np.random.default_rng(seed)
        turn, shine, strewn, kin = chance.random((4, count), np.float32)
        bell, high = _bells(chance, count), _bells(chance, count)
        in_disc = kin < np.float32(0.72)
        disc = np.abs(np.float32(0.50) + bell * np.float32(0.62))
        self._far: Floats = np.where(in_disc, disc, 0.3 + strewn * strewn * np.float32(2.8))
        self._far *= np.float32(spread)
        # Drawn together where the arms are, and these wound around the middle.
        arms = turn + sine(turn * _ARMS) * np.float32(0.13) + self._far * np.float32(_WOUND)
        self._turn: Floats = np.where(in_disc, arms, turn)
        self._height: Floats = high * np.where(in_disc, np.float32(0.13), self._far)
        self._shine: Floats = np.float32(0.30) + shine * shine * np.float32(0.9)
        # What is further in turns faster, but not so much that the arms wind up.
        self._pace = np.float32(0.00085) / (self._far * np.float32(0.1) + 1)
        self._echo = Echo(self._far / np.float32(_TRAVEL), look.sound.fps)
        self._give: Floats = np.float32(_APART) / (1 + self._far * self._far * np.float32(0.45))
        self._look, self._dots = look, Dots(size * look.layout.unit)

    def draw(self, planes: Planes, index: int) -> None:
        look, grid, layout = self._look, self._look.grid, self._look.layout
        apart = self._give * self._echo.of(look.pull, index)
        ring, high = self._far * (1 + apart), self._height * (1 + apart * 4)
        turn = self._turn + self._pace * np.float32(look.gone[index])
        deep = ring * sine(turn)
        # Tilted towards us, then seen from _SIGHT away.
        flat, upright = np.float32(_TILT), np.float32(math.sqrt(1 - _TILT * _TILT))
        eye = np.full_like(deep, _SIGHT)
        near: Floats = np.divide(eye, eye - (deep * upright + high * flat), dtype=np.float32)
        scale = near * np.float32(grid.reach * layout.unit)
        x = ring * sine(turn + np.float32(0.25)) * scale + layout.stage.middle[0]
        y = (deep * flat - high * upright) * scale + layout.stage.middle[1]
        level = self._shine * near * near
        level *= np.float32(0.80) + self._echo.of(look.swell, index) * np.float32(0.6)
        level *= look.calm_at(x, y) * np.float32(0.92) + np.float32(0.08)
        level = np.minimum(level, 1) * self._brightest
        self._dots.draw(planes[0], x, y, level.astype(np.uint16))


def _bells(chance: np.random.Generator, count: int) -> Floats:
    """Nearly normal, -1 to 1: sums of four even numbers, the same on every processor."""
    even = chance.random((4, count), np.float32)
    bell: Floats = (even[0] + even[1] + even[2] + even[3]) * np.float32(0.5) - 1
    return bell


def _core(units: float) -> float:
    near = 0.9 * math.exp(-((units / 30) ** 2)) + 0.5 * math.exp(-units / 50)
    return near + 0.16 * math.exp(-units / 150)


def _dress(hue: float) -> Dress:
    return Dress(
        title=oklch(0.97, 0.012, hue),
        subtitle=oklch(0.80, 0.05, hue),
        accent=oklch(0.76, 0.13, hue),
        shadow=(0, 0, 0, 40),
        stops=(
            (0.0, 0.125, 0.055, hue + 10),
            (0.12, 0.185, 0.085, hue + 12),
            (0.30, 0.34, 0.130, hue + 8),
            (0.55, 0.62, 0.150, hue),
            (0.80, 0.86, 0.075, hue - 12),
            (1.0, 0.98, 0.02, hue - 16),
        ),
    )
