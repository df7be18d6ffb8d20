"""What field looks are made from: light, noise and shades that move smoothly and alike anywhere."""

from __future__ import annotations

import numpy as np
import pytest

from modal_render import yuv
from modal_render.contract import LOOKS
from modal_render.encode import Enlarger, picture
from modal_render.field import Echo, drift
from modal_render.grid import Grid, Sheet
from modal_render.layout import field_layout
from modal_render.looks import BandLook, Easel, open_look
from modal_render.shades import Shades
from modal_render.sound import sketched
from modal_render.sparks import Dots
from tests.modal_render.conftest import scene

STOPS = ((0.0, 0.1, 0.02, 280), (0.5, 0.5, 0.15, 300), (1.0, 0.95, 0.03, 320))


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


@pytest.mark.parametrize("look", list(LOOKS))
def test_any_frame_can_be_the_first_to_be_drawn(look: str) -> None:
    shown = scene(look)
    film = open_look(shown, sketched([90, 200, 30, 240, 120]), None, Enlarger)
    if isinstance(film, BandLook):
        pytest.skip("a band look is drawn over its own ground")
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
