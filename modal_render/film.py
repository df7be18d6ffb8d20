"""A scene with its sound, ready to be drawn at any moment: what every picture is made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from modal_render import yuv
from modal_render.analysis import listen
from modal_render.contract import AT_POSTER, Scene
from modal_render.encode import Enlarger, picture
from modal_render.looks import Easel, Look, open_look
from modal_render.response import PRESETS
from modal_render.scene import check_scene, open_cover
from modal_render.sound import Sound
from modal_render.yuv import Planes


@dataclass(frozen=True, slots=True)
class Film:
    """`sound` decides the number of frames; `look` draws them."""

    scene: Scene
    sound: Sound
    look: Look
    easel: Easel

    def index_at(self, at_s: float) -> int:
        """The frame shown at a time, the last one behind the end; AT_POSTER is the fullest."""
        if at_s == AT_POSTER:
            return self.sound.poster_frame()
        return min(max(0, round(at_s * self.sound.fps)), self.sound.frames - 1)


def open_film(scene: Scene, audio: str, heard: Callable[[float], None] | None = None) -> Film:
    """The scene with the sound of the file `audio`; `heard` is told the share listened to.

    Raises BadRequest, UnreadableAudio.
    """
    check_scene(scene)
    return film_of(scene, listen(audio, scene.fps, PRESETS[scene.response], heard))


def film_of(scene: Scene, sound: Sound) -> Film:
    """A checked scene with a sound of its frame rate. Raises BadRequest for its cover."""
    look = open_look(scene, sound, open_cover(scene.cover), Enlarger)
    return Film(scene, sound, look, Easel(look))


def frame_at(film: Film, at_s: float) -> Image.Image:
    """The picture shown at a time, through the very planes the video is encoded from."""
    return frame_image(film, film.index_at(at_s))


def thumbnail_at(film: Film, at_s: float, edge_px: int) -> Image.Image:
    """`frame_at` made small: its longer edge is `edge_px`. Scaled as planes, which is quicker."""
    width, height = film.scene.width, film.scene.height
    share = edge_px / max(width, height)
    small = round(width * share / 2) * 2, round(height * share / 2) * 2
    planes = _planes(film, film.index_at(at_s))
    sizes = (small, (small[0] // 2, small[1] // 2), (small[0] // 2, small[1] // 2))
    y, u, v = (
        np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.LANCZOS))
        for plane, size in zip(planes, sizes, strict=True)
    )
    return yuv.to_image((y, u, v))


def frame_image(film: Film, index: int) -> Image.Image:
    """Frame `index` of the video."""
    return yuv.to_image(_planes(film, index))


def _planes(film: Film, index: int) -> Planes:
    canvas = picture(film.scene.width, film.scene.height)
    film.easel.painter(canvas.planes).paint(index)
    return canvas.planes
