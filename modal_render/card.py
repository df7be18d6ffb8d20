"""The waveform card: one picture that says what is kept, where it starts and ends, how long it is.

Drawn for a phone: 1080 pixels wide is 360 on the screen, so no text is below 36 pixels. It shows
numbers and the person's own title, never words of ours, so it needs no translation.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageChops, ImageDraw
from PIL.PngImagePlugin import PngInfo

from modal_render.contract import CARD_SIZE, LEFT_OUT, LOOKS, SIZES, BadRequest, CardRequest
from modal_render.layout import Box
from modal_render.letters import Weight, left_out, line_width
from modal_render.palette import Rgb, mixed
from modal_render.preview import MARGIN, WAVE_BOTTOM, WAVE_TOP, Peaks, draw_preview, preview_box
from modal_render.scene import rounded_mask
from modal_render.typeset import draw_line, draw_paragraph, fit, natural_align

TITLE_PX, LENGTH_PX, TOTAL_PX, LABEL_PX = 56, 76, 44, 38
BAR, PITCH = 7, 11
PILL_HEIGHT = 60
RULER_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600)
RULER_GAP = 40  # between two labels
GAP = 40
PILL_GAP = 14
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
class _Scale:
    """Seconds to pixels across the waveform."""

    box: Box
    duration_s: float

    def x(self, at_s: float) -> float:
        share = min(max(at_s / self.duration_s, 0.0), 1.0)
        return self.box.x + share * self.box.width


def card(request: CardRequest) -> None:
    """Write the card as a PNG below 200 kB, which names what it left out. Raises BadRequest."""
    _check(request)
    peaks = _peaks(request.peaks)
    theme = THEMES[request.theme]
    picture = Image.new("RGB", CARD_SIZE, theme.ground)
    preview = preview_box(request.shape)
    wave = Box(MARGIN, WAVE_TOP, preview.x - GAP - MARGIN, WAVE_BOTTOM - WAVE_TOP)
    scale = _Scale(wave, request.duration_s)
    _head(picture, request, theme)
    _waveform(picture, scale, peaks, request, theme)
    _ruler(picture, scale, theme)
    _handles(picture, scale, request, theme)
    draw_preview(picture, preview, peaks, request, theme.panel)
    said = PngInfo()
    said.add_itxt(LEFT_OUT, left_out(f"{request.title} {request.subtitle}"))
    picture.save(request.picture, "PNG", compress_level=7, pnginfo=said)


def clock(seconds: float) -> str:
    """1:05, or 1:02:05 from an hour on; rounded to the second."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _check(request: CardRequest) -> None:
    if request.theme not in THEMES or request.shape not in SIZES or request.look not in LOOKS:
        raise BadRequest("no such theme, shape or look")
    if not request.duration_s > 0 or not request.kept or request.edge not in ("", "s", "e"):
        raise BadRequest("a card needs a duration, something kept and a known edge")
    if request.seed < 0:
        raise BadRequest("a seed is not negative")
    if any(start > end for start, end in request.kept):
        raise BadRequest("a kept stretch ends before it starts")


def _peaks(path: str) -> Peaks:
    try:
        data: Any = json.loads(Path(path).read_text(encoding="utf-8"))
        peaks: Peaks = np.clip(np.array(data["peaks"] or [0], np.int64), 0, 255)
    except (OSError, ValueError, KeyError, TypeError, OverflowError) as wrong:
        raise BadRequest(f"the peaks cannot be read: {wrong}") from wrong
    if peaks.ndim != 1:
        raise BadRequest("the peaks are not a list of numbers")
    return peaks


def _head(picture: Image.Image, request: CardRequest, theme: Theme) -> None:
    width = CARD_SIZE[0] - 2 * MARGIN
    title = fit(request.title, Weight.EXTRABOLD, width, 80, range(44, TITLE_PX + 1, 2), 1)
    align = natural_align(request.title)
    draw_paragraph(picture, (MARGIN, 40), title, theme.text, align=align, width_px=width)
    kept = clock(sum(end - start for start, end in request.kept))
    y = 190 if title.lines else 150
    draw_line(picture, (MARGIN, y), kept, Weight.EXTRABOLD, LENGTH_PX, theme.text)
    x = MARGIN + line_width(kept, Weight.EXTRABOLD, LENGTH_PX) + 18
    total = f"/ {clock(request.duration_s)}"
    draw_line(picture, (x, y), total, Weight.SEMIBOLD, TOTAL_PX, theme.muted)


