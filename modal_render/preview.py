"""The small frame on a card: the chosen look as it is drawn in the video, of a sketched sound."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modal_render import yuv
from modal_render.contract import CARD_SIZE, SIZES, CardRequest, Scene
from modal_render.layout import Box
from modal_render.looks import Easel, open_look
from modal_render.palette import Rgb
from modal_render.scene import open_cover, rounded_mask
from modal_render.sound import sketched
from modal_render.yuv import Planes

MARGIN = 48
WAVE_TOP, WAVE_BOTTOM = 308, 566  # of the card's waveform, which stands at the left
PREVIEW_WIDTH = {"v": 270, "s": 300, "w": 348}

Peaks = NDArray[np.int64]


def preview_box(shape: str) -> Box:
    """Where the frame stands: the waveform has what is left of it."""
    width = PREVIEW_WIDTH[shape]
    wide, tall = SIZES[shape]
    height = width * tall // wide
    # A tall one stands on the card's margin, the others beside the waveform.
    middle = (WAVE_TOP + WAVE_BOTTOM) // 2 - height // 2
    top = CARD_SIZE[1] - MARGIN - height if shape == "v" else middle
    return Box(CARD_SIZE[0] - MARGIN - width, top, width, height)


def draw_preview(
    picture: Image.Image, box: Box, peaks: Peaks, request: CardRequest, outline: Rgb
) -> None:
    """Paste the frame into `box`, with a line around it so that it ends on a like ground too.

    Raises BadRequest for a cover that cannot be opened.
    """
    wide, tall = SIZES[request.shape]
    scene = Scene(
        look=request.look, width=wide // 4, height=tall // 4, title=request.title,
        subtitle=request.subtitle, cover=request.cover, brand=request.brand, seed=request.seed,
    )  # fmt: skip
    sound = sketched(_heard(peaks, request))
    easel = Easel(open_look(scene, sound, open_cover(request.cover), lambda: _enlarge))
    planes = yuv.blank(scene.width, scene.height)
    easel.painter(planes).paint(sound.poster_frame())
    shown = yuv.to_image(planes).resize((box.width, box.height), Image.Resampling.LANCZOS)
    around = (box.width + 4, box.height + 4)
    picture.paste(outline, (box.x - 2, box.y - 2), rounded_mask(around, 22))
    picture.paste(shown, (box.x, box.y), rounded_mask((box.width, box.height), 20))


def _heard(peaks: Peaks, request: CardRequest) -> list[int]:
    """The loudest peak of each second that is kept."""
    share = len(peaks) / request.duration_s
    parts = [
        peaks[min(max(0, round(start * share)), len(peaks) - 1) : max(round(end * share), 1)]
        for start, end in request.kept
    ]
    kept = np.concatenate(parts)
    seconds = max(1, round(sum(end - start for start, end in request.kept)))
    edges = [i * len(kept) // seconds for i in range(seconds + 1)]
    return [int(kept[a : max(b, a + 1)].max(initial=0)) for a, b in pairwise(edges)]


def _enlarge(small: Planes, large: Planes) -> None:
    for source, target in zip(small, large, strict=True):
        size = (target.shape[1], target.shape[0])
        target[:] = np.asarray(Image.fromarray(source).resize(size, Image.Resampling.BICUBIC))
