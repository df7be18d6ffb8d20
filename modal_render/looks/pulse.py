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
_MARGIN = 4  # rows beyond the highest bar that its round ends may touch
_AT_ONCE = 4096  # frames whose heights are worked out together


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two bars as far from the middle, or the middle one, in one plane; they are always alike.

    `ground` is [rows, bars, wide]; `top` and `low` are round ends for every height, drawn once over
    it: [heights, ends, bars, wide].
    """

    ink: int
    ground: U8
    top: U8
    low: U8


@dataclass(frozen=True, slots=True)
class _Tiles:
    """One plane's pairs from the middle outwards; ends are put at rows `top_at` and `low_at`."""

    pairs: list[_Pair]
    tall: int
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
        self.between, self.crf = 5, 26.5


class _Pulse:
    def __init__(self, layout: Layout, palette: Palette, sound: Sound) -> None:
        self._bars = _Bars.on(layout)
        self._heights = _Heights(sound, self._bars)
        # Rows that no bar ever reaches are not encoded again and again.
        self._room = (-(-self._heights.highest // STEPS) + _MARGIN + 1) // 2 * 2
        self.rows = (self._bars.middle - self._room, self._bars.middle + self._room)
        self._inks = _bar_inks(self._bars, palette)

    def over(self, ground: Planes) -> Callable[[Planes], _Painter]:
        reach = _Reach(self._room, self._heights.highest)
        tiles = [
            _tiles(self._bars, reach, plane, ink, step)
            for plane, ink, step in zip(ground, self._inks, (1, 2, 2), strict=True)
        ]
        return lambda planes: _Painter(self._bars, self._heights, tiles, planes)


class _Painter:
    def __init__(self, bars: _Bars, heights: _Heights, tiles: list[_Tiles], planes: Planes) -> None:
        self._heights = heights
        self._layers = [
            (bars.pairs_of(plane, step), one)
            for plane, one, step in zip(planes, tiles, (1, 2, 2), strict=True)
        ]
        self._shown: list[int] = []

    def paint(self, index: int) -> None:
        heights = self._heights.at(index)
        for views, tiles in self._layers:
            if self._shown:
                _move(views, tiles, self._shown, heights)
            else:
                _draw(views, tiles, heights)
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

    @classmethod
    def on(cls, layout: Layout) -> _Bars:
        stage = layout.stage
        pitch = max(4, round(24 * layout.unit / 2) * 2)
        count = (stage.width // pitch - 1) // 2 * 2 + 1
        wide = max(2, round(pitch * 0.6 / 2) * 2)
        left = stage.x + (stage.width - (count - 1) * pitch - wide) // 4 * 2
        middle, reach = stage.y + stage.height // 4 * 2, stage.height // 2
        return cls(count, left, pitch, wide, middle, reach)

    @property
    def pairs(self) -> int:
        return self.count // 2 + 1

    def pairs_of(self, plane: U8, step: int) -> list[U8]:
        """Views of a plane's bars, from the middle outwards: [rows, bars, wide]."""
        left, pitch, half = self.left // step, self.pitch // step, self.count // 2
        room = plane[:, left : left + self.count * pitch].reshape(len(plane), self.count, pitch)
        bars = room[:, :, : self.wide // step]
        return [bars[:, half - i : half + i + 1 : max(1, 2 * i)] for i in range(self.pairs)]


class _Heights:
    """How high every pair of bars stands in a frame, the middle bar lowest in pitch."""

    def __init__(self, sound: Sound, bars: _Bars) -> None:
        half = max(bars.count // 2, 1)
        voices = Voices(sound, half + 1)
        taper = 256 - np.arange(bars.pairs) * 90 // half
        least = bars.wide * STEPS // 2
        span = bars.reach * STEPS - least

        def over(frames: slice) -> NDArray[np.int16]:
            lively = voices.over(frames)[:, : bars.pairs] * taper >> 8
            return (least + lively * span // 255).astype(np.int16)

        parts = [over(slice(i, i + _AT_ONCE)) for i in range(0, sound.frames, _AT_ONCE)]
        self._all = np.concatenate(parts)
        self.highest = int(self._all.max())

    def at(self, index: int) -> list[int]:
        """Half heights in 1/STEPS pixel."""
        heights: list[int] = self._all[index].tolist()
        return heights


def _bar_inks(bars: _Bars, palette: Palette) -> list[list[int]]:
    """The pairs' colours per plane: warm in the middle, cool outside."""
    half = max(bars.count // 2, 1)
    colors = [yuv.color(mixed(palette.warm, palette.cool, i / half)) for i in range(bars.pairs)]
    return [list(plane) for plane in zip(*colors, strict=True)]


@dataclass(frozen=True, slots=True)
class _Reach:
    """`middle` is the line's row among the bars' rows, `highest` how far one goes from it."""

    middle: int
    highest: int


@dataclass(frozen=True, slots=True)
class _Ends:
    """Round ends for every height: `rows` [heights, ends], `weight` [heights, ends, 1, wide].

    A weight of 256 is the bar alone.
    """

    rows: NDArray[np.int64]
    weight: yuv.U16

    def over(self, ground: U8, ink: int) -> U8:
        """Drawn over a pair's `ground`."""
        # 255 * 256 + 128 is within 16 bits, which take half the time of 32.
        blended = ground[self.rows].astype(np.uint16) * (256 - self.weight)
        blended += np.uint16(ink) * self.weight
        blended += 128
        blended >>= 8
        return blended.astype(np.uint8)


def _tiles(bars: _Bars, reach: _Reach, ground: U8, inks: list[int], step: int) -> _Tiles:
    top, low = (_ends(reach, side, step, bars.wide) for side in (-1, 1))
    pairs = [
        _Pair(ink, under, top.over(under, ink), low.over(under, ink))
        for under, ink in zip(bars.pairs_of(ground, step), inks, strict=True)
    ]
    at = (ends.rows[:, 0].tolist() for ends in (top, low))
    return _Tiles(pairs, top.rows.shape[1], *at)


def _ends(reach: _Reach, side: int, step: int, wide: int) -> _Ends:
    """Round ends above (side -1) or below the line."""
    radius = wide / 2
    edge = reach.middle + side * np.arange(reach.highest + 1) / STEPS
    first = np.floor((edge if side < 0 else edge - radius) / step).astype(np.int64) - (side > 0)
    at = first[:, None] + np.arange(int(radius / step) + 2)
    # Distance of each sample from the circle's centre, in luma pixels.
    across = (np.arange(wide // step) + 0.5) * step - radius
    centre = edge - side * radius
    down = np.maximum(((at + 0.5) * step - centre[:, None]) * side, 0)
    distance = np.sqrt(down[..., None] ** 2 + across**2)
    cover = np.clip(0.5 + (radius - distance) / step, 0, 1)
    return _Ends(at, np.rint(cover * 256).astype(np.uint16)[:, :, None])


def _draw(views: list[U8], tiles: _Tiles, heights: list[int]) -> None:
    tall = tiles.tall
    for view, pair, height in zip(views, tiles.pairs, heights, strict=True):
        top, low = tiles.top_at[height], tiles.low_at[height]
        if low > top + tall:
            view[top + tall : low] = pair.ink
        view[top : top + tall] = pair.top[height]
        view[low : low + tall] = pair.low[height]


def _move(views: list[U8], tiles: _Tiles, shown: list[int], heights: list[int]) -> None:
    """Draw only what bars of `shown` heights gain or lose."""
    tall, top_at, low_at = tiles.tall, tiles.top_at, tiles.low_at
    for view, pair, before, height in zip(views, tiles.pairs, shown, heights, strict=True):
        if before == height:
            continue
        top, low, top_before, low_before = (
            top_at[height], low_at[height], top_at[before], low_at[before],
        )  # fmt: skip
        if height > before:
            view[top + tall : top_before + tall] = pair.ink
            view[low_before:low] = pair.ink
        else:
            ground = pair.ground
            view[top_before:top] = ground[top_before:top]
            view[low + tall : low_before + tall] = ground[low + tall : low_before + tall]
        view[top : top + tall] = pair.top[height]
        view[low : low + tall] = pair.low[height]
