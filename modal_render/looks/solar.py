"""Solar: a white-hot core whose corona flies outwards with the voice, syllable by syllable."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from modal_render.field import Dress, Echo, Lit, drift, shares
from modal_render.grid import Sheet, Texture
from modal_render.looks import Brief
from modal_render.palette import hue_of, oklch
from modal_render.sound import follow
from modal_render.sparks import Dots, sine
from modal_render.yuv import U8, Floats, Planes

_GOLD = 62.0  # degrees: the hue where neither cover nor brand has one
_CORE = 0.30  # the core's radius in silence; lengths are stage radii
_LIFT, _PUNCH = 0.06, 0.10  # what the voice adds to it
_REACH, _RINGS = 2.4, 384  # how far the corona goes, and in how many steps its strength is given
_FINER = 8  # steps of the core's edge to one of those
_TRAVEL = 2.1  # stage radii a second that a syllable flies
# Streamers are cut from noise that goes around once: its lobes, how much of its height a unit
# outwards is, and how far it is turned far out.
_LOBES, _SLENDER, _CURL = 16, 0.17, 75
_SWELL_ATTACK_S, _SWELL_RELEASE_S = 0.015, 0.20
_SPARKS = 260


class Look(Lit):
    def __init__(self, brief: Brief) -> None:
        scene, sound, cover = brief.scene, brief.sound, brief.cover
        hue = hue_of(cover, scene.brand)
        dress = _dress(_GOLD, 1) if hue is None else _dress(hue, 0.5)
        super().__init__(brief, dress)
        grid, box = self.grid, self.layout.cover
        # With a cover, the core is what shines from behind it.
        self._size, self._grows = _CORE, 1.0
        if box is not None:
            self._size, self._grows = box.width / 2 / self.layout.unit / grid.reach, 0.5
        self._rows = rows = grid.rows_to(_REACH * grid.reach)
        rings = grid.away * np.float32(_RINGS / _REACH / grid.reach)
        self._ring: NDArray[np.intp] = np.minimum(rings, _RINGS - 1).astype(np.intp)
        size = (rows, grid.width)
        self._eruptions = Sheet(grid, scene.seed, bump=330, octaves=2, size=size)
        self._bends = Sheet(grid, scene.seed + 1, bump=280, octaves=2, size=size)
        self._streams = Texture(scene.seed + 2, size=1000, cells=_LOBES)
        self._around: Floats = grid.turns()[:rows] * np.float32(1000)
        self._outwards: Floats = grid.away[:rows] * np.float32(_SLENDER * 390 / grid.reach)
        self._curl: Floats = np.minimum(grid.away[:rows] / np.float32(grid.reach), 2) * _CURL
        calm = self.calm[:rows]
        # Behind words no streamer is seen, and of the core's glow a little, so that no edge is.
        self._streaming: Floats = calm * np.float32(0.96) + np.float32(0.04)
        self._glowing: Floats = calm * np.float32(0.7) + np.float32(0.3)
        self._light = shares(sound.light)
        swell = follow(sound.loudness[:, None], sound.fps, _SWELL_ATTACK_S, _SWELL_RELEASE_S)
        self._swell = shares(swell[:, 0])
        self._gone = drift(sound, 50, 230)
        distances = [_REACH * i / _RINGS for i in range(_RINGS)]
        beyond = [max(0.0, distance - self._size) for distance in distances]
        self._echo = Echo(np.array(beyond, np.float32) / np.float32(_TRAVEL), sound.fps)
        self._thin = np.array([_thinning(distance) for distance in beyond], np.float32)
        step = _REACH / _RINGS / _FINER
        self._glow = np.array(
            [_glow(step * i) for i in range(-_RINGS * _FINER, _RINGS * _FINER)], np.float32
        )
        self._sparks = _Sparks(self, scene.seed, self._size)

    def light(self, index: int) -> Floats:
        light, swell = float(self._light[index]), float(self._swell[index])
        size = self._size + (_LIFT * light + _PUNCH * swell) * self._grows
        edge = _RINGS * _FINER - round(size * _RINGS * _FINER / _REACH)
        glow = self._glow[edge : edge + _RINGS * _FINER : _FINER]
        picture: Floats = (glow * np.float32(0.7 + 0.3 * light)).take(self._ring)
        corona = self._corona(self._gone[index])
        voice = self._echo.of(self._swell, index) * np.float32(0.8)
        voice += np.float32(0.18 + 0.25 * light)
        corona *= (voice * self._thin).take(self._ring[: self._rows])
        corona *= self._streaming
        lit = picture[: self._rows]
        lit *= self._glowing
        lit += corona
        return picture

    def sparkle(self, index: int, planes: Planes) -> None:
        self._sparks.draw(planes[0], self._gone[index], index)

    def heard(self, far: Floats, index: int) -> Floats:
        """The voice as it is seen at distances from the middle, in stage radii."""
        ring = np.minimum(far * np.float32(_RINGS / _REACH), _RINGS - 1).astype(np.intp)
        seen: Floats = self._echo.of(self._swell, index)[ring]
        return seen

    def _corona(self, gone: float) -> Floats:
        """Streamers: noise around the core that flows outwards, thick where eruptions are."""
        bent = self._bends.at(0, gone * 0.2)
        bent -= np.float32(0.5)
        bent *= self._curl
        bent += self._around
        streams = self._streams.of(bent, self._outwards, (gone * 0.012, gone * _SLENDER * 2.2))
        streams -= np.float32(0.33)
        np.maximum(streams, 0, out=streams)
        streams *= streams
        eruptions = self._eruptions.at(0, gone * 0.25)
        eruptions *= eruptions
        eruptions += np.float32(0.10)
        streams *= eruptions
        return streams


class _Sparks:
    """Matter that is thrown out and gone."""

    def __init__(self, look: Look, seed: int, from_: float) -> None:
        chance = np.random.default_rng(seed)
        self._start, turn, pace, shine = chance.random((4, _SPARKS), np.float32)
        self._across, self._down = sine(turn + np.float32(0.25)), sine(turn)
        self._pace: Floats = (pace + np.float32(0.6)) / np.float32(900)
        self._shine: Floats = (shine * shine + np.float32(0.2)) * 255
        self._from = from_
        self._look, self._dots = look, Dots(1.7 * look.layout.unit)

    def draw(self, luma: U8, gone: float, index: int) -> None:
        look, (x, y) = self._look, self._look.layout.stage.middle
        life = self._start + self._pace * np.float32(gone)
        life -= np.floor(life)
        far = np.float32(self._from) + life * np.float32(1.5)
        scale = far * np.float32(look.grid.reach * look.layout.unit)
        x_px, y_px = x + scale * self._across, y + scale * self._down
        heard = look.heard(far, index) + np.float32(0.1)
        level = self._shine * (1 - life) * heard * look.calm_at(x_px, y_px)
        self._dots.draw(luma, x_px, y_px, np.minimum(level, 235).astype(np.uint16))


def _glow(beyond: float) -> float:
    """Light of the core at a distance from its edge: white-hot within, blooming far out."""
    inside = min(1.0, max(0.0, (0.035 - beyond) / 0.17))
    out = max(0.0, beyond)
    bloom = 0.75 * math.exp(-out / 0.05) + 0.40 * math.exp(-out / 0.20) + 0.16 * math.exp(-out)
    return 14 * inside * inside * (3 - 2 * inside) + bloom


def _thinning(beyond: float) -> float:
    """Strength of the corona at a distance from the core."""
    return 40 * math.exp(-beyond / 0.48) * max(0.0, 1 - beyond / 1.9)


def _dress(hue: float, spread: float) -> Dress:
    return Dress(
        title=oklch(0.98, 0.015, hue + 20),
        subtitle=oklch(0.86, 0.055, hue + 5),
        accent=oklch(0.80, 0.15, hue + 10),
        shadow=(0, 0, 0, 40),
        stops=(
            (0.0, 0.115, 0.035, hue - 95 * spread),
            (0.10, 0.17, 0.065, hue - 80 * spread),
            (0.26, 0.36, 0.130, hue - 48 * spread),
            (0.44, 0.58, 0.185, hue - 18 * spread),
            (0.62, 0.78, 0.160, hue + 8 * spread),
            (0.80, 0.92, 0.100, hue + 26 * spread),
            (0.92, 0.99, 0.015, hue + 30 * spread),
            (1.0, 1.0, 0.0, hue),
        ),
    )
