"""Mist: a cloud in a glass ball, breathing with the voice, in a pastel haze.

The picture is computed at a quarter of its size and enlarged; only +, -, *, / and table look-ups
on 32-bit floats, which every processor rounds alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modal_render import backdrop, yuv
from modal_render.contract import Scene
from modal_render.hud import Hud, HudColors
from modal_render.layout import Layout, field_layout
from modal_render.looks import Enlarge
from modal_render.palette import Rgb, oklch, palette_of
from modal_render.scene import Ink, still
from modal_render.sound import U8, Sound, follow
from modal_render.yuv import Floats, Planes

Place = tuple[float, float]

TEXTURE = 1024  # texels a side, a power of two
_DETAIL = 4  # pixels of the video to one of ours, at a short side of 1080
# The ball's radius in silence, and what a lasting voice and each syllable add to it.
_REST, _LIFT, _PUNCH = 0.76, 0.09, 0.15
_SWELL_ATTACK_S, _SWELL_RELEASE_S = 0.03, 0.20
_BEND = 330  # texels that coarse noise bends the clouds by
_SUN = 26  # texels towards the light, where a cloud is looked for that shades this one
_RINGS = 256  # steps of brightness from the ball's edge to where its air ends
_AIR = 0.85  # thickness of that air, in radii
_OUTWARD_S = 0.5  # how long a sound is seen leaving
_RING_TIMES = np.array([_OUTWARD_S * i / _RINGS for i in range(_RINGS)], np.float32)
_FADE = np.array([(1 - i / (_RINGS - 1)) ** 2 for i in range(_RINGS)], np.float32)


class Look:
    def __init__(
        self,
        scene: Scene,
        sound: Sound,
        cover: Image.Image | None,
        make_enlarge: Callable[[], Enlarge],
    ) -> None:
        layout = field_layout(scene)
        palette = palette_of(scene.seed, cover, scene.brand)
        self.colors = _Colors(palette.hue, palette.turn)
        self.hud = Hud(
            layout, HudColors(self.colors.accent, self.colors.text, 0.16), sound.frames, sound.fps
        )
        picture = still(scene, layout, self.colors.ink(), cover)
        self.hud.draw_still(picture)
        self.overlays = yuv.overlays(picture)
        self.make_enlarge = make_enlarge
        self.air = _Air(scene, layout)
        self.motion = _Motion(sound)

    def painter(self, planes: Planes) -> _Painter:
        return _Painter(self, planes)


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

    def ink(self) -> Ink:
        return Ink(title=(*self.text, 255), subtitle=(*self.muted, 255), shadow=(*self.text, 90))


class _Motion:
    """Per frame: how far the clouds have drifted (texels), how large the ball, how bright its air.

    Levels are 0 to 1. `swell` follows the voice closely, which is no flash: it only moves an edge.
    """

    def __init__(self, sound: Sound) -> None:
        light = sound.light.astype(np.int64)
        # Clouds drift always and faster while there is a voice.
        pace = 40 + light * 150 // 255
        self.drift = np.cumsum(pace) // sound.fps
        swell = follow(sound.loudness[:, None], sound.fps, _SWELL_ATTACK_S, _SWELL_RELEASE_S)
        self.light = _share(sound.light)
        self.swell = _share(swell[:, 0])
        self.voice = self.swell * np.float32(0.6) + self.light * np.float32(0.4)
        self.fps = sound.fps

    def radius(self, index: int) -> float:
        """Of the ball, in parts of the largest."""
        return _REST + _LIFT * float(self.light[index]) + _PUNCH * float(self.swell[index])

    def ripples(self, index: int) -> Floats:
        """How bright the air is, float32[_RINGS], from the ball's edge outwards.

        What the voice did a moment ago is a little way out, so it is seen to leave.
        """
        back = np.maximum(index - _RING_TIMES * np.float32(self.fps), 0)
        early = back.astype(np.int64)
        late = np.minimum(early + 1, index)
        seen = self.voice[early]
        seen = seen + (self.voice[late] - seen) * (back - early.astype(np.float32))
        rings: Floats = (np.float32(0.26) + seen * np.float32(0.62)) * _FADE
        return rings


def _share(levels: U8) -> Floats:
    return levels.astype(np.float32) / np.float32(255)


class _Air:
    """The geometry and textures all painters share."""

    def __init__(self, scene: Scene, layout: Layout) -> None:
        detail = max(1, round(_DETAIL * layout.unit))
        self.height = -(-scene.height // detail) // 2 * 2
        self.width = -(-scene.width // detail) // 2 * 2
        self.scale = self.width / scene.width
        self.unit = layout.unit * self.scale  # our pixels to one unit
        self.middle = tuple(part * self.scale for part in layout.stage.middle)
        self.radius = layout.stage.width * self.scale / 2
        self.whole = _Patch(0, self.height, 0, self.width)
        self.textures = [backdrop.cloud(scene.seed + i, TEXTURE, 4, 3) for i in range(3)]
        self.fine = backdrop.cloud(scene.seed + 7, TEXTURE, 8, 5)
        # Dither before rounding, so that pastels do not show steps.
        noise = backdrop.noise(scene.seed) * np.float32(0.5)
        whole, half = (self.height, self.width), (self.height // 2, self.width // 2)
        self.dither = [yuv.tiled(noise, *size) for size in (whole, half, half)]
        self.down = np.linspace(0, 1, self.height, dtype=np.float32)[:, None]

    def sheet(self, which: int, patch: _Patch, texels_per_unit: float, at: Place) -> Floats:
        """A texture over a patch of the picture, whose corner is `at` (x, y) texels along it."""
        step = round(texels_per_unit / self.unit * 65536)
        columns = _texels(patch.left, patch.right, step, at[0])
        rows = _texels(patch.top, patch.bottom, step, at[1])
        return self.textures[which].take(rows, axis=0).take(columns, axis=1)

    def patch(self, reach: float) -> _Patch:
        """What of the picture is within `reach` of the ball's middle."""
        x, y = self.middle
        return _Patch(
            max(0, int(y - reach) // 2 * 2),
            min(self.height, int(y + reach + 2) // 2 * 2),
            max(0, int(x - reach) // 2 * 2),
            min(self.width, int(x + reach + 2) // 2 * 2),
        )

    def offsets(self, patch: _Patch) -> tuple[Floats, Floats]:
        """How far a patch's columns and rows are from the ball's middle: [1, w] and [h, 1]."""
        x = np.arange(patch.left, patch.right, dtype=np.float32) + np.float32(0.5 - self.middle[0])
        y = np.arange(patch.top, patch.bottom, dtype=np.float32) + np.float32(0.5 - self.middle[1])
        return x[None], y[:, None]


@dataclass(frozen=True, slots=True)
class _Patch:
    """A rectangle of our picture with even corners."""

    top: int
    bottom: int
    left: int
    right: int

    def of(self, plane: Floats, every: int) -> Floats:
        """Its view of a plane that has a value for `every` 1 or 2 pixels."""
        rows = slice(self.top // every, self.bottom // every)
        return plane[rows, self.left // every : self.right // every]


def _texels(first: int, last: int, step: int, start: float) -> NDArray[np.int64]:
    """Texels `step` / 65536 apart."""
    fixed = np.arange(first, last, dtype=np.int64) * step + round(start * 65536)
    return (fixed >> 16) & (TEXTURE - 1)


class _Painter:
    def __init__(self, look: Look, planes: Planes) -> None:
        self._look, self._planes = look, planes
        self._enlarge = look.make_enlarge()
        air = look.air
        self._small = yuv.blank(air.width, air.height)

    def paint(self, index: int) -> None:
        look = self._look
        picture = _haze(look, index)
        _glow(look, index, picture)
        _ball(look, index, picture)
        for plane, dither, target in zip(picture, look.air.dither, self._small, strict=True):
            plane += dither
            np.rint(plane, out=plane)
            np.clip(plane, 16, 240, out=plane)
            target[:] = plane
        self._enlarge(self._small, self._planes)
        for overlay in look.overlays:
            overlay.blend(self._planes)
        look.hud.lay(self._planes, index)


def _color(rgb: Rgb) -> tuple[np.float32, np.float32, np.float32]:
    y, u, v = yuv.color(rgb)
    return np.float32(y), np.float32(u), np.float32(v)


def _haze(look: Look, index: int) -> list[Floats]:
    """The ground: two pastels from top to bottom, two more drifting through."""
    air, colors = look.air, look.colors
    drift = float(look.motion.drift[index]) * 0.35 + index * 14 / look.motion.fps
    first = air.sheet(0, air.whole, 0.42, (drift, drift * 0.4))
    second = air.sheet(1, air.whole, 0.36, (300 - drift * 0.7, drift * 0.6))
    warm = np.clip((first * second - np.float32(0.10)) * np.float32(2.6), 0, 1)
    pale = np.clip((second - np.float32(0.45)) * np.float32(2.0), 0, 1)
    planes = []
    top, low = (_color(c) for c in colors.ground)
    haze, white = (_color(c) for c in colors.haze)
    for part, step in enumerate((1, 2, 2)):
        down = air.down[::step]
        plane = np.repeat(top[part] * (1 - down) + low[part] * down, air.width // step, axis=1)
        plane += (haze[part] - plane) * warm[::step, ::step]
        plane += (white[part] - plane) * (pale[::step, ::step] * np.float32(0.6))
        planes.append(plane)
    return planes


def _glow(look: Look, index: int, picture: list[Floats]) -> None:
    """The light around the ball."""
    air, size = look.air, look.air.radius * look.motion.radius(index)
    patch = air.patch(size * (1 + _AIR))
    x, y = air.offsets(patch)
    out = np.sqrt(x * x + y * y) / np.float32(size) - 1
    ring = np.clip(out * np.float32((_RINGS - 1) / _AIR), 0, _RINGS - 1)
    glow = look.motion.ripples(index).take(ring.astype(np.int64))
    for plane, halo, every in zip(picture, _color(look.colors.halo), (1, 2, 2), strict=True):
        view = patch.of(plane, every)
        view += (halo - view) * glow[::every, ::every]


def _ball(look: Look, index: int, picture: list[Floats]) -> None:
    """The ball: sky from top to bottom, clouds before it, its rim in the sky's upper colour."""
    air, size = look.air, np.float32(look.air.radius * look.motion.radius(index))
    patch = air.patch(float(size) + 2)
    x, y = air.offsets(patch)
    away = np.sqrt(x * x + y * y) / size
    height = np.clip((y / size + 1) * np.float32(0.5), 0, 1)
    cover, shade = _clouds(look, index, patch, height)
    rim = np.clip((away - np.float32(0.55)) * np.float32(2.2), 0, 1)
    rim = rim * rim * np.float32(0.35)
    edge = np.clip((1 - away) * (size / 4) + np.float32(0.5), 0, 1)
    colors = look.colors
    high, low, white = (_color(color) for color in (*colors.sky, colors.cloud))
    for part, every in enumerate((1, 2, 2)):
        cut = np.s_[::every, ::every]
        sky = high[part] + (low[part] - high[part]) * height[::every]
        cloud = white[part] + (sky - white[part]) * shade[cut]
        inside = sky + (cloud - sky) * cover[cut]
        inside += (high[part] - inside) * rim[cut]
        view = patch.of(picture[part], every)
        view += (inside - view) * edge[cut]


def _clouds(look: Look, index: int, patch: _Patch, height: Floats) -> tuple[Floats, Floats]:
    """How much cloud there is, and how much in its own shade; thicker towards the bottom.

    Fine noise, bent by coarse noise that moves the other way.
    """
    air, drift = look.air, float(look.motion.drift[index])
    x, y = air.offsets(patch)
    step = np.float32(0.9 / air.unit)
    down = air.sheet(2, patch, 0.5, (-drift * 0.5, drift * 0.3)) * np.float32(_BEND)
    along = air.sheet(1, patch, 0.5, (drift * 0.4, drift * 0.2)) * np.float32(_BEND)
    rows = (y * step + down - np.float32(drift * 1.1)).astype(np.int64) & (TEXTURE - 1)
    columns = (x * step + along + np.float32(drift * 0.35)).astype(np.int64) & (TEXTURE - 1)
    here = air.fine.take(rows * TEXTURE + columns)
    above = air.fine.take((rows - _SUN & (TEXTURE - 1)) * TEXTURE + columns)
    cover = np.clip((here + height * np.float32(0.45) - np.float32(0.60)) * np.float32(2.6), 0, 1)
    cover = cover * cover * (3 - 2 * cover)
    shade = np.clip((above - here) * np.float32(2.2) + np.float32(0.12), 0, np.float32(0.75))
    return cover, shade
