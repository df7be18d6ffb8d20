"""The waveform card: one picture that says what is kept, where it starts and ends, how long it is.

Drawn for a phone: 1080 pixels wide is 360 on the screen, so no text is below 36 pixels. It shows
numbers and the person's own title, never words of ours, so it needs no translation.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from modal_render.contract import CARD_SIZE, LEFT_OUT, CardRequest
from modal_render.letters import Weight, left_out, line_width
from modal_render.preview import MARGIN, WAVE_TOP, draw_preview, preview_box
from modal_render.scene import rounded_mask
from modal_render.typeset import draw_line, draw_paragraph, fit, natural_align
from modal_render.wave import (
    THEMES,
    Scale,
    Theme,
    check_card,
    colors_across,
    read_peaks,
    scale_of,
    wave_of,
)

TITLE_PX, LENGTH_PX, TOTAL_PX, LABEL_PX = 56, 76, 44, 38
PILL_HEIGHT = 60
RULER_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600)
RULER_GAP = 40  # between two labels
PILL_GAP = 14


def card(request: CardRequest) -> None:
    """Write the card as a PNG below 200 kB, which names what it left out. Raises BadRequest."""
    check_card(request)
    peaks = read_peaks(request.peaks)
    theme = THEMES[request.theme]
    picture = Image.new("RGB", CARD_SIZE, theme.ground)
    scale = scale_of(request)
    _head(picture, request, theme)
    wave = wave_of(scale, peaks, request, theme)
    wave.draw_ground(picture)
    wave.draw_kept(picture, colors_across(scale.box, theme))
    _ruler(picture, scale, theme)
    _handles(picture, scale, request, theme)
    draw_preview(picture, preview_box(request.shape), peaks, request, theme.panel)
    said = PngInfo()
    said.add_itxt(LEFT_OUT, left_out(f"{request.title} {request.subtitle}"))
    picture.save(request.picture, "PNG", compress_level=7, pnginfo=said)


def clock(seconds: float) -> str:
    """1:05, or 1:02:05 from an hour on; rounded to the second."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


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


def _ruler(picture: Image.Image, scale: Scale, theme: Theme) -> None:
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


def _ruler_marks(scale: Scale) -> list[_Mark]:
    """Marks of the finest step whose labels stand clear of each other."""
    for step in RULER_STEPS_S:
        # More than fit side by side need not be measured.
        if scale.box.width * step / scale.duration_s < RULER_GAP:
            continue
        marks = [_mark(scale, i * step) for i in range(int(scale.duration_s / step + 1e-6) + 1)]
        if all(after.left - before.right >= RULER_GAP for before, after in pairwise(marks)):
            return marks
    return [_mark(scale, 0)]


def _mark(scale: Scale, at_s: float) -> _Mark:
    x, label = round(scale.x(at_s)), clock(at_s)
    width = line_width(label, Weight.SEMIBOLD, LABEL_PX)
    # Those at the ends keep within the waveform and so come nearer to their neighbours.
    left = min(max(x - width / 2, scale.box.x), scale.box.right - width)
    return _Mark(x, label, left, left + width)


def _handles(picture: Image.Image, scale: Scale, request: CardRequest, theme: Theme) -> None:
    start, end = request.kept[0][0], request.kept[-1][1]
    places = _pill_places(scale, (start, clock(start)), (end, clock(end)))
    for edge, at_s, left in (("s", start, places[0]), ("e", end, places[1])):
        chosen = request.edge == edge
        _handle(picture, scale, at_s, theme, chosen=chosen)
        _pill(picture, left, clock(at_s), theme, chosen=chosen)


def _pill_width(label: str) -> int:
    return round(line_width(label, Weight.EXTRABOLD, LABEL_PX)) + 44


def _pill_places(scale: Scale, start: tuple[float, str], end: tuple[float, str]) -> list[int]:
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


def _handle(picture: Image.Image, scale: Scale, at_s: float, theme: Theme, *, chosen: bool) -> None:
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
