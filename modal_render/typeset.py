"""Paragraphs: how lines break, how large they become, where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PIL import Image

from modal_render.bidi import is_right_to_left
from modal_render.letters import MEASURED_AT, Weight, line_mask, line_width, measured, printable

LINE_HEIGHT = 1.16  # of the font size
ELLIPSIS = "…"
_CALM = 0.8  # fewer lines are worth being this much smaller


class Align(StrEnum):
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


_SPARE_LEFT = {Align.LEFT: 0.0, Align.CENTER: 0.5, Align.RIGHT: 1.0}


def natural_align(text: str) -> Align:
    """The side that text set neither centred nor otherwise begins at."""
    return Align.RIGHT if is_right_to_left(text) else Align.LEFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Lines that fit their box at `size_px`. `height_px` is what they take together."""

    lines: tuple[str, ...]
    weight: Weight
    size_px: float
    width_px: float

    @property
    def height_px(self) -> float:
        return self.size_px * LINE_HEIGHT * len(self.lines)


def fit(
    text: str, weight: Weight, width_px: float, height_px: float, sizes_px: range, max_lines: int
) -> Paragraph:
    """`text` as large as `sizes_px` allows inside the box, lines of nearly equal length.

    A text too long for the smallest size is cut with an ellipsis; a word too long for a line is
    broken.
    """
    words = printable(text).split()
    lines, size = _largest(words, weight, width_px, height_px, sizes_px, max_lines)
    if not lines and words:
        size = min(sizes_px)
        limit = width_px * MEASURED_AT / size
        lines_fit = max(1, min(max_lines, int(height_px // (size * LINE_HEIGHT))))
        lines = _cut(_wrap(_broken(words, weight, limit), weight, limit), lines_fit, weight, limit)
    for fewer in range(1, len(lines)):
        calmer, smaller = _largest(words, weight, width_px, height_px, sizes_px, fewer)
        if calmer and smaller >= size * _CALM:
            lines, size = calmer, smaller
            break
    lines = _balanced(lines, weight)
    widest = max((measured(line, weight) for line in lines), default=0.0)
    return Paragraph(
        lines=tuple(lines),
        weight=weight,
        size_px=size,
        width_px=widest * size / MEASURED_AT,
    )


def draw_line(
    image: Image.Image,
    xy: tuple[float, float],
    text: str,
    weight: Weight,
    size_px: float,
    fill: tuple[int, ...],
) -> None:
    """Draw one line with its baseline's left end at `xy`."""
    mask, ascent = line_mask(text, weight, size_px)
    corner = (max(0, round(xy[0]) - 1), max(0, round(xy[1]) - ascent))
    if image.mode != "RGBA":
        image.paste(fill, corner, mask)
        return
    # paste() would mix the colour with the transparent black below and leave dark edges.
    layer = Image.new("RGBA", mask.size, (*fill[:3], 0))
    layer.putalpha(mask.point([i * fill[3] // 255 for i in range(256)]))
    image.alpha_composite(layer, corner)


def draw_paragraph(
    image: Image.Image,
    xy: tuple[float, float],
    paragraph: Paragraph,
    fill: tuple[int, ...],
    *,
    align: Align = Align.LEFT,
    width_px: float = 0,
) -> None:
    """Draw the lines with the block's top left corner at `xy`, set within `width_px`."""
    size, share = paragraph.size_px, _SPARE_LEFT[align]
    for i, line in enumerate(paragraph.lines):
        spare = max(0.0, width_px - line_width(line, paragraph.weight, size))
        x = xy[0] + spare * share
        # Cap height is about 0.72 of the size, so this centres capitals in their line.
        baseline = xy[1] + size * (LINE_HEIGHT * (i + 0.5) + 0.36)
        draw_line(image, (x, baseline), line, paragraph.weight, size, fill)


def _largest(
    words: list[str],
    weight: Weight,
    width_px: float,
    height_px: float,
    sizes_px: range,
    max_lines: int,
) -> tuple[list[str], int]:
    """The lines at the largest size that takes the words whole; no lines if none does."""
    for size in sorted(sizes_px, reverse=True):
        limit = width_px * MEASURED_AT / size
        lines = _wrap(words, weight, limit)
        fitting = min(max_lines, int(height_px // (size * LINE_HEIGHT)))
        if len(lines) <= fitting and all(measured(line, weight) <= limit for line in lines):
            return lines, size
    return [], min(sizes_px)


def _wrap(words: list[str], weight: Weight, limit: float) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measured(longer, weight) <= limit:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _broken(words: list[str], weight: Weight, limit: float) -> list[str]:
    """The words, those too long for a line cut into pieces that are not."""
    pieces = []
    for word in words:
        rest = word
        while rest and measured(rest, weight) > limit:
            take = 1
            while measured(rest[: take + 1], weight) <= limit:
                take += 1
            pieces.append(rest[:take])
            rest = rest[take:]
        if rest:
            pieces.append(rest)
    return pieces


def _cut(lines: list[str], count: int, weight: Weight, limit: float) -> list[str]:
    if len(lines) <= count:
        return lines
    last = lines[count - 1]
    while last and measured(last + ELLIPSIS, weight) > limit:
        last = last[:-1]
    rest, whole = lines[count - 1][len(last) :], last.rpartition(" ")[0]
    if rest and not rest.startswith(" ") and len(whole) > len(last) / 2:
        last = whole
    return [*lines[: count - 1], last.rstrip(" ,.;:-") + ELLIPSIS]


def _balanced(lines: list[str], weight: Weight) -> list[str]:
    """The same words on as many lines, the longest line as short as it can be."""
    words = " ".join(lines).split(" ")
    low, high = 0.0, max((measured(line, weight) for line in lines), default=0.0)
    if len(lines) < 2 or len(_wrap(words, weight, high)) != len(lines):
        return lines
    best = lines
    while high - low > 4:
        middle = (low + high) / 2
        trial = _wrap(words, weight, middle)
        if len(trial) <= len(lines) and all(measured(line, weight) <= middle for line in trial):
            best, high = trial, middle
        else:
            low = middle
    return best
