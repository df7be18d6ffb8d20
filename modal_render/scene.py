"""What stands still in a video: words, cover, progress track, as one RGBA picture to lay over."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from modal_render.contract import LOOKS, MAX_SIDE, MIN_SIDE, RESPONSES, BadRequest, Scene
from modal_render.layout import Box, Layout
from modal_render.letters import Weight, printable
from modal_render.palette import Palette
from modal_render.typeset import (
    Align,
    Paragraph,
    draw_paragraph,
    fit,
    natural_align,
)

Rgba = tuple[int, int, int, int]
MAX_COVER_PIXELS = 50_000_000
FRAME_RATES = (24, 25, 30, 50, 60)  # each divides the analysis' sample rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """The colours of what is laid over a picture."""

    title: Rgba
    subtitle: Rgba
    shadow: Rgba


def check_scene(scene: Scene) -> None:
    """Raises BadRequest for a scene that cannot be drawn or would break the promises of sync."""
    if scene.look not in LOOKS:
        raise BadRequest(f"no look named {scene.look!r}")
    for side in (scene.width, scene.height):
        if side % 2 or not MIN_SIDE <= side <= MAX_SIDE:
            raise BadRequest(f"a side of {side} pixels is odd, too short or too long")
    if scene.fps not in FRAME_RATES:
        raise BadRequest(f"no video of {scene.fps} frames a second")
    if scene.seed < 0:
        raise BadRequest("a seed is not negative")
    if scene.response not in RESPONSES:
        raise BadRequest(f"no response named {scene.response!r}")
    if scene.brand and not re.fullmatch("#[0-9a-fA-F]{6}", scene.brand):
        raise BadRequest("a brand colour is written #rrggbb")


def ink_on_dark(palette: Palette) -> Ink:
    return Ink(title=(*palette.text, 255), subtitle=(*palette.muted, 255), shadow=(0, 0, 0, 130))


def open_cover(path: str) -> Image.Image | None:
    """The cover as a square RGB picture; None for an empty path. Raises BadRequest."""
    if not path:
        return None
    try:
        with Image.open(path) as opened:
            if opened.width * opened.height > MAX_COVER_PIXELS:
                raise BadRequest("the cover is too large")
            upright = ImageOps.exif_transpose(opened)
            side = min(upright.size)
            return ImageOps.fit(upright.convert("RGB"), (side, side))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
        raise BadRequest(f"the cover cannot be opened: {broken}") from broken


def still(scene: Scene, layout: Layout, ink: Ink, cover: Image.Image | None) -> Image.Image:
    """Words and cover as an RGBA picture of the scene's size."""
    picture = Image.new("RGBA", (scene.width, scene.height), (0, 0, 0, 0))
    if cover is not None and layout.cover is not None:
        _lay_cover(picture, cover, layout, layout.cover, ink.shadow)
    _lay_words(picture, scene, layout, ink)
    return picture


def _lay_cover(
    picture: Image.Image, cover: Image.Image, layout: Layout, box: Box, shadow: Rgba
) -> None:
    unit = layout.unit
    radius = box.width // 2 if layout.round_cover else round(36 * unit)
    blur, drop, margin = 28 * unit, round(20 * unit), round(90 * unit)
    size = (box.width + 2 * margin, box.height + 2 * margin)
    shade = Image.new("L", size, 0)
    inner = (margin, margin + drop, margin + box.width, margin + box.height + drop)
    ImageDraw.Draw(shade).rounded_rectangle(inner, radius, fill=shadow[3])
    shade = shade.reduce(2).filter(ImageFilter.GaussianBlur(blur / 2)).resize(size)
    layer = Image.new("RGBA", size, (*shadow[:3], 0))
    layer.putalpha(shade)
    picture.alpha_composite(layer, (max(0, box.x - margin), max(0, box.y - margin)))
    fitted = cover.resize((box.width, box.height), Image.Resampling.LANCZOS).convert("RGBA")
    fitted.putalpha(rounded_mask((box.width, box.height), radius))
    picture.alpha_composite(fitted, (box.x, box.y))


def rounded_mask(size: tuple[int, int], radius: float) -> Image.Image:
    """An antialiased rounded rectangle as an "L" mask."""
    large = Image.new("L", (size[0] * 4, size[1] * 4), 0)
    box = (0, 0, large.width - 1, large.height - 1)
    ImageDraw.Draw(large).rounded_rectangle(box, radius * 4, fill=255)
    return large.reduce(4)


def _lay_words(picture: Image.Image, scene: Scene, layout: Layout, ink: Ink) -> None:
    title, subtitle, gap = _set_words(scene, layout)
    box, align = layout.words, layout.align
    if align is Align.LEFT:
        align = natural_align(" ".join(title.lines))
    height = title.height_px + (gap + subtitle.height_px if subtitle.lines else 0)
    y = box.y + (max(0.0, box.height - height) / 2 if layout.centred else 0)
    for paragraph, color in ((title, ink.title), (subtitle, ink.subtitle)):
        draw_paragraph(picture, (box.x, y), paragraph, color, align=align, width_px=box.width)
        y += paragraph.height_px + gap


def _set_words(scene: Scene, layout: Layout) -> tuple[Paragraph, Paragraph, float]:
    unit, box = layout.unit, layout.words
    words, lesser = scene.title, scene.subtitle
    if not printable(words):
        words, lesser = lesser, ""
    small, large = (max(8, round(size * unit)) for size in layout.title_px)
    gap = 20 * unit
    subtitle_px = max(6, round(42 * unit))
    subtitle = fit(
        lesser, Weight.SEMIBOLD, box.width, box.height / 2,
        range(max(6, round(34 * unit)), subtitle_px + 1), 2,
    )  # fmt: skip
    left = box.height - (subtitle.height_px + gap if subtitle.lines else 0)
    step = max(1, round(2 * unit))
    title = fit(
        words, Weight.EXTRABOLD, box.width, left,
        range(small, large + 1, step), layout.title_lines,
    )  # fmt: skip
    return title, subtitle, gap
