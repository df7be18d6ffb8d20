"""The waveform as a mask, and the colours it is filled with: what all pictures of a card share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from modal_render.contract import LOOKS, SIZES, BadRequest, CardRequest
from modal_render.layout import Box
from modal_render.palette import Rgb, mixed
from modal_render.preview import MARGIN, WAVE_BOTTOM, WAVE_TOP, Peaks, preview_box
from modal_render.scene import rounded_mask

BAR, PITCH = 7, 11
GAP = 40
_SMOOTH = 4  # shapes are drawn this much larger, then averaged
_QUIET = 24  # of 255: a recording that stays below is not blown up to look loud


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of a card; `start` to `end` run through the kept waveform."""

    ground: Rgb
    panel: Rgb
    text: Rgb
    muted: Rgb
    dropped: Rgb
    start: Rgb
    end: Rgb
    chosen: Rgb
    on_chosen: Rgb


THEMES = {
    "dark": Theme(
        (20, 15, 32), (39, 31, 60), (250, 244, 250), (178, 166, 196), (108, 97, 130),
        (255, 196, 148), (244, 106, 168), (255, 208, 140), (38, 20, 34),
    ),
    "light": Theme(
        (252, 248, 244), (243, 232, 232), (34, 22, 44), (104, 90, 116), (174, 161, 176),
        (232, 98, 60), (196, 44, 128), (150, 24, 104), (255, 250, 246),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scale:
    """Seconds to pixels across the waveform."""

    box: Box
    duration_s: float

    def x(self, at_s: float) -> float:
        share = min(max(at_s / self.duration_s, 0.0), 1.0)
        return self.box.x + share * self.box.width


def scale_of(request: CardRequest) -> Scale:
    """The waveform stands at the left of the small frame."""
    preview = preview_box(request.shape)
    wave = Box(MARGIN, WAVE_TOP, preview.x - GAP - MARGIN, WAVE_BOTTOM - WAVE_TOP)
    return Scale(wave, request.duration_s)


def check_card(request: CardRequest) -> None:
    """Raises BadRequest for a card that cannot be drawn."""
    if request.theme not in THEMES or request.shape not in SIZES or request.look not in LOOKS:
        raise BadRequest("no such theme, shape or look")
    if not request.duration_s > 0 or not request.kept or request.edge not in ("", "s", "e"):
        raise BadRequest("a card needs a duration, something kept and a known edge")
    if request.seed < 0:
        raise BadRequest("a seed is not negative")
    if any(start > end for start, end in request.kept):
        raise BadRequest("a kept stretch ends before it starts")


def read_peaks(path: str) -> Peaks:
    """Raises BadRequest."""
    try:
        data: Any = json.loads(Path(path).read_text(encoding="utf-8"))
        peaks: Peaks = np.clip(np.array(data["peaks"] or [0], np.int64), 0, 255)
    except (OSError, ValueError, KeyError, TypeError, OverflowError) as wrong:
        raise BadRequest(f"the peaks cannot be read: {wrong}") from wrong
    if peaks.ndim != 1:
        raise BadRequest("the peaks are not a list of numbers")
    return peaks


@dataclass(frozen=True, slots=True)
class Wave:
    """The waveform's masks within its box: `bars` of all of it, `kept` what of it is kept."""

    scale: Scale
    bars: Image.Image
    kept: Image.Image
    theme: Theme

    def draw_ground(self, picture: Image.Image) -> None:
        """The panel behind what is kept, and what is dropped."""
        box, theme = self.scale.box, self.theme
        panel = ImageChops.multiply(self.kept, rounded_mask((box.width, box.height), 18))
        picture.paste(theme.panel, (box.x, box.y), panel)
        # Stripes are cut out of the dropped bars: the difference shows without any colour.
        hatched = ImageChops.multiply(ImageChops.invert(self.kept), _stripes(box))
        picture.paste(theme.dropped, (box.x, box.y), ImageChops.multiply(self.bars, hatched))
        faint = mixed(theme.ground, theme.dropped, 0.32)
        outside = ImageChops.multiply(hatched, ImageChops.invert(self.bars))
        picture.paste(faint, (box.x, box.y), outside)

    def draw_kept(self, picture: Image.Image, colors: Image.Image | Rgb) -> None:
        """The bars of what is kept."""
        mask = ImageChops.multiply(self.bars, self.kept)
        picture.paste(colors, (self.scale.box.x, self.scale.box.y), mask)


def wave_of(scale: Scale, peaks: Peaks, request: CardRequest, theme: Theme) -> Wave:
    """The waveform of the whole recording."""
    return Wave(scale, bars_of(scale.box, peaks), kept_mask(scale, request), theme)


def bars_of(box: Box, peaks: Peaks) -> Image.Image:
    """The whole waveform as a mask of rounded bars."""
    large = Image.new("L", (box.width * _SMOOTH, box.height * _SMOOTH), 0)
    draw = ImageDraw.Draw(large)
    count = (box.width - BAR) // PITCH + 1
    left = (box.width - (count - 1) * PITCH - BAR) / 2
    for i, level in enumerate(_bar_levels(peaks, count)):
        half = max(BAR / 2, level * (box.height / 2 - 12))
        x = (left + i * PITCH) * _SMOOTH
        top, low = (box.height / 2 - half) * _SMOOTH, (box.height / 2 + half) * _SMOOTH
        draw.rounded_rectangle(
            (x, top, x + BAR * _SMOOTH - 1, low - 1), BAR * _SMOOTH / 2, fill=255
        )
    return large.reduce(_SMOOTH)


def _bar_levels(peaks: Peaks, count: int) -> list[float]:
    """How high each bar stands, 0 to 1: mostly the mean, since any two seconds hold one peak."""
    levels = []
    for i in range(count):
        first = i * len(peaks) // count
        part = peaks[first : max(first + 1, (i + 1) * len(peaks) // count)]
        levels.append(0.3 * float(part.max()) + 0.7 * float(part.mean()))
    highest = max(*levels, _QUIET)
    return [(level / highest) ** 1.15 for level in levels]


def kept_mask(scale: Scale, request: CardRequest) -> Image.Image:
    mask = Image.new("L", (scale.box.width, scale.box.height), 0)
    draw = ImageDraw.Draw(mask)
    for start, end in request.kept:
        left, right = scale.x(start) - scale.box.x, scale.x(end) - scale.box.x
        last = max(round(left), round(right) - 1)
        draw.rectangle((round(left), 0, last, scale.box.height), fill=255)
    return mask


def _stripes(box: Box) -> Image.Image:
    large = Image.new("L", (box.width * 2, box.height * 2), 0)
    draw = ImageDraw.Draw(large)
    for x in range(-large.height, large.width, 40):
        draw.line((x, large.height, x + large.height, 0), fill=255, width=16)
    return large.reduce(2)


def colors_across(box: Box, theme: Theme) -> Image.Image:
    row = Image.new("RGB", (box.width, 1))
    row.putdata([mixed(theme.start, theme.end, x / box.width) for x in range(box.width)])
    return row.resize((box.width, box.height))
