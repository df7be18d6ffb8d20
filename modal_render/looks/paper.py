"""Paper: a print in two inks, spot and key, whose halftone dots swell with the voice.

The plates do not quite meet, as in a print made by hand. A dot's print is what it takes from the
paper, so the paper's grain is seen in the ink as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modal_render import backdrop, yuv
from modal_render.contract import Scene
from modal_render.ground import finished
from modal_render.hud import Hud, HudColors
from modal_render.layout import Box, Layout, band_layout
from modal_render.looks import Brief
from modal_render.palette import Palette, oklch, palette_of, to_oklch
from modal_render.scene import Ink, rounded_mask, still
from modal_render.sound import Sound, follow
from modal_render.voices import Voices
from modal_render.yuv import U8, Floats, Planes

_SIZES = 48  # of a dot
_LEAST = 0.17  # of the largest radius: the screen is seen in silence too
_REST = 48  # the level of silence: a line of dots
_GRAIN = 2.2  # levels
_SOAK_S, _DRY_S = 0.015, 0.25  # ink is slower than a voice, and less motion is a smaller file
_MISS = 0.17  # of a dot's room is the pale plate away from the other
_PALE = 0.42  # of the spot colour is what the pale plate prints

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]


class Look:
    """The still print; over it the dots and the progress."""

    def __init__(self, brief: Brief) -> None:
        scene, sound, cover = brief.scene, brief.sound, brief.cover
        layout = band_layout(scene)
        inks = _Inks(palette_of(scene.seed, cover, scene.brand), bool(scene.brand))
        hud = Hud(layout, HudColors(inks.spot, inks.key, 0.16), sound.frames, sound.fps)
        picture = _printed(scene, layout, inks, cover)
        hud.draw_still(picture)
        self.ground = finished(_paper(scene, inks), picture, scene.seed)
        self.movers = [_Halftone(layout.stage, layout.unit, inks, sound), hud]
        self.between, self.crf = 4, 27.3


class _Inks:
    def __init__(self, palette: Palette, branded: bool) -> None:
        lightness, chroma, hue = to_oklch(palette.warm if branded else palette.cool)
        self.paper = oklch(0.957, 0.016, 84)
        self.spot = oklch(min(lightness, 0.64), chroma if branded else 0.21, hue)
        self.key = oklch(0.25, min(0.05, chroma), hue + 10)
        self.soft = oklch(0.43, min(0.035, chroma), hue + 10)


def _paper(scene: Scene, inks: _Inks) -> Floats:
    rgb = backdrop.gradient(scene.width, scene.height, inks.paper, inks.paper)
    fibres = backdrop.cloud(scene.seed, 512, 40, 3) - np.float32(0.5)
    grain = fibres * np.float32(2 * _GRAIN) + yuv.tiled(backdrop.noise(scene.seed + 1), 512, 512)
    rgb += yuv.tiled(grain, scene.height, scene.width)[..., None]
    return rgb


def _printed(scene: Scene, layout: Layout, inks: _Inks, cover: Image.Image | None) -> Image.Image:
    """Words and cover, each with a little of the spot plate beside it."""
    off = max(1, round(3.2 * layout.unit))
    plate = Ink(title=(*inks.spot, 150), subtitle=(0, 0, 0, 0), shadow=(0, 0, 0, 0))
    picture = Image.new("RGBA", (scene.width, scene.height), (*inks.spot, 0))
    if cover is not None and layout.cover is not None:
        box, drop = layout.cover, round(16 * layout.unit)
        block = Image.new("RGBA", (box.width, box.height), (*inks.spot, 0))
        block.putalpha(rounded_mask(block.size, round(36 * layout.unit)))
        picture.alpha_composite(block, (box.x + drop, box.y + drop))
    picture.alpha_composite(still(scene, layout, plate, None), (off, off))
    words = Ink(title=(*inks.key, 255), subtitle=(*inks.soft, 255), shadow=(0, 0, 0, 0))
    picture.alpha_composite(still(scene, layout, words, cover))
    return picture


@dataclass(frozen=True, slots=True)
class _Screen:
    """Rows of dots, every second one shifted by half a dot; x and y are those of the first.

    `wide` and `tall` are the room a dot has, all multiples of two.
    """

    x: int
    y: int
    wide: int
    tall: int
    across: int
    down: int

    @classmethod
    def on(cls, stage: Box, unit: float) -> _Screen:
        wide, tall = max(4, round(8 * unit) * 4), max(4, round(14 * unit) * 2)
        across, down = stage.width // wide, (stage.height // tall - 1) // 2 * 2 + 1
        x = stage.x + (stage.width - across * wide) // 4 * 2
        return cls(x, (stage.height - down * tall) // 4 * 2, wide, tall, across, down)


class _Halftone:
    def __init__(self, stage: Box, unit: float, inks: _Inks, sound: Sound) -> None:
        self.rows = (stage.y, stage.bottom)
        self._screen = _Screen.on(stage, unit)
        self._dots = _Dots(self._screen, sound)
        self._tiles = [_tiles(self._screen, inks, plane) for plane in range(3)]

    def over(self, ground: Planes) -> Callable[[Planes], _Painter]:
        return lambda planes: _Painter(self._screen, self._dots, self._tiles, ground, planes)


class _Dots:
    """How large every dot is in a frame."""

    def __init__(self, screen: _Screen, sound: Sound) -> None:
        bands = follow(sound.bands, sound.fps, _SOAK_S, _DRY_S)
        self._voices = Voices(replace(sound, bands=bands), screen.across + 1)
        # High voices outside swing less, or much of a wide picture would flicker.
        self._taper = 255 - _REST - np.arange(screen.across + 1) * 80 // screen.across
        # In half dots from the middle, for rows that stand on dots and those between.
        self._places = [
            np.abs(2 * np.arange(screen.across - odd) + 1 + odd - screen.across) for odd in (0, 1)
        ]
        middle = screen.down // 2
        self._away = [abs(row - middle) * 255 // (middle + 1) for row in range(screen.down)]
        self._odd = [(row - middle) % 2 for row in range(screen.down)]

    def at(self, index: int) -> list[Ints]:
        """0 to _SIZES - 1, per row."""
        voices = self._voices.at(index).astype(np.int64) * self._taper // 255 + _REST
        levels = [voices[place] for place in self._places]
        return [
            np.clip((levels[odd] * 5 // 4 - away) * _SIZES // 165, 0, _SIZES - 1)
            for odd, away in zip(self._odd, self._away, strict=True)
        ]


def _tiles(screen: _Screen, inks: _Inks, plane: int) -> U8:
    """What a dot of each size adds to one plane of the paper, modulo 256: [rows, sizes, wide]."""
    step = 1 if plane == 0 else 2
    paper, spot = (yuv.color(color)[plane] for color in (inks.paper, inks.spot))
    miss = screen.tall * _MISS / 2
    grown = np.arange(_SIZES) / (_SIZES - 1)
    radius = (screen.tall / 2 - miss) * (_LEAST + (1 - _LEAST) * grown)
    pale, full = (_discs(screen, step, radius, way * miss * grown) for way in (1, -1))
    value = paper + (spot - paper) * _PALE * pale
    value += (spot - value) * full
    change = np.rint(value - paper).astype(np.int64) & 255
    return np.ascontiguousarray(change.transpose(1, 0, 2).astype(np.uint8))


def _discs(screen: _Screen, step: int, radii: Reals, off: Reals) -> Reals:
    """How much of each pixel of a dot's room a disc covers: [radii, rows, wide]."""
    across = (np.arange(screen.wide // step) + 0.5) * step - screen.wide / 2 - off[:, None]
    down = (np.arange(screen.tall // step) + 0.5) * step - screen.tall / 2 - off[:, None]
    distance = np.sqrt(down[:, :, None] ** 2 + across[:, None] ** 2)
    covered: Reals = np.clip(0.5 + (radii[:, None, None] - distance) / step, 0, 1)
    return covered


class _Painter:
    def __init__(
        self, screen: _Screen, dots: _Dots, tiles: Sequence[U8], ground: Planes, planes: Planes
    ) -> None:
        self._screen, self._dots, self._tiles = screen, dots, tiles
        self._layers = list(zip(planes, ground, tiles, (1, 2, 2), strict=True))
        self._shown: list[Ints] | None = None

    def paint(self, index: int) -> None:
        rows, shown = self._dots.at(index), self._shown
        for number, sizes in enumerate(rows):
            if shown is None or not np.array_equal(shown[number], sizes):
                self._print(number, sizes)
        self._shown = rows

    def _print(self, number: int, sizes: Ints) -> None:
        screen = self._screen
        top = screen.y + number * screen.tall
        left = screen.x + (screen.across - len(sizes)) * screen.wide // 2
        for plane, ground, tiles, step in self._layers:
            rows = slice(top // step, (top + screen.tall) // step)
            columns = slice(left // step, (left + len(sizes) * screen.wide) // step)
            row = tiles.take(sizes, axis=1).reshape(tiles.shape[0], -1)
            np.add(ground[rows, columns], row, out=plane[rows, columns])
