"""Single frames, contact sheets and excerpts are the video itself, pixel for pixel."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from modal_render import yuv
from modal_render.contract import AT_POSTER, LOOKS, FrameRequest, SheetRequest
from modal_render.encode import picture
from modal_render.film import Film, frame_at, frame_image, open_film, thumbnail_at
from modal_render.progress import Progress
from modal_render.segments import Segment, plan
from modal_render.sheet import contact_sheet
from modal_render.video import render
from tests import sounds
from tests.modal_render.conftest import Run, request, scene


@pytest.mark.parametrize("look", list(LOOKS))
def test_a_frame_is_what_the_encoder_is_given(look: str, speech: str) -> None:
    """However the painter came there: in order from the segment's start, or at once."""
    film = _film(speech, look)
    canvas = picture(film.scene.width, film.scene.height)
    painter = film.easel.painter(canvas.planes)
    for index in range(60, 76):
        painter.paint(index)
    assert frame_at(film, 2.5) == yuv.to_image(canvas.planes)


@pytest.mark.parametrize("path", ["whole", "splice"])
def test_an_excerpt_shows_the_frames_of_the_whole_video(
    path: str, speech: str, tmp_path: Path
) -> None:
    wanted = request(speech, tmp_path, scene())
    wanted = dataclasses.replace(wanted, path=path, start_s=2.0, length_s=1.5)
    report = render(wanted, Progress())
    assert (report.frames, report.duration_s) == (45, 1.5)
    film = _film(speech, "pulse")
    with av.open(wanted.video) as container:
        shown = [frame.to_ndarray()[:384] for frame in container.decode(video=0)]
    assert len(shown) == 45
    canvas = picture(film.scene.width, film.scene.height)
    painter = film.easel.painter(canvas.planes)
    for index in (0, 22, 44):
        painter.paint(60 + index)
        error = shown[index].astype(np.int32) - canvas.planes[0]
        assert np.sqrt((error**2).mean()) < 4


def test_an_excerpt_sounds_like_that_stretch(tmp_path: Path) -> None:
    audio = sounds.write(tmp_path / "clicks.wav", sounds.clicks(6, at_s=(1.0, 3.25)))
    wanted = request(str(audio), tmp_path, scene())
    render(dataclasses.replace(wanted, start_s=2.0, length_s=3.0), Progress())
    heard = np.abs(sounds.read(tmp_path / "video.mp4"))
    assert abs(len(heard) / sounds.RATE_HZ - 3.0) < 0.05
    assert abs(int(np.argmax(heard)) / sounds.RATE_HZ - 1.25) < 0.003


def test_an_excerpt_of_nothing_is_refused(speech: str, tmp_path: Path, run: Run) -> None:
    beyond = dataclasses.replace(request(speech, tmp_path, scene()), start_s=60.0, length_s=5.0)
    assert run("render", beyond).refusal == "bad_request"


def test_the_poster_is_where_the_sound_is_fullest(tmp_path: Path) -> None:
    quiet, loud = sounds.tone(3, level=0.02), sounds.noise(1, level=0.5)
    audio = sounds.write(tmp_path / "rise.wav", np.concatenate([quiet, loud, quiet]))
    film = _film(str(audio), "pulse")
    assert 90 <= film.index_at(AT_POSTER) <= 120


def test_a_sheet_shows_each_look_in_its_place_and_rings_the_chosen_one(speech: str) -> None:
    film = _film(speech, "mist")
    looks = ("pulse", "mist")
    wanted = SheetRequest(audio="", picture="", scene=film.scene, looks=looks, at_s=1.0)
    sheet = contact_sheet(wanted, film.sound)
    assert sheet.width == 1080
    wide, gap = 492, 24
    for i, look in enumerate(looks):
        x = 36 + i * (wide + gap)
        shown = np.asarray(sheet.crop((x, 36, x + wide, 36 + wide * 384 // 216)), np.int32)
        alone = thumbnail_at(_film(speech, look), 1.0, wide * 384 // 216)
        drawn = np.asarray(alone.resize((shown.shape[1], shown.shape[0])), np.int32)
        # The round corners are not the frame's.
        assert np.abs(shown - drawn)[40:-40].mean() < 3
        beside = sheet.getpixel((x - 3, 300))
        assert (beside == (255, 255, 255)) is (look == "mist")


def test_a_sheet_of_all_looks_is_a_picture_for_a_chat(
    speech: str, tmp_path: Path, run: Run
) -> None:
    path = tmp_path / "sheet.jpg"
    assert run("sheet", SheetRequest(audio=speech, picture=str(path), scene=scene())).status == 0
    with Image.open(path) as shown:
        assert shown.format == "JPEG"
        assert shown.width + shown.height < 10_000  # Telegram takes no larger photos


@pytest.mark.parametrize("looks", [(), ("pulse", "sparkle")])
def test_a_sheet_of_unknown_looks_is_refused(
    looks: tuple[str, ...], speech: str, tmp_path: Path, run: Run
) -> None:
    wanted = SheetRequest(
        audio=speech, picture=str(tmp_path / "sheet.jpg"), scene=scene(), looks=looks
    )
    assert run("sheet", wanted).refusal == "bad_request"


def test_a_poster_can_be_asked_for_as_a_frame(speech: str, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "frame.png"
    wanted = FrameRequest(audio=speech, picture=str(path), scene=scene(), at_s=AT_POSTER)
    assert run("frame", wanted).status == 0
    film = _film(speech, "pulse")
    with Image.open(path) as shown:
        assert shown.convert("RGB") == frame_image(film, film.sound.poster_frame())


def _film(audio: str, look: str) -> Film:
    return open_film(scene(look), audio)


def test_segments_of_an_excerpt_start_where_it_does() -> None:
    assert plan(400, 300, 60) == [Segment(60, 360), Segment(360, 400)]


def test_a_numbered_sheet_stays_as_it_is_whichever_look_is_chosen(speech: str) -> None:
    sheets = []
    for chosen in ("pulse", "mist"):
        film = _film(speech, chosen)
        wanted = SheetRequest(
            audio="", picture="", scene=film.scene, looks=("pulse", "mist"), first_number=10
        )
        sheets.append(np.asarray(contact_sheet(wanted, film.sound)))
    assert (sheets[0] == sheets[1]).all()
    wide, tall = 320, 320 * 384 // 216
    for column in range(2):
        corner = sheets[0][36 + tall - 42 : 36 + tall + 18, :][:, 18 + column * (wide + 24) :][
            :, :60
        ]
        assert (corner == 255).all(axis=2).mean() > 0.3  # the badge
    assert (sheets[0][:, -60:] == sheets[0][0, 0]).all()  # a third column stays free
