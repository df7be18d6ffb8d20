"""The small picture a field look computes: its geometry, and noise that drifts over it.

About 270 points along the short side whatever the video's size, so light costs the same to compute
in 4K. Lengths are layout units from the middle of the stage. Only +, -, *, /, square roots and
look-ups on 32-bit floats, which every processor rounds alike; curves are tables made by `math`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from modal_render import backdrop
from modal_render.contract import Scene
from modal_render.layout import Box, Layout
from modal_render.yuv import Floats

DETAIL = 4  # pixels of the video to one point, at a short side of 1080
_TEXTURE = 512  # points a side that a sheet repeats after
_FINE = 1024  # texels a side of a texture, a power of two


class Grid:
    """`x` float32[1, w] and `y` [h, 1] are units right of and below the middle, `away` [h, w] both.

    `points` is how many points a unit has, `pixels` how many pixels a point has, `reach` the units
    from the middle to the stage's nearest edge.
    """

    def __init__(self, scene: Scene, layout: Layout) -> None:
        detail = max(1, round(DETAIL * layout.unit))
        self.height = -(-scene.height // detail) // 2 * 2
        self.width = -(-scene.width // detail) // 2 * 2
        self.pixels = scene.width / self.width
        self.points = layout.unit / self.pixels
        self.reach = min(layout.stage.width, layout.stage.height) / 2 / layout.unit
        self._unit, middle = layout.unit, layout.stage.middle
        self.x = self._from(middle[0], self.width)[None]
        self.y = self._from(middle[1], self.height)[:, None]
        self.away: Floats = np.sqrt(self.x * self.x + self.y * self.y)

    def _from(self, middle_px: float, count: int) -> Floats:
        return np.array(
            [((i + 0.5) * self.pixels - middle_px) / self._unit for i in range(count)], np.float32
        )

    def turns(self) -> Floats:
        """The angle of each point around the middle, float32[h, w] in 0..1, clockwise from up."""
        x, y = self.x[0].tolist(), self.y[:, 0].tolist()
        return np.array([[_turn(a, b) for a in x] for b in y], np.float32)

    def rows_to(self, y: float) -> int:
        """How many rows are less than `y` units below the middle."""
        return int((self.y[:, 0] < y).sum())

    def within(self, units: float) -> tuple[slice, slice]:
        """The rows and columns less than `units` from the middle, with even ends."""
        x, y = (np.flatnonzero(np.abs(part) < units).tolist() for part in (self.x[0], self.y[:, 0]))
        rows, columns = (slice(part[0] // 2 * 2, part[-1] // 2 * 2 + 2) for part in (y, x))
        return rows, columns

    def curve(self, function: Callable[[float], float], of: Floats) -> Floats:
        """`function` of each of `of`, which are 0 or more; made by `math`, to a quarter unit."""
        steps = (of * np.float32(4)).astype(np.intp)
        return np.array([function(i / 4) for i in range(int(steps.max()) + 1)], np.float32)[steps]

    def beside(self, box: Box, soft: float) -> Floats:
        """0 in the box, which is pixels, and 1 from `soft` units around it on; float32[h, w]."""
        (x, y), unit = box.middle, self._unit
        stage_x, stage_y = self._origin(x, y)
        across = np.maximum(np.abs(self.x - stage_x) - np.float32(box.width / 2 / unit), 0)
        down = np.maximum(np.abs(self.y - stage_y) - np.float32(box.height / 2 / unit), 0)
        out = np.minimum(np.sqrt(across * across + down * down) / np.float32(soft), 1)
        shade: Floats = out * out * (3 - 2 * out)
        return shade

    def _origin(self, x_px: float, y_px: float) -> tuple[np.float32, np.float32]:
        """A pixel in units from the middle."""
        step = np.float32(self.pixels / self._unit)
        return (
            self.x[0, 0] + np.float32(x_px / self.pixels - 0.5) * step,
            self.y[0, 0] + np.float32(y_px / self.pixels - 0.5) * step,
        )


def _turn(x: float, y: float) -> float:
    return math.atan2(x, -y) / math.tau % 1


class Sheet:
    """Seamless noise in 0..1 over a grid, its bumps `bump` units wide, that slides smoothly.

    `size` (rows, columns) is what it covers instead of the whole grid. With `every` 2 it has a
    value for every second point only, as chroma has.
    """

    def __init__(
        self,
        grid: Grid,
        seed: int,
        bump: float,
        octaves: int = 3,
        *,
        size: tuple[int, int] | None = None,
        every: int = 1,
    ) -> None:
        rows, columns = size or (grid.height, grid.width)
        self._height, self._width = rows // every, columns // every
        self._points = grid.points / every
        cells = min(max(2, round(_TEXTURE / (bump * self._points))), _TEXTURE >> octaves)
        noise = backdrop.cloud(seed, _TEXTURE, cells, octaves)
        # One more than the grid is large, because what is between two points needs both.
        down = np.arange(_TEXTURE + self._height + 1) % _TEXTURE
        across = np.arange(_TEXTURE + self._width + 1) % _TEXTURE
        self._noise: Floats = noise[down][:, across]

    def at(self, x: float, y: float) -> Floats:
        """The noise from (x, y) units on: growing x moves it left, growing y up. Yours to change.

        Sliding up or down alone costs half.
        """
        row, down = _split(y * self._points)
        column, along = _split(x * self._points)
        part = self._noise[row : row + self._height + 1, column : column + self._width + 1]
        part = _between(part[:, :-1], part[:, 1:], along) if along else part[:, :-1]
        return _between(part[:-1], part[1:], down)


class Texture:
    """Seamless fine noise in 0..1 to be looked up anywhere, `size` units a side: for bent noise."""

    def __init__(self, seed: int, size: float, cells: int = 8, octaves: int = 5) -> None:
        self._size, self._texels = size, np.float32(_FINE / size)
        self._noise: Floats = backdrop.cloud(seed, _FINE, cells, octaves).reshape(-1)

    def of(self, x: Floats, y: Floats, moved: tuple[float, float]) -> Floats:
        """The noise at (x, y) [h, w] units, all within 4 sizes of 0, `moved` right and down."""
        rows, columns = self._steps(y, moved[1]), self._steps(x, moved[0])
        rows *= _FINE
        rows += columns
        found: Floats = self._noise.take(rows, mode="clip")
        return found

    def _steps(self, units: Floats, moved: float) -> NDArray[np.int32]:
        # Kept positive: rounding towards zero would double the texel there.
        texels = units * self._texels
        texels += np.float32(4 * _FINE - moved % self._size * _FINE / self._size)
        steps = texels.astype(np.int32)
        steps &= _FINE - 1
        return steps


def _split(points: float) -> tuple[int, np.float32]:
    """Whole points within the texture, and the rest to 1/64, which floats hold exactly."""
    whole, rest = divmod(round(points * 64), 64)
    return whole % _TEXTURE, np.float32(rest / 64)


def _between(first: Floats, second: Floats, share: np.float32) -> Floats:
    mixed = second - first
    mixed *= share
    mixed += first
    return mixed
