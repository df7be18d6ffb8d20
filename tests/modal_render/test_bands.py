"""Band looks: what moves keeps to its rows, and what is spliced is what was drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from modal_render import yuv
from modal_render.analysis import listen
from modal_render.bands import bands_of
from modal_render.contract import LOOKS, Scene
from modal_render.film import Film, film_of, frame_image
from modal_render.looks import BandLook
from modal_render.progress import Progress
from modal_render.sound import Sound, sketched
from modal_render.video import render
from modal_render.yuv import Planes
from tests.modal_render.conftest import request, scene

READABLE = 4.5  # contrast, WCAG AA
NOISE_DB = 40  # an encoder's loss at our quality stays above this


def _film(shown: Scene, sound: Sound) -> Film:
    return film_of(shown, sound)


def _paints_all(look: str) -> bool:
    return hasattr(import_module(f"modal_render.looks.{look}").Look, "painter")


# Told by their classes: to open each look takes a second of whoever only collects the tests.
BAND_LOOKS = [look for look in LOOKS if not _paints_all(look)]


@pytest.fixture(scope="module")
def talk(speech: str) -> Sound:
    return listen(speech, 30)


@pytest.mark.parametrize("look", list(LOOKS))
def test_a_look_is_a_band_look_unless_it_paints_all(look: str) -> None:
    opened = _film(scene(look), sketched([200])).look
    assert isinstance(opened, BandLook) == (look in BAND_LOOKS)


@pytest.mark.parametrize("shape", ["v", "s", "w"])
@pytest.mark.parametrize("look", BAND_LOOKS)
def test_movers_share_no_row_and_stand_inside_the_picture(look: str, shape: str) -> None:
    for more in ({}, {"title": ""}, {"width": 500, "height": 232}):
        shown = scene(look, shape, **more)
        band_look = _film(shown, sketched([200])).look
        assert isinstance(band_look, BandLook)
        rows = sorted(mover.rows for mover in band_look.movers)
        edges = [edge for pair in rows for edge in pair]
        assert edges == sorted(edges)
        assert all(edge % 2 == 0 for edge in edges)
        assert 0 <= edges[0] < edges[-1] <= shown.height


def test_rows_that_no_bar_of_the_sound_reaches_are_not_encoded() -> None:
    loud = sketched([255])
    quiet = replace(loud, bands=loud.bands // 2, loudness=loud.loudness // 2)
    films = [_film(scene("pulse", width=1080, height=1080), sound) for sound in (loud, quiet)]
    (top, bottom), (first, last) = (_rows_of_bars(film) for film in films)
    assert top + 32 < first < last < bottom - 32
    # The highest bar's end is within them, and hardly more.
    look = films[1].look
    assert isinstance(look, BandLook)
    drawn = np.flatnonzero((_fresh(films[1], 0)[0] != look.ground[0])[:850].any(axis=1))
    assert first <= drawn[0] <= first + 8
    assert last - 8 <= drawn[-1] + 1 <= last


@pytest.mark.parametrize("look", BAND_LOOKS)
@pytest.mark.parametrize("size", [(128, 128), (128, 3840), (3840, 128), (1000, 1920), (1920, 1002)])
def test_sizes_of_any_proportion_are_drawn(
    look: str, size: tuple[int, int], tmp_path: Path
) -> None:
    cover = tmp_path / "cover.png"
    Image.new("RGB", (64, 64), (200, 80, 60)).save(cover)
    for more in ({}, {"title": ""}, {"cover": str(cover)}):
        shown = scene(look, width=size[0], height=size[1], **more)
        film = _film(shown, sketched([0, 200, 90]))
        assert frame_image(film, 1).size == size


@pytest.mark.parametrize("look", BAND_LOOKS)
def test_a_frame_does_not_depend_on_the_frames_before_it(look: str, talk: Sound) -> None:
    """Segments begin anywhere, and a still is any frame of the video."""
    film = _film(scene(look), talk)
    running = yuv.blank(*_size(film))
    painter = film.easel.painter(running)
    for index in (*range(40, 75), 20, 21, 22, 120, 121):
        painter.paint(index)
        if index in (41, 57, 74, 20, 22, 121):
            assert _same(running, _fresh(film, index))


@pytest.mark.parametrize("look", BAND_LOOKS)
def test_the_first_frame_shows_more_than_words(look: str) -> None:
    """Silence is drawn, too: the first frame is what a feed shows."""
    film = _film(scene(look, title=""), sketched([0, 0]))
    assert isinstance(film.look, BandLook)
    rows = slice(*film.look.movers[0].rows)
    picture = np.asarray(frame_image(film, 0).convert("L"))[rows].astype(int)
    assert picture.max() - picture.min() > 60


@pytest.mark.parametrize("brand", ["", "#ffe600", "#0b3d91", "#777777"])
@pytest.mark.parametrize("look", BAND_LOOKS)
def test_a_title_stands_out_from_its_ground(look: str, brand: str) -> None:
    for seed in (0, 3) if brand else range(6):
        shown = scene(look, "w", title="OIHIHI", seed=seed, brand=brand)
        one, other = (
            _luminance(_film(replace(shown, title=title), sketched([0])))
            for title in ("OIHIHI", "OHIHIH")
        )
        contrast = (np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05)
        assert np.percentile(contrast[contrast > 1.5], 75) > READABLE


@pytest.mark.parametrize("look", BAND_LOOKS)
def test_a_spliced_video_shows_what_was_drawn_and_is_still_elsewhere(
    look: str, speech: str, talk: Sound, tmp_path: Path
) -> None:
    wanted = request(speech, tmp_path, scene(look, "s", width=1080, height=1080))
    report = render(wanted, Progress())
    assert (report.spliced, report.fallbacks) == (True, 0)
    film = _film(wanted.scene, talk)
    assert isinstance(film.look, BandLook)
    bands = bands_of([mover.rows for mover in film.look.movers], _size(film))
    still = np.ones(film.scene.height, bool)
    for band in bands:
        still[band.top : band.bottom] = False
    first: NDArray[np.uint8] | None = None
    for index, luma in enumerate(_decoded(tmp_path / "video.mp4")):
        first = luma if first is None else first
        assert np.array_equal(luma[still], first[still])
        if index % 40 == 0:
            assert _likeness_db(luma, _fresh(film, index)[0]) > NOISE_DB


def _rows_of_bars(film: Film) -> tuple[int, int]:
    assert isinstance(film.look, BandLook)
    return film.look.movers[0].rows


def _size(film: Film) -> tuple[int, int]:
    return film.scene.width, film.scene.height


def _luminance(film: Film) -> NDArray[np.float64]:
    """Relative luminance of the first frame, 0 to 1 [WCAG 2.2]."""
    share = np.asarray(frame_image(film, 0)).astype(np.float64) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


def _fresh(film: Film, index: int) -> Planes:
    planes = yuv.blank(*_size(film))
    film.easel.painter(planes).paint(index)
    return planes


def _same(one: Planes, other: Planes) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def _decoded(video: Path) -> Iterator[NDArray[np.uint8]]:
    """The luma of every frame."""
    with av.open(str(video)) as container:
        height = container.streams.video[0].height
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="yuv420p")[:height].astype(np.uint8)


def _likeness_db(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """PSNR."""
    error = float(np.mean((one.astype(np.float64) - other) ** 2))
    return float(10 * np.log10(255**2 / max(error, 1e-9)))
