"""Tape: the sound as a band of bars that runs past a playhead, what is to come still dim.

It runs by whole, even pixels a frame over a ground that is one colour, so a frame is the one before
it, moved; only the bars at the playhead, which the voice lifts, are drawn anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modal_render import backdrop, yuv
from modal_render.contract import Scene
from modal_render.ground import finished
from modal_render.hud import Hud, HudColors
from modal_render.layout import Box, Layout, strip_layout
from modal_render.looks import Brief
from modal_render.palette import Palette, mixed, palette_of
from modal_render.scene import ink_on_dark, still
from modal_render.sound import BANDS, Sound
from modal_render.yuv import U8, Floats, Planes

_SPEED = 120  # units a second
_LENS = 96  # units around the playhead in which the voice lifts the bars
_REST = 0.80  # of its full height is a bar that is not at the playhead
_HILL = 0.6  # of the full height are the bars there at least when it is loudest
_FLOOR = 22  # levels below this are a pause
_MAX_HEIGHTS = 512
_BEAMS = 32  # steps of the light behind the playhead
_BEAM = 0.75  # how much of its colour it has at its brightest

Reals = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]


class Look:
    """The still picture; over it the tape and the progress."""

    def __init__(self, brief: Brief) -> None:
        scene, sound, cover = brief.scene, brief.sound, brief.cover
        layout = strip_layout(scene)
        palette = palette_of(scene.seed, cover, scene.brand)
        hud = Hud(layout, HudColors(palette.warm, palette.text), sound.frames, sound.fps)
        colors = _Colors(palette)
        picture = still(scene, layout, ink_on_dark(palette), cover)
        hud.draw_still(picture)
        self.ground = finished(_rgb(scene, layout.stage, colors), picture, scene.seed)
        self.movers = [_Tape(layout, colors, sound), hud]
        self.between, self.crf = 1, 23.2


class _Colors:
    def __init__(self, palette: Palette) -> None:
        self.top, self.bottom = palette.ground, palette.depth
        self.base = mixed(mixed(palette.ground, palette.depth, 0.45), palette.glow, 0.16)
        self.middle, self.tip = palette.warm, palette.cool
        self.coming = mixed(self.base, mixed(palette.muted, palette.cool, 0.4), 0.34)
        self.beam = mixed(palette.glow, palette.cool, 0.45)
        self.head = palette.text


def _rgb(scene: Scene, stage: Box, colors: _Colors) -> Floats:
    """Light that comes from the tape, whose rows are of one colour, and is lost up and down."""
    above = backdrop.gradient(scene.width, stage.y, colors.top, colors.base)
    tape = backdrop.gradient(scene.width, stage.height, colors.base, colors.base)
    below = scene.height - stage.bottom
    return np.concatenate(
        [above, tape, backdrop.gradient(scene.width, below, colors.base, colors.bottom)]
    )


@dataclass(frozen=True, slots=True)
class _Tape:
    layout: Layout
    colors: _Colors
    sound: Sound

    @property
    def rows(self) -> tuple[int, int]:
        return self.layout.stage.y, self.layout.stage.bottom

    def over(self, ground: Planes) -> Callable[[Planes], _Painter]:
        del ground  # all of these rows is tape
        bars = _Bars(self.layout, self.sound)
        reels = [_Reel(bars, self.colors, plane) for plane in range(3)]
        return lambda planes: _Painter(bars, reels, planes)


class _Bars:
    """How high every bar stands in a frame, and where."""

    def __init__(self, layout: Layout, sound: Sound) -> None:
        unit, self.stage = layout.unit, layout.stage
        self.pitch = max(4, round(6 * unit) * 2)
        self.wide = max(2, round(3 * unit) * 2)
        # Pixels a second; a bar is a frame at least.
        self._fps, self._speed = sound.fps, min(round(_SPEED * unit), self.pitch * sound.fps)
        self.head = self.stage.width // 4 * 2
        self.lens = round(_LENS * unit / 2) * 2
        self.inset = max(2, self.stage.height // 32 * 2)  # of the playhead
        self.pin = max(4, round(4 * unit) * 4)
        self.reach = self.stage.height // 2 - self.inset - 2
        self.heights = min(_MAX_HEIGHTS, (self.reach - self.wide // 2) * 2)
        levels = _fullness(sound)
        self._live = levels.tolist()
        count = self.travelled(sound.frames - 1) // self.pitch + 1
        starts = -(-np.arange(count) * self.pitch * sound.fps // self._speed)
        self._levels = np.maximum.reduceat(levels, starts).tolist()
        self._bell = [_bell(away, self.lens) for away in range(self.lens + self.pitch)]

    def beam(self, index: int) -> int:
        """The light behind the playhead, 0 to _BEAMS - 1."""
        return int(self._live[index]) * (_BEAMS - 1) // 255

    def travelled(self, index: int) -> int:
        """Pixels that the tape has run before a frame; even, for the sake of chroma."""
        return index * self._speed // self._fps // 2 * 2

    def between(self, index: int, left: int, right: int) -> list[tuple[int, int]]:
        """Number and left edge of the bars that reach into columns `left` to `right`."""
        start = self.head + (self.pitch - self.wide) // 4 * 2 - self.travelled(index)
        first = (left - start - self.wide) // self.pitch + 1
        last = (right - 1 - start) // self.pitch
        return [(bar, start + bar * self.pitch) for bar in range(first, last + 1)]

    def height(self, bar: int, index: int, x: int) -> int:
        """0 to `heights` - 1."""
        level = self._levels[bar] if 0 <= bar < len(self._levels) else 0
        away = abs(x + self.wide // 2 - self.head)
        near = self._bell[away] if away < len(self._bell) else 0.0
        share = max(level * (_REST + (1 - _REST) * near), self._live[index] * _HILL * near)
        return int(share * (self.heights - 1)) // 255


def _fullness(sound: Sound) -> Ints:
    """How much there is to hear, 0 to 255 per frame; what is twice as full stands out."""
    voices = sound.bands.sum(axis=1, dtype=np.int64) * 3 // (2 * BANDS)
    levels: Ints = np.minimum((voices + sound.loudness) // 2, 255)
    opened = np.maximum(levels - _FLOOR, 0) * 255 // (255 - _FLOOR)
    return np.asarray(opened * (opened + 96) // 351)


def _bell(away: float, lens: float) -> float:
    """1 at the playhead, 0 where the lens ends, smooth at both."""
    share = max(0.0, 1 - (away / lens) ** 2)
    return share * share


class _Reel:
    """One plane's bars at every height, played and to come: uint8[heights, rows, wide]."""

    def __init__(self, bars: _Bars, colors: _Colors, plane: int) -> None:
        self._bars, self.step = bars, 1 if plane == 0 else 2
        step = self.step
        rows, wide = bars.stage.height // step, bars.wide // step
        base, head, beam, coming = (
            np.array(yuv.color(color)[plane])
            for color in (colors.base, colors.head, colors.beam, colors.coming)
        )
        self.base, self._head = base, head
        down = np.abs((np.arange(rows) + 0.5) * step - bars.stage.height / 2)
        shades = [mixed(colors.middle, colors.tip, min(1, at / bars.reach)) for at in down.tolist()]
        played = np.array([yuv.color(shade)[plane] for shade in shades])
        radius = bars.wide / 2
        tall = radius + np.arange(bars.heights) * ((bars.reach - radius) / (bars.heights - 1))
        beyond = np.maximum(down - (tall[:, None] - radius), 0)
        weight = _disc(beyond[..., None], (np.arange(wide) + 0.5) * step - radius, radius, step)
        self.played, self.coming = self._over(weight, played[:, None]), self._over(weight, coming)
        ends = [int(rows / 2 - t / step) for t in tall]
        self.rows = [slice(end, rows - end) for end in ends]
        self.lit = slice((bars.head - bars.lens) // step, (bars.head + bars.lens) // step)
        self.beams = self._over(_beams(bars, step), beam)
        away = (np.arange(bars.pin // step) + 0.5) * step - bars.pin / 2
        self._pin = self._over(_disc(away[:, None], away, bars.pin / 2, step), head)

    def draw_head(self, plane: U8) -> None:
        """Draw the playhead: a line between two pins."""
        bars, step = self._bars, self.step
        middle, top, bottom = bars.head // step, bars.inset // step, -bars.inset // step
        thin, wide = max(1, bars.wide // 4 // step), bars.pin // 2 // step
        plane[top + wide : bottom - wide, middle - thin : middle + thin] = self._head
        for rows in (slice(top, top + 2 * wide), slice(bottom - 2 * wide, bottom)):
            plane[rows, middle - wide : middle + wide] = self._pin

    def _over(self, weight: Reals, ink: Ints) -> U8:
        drawn: U8 = np.rint(self.base + (ink - self.base) * weight).astype(np.uint8)
        return drawn


def _beams(bars: _Bars, step: int) -> Floats:
    """Weights of the light behind the playhead, [steps of brightness, rows, columns]."""
    rows, columns = bars.stage.height // step, 2 * bars.lens // step
    tall = [_bell(abs(row - rows / 2), rows / 2) for row in range(rows)]
    wide = [_bell(abs(column - columns / 2), columns / 2) for column in range(columns)]
    shape = np.array(tall, np.float32)[:, None] * np.array(wide, np.float32)
    steps = np.arange(_BEAMS, dtype=np.float32) * np.float32(_BEAM / (_BEAMS - 1))
    return steps[:, None, None] * shape


def _disc(down: Reals, across: Reals, radius: float, step: int) -> Reals:
    """Weights, 0 to 1, of pixels at these distances from a disc's middle."""
    distance = np.sqrt(down * down + across * across)
    weights: Reals = np.clip(0.5 + (radius - distance) / step, 0, 1)
    return weights


class _Painter:
    def __init__(self, bars: _Bars, reels: Sequence[_Reel], planes: Planes) -> None:
        self._bars, self._reels, self._planes = bars, reels, planes
        self._shown: int | None = None

    def paint(self, index: int) -> None:
        bars = self._bars
        width, left, right = bars.stage.width, bars.head - bars.lens, bars.head + bars.lens
        if self._shown is not None and index == self._shown + 1:
            by = bars.travelled(index) - bars.travelled(self._shown)
            if by:
                self._run(by)
                self._draw(index, width - by, width)
            self._draw(index, left - bars.pitch, right)
        elif index != self._shown:
            self._draw(index, 0, width)
        self._shown = index

    def _run(self, by: int) -> None:
        for plane, reel in zip(self._planes, self._reels, strict=True):
            part = by // reel.step
            plane[:, :-part] = plane[:, part:].copy()

    def _draw(self, index: int, left: int, right: int) -> None:
        """Draw the tape anew from column `left` to `right`."""
        bars, beam = self._bars, self._bars.beam(index)
        placed = [(x, bars.height(bar, index, x)) for bar, x in bars.between(index, left, right)]
        for plane, reel in zip(self._planes, self._reels, strict=True):
            plane[:, left // reel.step : right // reel.step] = reel.base
            at_head = left < bars.head < right
            if at_head:
                plane[:, reel.lit] = reel.beams[beam]
            for x, height in placed:
                first, last = max(x, left), min(x + bars.wide, right)
                turn = min(max(bars.head, first), last)
                rows = reel.rows[height]
                for tiles, a, b in ((reel.played, first, turn), (reel.coming, turn, last)):
                    part = tiles[height, rows, (a - x) // reel.step : (b - x) // reel.step]
                    plane[rows, a // reel.step : b // reel.step] = part
            if at_head:
                reel.draw_head(plane)
