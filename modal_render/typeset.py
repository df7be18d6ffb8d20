"""Paragraphs: how lines break, how large they become, where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PIL import Image

from modal_render.breaking import atoms, balanced, broken, cut, wrapped
from modal_render.letters import MEASURED_AT, Weight, line_ink, line_width, measured, printable
from modal_render.shaping import is_right_to_left

LINE_HEIGHT = 1.16  # of the font size
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
    right: bool = False  # runs from the right, whatever a line of it begins with

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
    pieces = atoms(printable(text))
    lines, size = _largest(pieces, weight, width_px, height_px, sizes_px, max_lines)
    if not lines and pieces:
        size = min(sizes_px)
        limit = width_px * MEASURED_AT / size
        lines_fit = max(1, min(max_lines, int(height_px // (size * LINE_HEIGHT))))
        pieces = broken(pieces, weight, limit)
        lines = cut(wrapped(pieces, weight, limit), lines_fit, weight, limit)
    for fewer in range(1, len(lines)):
        calmer, smaller = _largest(pieces, weight, width_px, height_px, sizes_px, fewer)
        if calmer and smaller >= size * _CALM:
            lines, size = calmer, smaller
            break
    lines = balanced(pieces, lines, weight)
    widest = max((measured(line, weight) for line in lines), default=0.0)
    return Paragraph(
        lines=tuple(lines),
        weight=weight,
        size_px=size,
        width_px=widest * size / MEASURED_AT,
        right=is_right_to_left("".join(pieces)),
    )


def draw_line(
    image: Image.Image,
    xy: tuple[float, float],
    text: str,
    weight: Weight,
    size_px: float,
    fill: tuple[int, ...],
    *,
    right: bool | None = None,
) -> None:
    """Draw one line with its baseline's left end at `xy`; `right` as in `shaped`."""
    ink = line_ink(text, weight, size_px, right=right)
    layer = Image.new("RGBA", ink.mask.size, (*fill[:3], 0))
    opacity = fill[3] if len(fill) > 3 else 255
    layer.putalpha(ink.mask.point([i * opacity // 255 for i in range(256)]))
    for picture, corner in ink.pictures:
        layer.alpha_composite(picture, (max(0, corner[0]), max(0, corner[1])))
    x, y = round(xy[0]) + ink.left, round(xy[1]) + ink.top
    # paste() would mix the colour with the transparent black below and leave dark edges.
    if image.mode == "RGBA":
        image.alpha_composite(layer, (max(0, x), max(0, y)), (max(0, -x), max(0, -y)))
    else:
        image.paste(layer, (x, y), layer)


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
        draw_line(image, (x, baseline), line, paragraph.weight, size, fill, right=paragraph.right)


def _largest(
    pieces: list[str],
    weight: Weight,
    width_px: float,
    height_px: float,
    sizes_px: range,
    max_lines: int,
) -> tuple[list[str], int]:
    """The lines at the largest size that takes the words whole; no lines if none does."""
    for size in sorted(sizes_px, reverse=True):
        limit = width_px * MEASURED_AT / size
        lines = wrapped(pieces, weight, limit)
        fitting = min(max_lines, int(height_px // (size * LINE_HEIGHT)))
        if len(lines) <= fitting and all(measured(line, weight) <= limit for line in lines):
            return lines, size
    return [], min(sizes_px)
