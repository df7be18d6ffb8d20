"""Letters as pictures: what of a text can be drawn, how wide a line is, and its ink.

Glyphs are drawn from their outlines by HarfBuzz's rasteriser, unhinted and at any fraction of a
pixel: a line looks the same wherever it is drawn. Emoji are pictures of their own colours.
"""

from __future__ import annotations

import io
import math
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import uharfbuzz as hb
from numpy.typing import NDArray
from PIL import Image

from modal_render.shaping import (
    NON_JOINER,
    Glyph,
    family_for,
    graphemes,
    is_emoji,
    is_right_to_left,
    is_silent,
    is_tag,
    shaped,
)
from modal_render.typefaces import Weight as Weight
from modal_render.typefaces import has_glyph, opened

MAX_CHARS = 300
MEASURED_AT = 256  # pixels; widths scale linearly because nothing is hinted
_ASCENT, _DESCENT = 1.08, 0.48  # of the font size, what a line takes at least
_MAX_MARKS = 4  # on one letter: more are piled up for fun, and climb out of their line
_EMOJI_RISE = 0.04  # of the font size: centred on the capitals

_Placed = tuple[Image.Image, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Ink:
    """A line as it is laid down: an "L" mask to fill, and pictures to lay over it.

    `left` and `top` lead from the start of the baseline to the mask's corner, in pixels;
    `pictures` are RGBA, each with its corner within the mask.
    """

    mask: Image.Image
    left: int
    top: int
    pictures: tuple[_Placed, ...]


def printable(text: str) -> str:
    """What of `text` the fonts can draw, on one line, at most MAX_CHARS characters.

    Control, bidi and private characters vanish, and so do marks that are piled up or that no font
    has; letters without a glyph fall back to their compatible form (full width, ligatures) or
    vanish.
    """
    return sorted_out(text)[0]


def left_out(text: str) -> str:
    """The letters of `text` that no font here can draw, each once, in the order they stand in."""
    return sorted_out(text)[1]


@lru_cache(maxsize=64)
def sorted_out(text: str) -> tuple[str, str]:
    """What can be drawn, and what cannot."""
    drawn: list[str] = []
    missing: dict[str, None] = {}
    for letter in graphemes(_cleaned(text)):
        if letter == NON_JOINER and not is_right_to_left("".join(drawn[-1:])):
            continue
        shown = _drawable(letter)
        drawn.append(shown)
        if not shown and not _is_inkless(letter):
            missing[letter] = None
    words = " ".join("".join(drawn).split())
    return _first(words, MAX_CHARS), "".join(missing)


def line_width(text: str, weight: Weight, size_px: float) -> float:
    """Pixels that one line of printable text takes."""
    return shaped(text, weight).width * size_px


def measured(line: str, weight: Weight) -> float:
    """The width of a line of printable text set at MEASURED_AT pixels."""
    return line_width(line, weight, MEASURED_AT)


def line_mask(text: str, weight: Weight, size_px: float) -> tuple[Image.Image, int]:
    """One line of printable text as an "L" mask, and how far below its top the baseline is.

    The mask begins one pixel left of the text's origin.
    """
    ink = line_ink(text, weight, size_px)
    ascent = int(size_px * _ASCENT) + 1
    width = int(line_width(text, weight, size_px)) + 4
    mask = Image.new("L", (width, ascent + int(size_px * _DESCENT) + 1), 0)
    mask.paste(ink.mask, (1 + ink.left, ascent + ink.top))
    return mask, ascent


def line_ink(text: str, weight: Weight, size_px: float, *, right: bool | None = None) -> Ink:
    """One line of printable text, with all that reaches beyond its letters' own room.

    `right` as in `shaped`.
    """
    line = shaped(text, weight, right)
    glyphs = [(glyph, opened(glyph.family, weight)) for glyph in line.glyphs]
    letters = [(glyph, font) for glyph, font in glyphs if not glyph.family.is_emoji]
    draw = hb.RasterDraw()
    left, bottom, end, top = 0.0, -_DESCENT, line.width, _ASCENT
    for glyph, font in letters:
        box, em = font.get_glyph_extents(glyph.id), font.face.upem
        left = min(left, glyph.x + box.x_bearing / em)
        end = max(end, glyph.x + (box.x_bearing + box.width) / em)
        top = max(top, glyph.y + box.y_bearing / em)
        bottom = min(bottom, glyph.y + (box.y_bearing + box.height) / em)
        scale = size_px / em
        draw.transform = (scale, 0, 0, scale, glyph.x * size_px, glyph.y * size_px)
        draw.draw_glyph(font, glyph.id)
    x, y = math.floor(left * size_px) - 1, math.floor(bottom * size_px) - 1
    width, height = math.ceil(end * size_px) + 1 - x, math.ceil(top * size_px) + 1 - y
    draw.extents = hb.RasterExtents(x, y, width, height, 0)
    pictures = [_picture(glyph, font, size_px) for glyph, font in glyphs if glyph.family.is_emoji]
    return Ink(
        mask=_mask(draw.render(), (width, height)),
        left=x,
        top=-(y + height),
        pictures=tuple(
            (picture, (at[0] - x, at[1] + y + height)) for picture, at in filter(None, pictures)
        ),
    )


def _cleaned(text: str) -> str:
    composed = unicodedata.normalize("NFC", text[: MAX_CHARS * 4])
    kept = (" " if char.isspace() else char for char in composed)
    return "".join(char for char in kept if is_silent(char) or not _is_control(char))


def _is_control(char: str) -> bool:
    is_no_character = ord(char) & 0xFFFE == 0xFFFE or "\ufdd0" <= char <= "\ufdef"
    return is_no_character or unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co")


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


def _is_inkless(letter: str) -> bool:
    return all(_is_mark(char) or is_silent(char) for char in letter)


def _drawable(letter: str) -> str:
    """The letter as it can be drawn; empty when it cannot, or has no ink."""
    if letter == NON_JOINER or _is_inkless(letter):
        return letter if letter == NON_JOINER else ""
    if letter[0] == " ":
        return " "
    if not is_emoji(letter):
        letter = "".join(char for char in letter if not is_tag(char))
    marks = sum(map(_is_mark, letter))
    if marks <= _MAX_MARKS and family_for(letter):
        return letter
    family = family_for(letter[0])
    if family is not None:
        bare = letter[0] + "".join(char for char in letter[1:] if has_glyph(family, char))
        return bare[: 1 + _MAX_MARKS]
    simpler = unicodedata.normalize("NFKC", letter)
    return simpler if all(family_for(char) for char in simpler) else ""


def _first(words: str, count: int) -> str:
    """As many whole letters as `count` characters hold."""
    if len(words) <= count:
        return words
    kept = ""
    for letter in graphemes(words):
        if len(kept) + len(letter) > count:
            break
        kept += letter
    return kept.strip()


def _mask(drawn: hb.RasterImage | None, size: tuple[int, int]) -> Image.Image:
    if drawn is None:  # nothing has ink
        return Image.new("L", size, 0)
    return Image.fromarray(_pixels(drawn, 1)[..., 0])


def _picture(glyph: Glyph, font: hb.Font, size_px: float) -> _Placed | None:
    """An emoji and where its corner is from the start of the baseline; None if it has no ink."""
    scale = size_px * glyph.family.size / font.face.upem
    box = font.get_glyph_extents(glyph.id)
    width, height = round(box.width * scale), round(-box.height * scale)
    if width <= 0 or height <= 0:
        return None
    x = round(glyph.x * size_px + box.x_bearing * scale)
    y = round((glyph.y + _EMOJI_RISE) * size_px + box.y_bearing * scale)
    stored = font.get_glyph_color_png(glyph.id).data
    if stored:
        return _resized(stored, (width, height)), (x, -y)
    corner = round(box.x_bearing * scale), round((box.y_bearing + box.height) * scale)
    return _painted(font, glyph.id, scale, (*corner, width, height)), (x, -y)


def _resized(png: bytes, size: tuple[int, int]) -> Image.Image:
    with Image.open(io.BytesIO(png)) as stored:
        # Premultiplied, or the colour of what is clear would darken the rim.
        picture = stored.convert("RGBA").convert("RGBa")
        return picture.resize(size, Image.Resampling.BICUBIC).convert("RGBA")


def _painted(
    font: hb.Font, glyph: int, scale: float, box: tuple[int, int, int, int]
) -> Image.Image:
    paint = hb.RasterPaint()
    paint.transform = (scale, 0, 0, scale, 0, 0)
    paint.extents = hb.RasterExtents(*box, 0)
    paint.paint_glyph(font, glyph)
    drawn = paint.render()
    if drawn is None:
        return Image.new("RGBA", box[2:])
    red_last = _pixels(drawn, 4)
    pixels = np.ascontiguousarray(red_last[..., [2, 1, 0, 3]])
    return Image.frombytes("RGBa", box[2:], pixels.tobytes()).convert("RGBA")


def _pixels(drawn: hb.RasterImage, channels: int) -> NDArray[np.uint8]:
    """uint8[height, width, channels], the top row first."""
    box = drawn.extents
    rows = np.frombuffer(drawn.buffer, np.uint8).reshape(box.height, box.stride)
    inside = rows[::-1, : box.width * channels]
    return np.ascontiguousarray(inside).reshape(box.height, box.width, channels)
