"""The looks. One look is one file here that defines `Look`; its name is in contract.LOOKS."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Protocol, cast

from PIL import Image

from modal_render.contract import Scene
from modal_render.sound import Sound
from modal_render.yuv import Planes

# Fills the larger planes with the smaller ones, smoothly.
Enlarge = Callable[[Planes, Planes], None]


class Painter(Protocol):
    """Paints frames into the planes it was made for."""

    def paint(self, index: int) -> None:
        """Make the planes show frame `index`, whatever they showed before."""


class Look(Protocol):
    """A scene and its sound, ready to be painted; shared by all threads."""

    def painter(self, planes: Planes) -> Painter:
        """A painter for these planes, which are of the scene's size."""


def open_look(
    scene: Scene, sound: Sound, cover: Image.Image | None, make_enlarge: Callable[[], Enlarge]
) -> Look:
    """The scene's look, which must be one of LOOKS.

    `make_enlarge` gives each painter of a full-screen look its own way to enlarge a picture.
    """
    module = import_module(f"modal_render.looks.{scene.look}")
    return cast(Look, module.Look(scene, sound, cover, make_enlarge))
