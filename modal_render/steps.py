"""The row of steps below a filling waveform: a sign for each, which becomes a tick."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from PIL import Image, ImageDraw

from modal_render.layout import Box
from modal_render.palette import Rgb, mixed
from modal_render.scene import rounded_mask
from modal_render.wave import Theme

STEP_PX = 72  # how large a sign is: 24 pixels on a phone 360 pixels wide
MOST_STEPS = 3
_MIDDLE_Y = 640
_RING, _LINE, _CLEAR = 5, 5, 16  # pixels: around what is not over, between signs, beside them
_SMOOTH = 4
_FIELD = 24  # signs are drawn on a field so wide, in the middle half of their disc
_STROKE = 2.6


class State(Enum):
    OVER = "over"
    AT_WORK = "at work"
    AHEAD = "ahead"


def draw_steps(
    picture: Image.Image, box: Box, theme: Theme, ends: Sequence[int], percent: int
) -> None:
    """Below `box`: a step is over from the percentage on at which it ends, then the next begins."""
    at_work = sum(1 for end in ends if percent >= end)
    pitch = (box.width - STEP_PX) / max(1, len(ends) - 1)
    lefts = [round(box.x + i * pitch) for i in range(len(ends))]
    for i, left in enumerate(lefts):
        if i:
            # A line is the way to the next step: it is gone when that begins.
            way = State.OVER if i <= at_work else State.AHEAD
            _line(picture, lefts[i - 1] + STEP_PX, left, _colors(theme, way)[0])
        _step(picture, left, i, _state(i, at_work), theme)


def _state(i: int, at_work: int) -> State:
    if i == at_work:
        return State.AT_WORK
    return State.OVER if i < at_work else State.AHEAD


def _colors(theme: Theme, state: State) -> tuple[Rgb, Rgb]:
    """Of the disc or its ring, and of the sign on it."""
    quiet = mixed(theme.ground, theme.dropped, 0.55)
    return {
        State.OVER: (theme.start, theme.ground),
        State.AT_WORK: (theme.text, theme.text),
        State.AHEAD: (quiet, theme.dropped),
    }[state]


def _line(picture: Image.Image, left: int, right: int, color: Rgb) -> None:
    top = _MIDDLE_Y - _LINE // 2
    place = (left + _CLEAR, top, right - _CLEAR, top + _LINE - 1)
    ImageDraw.Draw(picture).rounded_rectangle(place, _LINE // 2, fill=color)


def _step(picture: Image.Image, left: int, i: int, state: State, theme: Theme) -> None:
    field, ink = _colors(theme, state)
    top = _MIDDLE_Y - STEP_PX // 2
    picture.paste(field, (left, top), rounded_mask((STEP_PX, STEP_PX), STEP_PX / 2))
    if state is not State.OVER:
        inner = STEP_PX - 2 * _RING
        hollow = rounded_mask((inner, inner), inner / 2)
        picture.paste(theme.ground, (left + _RING, top + _RING), hollow)
    picture.paste(ink, (left, top), _mask(_tick if state is State.OVER else _SIGNS[i]))


@dataclass(frozen=True, slots=True)
class _Pen:
    """Draws with round ends on a field of 24 in the middle of a disc."""

    draw: ImageDraw.ImageDraw
    unit: float
    inset: float

    def line(self, *points: tuple[float, float]) -> None:
        places = [(self.inset + x * self.unit, self.inset + y * self.unit) for x, y in points]
        radius = _STROKE * self.unit / 2
        self.draw.line(places, fill=255, width=round(2 * radius), joint="curve")
        for x, y in places:
            self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


_Sign = Callable[[_Pen], None]


def _tick(pen: _Pen) -> None:
    pen.line((3, 12.5), (9.5, 19), (21, 6))


def _sound(pen: _Pen) -> None:
    for x, high in ((2, 3), (7, 7), (12, 11), (17, 6), (22, 3)):
        pen.line((x, 12 - high), (x, 12 + high))


def _pictures(pen: _Pen) -> None:
    """A triangle to play, in a frame."""
    pen.line((1, 3), (23, 3), (23, 21), (1, 21), (1, 3), (23, 3))
    pen.line((9.5, 8), (15.5, 12), (9.5, 16), (9.5, 8), (15.5, 12))


def _packing(pen: _Pen) -> None:
    """An arrow into a tray."""
    pen.line((12, 1), (12, 14))
    pen.line((6.5, 9), (12, 14.5), (17.5, 9))
    pen.line((1, 15), (1, 22), (23, 22), (23, 15))


_SIGNS: Sequence[_Sign] = (_sound, _pictures, _packing)


@lru_cache
def _mask(sign: _Sign) -> Image.Image:
    """The sign as a mask the size of its disc."""
    side = STEP_PX * _SMOOTH
    mask = Image.new("L", (side, side), 0)
    sign(_Pen(ImageDraw.Draw(mask), side * 0.44 / _FIELD, side * 0.28))
    return mask.reduce(_SMOOTH)
