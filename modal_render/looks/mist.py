"""Mist: a cloud in a glass ball, breathing with the voice, in a pastel haze."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from modal_render import yuv
from modal_render.backdrop import noise
from modal_render.field import Dress, Echo, Field, drift, shares
from modal_render.grid import Sheet, Texture
from modal_render.looks import Brief
from modal_render.palette import Rgb, hue_of, oklch, palette_of
from modal_render.sound import follow
from modal_render.yuv import Floats, Planes

# The ball's radius in silence, and what a lasting voice and each syllable add to it: 1 in all.
_REST, _LIFT, _PUNCH = 0.76, 0.09, 0.15
_SWELL_ATTACK_S, _SWELL_RELEASE_S = 0.03, 0.20
_BEND = 366  # units that coarse noise bends the clouds by
_SUN = 29  # units towards the light, where a cloud is looked for that shades this one
_AIR = 0.85  # thickness of the bright air around the ball, in its radii
_RINGS = 256  # steps of brightness through that air
_OUTWARD_S = 0.5  # how long a sound is seen leaving
_FINER = 4  # steps of distance to one point of the grid, so that the ball's edge is smooth


class Look(Field):
    def __init__(self, brief: Brief) -> None:
        scene, sound, cover = brief.scene, brief.sound, brief.cover
        # A grey brand has no hue to make pastels of.
        brand = "" if hue_of(None, scene.brand) is None else scene.brand
        palette = palette_of(scene.seed, cover, brand)
        self.colors = _Colors(palette.hue, palette.turn)
        super().__init__(brief, self.colors.dress())
        grid = self.grid
        self._radius = grid.reach * grid.points
        self._ball = _Ball(self, scene.seed)
        self._first, self._second = (
            Sheet(grid, scene.seed + i, bump=800, every=2) for i in range(2)
        )
        # The air's widest, in steps of distance, and what lies further out.
        self._steps = int(self._radius * (1 + _AIR) * _FINER) + 2
        away = grid.away * np.float32(grid.points * _FINER)
        self.away: NDArray[np.intp] = np.minimum(away, self._steps - 1).astype(np.intp)
        self.distance = np.arange(self._steps, dtype=np.float32) / np.float32(_FINER)
        down = np.linspace(0, 1, grid.height // 2, dtype=np.float32)[:, None]
        top, low = (_color(color) for color in self.colors.ground)
        self._ground = [a + (b - a) * down for a, b in zip(top, low, strict=True)]
        # Dither before rounding, so that pastels do not show steps.
        grain = noise(scene.seed) * np.float32(0.5) + np.float32(0.5)
        whole, half = (grid.height, grid.width), (grid.height // 2, grid.width // 2)
        self._dither = [yuv.tiled(grain, *size) for size in (whole, half, half)]
        swell = follow(sound.loudness[:, None], sound.fps, _SWELL_ATTACK_S, _SWELL_RELEASE_S)
        self._swell, self._light = shares(swell[:, 0]), shares(sound.light)
        self._voice: Floats = self._swell * np.float32(0.6) + self._light * np.float32(0.4)
        # Clouds drift always and faster while there is a voice.
        self._drift = drift(sound, 44, 167)
        rings = np.array([i / (_RINGS - 1) for i in range(_RINGS)], np.float32)
        self._echo = Echo(rings * np.float32(_OUTWARD_S), sound.fps)
        self._fade: Floats = (1 - rings) * (1 - rings)

    def fill(self, index: int, small: Planes) -> None:
        light, swell = float(self._light[index]), float(self._swell[index])
        size = np.float32(self._radius * (_REST + _LIFT * light + _PUNCH * swell))
        picture = self._haze(index)
        self._shine(index, size, picture)
        self._ball.draw(self._drift[index], size, picture)
        for plane, dither, target in zip(picture, self._dither, small, strict=True):
            plane += dither
            target[:] = plane

    def _haze(self, index: int) -> list[Floats]:
        """The ground: two pastels from top to bottom, two more drifting through.

        So soft that half as many points do.
        """
        gone, passed = self._drift[index], index / self.sound.fps
        first = self._first.at(gone * 0.75 + passed * 33, gone * 0.3)
        second = self._second.at(700 - gone * 1.5, gone * 0.5 + passed * 13)
        warm = np.clip((first * second - np.float32(0.10)) * np.float32(2.6), 0, 1)
        pale = np.clip(second * np.float32(1.2) - np.float32(0.54), 0, np.float32(0.6))
        planes = []
        for ground, haze, white in zip(
            self._ground, *(_color(color) for color in self.colors.haze), strict=True
        ):
            plane = (haze - ground) * warm
            plane += ground
            plane += (white - plane) * pale
            planes.append(plane)
        luma = np.empty((self.grid.height, self.grid.width), np.float32)
        wide = planes[0].repeat(2, axis=1)
        luma[::2], luma[1::2] = wide, wide
        return [luma, *planes[1:]]

    def _shine(self, index: int, size: np.float32, picture: list[Floats]) -> None:
        """The light around the ball.

        What the voice did a moment ago is a little way out, so it is seen to leave.
        """
        seen = self._echo.of(self._voice, index)
        rings = (np.float32(0.26) + seen * np.float32(0.62)) * self._fade
        ring = (self.distance / size - 1) * np.float32((_RINGS - 1) / _AIR)
        table = rings.take(np.clip(ring, 0, _RINGS - 1).astype(np.intp))
        shine = table.take(self.away)
        for plane, halo, every in zip(picture, _color(self.colors.halo), (1, 2, 2), strict=True):
            plane += (halo - plane) * shine[::every, ::every]


class _Ball:
    """The ball: sky from top to bottom, clouds before it, its rim in the sky's upper colour."""

    def __init__(self, look: Look, seed: int) -> None:
        grid = look.grid
        rows, columns = self._patch = grid.within(grid.reach + 8)
        self._x, self._y = grid.x[:, columns], grid.y[rows]
        self._points = np.float32(grid.points)
        size = (rows.stop - rows.start, columns.stop - columns.start)
        self._down = Sheet(grid, seed + 2, bump=512, size=size)
        self._along = Sheet(grid, seed + 1, bump=512, size=size)
        self._fine = Texture(seed + 7, size=1138)
        self._look = look

    def draw(self, drift: float, size: np.float32, picture: list[Floats]) -> None:
        height = np.clip(self._y * (self._points / size / 2) + np.float32(0.5), 0, 1)
        cover, shade = self._clouds(drift, height)
        distance, steps = self._look.distance, self._look.away[self._patch]
        rim = np.clip(distance / size * np.float32(2.2) - np.float32(1.21), 0, 1)
        rim = (rim * rim * np.float32(0.35)).take(steps)
        edge = np.clip((size - distance) / 4 + np.float32(0.5), 0, 1).take(steps)
        colors = self._look.colors
        rows, columns = self._patch
        for plane, high, low, white, every in zip(
            picture, *(_color(c) for c in (*colors.sky, colors.cloud)), (1, 2, 2), strict=True
        ):
            cut = np.s_[::every, ::every]
            sky = high + (low - high) * height[::every]
            cloud = (sky - white) * shade[cut]
            cloud += white - sky
            cloud *= cover[cut]
            cloud += sky
            cloud += (high - cloud) * rim[cut]
            top, left = rows.start // every, columns.start // every
            view = plane[top : rows.stop // every, left : columns.stop // every]
            cloud -= view
            cloud *= edge[cut]
            view += cloud

    def _clouds(self, drift: float, height: Floats) -> tuple[Floats, Floats]:
        """How much cloud there is, and how much in its own shade; thicker towards the bottom.

        Fine noise, bent by coarse noise that moves the other way.
        """
        y = self._down.at(-drift * 0.9, drift * 0.54) * np.float32(_BEND)
        x = self._along.at(drift * 0.72, drift * 0.36) * np.float32(_BEND)
        y += self._y
        x += self._x
        here = self._fine.of(x, y, (-drift * 0.35, drift * 1.1))
        above = self._fine.of(x, y, (-drift * 0.35, drift * 1.1 + _SUN))
        above -= here
        shade = np.clip(above * np.float32(2.2) + np.float32(0.12), 0, np.float32(0.75))
        here += height * np.float32(0.45) - np.float32(0.60)
        cover = np.clip(here * np.float32(2.6), 0, 1)
        cover = cover * cover * (3 - 2 * cover)
        return cover, shade


class _Colors:
    """Pastel ground, a ball of sky, dark words."""

    def __init__(self, hue: float, turn: float) -> None:
        self.text = oklch(0.27, 0.075, hue)
        self.muted = oklch(0.45, 0.07, hue)
        self.accent = oklch(0.56, 0.17, hue + turn * 0.3)
        self.ground = (oklch(0.962, 0.022, hue + turn * 0.6), oklch(0.885, 0.06, hue))
        self.haze = (oklch(0.93, 0.055, hue + turn), oklch(0.985, 0.012, hue + turn * 0.5))
        self.sky = (oklch(0.68, 0.145, hue), oklch(0.83, 0.11, hue + turn * 0.75))
        self.cloud = oklch(0.99, 0.012, hue + turn)
        self.halo = oklch(0.86, 0.10, hue + turn * 0.35)

    def dress(self) -> Dress:
        return Dress(
            title=self.text, subtitle=self.muted, accent=self.accent,
            shadow=(*self.text, 90), track_share=0.16,
        )  # fmt: skip


def _color(rgb: Rgb) -> tuple[np.float32, np.float32, np.float32]:
    y, u, v = yuv.color(rgb)
    return np.float32(y), np.float32(u), np.float32(v)
