"""The still picture of a band look: a ground with words, cover and the progress track on it."""

from __future__ import annotations

import numpy as np
from PIL import Image

from modal_render import backdrop, yuv
from modal_render.contract import Scene
from modal_render.hud import Hud
from modal_render.layout import Layout
from modal_render.palette import Palette
from modal_render.scene import ink_on_dark, still
from modal_render.yuv import Floats, Planes

_DITHER = np.float32(0.7)


def dark_ground(
    scene: Scene, layout: Layout, palette: Palette, cover: Image.Image | None, hud: Hud
) -> Planes:
    """The palette's darkness, glowing behind the stage, with all that stands still on it."""
    rgb = backdrop.gradient(scene.width, scene.height, palette.ground, palette.depth)
    stage = layout.stage
    spread = (stage.width * 0.52, stage.height * 0.95)
    backdrop.add_glow(rgb, stage.middle, spread, palette.glow, 0.34)
    picture = still(scene, layout, ink_on_dark(palette), cover)
    hud.draw_still(picture)
    return finished(rgb, picture, scene.seed)


def finished(rgb: Floats, picture: Image.Image, seed: int) -> Planes:
    """An RGBA picture over `rgb` float32[h, w, 3] as planes; the ground is dithered."""
    planes = yuv.to_planes(rgb, backdrop.noise(seed) * _DITHER)
    for overlay in yuv.overlays(picture):
        overlay.blend(planes)
    return planes
