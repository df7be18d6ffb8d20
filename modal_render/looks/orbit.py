"""Orbit: rays around a round cover, low voices at its foot, high ones at its head.

Every pixel a ray can reach is known with the length at which the ray reaches it. Sorted by ray and
length, what changes from one frame to the next is a stretch of pixels of each ray.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modal_render import yuv
from modal_render.emblem import emblem
from modal_render.ground import dark_ground
from modal_render.hud import Hud, HudColors
from modal_render.layout import Layout, ring_layout
from modal_render.looks import Brief
from modal_render.palette import Palette, mixed, palette_of
from modal_render.sound import Sound
from modal_render.voices import Voices
from modal_render.yuv import U8, Planes

RAYS = 96  # a multiple of two: the right half mirrors the left
_GAP = 26  # units between the cover and the rays
_WIDE = 0.56  # of the room that a ray has at its foot
_STEPS = 16  # lengths are in 1/16 pixel
_SHADES = 64  # from a ray's foot to its tip
_KEY = 1 << 20  # more than any length

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Look:
    """The still picture; over it the rays and the progress."""

    def __init__(self, brief: Brief) -> None:
        scene, sound, cover = brief.scene, brief.sound, brief.cover
        layout = ring_layout(scene)
        palette = palette_of(scene.seed, cover, scene.brand)
        hud = Hud(layout, HudColors(palette.warm, palette.text), sound.frames, sound.fps)
        shown = emblem(scene, palette) if cover is None else cover
        self.ground = dark_ground(scene, layout, palette, shown, hud)
        self.movers = [_Orbit(layout, palette, sound), hud]
        self.between, self.crf = 5, 25.6


class _Orbit:
    def __init__(self, layout: Layout, palette: Palette, sound: Sound) -> None:
        self._ring = _Ring.on(layout)
        self.rows = (layout.stage.y, layout.stage.bottom)
        self._lengths = _Lengths(sound, self._ring)
        shades = [
            yuv.color(mixed(palette.cool, palette.warm, i / (_SHADES - 1))) for i in range(_SHADES)
        ]
        self._shades = np.array(shades).T

    def over(self, ground: Planes) -> Callable[[Planes], _Painter]:
        fields = [
            _field(self._ring, plane, shades, step)
            for plane, shades, step in zip(ground, self._shades, (1, 2, 2), strict=True)
        ]
        return lambda planes: _Painter(self._lengths, fields, planes)


@dataclass(frozen=True, slots=True)
class _Ring:
    """Where the rays stand, in pixels: their feet `inner` from the middle, `room` beyond them."""

    middle: tuple[float, float]
    inner: float
    room: float
    wide: float

    @classmethod
    def on(cls, layout: Layout) -> _Ring:
        stage, cover = layout.stage, layout.cover
        assert cover is not None
        inner = cover.width / 2 + _GAP * layout.unit
        wide = max(2.0, inner * math.tau / RAYS * _WIDE)
        room = stage.height / 2 - inner - wide / 2 - 2
        return cls((stage.x + stage.width / 2, stage.height / 2), inner, room, wide)


class _Lengths:
    """How long every ray is in a frame, int64[RAYS] in 1/_STEPS pixel, clockwise from the foot."""

    def __init__(self, sound: Sound, ring: _Ring) -> None:
        self._voices, self._span = Voices(sound, RAYS // 2), int(ring.room * _STEPS)

    def at(self, index: int) -> Ints:
        left = self._voices.at(index).astype(np.int64) * self._span // 255
        return np.concatenate((left, left[::-1]))


@dataclass(frozen=True, slots=True)
class _Field:
    """One plane's pixels that rays can reach, sorted by ray and by the length that reaches them.

    `keys` are ray * _KEY + that length, `most` a pixel's greatest weight of 256.
    """

    step: int
    keys: Ints
    rays: Ints
    rows: Ints
    columns: Ints
    reached: Ints
    most: Ints
    ground: Ints
    ink: Ints


def _field(ring: _Ring, ground: U8, shades: Ints, step: int) -> _Field:
    most, reached, owner = (np.zeros(ground.shape) for _ in range(3))
    for ray in range(RAYS):
        _claim(ring, ray, step, most, reached, owner)
    rows, columns = np.nonzero(most)
    rays, length = owner[rows, columns].astype(np.int64), reached[rows, columns]
    shade = np.clip(np.rint(length / ring.room * (_SHADES - 1)), 0, _SHADES - 1)
    lengths: Ints = np.rint(length * _STEPS).astype(np.int64)
    keys = rays * _KEY + lengths + _KEY // 2
    order = np.argsort(keys, kind="stable")
    rows, columns = rows[order], columns[order]
    weight = np.rint(most[rows, columns] * 256).astype(np.int64)
    return _Field(
        step, keys[order], rays[order], rows, columns, lengths[order], weight,
        ground[rows, columns].astype(np.int64), shades[shade.astype(np.int64)][order],
    )  # fmt: skip


def _claim(ring: _Ring, ray: int, step: int, most: Floats, reached: Floats, owner: Floats) -> None:
    """Give a ray the pixels it covers more of than the rays before it."""
    angle = math.tau * (ray + 0.5) / RAYS
    across, down = -math.sin(angle), math.cos(angle)
    ends = [ring.inner, ring.inner + ring.room]
    margin = ring.wide / 2 + 2 * step
    spans = [
        (min(middle + way * end for end in ends), max(middle + way * end for end in ends))
        for middle, way in zip(ring.middle, (across, down), strict=True)
    ]
    (left, right), (top, bottom) = (
        (max(0, int((low - margin) / step)), int((high + margin) / step) + 1) for low, high in spans
    )
    box = np.s_[top:bottom, left:right]
    height, width = most[box].shape
    x = (np.arange(left, left + width) + 0.5) * step - ring.middle[0]
    y = (np.arange(top, top + height) + 0.5)[:, None] * step - ring.middle[1]
    along, aside = x * across + y * down - ring.inner, np.abs(x * down - y * across)
    radius = ring.wide / 2
    before = np.minimum(along, 0)
    distance = np.sqrt(before * before + aside * aside)
    weight = np.clip(0.5 + (radius - distance) / step, 0, 1)
    # A round end reaches further along a ray's middle than along its sides.
    length = along - np.sqrt(np.maximum(radius * radius - aside * aside, 0))
    mine = (weight > most[box]) & (length < ring.room + step)
    most[box][mine] = weight[mine]
    reached[box][mine] = length[mine]
    owner[box][mine] = ray


class _Painter:
    def __init__(self, lengths: _Lengths, fields: list[_Field], planes: Planes) -> None:
        self._lengths, self._fields, self._planes = lengths, fields, planes
        self._shown = np.full(RAYS, -_KEY // 4)

    def paint(self, index: int) -> None:
        lengths = self._lengths.at(index)
        changed = np.flatnonzero(lengths != self._shown)
        if len(changed):
            low = np.minimum(lengths, self._shown)[changed] + changed * _KEY + _KEY // 2
            high = np.maximum(lengths, self._shown)[changed] + changed * _KEY + _KEY // 2
            for plane, field in zip(self._planes, self._fields, strict=True):
                _draw(plane, field, lengths, low, high)
        self._shown = lengths


def _draw(plane: U8, field: _Field, lengths: Ints, low: Ints, high: Ints) -> None:
    """Draw the pixels of changed rays between two keys each."""
    soft = _STEPS * field.step // 2 + 1
    first = np.searchsorted(field.keys, low - soft)
    count = np.searchsorted(field.keys, high + soft) - first
    ends = np.cumsum(count)
    pick = np.arange(ends[-1]) + np.repeat(first - ends + count, count)
    beyond = (lengths[field.rays[pick]] - field.reached[pick]) * (256 // _STEPS // field.step)
    weight = np.clip(beyond + 128, 0, 256) * field.most[pick] >> 8
    ground = field.ground[pick]
    shown = ground + ((field.ink[pick] - ground) * weight + 128 >> 8)
    plane[field.rows[pick], field.columns[pick]] = shown
