"""The looks. One look is one file here that defines `Look`; its name is in contract.LOOKS.

There are two kinds. A band look is a still picture with movers over some of its rows: only those
rows are drawn and encoded for each frame. A field look paints the whole picture anew.
docs/writing-a-look.md shows how to write one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from threading import Lock
from typing import Protocol, TypeAlias, runtime_checkable

from PIL import Image

from modal_render.contract import Scene
from modal_render.sound import Sound
from modal_render.yuv import Planes, cut

# Fills the larger planes with the smaller ones, smoothly.
Enlarge = Callable[[Planes, Planes], None]
Rows: TypeAlias = tuple[int, int]  # from a first row up to a last that is not in it, both even


@dataclass(frozen=True, slots=True)
class Brief:
    """What a look is made from.

    `make_enlarge` gives each painter of a field look its own way to enlarge a picture.
    """

    scene: Scene
    sound: Sound
    cover: Image.Image | None
    make_enlarge: Callable[[], Enlarge]


class Painter(Protocol):
    """Paints frames into the planes it was made for."""

    def paint(self, index: int) -> None:
        """Make the planes show frame `index`.

        They hold the still ground or what this painter painted last.
        """


class Mover(Protocol):
    """What moves over the still picture, within `rows`; no two movers share a row."""

    rows: Rows

    def over(self, ground: Planes) -> Callable[[Planes], Painter]:
        """Ready to be drawn over `ground`, which is the still picture's `rows`.

        The answer makes a painter for planes of the same size; threads share it.
        """


@runtime_checkable
class BandLook(Protocol):
    """A scene and its sound as a still picture and what moves over it.

    `between` pictures stand between two that others are made from: what leaps to and fro is
    smallest with many (5), what slides along with one. `crf` is x264's constant rate factor for
    what moves, at which a look's videos are as true as whole frames and at most a tenth larger.
    """

    ground: Planes
    movers: Sequence[Mover]
    between: int
    crf: float


class FieldLook(Protocol):
    """A scene and its sound as pictures that move all over; shared by all threads."""

    def painter(self, planes: Planes) -> Painter:
        """A painter for these planes, which are of the scene's size and hold anything."""


Look: TypeAlias = BandLook | FieldLook


def open_look(
    scene: Scene, sound: Sound, cover: Image.Image | None, make_enlarge: Callable[[], Enlarge]
) -> Look:
    """The scene's look, which must be one of LOOKS."""
    module = import_module(f"modal_render.looks.{scene.look}")
    look: Look = module.Look(Brief(scene, sound, cover, make_enlarge))
    return look


class Easel:
    """A look ready to paint whole pictures, in as many threads as you like."""

    def __init__(self, look: Look) -> None:
        self._look, self._lock = look, Lock()
        self._made: list[tuple[Rows, Callable[[Planes], Painter]]] | None = None

    def painter(self, planes: Planes) -> Painter:
        """A painter for these planes, which are of the scene's size."""
        look = self._look
        if not isinstance(look, BandLook):
            return look.painter(planes)
        for plane, ground in zip(planes, look.ground, strict=True):
            plane[:] = ground
        return Together([make(cut(planes, *rows)) for rows, make in self._ready(look)])

    def _ready(self, look: BandLook) -> list[tuple[Rows, Callable[[Planes], Painter]]]:
        with self._lock:
            if self._made is None:
                self._made = [
                    (mover.rows, mover.over(cut(look.ground, *mover.rows))) for mover in look.movers
                ]
            return self._made


class Together:
    """Several painters, each of its own rows, as one."""

    def __init__(self, painters: Sequence[Painter]) -> None:
        self._painters = painters

    def paint(self, index: int) -> None:
        for painter in self._painters:
            painter.paint(index)
