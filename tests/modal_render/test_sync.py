"""What is heard is seen in its own frame, from the first second to the last, and never flashes."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from modal_render.analysis import listen
from modal_render.contract import LOOKS
from modal_render.film import frame_image, open_film
from modal_render.progress import Progress
from modal_render.sound import follow
from modal_render.video import render
from tests import sounds
from tests.modal_render.conftest import request, scene

CLICKS_S = (0.5, 8.2333, 15.5)
STROBE_HZ = 8
FLASH = 0.1  # of the full relative luminance, WCAG 2.3.1


@pytest.fixture(scope="module")
def clicking(tmp_path_factory: pytest.TempPathFactory) -> str:
    samples = sounds.clicks(16, at_s=CLICKS_S)
    return str(sounds.write(tmp_path_factory.mktemp("clicks") / "clicks.wav", samples))


@pytest.mark.parametrize("look", list(LOOKS))
def test_a_click_lights_its_frame_at_the_start_the_middle_and_the_end(
    look: str, clicking: str, tmp_path: Path
) -> None:
    render(request(clicking, tmp_path, scene(look, "s")), Progress())
    changes = _changes(tmp_path / "video.mp4")
    for at_s in CLICKS_S:
        near = slice(round(at_s * 30) - 8, round(at_s * 30) + 8)
        lit = near.start + int(np.argmax(changes[near]))
        assert abs(lit - at_s * 30) <= 1


def test_the_sound_in_the_video_is_where_it_was(clicking: str, tmp_path: Path) -> None:
    render(request(clicking, tmp_path, scene()), Progress())
    heard = np.abs(sounds.read(tmp_path / "video.mp4"))
    for at_s in CLICKS_S:
        first = round((at_s - 0.2) * sounds.RATE_HZ)
        loudest = first + int(np.argmax(heard[first : first + round(0.4 * sounds.RATE_HZ)]))
        assert abs(loudest / sounds.RATE_HZ - at_s) < 0.003


@pytest.mark.parametrize("fps", [24, 30, 60])
def test_a_frame_shows_the_sound_centred_on_it(fps: int, tmp_path: Path) -> None:
    samples = sounds.clicks(3, at_s=(1.0, 2.5))
    sound = listen(str(sounds.write(tmp_path / "clicks.wav", samples)), fps)
    rises = np.diff(sound.loudness.astype(int), prepend=0)
    assert {int(index) for index in np.argsort(rises)[-2:]} == {fps, round(2.5 * fps)}


@pytest.mark.parametrize("fps", [24, 60])
def test_movement_takes_its_seconds_at_any_frame_rate(fps: int) -> None:
    """After one release time, 1/e of the way down is left."""
    levels = np.zeros((fps, 1), np.uint8)
    levels[: fps // 4] = 255
    moved = follow(levels, fps, attack_s=0.001, release_s=0.25)
    assert abs(int(moved[fps // 2 - 1, 0]) - 94) < 8


@pytest.mark.parametrize("look", list(LOOKS))
def test_no_sound_makes_a_quarter_of_the_picture_flash(look: str, tmp_path: Path) -> None:
    bursts = sounds.noise(4, level=0.3)
    times = np.arange(len(bursts)) / sounds.RATE_HZ
    bursts[(times * STROBE_HZ) % 1 > 0.5] = 0
    audio = sounds.write(tmp_path / "strobe.wav", bursts)
    shown = scene(look, seed=1)
    film = open_film(shown, lambda _: listen(str(audio), 30))
    frames = [_luminance(np.asarray(frame_image(film, i))) for i in range(120)]
    swings = _swings(np.stack(frames))
    for first in range(90):
        often = swings[first : first + 30].sum(axis=0) > 6  # three flashes: up and down
        assert often.mean() < 0.25


def test_the_flash_check_sees_a_flash() -> None:
    strobe = np.zeros((30, 4, 4), np.float32)
    strobe[::3] = 0.5
    assert (_swings(strobe).sum(axis=0) > 6).all()


def _changes(video: Path) -> NDArray[np.float64]:
    """How much each frame differs from the one before it, progress bar left out."""
    changes, last = [], None
    with av.open(str(video)) as container:
        for frame in container.decode(video=0):
            grey = frame.to_ndarray(format="gray")[:180].astype(np.int16)
            changes.append(0.0 if last is None else float(np.abs(grey - last).mean()))
            last = grey
    return np.array(changes)


def _luminance(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Relative luminance of every fourth pixel, 0 to 1."""
    share = rgb[::4, ::4].astype(np.float32) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    luminance: NDArray[np.float32] = (linear @ np.array([0.2126, 0.7152, 0.0722])).astype(
        np.float32
    )
    return luminance


def _swings(luminance: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where and when [frames, h, w] the luminance has turned and gone a FLASH the other way."""
    low, high = luminance[0].copy(), luminance[0].copy()
    rising = np.zeros(low.shape, bool)
    swings = np.zeros(luminance.shape, bool)
    for i, now in enumerate(luminance):
        low, high = np.minimum(low, now), np.maximum(high, now)
        up, down = ~rising & (now - low >= FLASH), rising & (high - now >= FLASH)
        rising = (rising | up) & ~down
        low, high = np.where(up | down, now, low), np.where(up | down, now, high)
        swings[i] = up | down
    return swings
