"""Words as pictures: which characters can be drawn, how lines break, how large they become.

Text is drawn four times too large with unhinted outlines and averaged down: letters then stand
at quarter pixels, and look the same wherever they are drawn (no system font, no system shaper).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from modal_render.bidi import is_right_to_left, join_arabic, visual_order

FONTS = Path(__file__).parent / "fonts"
FAMILIES = ("Manrope", "Rubik")  # the first that has the character draws it
MAX_CHARS = 300
LINE_HEIGHT = 1.16  # of the font size
ELLIPSIS = "…"
NON_JOINER = "\u200c"  # keeps two Arabic letters apart; takes no room of its own
_CALM = 0.8  # fewer lines are worth being this much smaller
_OVERSAMPLING = 4
_FIRST_JOINED = "\ufb50"  # letters joined to each other take no tracking
_MEASURED_AT = 256  # pixels; widths scale linearly because nothing is hinted
_ASCENT, _DESCENT = 1.08, 0.48  # of the font size, room for stacked accents and Arabic's tails


class Weight(StrEnum):
    SEMIBOLD = "SemiBold"
    EXTRABOLD = "ExtraBold"


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


def printable(text: str) -> str:
    """What of `text` our fonts can draw, on one line, at most MAX_CHARS characters.

    Control, bidi and private characters vanish, and so do marks that belong on another letter
    (vowel points, piled-up accents); letters without a glyph fall back to their compatible form
    (full width, ligatures) or vanish; emoji vanish.
    """
    chars: list[str] = []
    for char in unicodedata.normalize("NFC", text[: MAX_CHARS * 4]):
        if char.isspace():
            chars.append(" ")
        elif char == NON_JOINER and is_right_to_left("".join(chars[-1:])):
            chars.append(char)
        elif unicodedata.category(char)[0] not in "CM":
            chars.append(_drawable(char))
    return " ".join("".join(chars).split())[:MAX_CHARS].strip()


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
        limit = width_px * _MEASURED_AT / size
        lines_fit = max(1, min(max_lines, int(height_px // (size * LINE_HEIGHT))))
        lines = _cut(_wrap(_broken(words, weight, limit), weight, limit), lines_fit, weight, limit)
    for fewer in range(1, len(lines)):
        calmer, smaller = _largest(words, weight, width_px, height_px, sizes_px, fewer)
        if calmer and smaller >= size * _CALM:
            lines, size = calmer, smaller
            break
    lines = _balanced(lines, weight)
    widest = max((_width(line, weight) for line in lines), default=0.0)
    return Paragraph(
        lines=tuple(lines),
        weight=weight,
        size_px=size,
        width_px=widest * size / _MEASURED_AT,
    )


def line_width(text: str, weight: Weight, size_px: float) -> float:
    """Pixels that one line of printable text takes."""
    return _width(text, weight) * size_px / _MEASURED_AT


def line_mask(text: str, weight: Weight, size_px: float) -> tuple[Image.Image, int]:
    """One line of printable text as an "L" mask, and how far below its top the baseline is.

    The mask begins one pixel left of the text's origin.
    """
    scale = _OVERSAMPLING
    size = size_px * scale
    ascent = int(size_px * _ASCENT) + 1
    height = ascent + int(size_px * _DESCENT) + 1
    glyphs, width = _glyphs(text, weight, size)
    mask = Image.new("L", ((int(width / scale) + 4) * scale, height * scale), 0)
    draw = ImageDraw.Draw(mask)
    for char, font, x in glyphs:
        draw.text((round(x) + scale, ascent * scale), char, fill=255, font=font, anchor="ls")
    return mask.reduce(scale), ascent


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
        limit = width_px * _MEASURED_AT / size
        lines = _wrap(words, weight, limit)
        fitting = min(max_lines, int(height_px // (size * LINE_HEIGHT)))
        if len(lines) <= fitting and all(_width(line, weight) <= limit for line in lines):
            return lines, size
    return [], min(sizes_px)


def _drawable(char: str) -> str:
    if _family_of(char):
        return char
    simpler = unicodedata.normalize("NFKC", char)
    return simpler if all(_family_of(c) for c in simpler) else ""


@lru_cache(maxsize=4096)
def _family_of(char: str) -> str:
    """The first family with a glyph for `char`; empty when none has one."""
    if char == " ":
        return FAMILIES[0]
    for family in FAMILIES:
        font = _font(family, Weight.SEMIBOLD, 32)
        glyph, missing = font.getmask(char), font.getmask("\uffff")
        if (glyph.size, bytes(glyph)) != (missing.size, bytes(missing)):
            return family
    return ""


@lru_cache(maxsize=64)
def _font(family: str, weight: Weight, size: float) -> ImageFont.FreeTypeFont:
    path = FONTS / f"{family}-{weight.value}.ttf"
    # BASIC: the better engine is found or not depending on the system's libraries.
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


def _glyphs(
    line: str, weight: Weight, size: float
) -> tuple[list[tuple[str, ImageFont.FreeTypeFont, float]], float]:
    """Each character to draw, left to right, with its font and x; and the whole width."""
    glyphs, x = [], 0.0
    for run, font, step in _runs(line, weight, size):
        for i, char in enumerate(run):
            at = font.getlength(run[: i + 1]) - font.getlength(char)
            glyphs.append((char, font, x + at + i * step))
        x += font.getlength(run) + len(run) * step
    return glyphs, x


def _runs(
    line: str, weight: Weight, size: float
) -> Iterator[tuple[str, ImageFont.FreeTypeFont, float]]:
    """Stretches of one font, left to right, each with the room added after a character."""
    shown = visual_order(join_arabic(line), base_right=is_right_to_left(line))
    tracking = -0.012 * size if weight is Weight.EXTRABOLD else 0.0
    for family, group in groupby(shown, key=_family_of):
        if family:
            run = "".join(group)
            joined = max(run) >= _FIRST_JOINED
            yield run, _font(family, weight, size), 0.0 if joined else tracking


@lru_cache(maxsize=1024)
def _width(line: str, weight: Weight) -> float:
    runs = _runs(line, weight, _MEASURED_AT)
    return sum(font.getlength(run) + len(run) * step for run, font, step in runs)


def _wrap(words: list[str], weight: Weight, limit: float) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(longer, weight) <= limit:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _broken(words: list[str], weight: Weight, limit: float) -> list[str]:
    """The words, those too long for a line cut into pieces that are not."""
    pieces = []
    for word in words:
        rest = word
        while rest and _width(rest, weight) > limit:
            take = 1
            while _width(rest[: take + 1], weight) <= limit:
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
    while last and _width(last + ELLIPSIS, weight) > limit:
        last = last[:-1]
    rest, whole = lines[count - 1][len(last) :], last.rpartition(" ")[0]
    if rest and not rest.startswith(" ") and len(whole) > len(last) / 2:
        last = whole
    return [*lines[: count - 1], last.rstrip(" ,.;:-") + ELLIPSIS]


def _balanced(lines: list[str], weight: Weight) -> list[str]:
    """The same words on as many lines, the longest line as short as it can be."""
    words = " ".join(lines).split(" ")
    low, high = 0.0, max((_width(line, weight) for line in lines), default=0.0)
    if len(lines) < 2 or len(_wrap(words, weight, high)) != len(lines):
        return lines
    best = lines
    while high - low > 4:
        middle = (low + high) / 2
        trial = _wrap(words, weight, middle)
        if len(trial) <= len(lines) and all(_width(line, weight) <= middle for line in trial):
            best, high = trial, middle
        else:
            low = middle
    return best
