"""The contact sheet: one moment of a recording in every look, to choose from."""

from __future__ import annotations

import dataclasses
import os
from concurrent.futures import ThreadPoolExecutor

from PIL import Image

from modal_render.analysis import listen
from modal_render.contract import LOOKS, BadRequest, SheetRequest
from modal_render.film import film_of, thumbnail_at
from modal_render.layout import Form, form_of
from modal_render.letters import Weight, line_width
from modal_render.processor import use_common_instructions
from modal_render.response import PRESETS
from modal_render.scene import check_scene, rounded_mask
from modal_render.sound import Sound
from modal_render.typeset import draw_line

_WIDTH = 1080
_MARGIN, _GAP, _LABEL = 36, 24, 64  # pixels
_COLUMNS = {Form.VERTICAL: 4, Form.SQUARE: 3, Form.WIDE: 2}
_GROUND, _NAME, _CHOSEN = (17, 17, 22), (190, 190, 200), (255, 255, 255)
_RADIUS, _RING = 16, 5
_QUALITY = 88


def sheet(request: SheetRequest) -> None:
    """Write the sheet. Raises BadRequest, UnreadableAudio, OSError."""
    unknown = set(request.looks) - set(LOOKS)
    if unknown or not request.looks:
        raise BadRequest(f"no looks named {sorted(unknown)}")
    use_common_instructions()
    scene = request.scene
    check_scene(scene)
    sound = listen(request.audio, scene.fps, PRESETS[scene.response])
    contact_sheet(request, sound).save(request.picture, "JPEG", quality=_QUALITY)


def contact_sheet(request: SheetRequest, sound: Sound) -> Image.Image:
    """Looks in rows, each with its name below it; the chosen one is ringed. 1080 pixels wide."""
    scene = request.scene
    columns = min(_COLUMNS[form_of(scene.width, scene.height)], len(request.looks))
    wide = (_WIDTH - 2 * _MARGIN - (columns - 1) * _GAP) // columns
    tall = wide * scene.height // scene.width
    rows = -(-len(request.looks) // columns)
    height = 2 * _MARGIN + rows * (tall + _LABEL) + (rows - 1) * _GAP
    picture = Image.new("RGB", (_WIDTH, height), _GROUND)
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        frames = pool.map(lambda look: _frame(request, look, sound, max(wide, tall)), request.looks)
        for i, (look, frame) in enumerate(zip(request.looks, frames, strict=True)):
            x = _MARGIN + i % columns * (wide + _GAP)
            y = _MARGIN + i // columns * (tall + _LABEL + _GAP)
            _lay(picture, frame.resize((wide, tall)), (x, y), LOOKS[look], look == scene.look)
    return picture


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
