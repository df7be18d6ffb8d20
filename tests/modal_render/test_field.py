"""What field looks are made from: light, noise and shades that move smoothly and alike anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from modal_render import yuv
from modal_render.contract import LOOKS, Scene
from modal_render.encode import Enlarger, picture
from modal_render.field import Echo, drift
from modal_render.grid import Grid, Sheet
from modal_render.layout import field_layout
from modal_render.looks import Easel, Look, open_look
from modal_render.scene import open_cover
from modal_render.shades import Hues, Shades
from modal_render.sound import sketched
from modal_render.sparks import Dots
from tests.modal_render.conftest import scene

STOPS = ((0.0, 0.1, 0.02, 280), (0.5, 0.5, 0.15, 300), (1.0, 0.95, 0.03, 320))

# Of each of the 256 values: a power of 2.4 is slow, and there are millions of pixels.
SHARES = np.arange(256) / 255
LINEAR = np.where(SHARES <= 0.04045, SHARES / 12.92, ((SHARES + 0.055) / 1.055) ** 2.4)
# Only looks that paint the whole picture have a painter of their own.
FIELDS = [
    look for look in LOOKS if hasattr(import_module(f"modal_render.looks.{look}").Look, "painter")
]


@pytest.fixture(scope="module")
def grid() -> Grid:
    shown = scene(shape="v", width=1080, height=1920)
    return Grid(shown, field_layout(shown))


@pytest.mark.parametrize("size", [(270, 480), (1080, 1920), (2160, 3840)])
def test_light_costs_the_same_at_any_size(size: tuple[int, int]) -> None:
    shown = scene(width=size[0], height=size[1])
    assert Grid(shown, field_layout(shown)).away.shape == (480, 270)


def test_noise_slides_without_a_jump(grid: Grid) -> None:
    sheet = Sheet(grid, seed=1, bump=120)
    steps = [np.abs(sheet.at(0, i * 0.7) - sheet.at(0, i * 0.7 + 0.7)).max() for i in range(40)]
    assert max(steps) < 0.02


def test_a_sheet_has_no_seam(grid: Grid) -> None:
    whole = Sheet(grid, seed=1, bump=120).at(1500, 1500)
    assert np.abs(np.diff(whole, axis=0)).max() < 0.08
    assert np.abs(np.diff(whole, axis=1)).max() < 0.08


def test_dithered_shades_are_right_on_average_even_in_the_dark(grid: Grid) -> None:
    shades, planes = Shades(STOPS, grid, seed=1), yuv.blank(grid.width, grid.height)
    means = []
    for light in (0.05, 0.055, 0.06, 0.065):
        shades.paint(np.full_like(grid.away, light), planes)
        means.append(float(planes[0].mean()))
    steps = np.diff(means)
    assert steps.min() > 0.5 * steps.max() > 0


def test_hues_begin_as_the_first_kind_of_light_and_end_as_the_last(grid: Grid) -> None:
    kinds = [[(a, b, c, hue) for a, b, c, _ in STOPS] for hue in (120, 200, 300)]
    hues = Hues(kinds, grid, seed=1)
    for kind, stops in ((0.0, kinds[0]), (0.5, kinds[1]), (1.0, kinds[2])):
        mixed, alone = (yuv.blank(grid.width, grid.height) for _ in range(2))
        hues.paint(np.full_like(grid.away, 0.6), np.full_like(grid.away, kind), mixed)
        Shades(stops, grid, seed=1).paint(np.full_like(grid.away, 0.6), alone)
        for one, other in zip(mixed, alone, strict=True):
            assert abs(float(one.mean()) - float(other.mean())) < 0.6


def test_an_echo_is_what_was(grid: Grid) -> None:
    levels = np.arange(90, dtype=np.float32)
    seen = Echo(np.array([0, 0.05, 1, 100], np.float32), fps=30).of(levels, 60)
    assert np.allclose(seen, [60, 58.5, 30, 0])


def test_clouds_drift_faster_while_there_is_a_voice() -> None:
    quiet, loud = (drift(sketched([level] * 2), 10, 50)[1] for level in (0, 200))
    assert quiet < loud


def test_dots_beyond_the_edge_are_left_out() -> None:
    luma = picture(64, 64).planes[0]
    luma[:] = 16
    places = np.array([-5, 1, 32, 63, 900], np.float32)
    Dots(1.5).draw(luma, places, places, np.full(5, 200, np.uint16))
    assert luma[32, 32] > 180
    assert (luma > 16).sum() < 60


@pytest.mark.parametrize("look", FIELDS)
def test_any_frame_can_be_the_first_to_be_drawn(look: str) -> None:
    shown = scene(look)
    film = open_look(shown, sketched([90, 200, 30, 240, 120]), None, Enlarger)
    easel, alone = Easel(film), []
    for index in (0, 3, 1):
        canvas = picture(shown.width, shown.height)
        easel.painter(canvas.planes).paint(index)
        alone.append([plane.copy() for plane in canvas.planes])
    canvas = picture(shown.width, shown.height)
    painter = easel.painter(canvas.planes)
    for index, planes in zip((0, 3, 1), alone, strict=True):
        painter.paint(index)
        for plane, wanted in zip(canvas.planes, planes, strict=True):
            assert np.array_equal(plane, wanted)


@pytest.mark.parametrize("look", FIELDS)
@pytest.mark.parametrize("shape", ["v", "s", "w"])
@pytest.mark.parametrize("covered", [False, True])
def test_words_stand_out_at_the_loudest_moment(
    look: str, shape: str, covered: bool, tmp_path: Path
) -> None:
    cover = tmp_path / "cover.png"
    Image.new("RGB", (64, 64), (60, 130, 220)).save(cover)
    shown = scene(look, shape, cover=str(cover) if covered else "", title="m" * 60)
    box = field_layout(shown).words
    area = np.s_[box.y : box.bottom, box.x : box.right]
    # A dot keeps the room for words and shows what is behind them.
    bare = list(_luminances(replace(shown, title="."), area))
    lettered = next(_luminances(shown, area))
    letter = lettered.flat[np.argmax(np.abs(lettered - bare[0]))]
    for ground in np.percentile(np.stack(bare), (0.3, 99.7), axis=(1, 2)).flat:
        dark, bright = sorted((float(letter), float(ground)))
        assert (bright + 0.05) / (dark + 0.05) > 4.5  # WCAG 1.4.3


def _look(shown: Scene) -> Look:
    return open_look(shown, sketched([255] * 24), open_cover(shown.cover), Enlarger)


def _luminances(shown: Scene, area: tuple[slice, slice]) -> Iterator[NDArray[np.float64]]:
    """Relative luminance, 0 to 1, of frames in full voice, a second apart."""
    canvas = picture(shown.width, shown.height)
    painter = Easel(_look(shown)).painter(canvas.planes)
    for index in range(4, 24):
        painter.paint(index)
        seen = np.asarray(yuv.to_image(canvas.planes))[area]
        yield LINEAR[seen] @ np.array([0.2126, 0.7152, 0.0722])
