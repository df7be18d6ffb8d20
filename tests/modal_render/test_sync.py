"""What is heard is seen in its own frame, from the first second to the last, and never flashes."""

from __future__ import annotations

from collections.abc import Callable
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
from tests.modal_render.conftest import WAYS, request, scene
from tests.modal_render.witnesses import frames_near

CLICKS_S = (0.5, 3.2333, 6.5)
LONG_S, LONG_FPS = 1800, 24  # the fewest frames a second, for the test's sake
LONG_CLICKS_S = (0.0, 900.01, 1799.6)
STROBE_HZ = 8
FLASH = 0.1  # of the full relative luminance, WCAG 2.3.1


@pytest.fixture(scope="module")
def clicking(tmp_path_factory: pytest.TempPathFactory) -> str:
    samples = sounds.clicks(7, at_s=CLICKS_S)
    return str(sounds.write(tmp_path_factory.mktemp("clicks") / "clicks.wav", samples))


@pytest.mark.parametrize(("look", "path"), WAYS)
def test_a_click_lights_its_frame_at_the_start_the_middle_and_the_end(
    look: str, path: str, clicking: str, tmp_path: Path
) -> None:
    render(request(clicking, tmp_path, scene(look, "s"), path=path), Progress())
    changes = _brightenings(tmp_path / "video.mp4")
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


@pytest.fixture(scope="module")
def half_an_hour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small video of silence with a click at either end and one in the middle."""
    folder = tmp_path_factory.mktemp("long")
    audio = sounds.write(folder / "clicks.wav", sounds.clicks(LONG_S, at_s=LONG_CLICKS_S))
    shown = scene(width=128, height=128, fps=LONG_FPS)
    render(request(str(audio), folder, shown), Progress())
    audio.unlink()  # 170 MB
    return folder / "video.mp4"


@pytest.mark.parametrize("at_s", LONG_CLICKS_S)
def test_a_click_lights_its_frame_after_half_an_hour_too(half_an_hour: Path, at_s: float) -> None:
    near = frames_near(half_an_hour, at_s)
    # A frame as it is in silence: before the click, or at the start long after it.
    still = near[min(near)] if at_s else _still(half_an_hour)
    lit = {index: float(np.abs(frame[:104] - still[:104]).mean()) for index, frame in near.items()}
    brightest = max(lit, key=lambda index: lit[index])
    assert abs(brightest - at_s * LONG_FPS) <= 1


@pytest.mark.parametrize("at_s", LONG_CLICKS_S)
def test_a_click_is_heard_in_its_place_after_half_an_hour_too(
    half_an_hour: Path, at_s: float
) -> None:
    assert abs(_loudest_s(half_an_hour, at_s) - at_s) < 0.003


def test_picture_and_sound_end_together_after_half_an_hour(half_an_hour: Path) -> None:
    with av.open(str(half_an_hour)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert picture.frames == LONG_S * LONG_FPS
        lengths_s = [
            stream.duration * stream.time_base
            for stream in (picture, sound)
            if stream.duration and stream.time_base
        ]
    assert abs(lengths_s[0] - LONG_S) <= 1 / LONG_FPS
    assert abs(lengths_s[0] - lengths_s[1]) <= 1 / LONG_FPS


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


def test_levels_at_60_frames_a_second_are_those_at_30(speech: str) -> None:
    slow, fast = listen(speech, 30), listen(speech, 60)
    assert fast.frames == 2 * slow.frames
    for few, many in (
        (slow.bands, fast.bands),
        (slow.loudness, fast.loudness),
        (slow.light, fast.light),
    ):
        apart = np.abs(few.astype(int) - many[::2])
        assert apart.mean() < 5  # of 255
        assert np.percentile(apart, 99) < 25


@pytest.mark.parametrize("look", list(LOOKS))
def test_pictures_at_60_frames_a_second_are_those_at_30(look: str, speech: str) -> None:
    """They are far nearer to each other than to the picture of a tenth of a second later."""
    slow, fast = (_pictures(look, speech, fps) for fps in (30, 60))
    for tenth in range(5, 60, 5):
        now, later, same = slow(tenth), slow(tenth + 1), fast(tenth)
        assert np.abs(now - same).mean() < np.abs(now - later).mean() / 2


@pytest.mark.parametrize("look", list(LOOKS))
def test_no_sound_makes_a_quarter_of_the_picture_flash(look: str, tmp_path: Path) -> None:
    bursts = sounds.noise(4, level=0.3)
    times = np.arange(len(bursts)) / sounds.RATE_HZ
    bursts[(times * STROBE_HZ) % 1 > 0.5] = 0
    audio = sounds.write(tmp_path / "strobe.wav", bursts)
    shown = scene(look, seed=1)
    film = open_film(shown, str(audio))
    frames = [_luminance(np.asarray(frame_image(film, i))) for i in range(120)]
    swings = _swings(np.stack(frames))
    for first in range(90):
        often = swings[first : first + 30].sum(axis=0) > 6  # three flashes: up and down
        assert often.mean() < 0.25


def test_the_flash_check_sees_a_flash() -> None:
    strobe = np.zeros((30, 4, 4), np.float32)
    strobe[::3] = 0.5
    assert (_swings(strobe).sum(axis=0) > 6).all()


def _brightenings(video: Path) -> NDArray[np.float64]:
    """How much lighter or darker each frame is than the one before it, progress bar left out.

    What only moves, such as a waveform that runs past, is as bright as it was.
    """
    with av.open(str(video)) as container:
        frames = container.decode(video=0)
        levels = [frame.to_ndarray(format="gray")[:180].mean() for frame in frames]
    return np.abs(np.diff(levels, prepend=levels[0]))


def _still(video: Path) -> NDArray[np.int16]:
    return next(iter(frames_near(video, 10.0).values()))


def _loudest_s(video: Path, near_s: float) -> float:
    """When the sound within half a second of `near_s` is loudest, reached by seeking."""
    best, best_s = -1.0, 0.0
    with av.open(str(video)) as container:
        stream = container.streams.audio[0]
        assert stream.time_base is not None
        # A seek to the very start would lose what the file says about the encoder's delay.
        if near_s > 0.5:
            container.seek(round((near_s - 0.5) / stream.time_base), stream=stream)
        for frame in container.decode(stream):
            assert frame.time is not None
            if frame.time > near_s + 0.5:
                break
            samples = np.abs(frame.to_ndarray()[0])
            if samples.max() > best:
                best = float(samples.max())
                best_s = frame.time + int(np.argmax(samples)) / frame.sample_rate
    return best_s


def _pictures(look: str, audio: str, fps: int) -> Callable[[int], NDArray[np.int16]]:
    """Draws the brightness of the frame at so many tenths of a second."""
    shown = scene(look, fps=fps, seed=1)
    film = open_film(shown, audio)

    def at(tenths: int) -> NDArray[np.int16]:
        image = frame_image(film, tenths * fps // 10)
        return np.asarray(image.convert("L"), np.int16)

    return at


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
