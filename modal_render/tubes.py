"""Tubes of light bent around a middle by parts of the voice, drawn as sharp as the video is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from modal_render.field import shares
from modal_render.layout import Layout
from modal_render.sound import U8, Sound, follow
from modal_render.sparks import sine
from modal_render.yuv import Floats

PLACES = 2048  # around the ring, for what is looked up
_ATTACK_S, _RELEASE_S = 0.012, 0.22
_CORE = 3.4  # units from a tube's middle to where half of its light is left
_BRIGHTEST = 236  # luma
# Steps each way at most 0.707 apart meet every pixel's square, however they lie.
_STEP_PX = 0.69


@dataclass(frozen=True, slots=True, kw_only=True)
class Bend:
    """`lobes` around the ring that bands `low` to `high` - 1 raise: `rest` in silence, `most` more.

    Both are parts of the stage's radius; `pace` is turns of a lobe a second, `start` its first.
    """

    lobes: int
    rest: float
    most: float
    low: int
    high: int
    pace: float
    start: float


class Tube:
    """A ring of `radius` units with bends, which lengthen to parts of `reach` units.

    `moved` are the seconds that its lobes have turned for at each frame.
    """

    def __init__(
        self,
        bends: Sequence[Bend],
        radius: float,
        reach: float,
        sound: Sound,
        moved: Sequence[float],
    ) -> None:
        self.radius = np.float32(radius)
        self._bends, self._reach, self._moved = bends, reach, moved
        means = [
            sound.bands[:, bend.low : bend.high].sum(axis=1, dtype=np.int64)
            // (bend.high - bend.low)
            for bend in bends
        ]
        heard = np.stack(means, axis=1).astype(np.uint8)
        self._heard = follow(heard, sound.fps, _ATTACK_S, _RELEASE_S)

    def bent(self, index: int, turns: Floats) -> tuple[Floats, Floats]:
        """Units further out than the radius at `turns`, and how much that rises in a radian."""
        bent, rise, moved = np.zeros_like(turns), np.zeros_like(turns), self._moved[index]
        for bend, heard in zip(self._bends, shares(self._heard[index]).tolist(), strict=True):
            high = np.float32((bend.rest + bend.most * heard) * self._reach)
            wave = turns * np.float32(bend.lobes)
            wave += np.float32((bend.start + bend.pace * moved) % 1)
            bent += sine(wave) * high
            rise += sine(wave + np.float32(0.25)) * (high * np.float32(bend.lobes))
        return bent, rise

    def around(self, index: int) -> tuple[Floats, Floats]:
        """At PLACES: units further out than the radius, and the square of the slope's cosine.

        A distance straight outwards, squared, times that is nearly one to the tube.
        """
        bent, rise = self.bent(index, _TURNS)
        rise /= bent + self.radius
        rise *= rise
        rise += np.float32(1)
        return bent, np.float32(1) / rise

    def spread(self, index: int, step: float) -> Floats:
        """Turns of places all around it that are at most `step` units apart."""
        out, rise = self.bent(index, _ROUGHLY)
        out += self.radius
        length: Floats = np.sqrt(out * out + rise * rise)
        length *= np.float32(math.tau / len(_ROUGHLY))
        longer: Floats = np.maximum(length, np.roll(length, -1)) * np.float32(1.02 / step)
        counts = longer.astype(np.intp) + 1
        part = np.repeat(np.arange(len(counts)), counts)
        starts: NDArray[np.intp] = np.cumsum(counts) - counts
        within: NDArray[np.intp] = np.arange(len(part)) - starts[part]
        turns: Floats = part.astype(np.float32)
        share: Floats = within.astype(np.float32)
        share /= counts.astype(np.float32)[part]
        turns += share
        turns /= np.float32(len(counts))
        return turns


class Glass:
    """Draws a tube's bright core on the video's own pixels, finer than a grid could."""

    def __init__(self, layout: Layout) -> None:
        self._unit, self._middle = np.float32(layout.unit), layout.stage.middle
        reach = math.ceil(_CORE * 1.2 * layout.unit / _STEP_PX)
        self._off = np.arange(-reach, reach + 1, dtype=np.float32)[:, None] * np.float32(_STEP_PX)
        self._narrow = np.float32(1 / (_CORE * layout.unit) ** 2)

    def draw(self, tube: Tube, index: int, luma: U8) -> None:
        """Lighten `luma`, which the tube must be wholly within."""
        x, y, right, down = self._curve(tube, index)
        column, row = np.rint(x + self._off * right), np.rint(y + self._off * down)
        far = (column - x) * right
        far += (row - y) * down
        far *= far
        far *= self._narrow
        far *= far
        far += np.float32(1)
        level = (np.float32(_BRIGHTEST) / far).astype(np.uint8)
        line = luma.strides[0]
        row *= np.float32(line)  # exact: no picture has 2 ** 24 pixels
        row += column
        at = row.astype(np.intp)
        flat = as_strided(luma, ((luma.shape[0] - 1) * line + luma.shape[1],), (1,))
        flat[at] = np.maximum(flat.take(at), level)

    def _curve(self, tube: Tube, index: int) -> tuple[Floats, Floats, Floats, Floats]:
        """Points along the tube, in pixels, and its normals there."""
        turns = tube.spread(index, _STEP_PX / float(self._unit))
        out, rise = tube.bent(index, turns)
        out += tube.radius
        across, up = sine(turns), sine(turns + np.float32(0.25))
        right, down = out * across - rise * up, -out * up - rise * across
        length = np.sqrt(right * right + down * down)
        right /= length
        down /= length
        out *= self._unit
        # A pixel's middle is counted as a whole number.
        x = out * across + np.float32(self._middle[0] - 0.5)
        y = np.float32(self._middle[1] - 0.5) - out * up
        return x, y, right, down


_TURNS = np.arange(PLACES, dtype=np.float32) / np.float32(PLACES)
_ROUGHLY = _TURNS[::8]
