"""Pulse: rounded bars that grow from a line, low voices in the middle, high ones outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modal_render import yuv
from modal_render.ground import dark_ground
from modal_render.hud import Hud, HudColors
from modal_render.layout import Layout, band_layout
from modal_render.looks import Brief
from modal_render.palette import Palette, mixed, palette_of
from modal_render.sound import Sound
from modal_render.voices import Voices
from modal_render.yuv import U8, Planes

STEPS = 4  # heights are drawn to a quarter of a pixel


@dataclass(frozen=True, slots=True)
class _Tiles:
    """One plane's bars, drawn once: `body` [bars, rows, wide] and round ends for every height.

    `top` and `low` are [heights, bars, ends, wide], to be put at rows `top_at`, `low_at`.
    """

    columns: list[slice]
    body: U8
    top: U8
    low: U8
    top_at: list[int]
    low_at: list[int]


class Look:
    """The still picture; over it bars and the progress."""

    def __init__(self, brief: Brief) -> None:
        scene, sound, cover = brief.scene, brief.sound, brief.cover
        layout = band_layout(scene)
        palette = palette_of(scene.seed, cover, scene.brand)
        hud = Hud(layout, HudColors(palette.warm, palette.text), sound.frames, sound.fps)
        self.ground = dark_ground(scene, layout, palette, cover, hud)
        self.movers = [_Pulse(layout, palette, sound), hud]
        self.between = 5


class _Pulse:
    def __init__(self, layout: Layout, palette: Palette, sound: Sound) -> None:
        self.bars = _Bars.on(layout)
        self.rows = (self.bars.top, self.bars.bottom)
        self.heights = _Heights(sound, self.bars)
        self._inks = _bar_inks(self.bars, palette)

    def over(self, ground: Planes) -> Callable[[Planes], _Painter]:
        tiles = [
            _tiles(self.bars, plane, ink, step)
            for plane, ink, step in zip(ground, self._inks, (1, 2, 2), strict=True)
        ]
        return lambda planes: _Painter(self.heights, tiles, ground, planes)


class _Painter:
    def __init__(
        self, heights: _Heights, tiles: list[_Tiles], ground: Planes, planes: Planes
    ) -> None:
        self._heights, self._tiles, self._ground, self._planes = heights, tiles, ground, planes
        self._shown: list[int] = []

    def paint(self, index: int) -> None:
        heights = self._heights.at(index)
        for view, ground, tiles in zip(self._planes, self._ground, self._tiles, strict=True):
            if self._shown:
                _move(view, ground, tiles, self._shown, heights)
            else:
                _draw(view, tiles, heights)
        self._shown = heights


@dataclass(frozen=True, slots=True)
class _Bars:
    """Where the bars stand: `count` of them `pitch` apart around the line at `middle`."""

    count: int
    left: int
    pitch: int
    wide: int
    middle: int
    reach: int
    top: int
    bottom: int

    @classmethod
    def on(cls, layout: Layout) -> _Bars:
        stage = layout.stage
        pitch = max(4, round(24 * layout.unit / 2) * 2)
        count = (stage.width // pitch - 1) // 2 * 2 + 1
        wide = max(2, round(pitch * 0.6 / 2) * 2)
        left = stage.x + (stage.width - (count - 1) * pitch - wide) // 4 * 2
        middle, reach = stage.y + stage.height // 4 * 2, stage.height // 2
        return cls(count, left, pitch, wide, middle, reach, stage.y - 4, stage.bottom + 4)


class _Heights:
    """How high every bar stands in a frame, the middle bar lowest in pitch."""

    def __init__(self, sound: Sound, bars: _Bars) -> None:
        half = max(bars.count // 2, 1)
        self._voices = Voices(sound, half + 1)
        self._outward = np.abs(np.arange(bars.count) - bars.count // 2)
        self._taper = 256 - self._outward * 90 // half
        self._least = bars.wide * STEPS // 2
        self._span = bars.reach * STEPS - self._least

    def at(self, index: int) -> list[int]:
        """Half heights in 1/STEPS pixel."""
        lively = self._voices.at(index)[self._outward] * self._taper >> 8
        heights: list[int] = (self._least + lively * self._span // 255).tolist()
        return heights


def _bar_inks(bars: _Bars, palette: Palette) -> list[yuv.U16]:
    """The bars' colours per plane, uint16[bars]: warm in the middle, cool outside."""
    half = max(bars.count // 2, 1)
    colors = [
        yuv.color(mixed(palette.warm, palette.cool, abs(i - bars.count // 2) / half))
        for i in range(bars.count)
    ]
    return [np.array(plane, np.uint16) for plane in zip(*colors, strict=True)]


def _tiles(bars: _Bars, ground: U8, ink: yuv.U16, step: int) -> _Tiles:
    wide, rows = bars.wide // step, ground.shape[0]
    columns = [
        slice((bars.left + i * bars.pitch) // step, (bars.left + i * bars.pitch) // step + wide)
        for i in range(bars.count)
    ]
    under = np.stack([ground[:, column] for column in columns]).astype(np.uint16)
    body = np.broadcast_to(ink[:, None, None], (bars.count, rows, wide))
    heights = np.arange(bars.reach * STEPS + 1)
    middle = bars.middle - bars.top
    top, top_at = _ends(under, ink, heights, middle, -1, step, bars.wide)
    low, low_at = _ends(under, ink, heights, middle, 1, step, bars.wide)
    return _Tiles(columns, body.astype(np.uint8), top, low, top_at, low_at)


def _ends(
    under: yuv.U16,
    ink: yuv.U16,
    heights: NDArray[np.int64],
    middle: int,
    side: int,
    step: int,
    wide: int,
) -> tuple[U8, list[int]]:
    """Round ends above (side -1) or below the line for every height, and their first rows."""
    radius = wide / 2
    tall = int(radius / step) + 2
    edge = middle + side * heights / STEPS
    first = np.floor((edge if side < 0 else edge - radius) / step).astype(np.int64) - (side > 0)
    rows = np.clip(first[:, None] + np.arange(tall), 0, under.shape[1] - 1)
    # Distance of each sample from the circle's centre, in luma pixels.
    across = (np.arange(wide // step) + 0.5) * step - radius
    centre = edge - side * radius
    down = np.maximum(((rows + 0.5) * step - centre[:, None]) * side, 0)
    distance = np.sqrt(down[..., None] ** 2 + across**2)
    cover = np.clip(0.5 + (radius - distance) / step, 0, 1)
    # 255 * 256 + 128 is within 16 bits, which take half the time of 32.
    weight = np.rint(cover * 256).astype(np.uint16)[:, None]
    blended = under[:, rows].transpose(1, 0, 2, 3) * (256 - weight)
    blended += ink[None, :, None, None] * weight
    blended += 128
    blended >>= 8
    return blended.astype(np.uint8), first.tolist()


def _draw(view: U8, tiles: _Tiles, heights: list[int]) -> None:
    tall = tiles.top.shape[2]
    for bar, (height, column) in enumerate(zip(heights, tiles.columns, strict=True)):
        top, low = tiles.top_at[height], tiles.low_at[height]
        if low > top + tall:
            view[top + tall : low, column] = tiles.body[bar, top + tall : low]
        view[top : top + tall, column] = tiles.top[height, bar]
        view[low : low + tall, column] = tiles.low[height, bar]


def _move(view: U8, ground: U8, tiles: _Tiles, shown: list[int], heights: list[int]) -> None:
    """Draw only what bars of `shown` heights gain or lose."""
    tall = tiles.top.shape[2]
    for bar, (before, height, column) in enumerate(zip(shown, heights, tiles.columns, strict=True)):
        if before == height:
            continue
        top, low = tiles.top_at[height], tiles.low_at[height]
        top_before, low_before = tiles.top_at[before], tiles.low_at[before]
        if height > before:
            body = tiles.body[bar]
            view[top + tall : top_before + tall, column] = body[top + tall : top_before + tall]
            view[low_before:low, column] = body[low_before:low]
        else:
            view[top_before:top, column] = ground[top_before:top, column]
            view[low + tall : low_before + tall, column] = ground[
                low + tall : low_before + tall, column
            ]
        view[top : top + tall, column] = tiles.top[height, bar]
        view[low : low + tall, column] = tiles.low[height, bar]
