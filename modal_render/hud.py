"""The progress bar and the running time. What of them stands still belongs to the still picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from modal_render import yuv
from modal_render.layout import Box, Layout
from modal_render.letters import Weight, line_mask, line_width
from modal_render.palette import Rgb
from modal_render.scene import rounded_mask
from modal_render.yuv import Overlay, Planes

_SUBPIXELS = 8
_PHASES = 2 * _SUBPIXELS  # chroma lets a mask stand at every second pixel only
_TIME_SHARE = 0.72  # of the ink
_TIME_PX, _GAP = 30, 24  # at a short side of 1080


@dataclass(frozen=True, slots=True)
class HudColors:
    """Track and text are drawn at `track_share` of `ink`, the played part with `fill`."""

    fill: Rgb
    ink: Rgb
    track_share: float = 0.22


class Hud:
    """Progress of a video of `frames` frames; a Mover over `rows`."""

    def __init__(self, layout: Layout, colors: HudColors, frames: int, fps: int) -> None:
        self._colors, self._frames, self._fps = colors, frames, fps
        size = _TIME_PX * layout.unit
        self._digits = {char: _digit(char, size) for char in "0123456789:"}
        box, total = layout.progress, self._clock(round(frames / fps))
        # The time runs at the left of the bar, the whole stands at its right.
        room = (total.width + round(_GAP * layout.unit)) // 2 * 2
        self._bar = Box(box.x + room, box.y, box.width - 2 * room, box.height)
        self._time_x = box.x
        self._time_y = (box.y + (box.height - total.height) // 2) // 2 * 2
        top = min(box.y, self._time_y)
        self.rows = (top, top + max(box.height, total.height))
        self._track = rounded_mask((self._bar.width, self._bar.height), self._bar.height / 2)
        bar_y = self._bar.y - top
        self._whole = yuv.tint(self._track, colors.fill, bar_y, self._bar.x)
        self._ends = [
            yuv.tint(_round_end(self._bar.height, phase), colors.fill, bar_y, 0)
            for phase in range(_PHASES)
        ]
        self._times: dict[int, Overlay] = {}

    def draw_still(self, picture: Image.Image) -> None:
        """Draw the bar's track and the whole time on the RGBA still picture."""
        ink = self._colors.ink
        track = Image.new("RGBA", self._track.size, (*ink, 0))
        track.putalpha(self._track.point([round(i * self._colors.track_share) for i in range(256)]))
        picture.alpha_composite(track, (self._bar.x, self._bar.y))
        mask = self._clock(round(self._frames / self._fps))
        total = Image.new("RGBA", mask.size, (*ink, 0))
        total.putalpha(mask)
        right = self._bar.right + self._bar.x - self._time_x
        picture.alpha_composite(total, (right - mask.width, self._time_y))

    def over(self, ground: Planes) -> Callable[[Planes], _Painter]:
        return lambda planes: _Painter(self, ground, planes)

    def lay(self, picture: Planes, index: int) -> None:
        """Draw what moves at frame `index` over a whole picture with the still part on it."""
        self.draw(yuv.cut(picture, *self.rows), index)

    def draw(self, rows: Planes, index: int) -> None:
        """Draw what moves at frame `index` over `rows` that hold nothing of it yet."""
        middle, phase = self.end_at(index)
        self._whole.blend(rows, columns=(0, middle))
        self._ends[phase].blend(rows, x=self._bar.x + middle)
        self._time(self.second_at(index)).blend(rows)

    def advance(self, rows: Planes, ground: Planes, shown: int, index: int) -> None:
        """Draw frame `index` over `rows` that show the earlier one `shown` of the same second."""
        (before, _), (middle, phase) = self.end_at(shown), self.end_at(index)
        end, left = self._ends[phase], self._bar.x
        top, wide, tall = end.y, end.keep[0].shape[1], end.keep[0].shape[0]
        at = (top, top + tall, left + before, left + before + wide)
        for view, fresh in zip(yuv.cut(rows, *at), yuv.cut(ground, *at), strict=True):
            view[:] = fresh
        if middle > before:
            self._whole.blend(rows, columns=(before, middle))
        end.blend(rows, x=left + middle)

    def end_at(self, index: int) -> tuple[int, int]:
        """Columns of the bar up to the middle of its round end, and the end's phase."""
        done = max(
            self._bar.width * _SUBPIXELS * (index + 1) // self._frames,
            self._bar.height * _SUBPIXELS,
        )
        # The round end is drawn from its middle on, what is left of that is copied whole.
        middle, phase = divmod(done - self._bar.height * _SUBPIXELS // 2, _PHASES)
        return middle * 2, phase

    def second_at(self, index: int) -> int:
        return index // self._fps

    def restore(self, rows: Planes, ground: Planes) -> None:
        """Put the ground back where `draw` draws."""
        bar = self._whole
        time = self._time(self._frames // self._fps)
        room = self._ends[0].keep[0].shape[1]
        for box, width in ((bar, bar.keep[0].shape[1] + room), (time, time.keep[0].shape[1])):
            at = (box.y, box.y + box.keep[0].shape[0], box.x, box.x + width)
            for view, fresh in zip(yuv.cut(rows, *at), yuv.cut(ground, *at), strict=True):
                view[:] = fresh

    def _time(self, second: int) -> Overlay:
        known = self._times.get(second)
        if known is None:
            mask, top = self._clock(second), self._time_y - self.rows[0]
            # The same overlay made by two threads at once is no harm.
            known = self._times[second] = yuv.tint(mask, self._colors.ink, top, self._time_x)
        return known

    def _clock(self, second: int) -> Image.Image:
        """The time as an "L" mask with even sides."""
        chars = [self._digits[char] for char in _clock(second)]
        width = sum(char.width for char in chars)
        mask = Image.new("L", (width + width % 2, chars[0].height + chars[0].height % 2))
        x = 0
        for char in chars:
            mask.paste(char, (x, 0))
            x += char.width
        return mask.point([round(i * _TIME_SHARE) for i in range(256)])


class _Painter:
    def __init__(self, hud: Hud, ground: Planes, planes: Planes) -> None:
        self._hud, self._ground, self._planes = hud, ground, planes
        self._shown: int | None = None

    def paint(self, index: int) -> None:
        hud, shown = self._hud, self._shown
        if shown is not None and shown <= index and hud.second_at(shown) == hud.second_at(index):
            hud.advance(self._planes, self._ground, shown, index)
        else:
            hud.restore(self._planes, self._ground)
            hud.draw(self._planes, index)
        self._shown = index


def _clock(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _digit(char: str, size_px: float) -> Image.Image:
    """A digit in a cell as wide as the widest, so that time does not wobble."""
    mask, ascent = line_mask(char, Weight.SEMIBOLD, size_px)
    wide = line_width("0", Weight.SEMIBOLD, size_px)
    cell = Image.new("L", (round(wide * (0.5 if char == ":" else 1.04)), round(size_px)), 0)
    own = line_width(char, Weight.SEMIBOLD, size_px)
    cell.paste(mask, (round((cell.width - own) / 2) - 1, round(size_px * 0.86) - ascent))
    return cell


def _round_end(height: int, phase: int) -> Image.Image:
    """The right half of the played bar's end, `phase` subpixels further right."""
    radius = height / 2
    wide = (height // 2 + 4) // 2 * 2
    across = np.arange(wide) + 0.5 - phase / _SUBPIXELS
    down = np.arange(height)[:, None] + 0.5 - radius
    distance = np.sqrt(np.maximum(across, 0) ** 2 + down**2)
    cover = np.clip(0.5 + radius - distance, 0, 1)
    return Image.fromarray(np.rint(cover * 255).astype(np.uint8))
