"""The progress bar and the running time, drawn straight into the planes of every frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modal_render import yuv
from modal_render.layout import Box, Layout
from modal_render.letters import Weight, line_mask, line_width
from modal_render.palette import Rgb
from modal_render.scene import rounded_mask
from modal_render.yuv import Planes

_SUBPIXELS = 8


@dataclass(frozen=True, slots=True)
class HudColors:
    """Track and text are drawn at `track_share` of `ink`, the played part with `fill`."""

    fill: Rgb
    ink: Rgb
    track_share: float = 0.22


class Hud:
    """Progress of a video of `frames` frames; `rows` is the box it may touch."""

    def __init__(self, layout: Layout, colors: HudColors, frames: int, fps: int) -> None:
        self._bar, self._frames, self._fps = layout.progress, frames, fps
        self._colors = colors
        size = 34 * layout.unit
        drop = round(26 * layout.unit)
        self._clock_y = (self._bar.bottom + drop) // 2 * 2
        self._digits = {char: _digit(char, size) for char in "0123456789:"}
        height = next(iter(self._digits.values())).shape[0]
        self._left = self._bar.x
        self._right = self._bar.right
        self.rows = (self._bar.y - 2, (self._clock_y + height + 3) // 2 * 2)
        self._ink = yuv.color(colors.ink)
        self._fill = yuv.color(colors.fill)
        self._mask = _even_mask(self._bar)
        self._total = self._text(_clock(round(frames / fps)))

    def paint(self, planes: Planes, index: int) -> None:
        """Draw frame `index` over whatever the planes hold."""
        bar = self._bar
        _lay(planes, bar.y, bar.x, (self._mask * self._colors.track_share), self._ink)
        done = bar.width * _SUBPIXELS * (index + 1) // self._frames
        _lay(planes, bar.y, bar.x, _played(self._mask, done, bar.height), self._fill)
        now = self._text(_clock(index // self._fps))
        _lay(planes, self._clock_y, self._left, now, self._ink)
        _lay(planes, self._clock_y, self._right - self._total.shape[1], self._total, self._ink)

    def _text(self, clock: str) -> NDArray[np.float32]:
        strip = np.concatenate([self._digits[char] for char in clock], axis=1) * np.float32(0.72)
        even = strip.shape[0] + strip.shape[0] % 2, strip.shape[1] + strip.shape[1] % 2
        mask = np.zeros(even, np.float32)
        mask[: strip.shape[0], : strip.shape[1]] = strip
        return mask


def _clock(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _digit(char: str, size_px: float) -> NDArray[np.float32]:
    """A digit in a cell as wide as the widest, so that time does not wobble."""
    mask, ascent = line_mask(char, Weight.SEMIBOLD, size_px)
    wide = line_width("0", Weight.SEMIBOLD, size_px)
    cell = Image.new("L", (round(wide * (0.5 if char == ":" else 1.04)), round(size_px)), 0)
    own = line_width(char, Weight.SEMIBOLD, size_px)
    cell.paste(mask, (round((cell.width - own) / 2) - 1, round(size_px * 0.86) - ascent))
    return np.asarray(cell, np.float32) / np.float32(255)


def _even_mask(bar: Box) -> NDArray[np.float32]:
    mask = rounded_mask((bar.width, bar.height), bar.height / 2)
    return np.asarray(mask, np.float32) / np.float32(255)


def _played(mask: NDArray[np.float32], done: int, height: int) -> NDArray[np.float32]:
    """The mask of the played part: `done` eighths of a pixel long, its end round as well."""
    played = np.zeros_like(mask)
    whole = max(done // _SUBPIXELS, height)
    played[:, :whole] = mask[:, :whole]
    cap = mask[:, -height:]
    part = np.float32((done % _SUBPIXELS) / _SUBPIXELS)
    start = whole - height
    end = np.zeros((mask.shape[0], height + 1), np.float32)
    end[:, :height] += cap * (1 - part)
    end[:, 1:] += cap * part
    room = min(height + 1, mask.shape[1] - start)
    played[:, start + height // 2 : start + room] = end[:, height // 2 : room]
    np.minimum(played, mask, out=played)
    return played


def _lay(
    planes: Planes, y: int, x: int, mask: NDArray[np.float32], ink: tuple[int, int, int]
) -> None:
    """Mix `ink` into the planes where `mask` (even sides, even corner) says."""
    height, width = mask.shape
    x = x // 2 * 2
    soft = yuv.halved(mask)
    views = yuv.cut(planes, y, y + height, x, x + width)
    for view, share, value in zip(views, (mask, soft, soft), ink, strict=True):
        weight = np.rint(share * 256).astype(np.int32)
        base = view.astype(np.int32)
        view[:] = base + (((value - base) * weight + 128) >> 8)