def _waveform(
    picture: Image.Image, scale: _Scale, peaks: Peaks, request: CardRequest, theme: Theme
) -> None:
    box = scale.box
    bars = _bars(box, peaks)
    kept = _kept_mask(scale, request)
    panel = ImageChops.multiply(kept, rounded_mask((box.width, box.height), 18))
    picture.paste(theme.panel, (box.x, box.y), panel)
    # Stripes are cut out of the dropped bars: the difference shows without any colour.
    hatched = ImageChops.multiply(ImageChops.invert(kept), _stripes(box))
    picture.paste(theme.dropped, (box.x, box.y), ImageChops.multiply(bars, hatched))
    faint = mixed(theme.ground, theme.dropped, 0.32)
    outside = ImageChops.multiply(hatched, ImageChops.invert(bars))
    picture.paste(faint, (box.x, box.y), outside)
    colors = _across(box, theme)
    picture.paste(colors, (box.x, box.y), ImageChops.multiply(bars, kept))


def _bars(box: Box, peaks: Peaks) -> Image.Image:
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


def _kept_mask(scale: _Scale, request: CardRequest) -> Image.Image:
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


def _across(box: Box, theme: Theme) -> Image.Image:
    row = Image.new("RGB", (box.width, 1))
    row.putdata([mixed(theme.start, theme.end, x / box.width) for x in range(box.width)])
    return row.resize((box.width, box.height))


def _ruler(picture: Image.Image, scale: _Scale, theme: Theme) -> None:
    draw = ImageDraw.Draw(picture)
    y = scale.box.bottom + 16
    for mark in _ruler_marks(scale):
        draw.rounded_rectangle((mark.x - 2, y, mark.x + 1, y + 14), 2, fill=theme.muted)
        draw_line(picture, (mark.left, y + 54), mark.label, Weight.SEMIBOLD, LABEL_PX, theme.muted)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A tick at `x`; its label from `left` to `right`."""

    x: int
    label: str
    left: float
    right: float


def _ruler_marks(scale: _Scale) -> list[_Mark]:
    """Marks of the finest step whose labels stand clear of each other."""
    for step in RULER_STEPS_S:
        # More than fit side by side need not be measured.
        if scale.box.width * step / scale.duration_s < RULER_GAP:
            continue
        marks = [_mark(scale, i * step) for i in range(int(scale.duration_s / step + 1e-6) + 1)]
        if all(after.left - before.right >= RULER_GAP for before, after in pairwise(marks)):
            return marks
    return [_mark(scale, 0)]


def _mark(scale: _Scale, at_s: float) -> _Mark:
    x, label = round(scale.x(at_s)), clock(at_s)
    width = line_width(label, Weight.SEMIBOLD, LABEL_PX)
    # Those at the ends keep within the waveform and so come nearer to their neighbours.
    left = min(max(x - width / 2, scale.box.x), scale.box.right - width)
    return _Mark(x, label, left, left + width)


def _handles(picture: Image.Image, scale: _Scale, request: CardRequest, theme: Theme) -> None:
    start, end = request.kept[0][0], request.kept[-1][1]
    places = _pill_places(scale, (start, clock(start)), (end, clock(end)))
    for edge, at_s, left in (("s", start, places[0]), ("e", end, places[1])):
        chosen = request.edge == edge
        _handle(picture, scale, at_s, theme, chosen=chosen)
        _pill(picture, left, clock(at_s), theme, chosen=chosen)


def _pill_width(label: str) -> int:
    return round(line_width(label, Weight.EXTRABOLD, LABEL_PX)) + 44


def _pill_places(scale: _Scale, start: tuple[float, str], end: tuple[float, str]) -> list[int]:
    """Left ends of the two pills: over their handles, inside the picture, clear of each other."""
    low, high = scale.box.x - 6, scale.box.right + 6
    widths = [_pill_width(label) for _, label in (start, end)]
    lefts = [
        min(max(scale.x(at_s) - width / 2, low), high - width)
        for (at_s, _), width in zip((start, end), widths, strict=True)
    ]
    overlap = lefts[0] + widths[0] + PILL_GAP - lefts[1]
    if overlap > 0:
        first = min(max(lefts[0] - overlap / 2, low), high - sum(widths) - PILL_GAP)
        lefts = [first, first + widths[0] + PILL_GAP]
    return [round(left) for left in lefts]


def _handle(
    picture: Image.Image, scale: _Scale, at_s: float, theme: Theme, *, chosen: bool
) -> None:
    box, x = scale.box, round(scale.x(at_s))
    draw = ImageDraw.Draw(picture)
    color = theme.chosen if chosen else theme.text
    half = 4 if chosen else 2
    draw.rounded_rectangle((x - half, box.y - 12, x + half, box.bottom + 8), half, fill=color)


def _pill(picture: Image.Image, left: int, label: str, theme: Theme, *, chosen: bool) -> None:
    width = _pill_width(label)
    top = WAVE_TOP - 16 - PILL_HEIGHT
    mask = rounded_mask((width, PILL_HEIGHT), PILL_HEIGHT / 2)
    picture.paste(theme.chosen if chosen else theme.text, (left, top), mask)
    ink = theme.on_chosen if chosen else theme.ground
    middle = left + (width - line_width(label, Weight.EXTRABOLD, LABEL_PX)) / 2
    draw_line(picture, (middle, top + 44), label, Weight.EXTRABOLD, LABEL_PX, ink)
