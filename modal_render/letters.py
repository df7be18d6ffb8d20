"""Letters as pictures: which characters our fonts can draw, how wide they are, and their ink.

Text is drawn four times too large with unhinted outlines and averaged down: letters then stand
at quarter pixels, and look the same wherever they are drawn (no system font, no system shaper).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from modal_render.bidi import is_right_to_left, join_arabic, visual_order

FONTS = Path(__file__).parent / "fonts"
FAMILIES = ("Manrope", "Rubik")  # the first that has the character draws it
MAX_CHARS = 300
MEASURED_AT = 256  # pixels; widths scale linearly because nothing is hinted
NON_JOINER = "\u200c"  # keeps two Arabic letters apart; takes no room of its own
_FIRST_JOINED = "\ufb50"  # letters joined to each other take no tracking
_OVERSAMPLING = 4
_ASCENT, _DESCENT = 1.08, 0.48  # of the font size, room for stacked accents and Arabic's tails


class Weight(StrEnum):
    SEMIBOLD = "SemiBold"
    EXTRABOLD = "ExtraBold"


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


def line_width(text: str, weight: Weight, size_px: float) -> float:
    """Pixels that one line of printable text takes."""
    return measured(text, weight) * size_px / MEASURED_AT


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
def measured(line: str, weight: Weight) -> float:
    """The width of a line of printable text set at MEASURED_AT pixels."""
    runs = _runs(line, weight, MEASURED_AT)
    return sum(font.getlength(run) + len(run) * step for run, font, step in runs)
