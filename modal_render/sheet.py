"""The contact sheet: one moment of a recording in every look, to choose from.

Either each look stands with its name and the chosen one is ringed, or they are numbered: then the
picture holds no word of ours and stays as it is whichever of them is chosen.
"""

from __future__ import annotations

import dataclasses
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from PIL import Image

from modal_render.analysis import listen
from modal_render.contract import LOOKS, BadRequest, SheetRequest
from modal_render.film import film_of, thumbnail_at
from modal_render.layout import Form, form_of
from modal_render.letters import Weight, left_out, line_width
from modal_render.processor import use_common_instructions
from modal_render.response import PRESETS
from modal_render.scene import check_scene, rounded_mask
from modal_render.sound import Sound
from modal_render.typeset import draw_line
from modal_render.wave import THEMES

_WIDTH = 1080
_MARGIN, _GAP, _LABEL = 36, 24, 64  # pixels
_COLUMNS = {Form.VERTICAL: 4, Form.SQUARE: 3, Form.WIDE: 2}
_NUMBERED_COLUMNS = {Form.VERTICAL: 3, Form.SQUARE: 3, Form.WIDE: 2}
_GROUND = THEMES["dark"].ground  # as the card's, whose place the sheet takes
_NAME, _CHOSEN = (190, 190, 200), (255, 255, 255)
_RADIUS, _RING = 16, 5
_QUALITY = 88
# A number is as large as the smallest words of a card: 13 pixels on a phone 360 pixels wide. It
# hangs over the lower left corner, where no look has words.
_BADGE, _OVERHANG, _RIM, _NUMBER_PX = 60, 18, 6, 40


def sheet(request: SheetRequest) -> None:
    """Write the sheet. Raises BadRequest, UnreadableAudio, OSError."""
    unknown = set(request.looks) - set(LOOKS)
    if unknown or not request.looks:
        raise BadRequest(f"no looks named {sorted(unknown)}")
    use_common_instructions()
    scene = request.scene
    check_scene(scene)
    sound = listen(request.audio, scene.fps, PRESETS[scene.response])
    picture = contact_sheet(request, sound)
    said = left_out(f"{scene.title} {scene.subtitle}")
    picture.save(request.picture, "JPEG", quality=_QUALITY, comment=said.encode())


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the frames stand: `label` pixels are left below each."""

    columns: int
    rows: int
    wide: int
    tall: int
    label: int

    @property
    def height(self) -> int:
        return 2 * _MARGIN + self.rows * (self.tall + self.label) + (self.rows - 1) * _GAP

    def place(self, i: int) -> tuple[int, int]:
        """Where the corner of frame `i` is."""
        row, column = divmod(i, self.columns)
        x = _MARGIN + column * (self.wide + _GAP)
        return x, _MARGIN + row * (self.tall + self.label + _GAP)


def contact_sheet(request: SheetRequest, sound: Sound) -> Image.Image:
    """Looks in rows, each with its name below it or its number on it. 1080 pixels wide."""
    scene, grid = request.scene, _grid(request)
    picture = Image.new("RGB", (_WIDTH, grid.height), _GROUND)
    edge_px = max(grid.wide, grid.tall)
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        frames = pool.map(lambda look: _frame(request, look, sound, edge_px), request.looks)
        for i, (look, frame) in enumerate(zip(request.looks, frames, strict=True)):
            small, at = frame.resize((grid.wide, grid.tall)), grid.place(i)
            if request.first_number:
                _lay_numbered(picture, small, at, request.first_number + i)
            else:
                _lay(picture, small, at, LOOKS[look], look == scene.look)
    return picture


def _grid(request: SheetRequest) -> _Grid:
    scene, count = request.scene, len(request.looks)
    form = form_of(scene.width, scene.height)
    numbered = bool(request.first_number)
    # A numbered page that is not full is no narrower: turning it moves nothing.
    columns = _NUMBERED_COLUMNS[form] if numbered else min(_COLUMNS[form], count)
    wide = (_WIDTH - 2 * _MARGIN - (columns - 1) * _GAP) // columns
    return _Grid(
        columns=columns,
        rows=-(-count // columns),
        wide=wide,
        tall=wide * scene.height // scene.width,
        label=0 if numbered else _LABEL,
    )


def _frame(request: SheetRequest, look: str, sound: Sound, edge_px: int) -> Image.Image:
    scene = dataclasses.replace(request.scene, look=look)
    return thumbnail_at(film_of(scene, sound), request.at_s, edge_px)


def _lay(
    picture: Image.Image, frame: Image.Image, at: tuple[int, int], name: str, is_chosen: bool
) -> None:
    x, y = at
    if is_chosen:
        ring = (frame.width + 2 * _RING, frame.height + 2 * _RING)
        picture.paste(_CHOSEN, (x - _RING, y - _RING), rounded_mask(ring, _RADIUS + _RING))
    picture.paste(frame, at, rounded_mask(frame.size, _RADIUS))
    size = 28
    left = x + (frame.width - line_width(name, Weight.SEMIBOLD, size)) / 2
    baseline = y + frame.height + 42
    color = _CHOSEN if is_chosen else _NAME
    draw_line(picture, (left, baseline), name, Weight.SEMIBOLD, size, color)


def _lay_numbered(picture: Image.Image, frame: Image.Image, at: tuple[int, int], n: int) -> None:
    picture.paste(frame, at, rounded_mask(frame.size, _RADIUS))
    label = str(n)
    wide = round(line_width(label, Weight.EXTRABOLD, _NUMBER_PX))
    width = max(_BADGE, wide + 28)
    x, y = at[0] - _OVERHANG, at[1] + frame.height + _OVERHANG - _BADGE
    for rim, color in ((_RIM, _GROUND), (0, _CHOSEN)):
        size = (width + 2 * rim, _BADGE + 2 * rim)
        picture.paste(color, (x - rim, y - rim), rounded_mask(size, size[1] / 2))
    place = (x + (width - wide) / 2, y + _BADGE / 2 + 0.36 * _NUMBER_PX)
    draw_line(picture, place, label, Weight.EXTRABOLD, _NUMBER_PX, _GROUND)
