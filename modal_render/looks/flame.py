"""Flame: an orb of fire that breathes and licks upwards with the voice, over a dark warm ground."""

from __future__ import annotations

import math

import numpy as np

from modal_render.field import Dress, Lit, drift, shares
from modal_render.grid import Grid, Sheet, Texture
from modal_render.layout import Layout
from modal_render.looks import Brief
from modal_render.palette import hue_of, oklch
from modal_render.sound import follow
from modal_render.sparks import Dots
from modal_render.yuv import U8, Floats, Planes

_EMBER = 38.0  # degrees: the hue of fire where neither cover nor brand has one
# The orb's radius in silence, in parts of the stage's, and what the voice adds.
_REST, _LIFT, _PUNCH = 0.64, 0.10, 0.16
_ROUND_COVER = 0.16  # more of it, so that fire stands around a cover
_RISE = 0.66  # how much a flame is squeezed upwards: less is taller
_BURNS_TO = 1.4  # stage radii below the middle
_TOP = 110  # units below the picture's top that flames fade out in
_BEND = 120  # units that slow noise bends the flames by
_EMBERS = 44
_EMBER_LIFE = 900  # units of rising
_SWELL_ATTACK_S, _SWELL_RELEASE_S = 0.02, 0.22


class Look(Lit):
    def __init__(self, brief: Brief) -> None:
        scene, sound, cover = brief.scene, brief.sound, brief.cover
        hue = hue_of(cover, scene.brand)
        dress = _dress(_EMBER, -8, 58) if hue is None else _dress(hue, -26, 14)
        super().__init__(brief, dress)
        grid = self.grid
        # Below these rows nothing ever burns.
        self._rows = rows = grid.rows_to(_BURNS_TO * grid.reach)
        self._x, self._y = grid.x, grid.y[:rows]
        size = (rows, grid.width)
        self._slow = Sheet(grid, scene.seed, bump=260, octaves=2, size=size)
        self._side = Sheet(grid, scene.seed + 1, bump=200, octaves=2, size=size)
        self._flames = Texture(scene.seed + 2, size=1000, cells=9)
        # Flames reach further up than to the sides or down.
        tall = np.where(self._y < 0, self._y * np.float32(_RISE), self._y)
        self._out: Floats = np.sqrt(self._x * self._x + tall * tall) / np.float32(grid.reach)
        self._lick = self._licks()
        self._halo = grid.curve(lambda d: 0.03 + 0.24 * math.exp(-((d / 560) ** 2)), grid.away)
        below_top = np.clip((self._y - grid.y[0]) / np.float32(_TOP), 0, 1)
        self._strength: Floats = (self.calm[:rows] * np.float32(0.8) + np.float32(0.2)) * below_top
        self._embers = _Embers(scene.seed, grid, self.layout)
        self._risen = drift(sound, 130, 290)
        self._light = shares(sound.light)
        swell = follow(sound.loudness[:, None], sound.fps, _SWELL_ATTACK_S, _SWELL_RELEASE_S)
        self._swell = shares(swell[:, 0])
        self._rest = _REST + (_ROUND_COVER if cover is not None else 0)

    def _licks(self) -> Floats:
        """How far noise moves the fire's edge: most above, little within the orb, none far away."""
        up = np.clip(np.float32(0.42) - self._y / np.float32(self.grid.reach * 1.5), 0, 1)
        within = np.clip(self._out * np.float32(1.25), np.float32(0.25), 1)
        far = np.clip(np.float32(2.1) - self._out, 0, 1)
        licks: Floats = (np.float32(0.33) + up * np.float32(0.85)) * within * far
        return licks

    def light(self, index: int) -> Floats:
        light, swell = float(self._light[index]), float(self._swell[index])
        flames = self._bent_flames(self._risen[index])
        # How deep in the fire a point is: flames eat into the orb's edge and reach out of it.
        fire = flames - np.float32(0.47)
        fire *= self._lick
        fire -= self._out * np.float32(1 / (self._rest + _LIFT * light + _PUNCH * swell))
        fire += np.float32(1)
        np.maximum(fire, 0, out=fire)
        fire *= fire
        flames *= np.float32(8 * (0.75 + 0.45 * light))
        flames += np.float32(1.2)
        fire *= flames
        fire *= self._strength
        picture = self._halo * np.float32(0.6 + 0.4 * light)
        picture[: self._rows] += fire
        return picture

    def sparkle(self, index: int, planes: Planes) -> None:
        self._embers.draw(planes[0], self._risen[index], 0.35 + 0.65 * float(self._light[index]))

    def _bent_flames(self, risen: float) -> Floats:
        """Fine noise, bent by coarse noise that rises at other speeds."""
        y = self._slow.at(0, risen * 0.55)
        y *= np.float32(_BEND)
        y += self._y
        x = self._side.at(0, risen * 0.8)
        x *= np.float32(_BEND)
        x += self._x
        return self._flames.of(x, y, (0, -risen))


class _Embers:
    """Sparks that rise from the fire, sway and go out."""

    def __init__(self, seed: int, grid: Grid, layout: Layout) -> None:
        chance = np.random.default_rng(seed)
        self._start, self._aside, self._sway, self._pace = chance.random((4, _EMBERS), np.float32)
        self._wave = np.array([math.sin(math.tau * i / 256) for i in range(256)], np.float32)
        self._unit, self._middle, self._reach = layout.unit, layout.stage.middle, grid.reach
        self._dots = Dots(2.8 * layout.unit)

    def draw(self, luma: U8, risen: float, strength: float) -> None:
        turns = self._start + np.float32(risen / _EMBER_LIFE) * (self._pace * np.float32(0.5) + 1)
        life = turns - np.floor(turns)
        sway = self._wave[((life + self._sway) * np.float32(320)).astype(np.intp) & 255]
        # From within the fire to high above it, spreading out.
        x = (self._aside - np.float32(0.5)) * (np.float32(0.9) + life * np.float32(0.9))
        x = (x + sway * np.float32(0.07)) * np.float32(self._reach * self._unit)
        y = (np.float32(0.25) - life * np.float32(1.75)) * np.float32(self._reach * self._unit)
        glow = life * (1 - life) * (1 - life) * np.float32(1350 * strength)
        level = np.clip(glow, 0, 205).astype(np.uint16)
        self._dots.draw(luma, x + self._middle[0], y + self._middle[1], level)


def _dress(hue: float, dark: float, bright: float) -> Dress:
    """`dark` and `bright` are how far embers and core are turned away from the hue of flames."""
    return Dress(
        title=oklch(0.975, 0.02, hue + 0.7 * bright),
        subtitle=oklch(0.85, 0.06, hue + 0.5 * bright),
        accent=oklch(0.74, 0.17, hue + 0.3 * bright),
        shadow=(0, 0, 0, 70),
        stops=(
            (0.0, 0.135, 0.028, hue + dark),
            (0.10, 0.185, 0.055, hue + dark),
            (0.28, 0.36, 0.130, hue + 0.7 * dark),
            (0.48, 0.60, 0.195, hue),
            (0.66, 0.76, 0.170, hue + 0.4 * bright),
            (0.82, 0.90, 0.120, hue + 0.8 * bright),
            (1.0, 0.985, 0.035, hue + bright),
        ),
    )
