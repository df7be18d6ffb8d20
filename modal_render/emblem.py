"""What stands in for a cover: the palette's colours and the initial of the title."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from modal_render.backdrop import add_glow
from modal_render.contract import Scene
from modal_render.letters import Weight, line_mask, printable
from modal_render.palette import Palette, mixed

SIDE = 960  # pixels
_LETTER = 0.56  # of the side


def emblem(scene: Scene, palette: Palette) -> Image.Image:
    """A square RGB picture that a disc can be cut from."""
    angle = math.radians(scene.seed * 137 % 360)
    along = (np.arange(SIDE, dtype=np.float32) + np.float32(0.5)) / np.float32(SIDE / 2) - 1
    slope = along * np.float32(math.cos(angle)) + along[:, None] * np.float32(math.sin(angle))
    share = np.clip(slope * np.float32(0.5) + np.float32(0.5), 0, 1)[..., None]
    first, last = (np.array(color, np.float32) for color in (palette.cool, palette.warm))
    rgb = first + (last - first) * share
    third = SIDE * 0.42
    deep = (SIDE * (0.5 - 0.42 * math.cos(angle)), SIDE * (0.5 - 0.42 * math.sin(angle)))
    add_glow(rgb, deep, (third, third), palette.glow, 0.75)
    picture = Image.fromarray(np.rint(np.clip(rgb, 0, 255)).astype(np.uint8))
    _set_initial(picture, scene, palette)
    return picture


def _set_initial(picture: Image.Image, scene: Scene, palette: Palette) -> None:
    words = printable(scene.title) or printable(scene.subtitle)
    initial = next((char for char in words if char.isalnum()), "")
    mask, _ = line_mask(initial.upper()[:1], Weight.EXTRABOLD, SIDE * _LETTER)
    ink = mask.getbbox()
    if ink is not None:
        letter = mask.crop(ink)
        corner = ((SIDE - letter.width) // 2, (SIDE - letter.height) // 2)
        picture.paste(mixed(palette.depth, palette.ground, 0.4), corner, letter)
