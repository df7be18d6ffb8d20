"""The video others get: its format, its length, its thumbnail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from PIL import Image

from modal_render.contract import LOOKS, RenderReport
from modal_render.progress import Progress
from modal_render.video import render
from tests import sounds
from tests.modal_render.conftest import Run, request, scene

BT709 = 1
LIMITED = 1


@pytest.mark.parametrize("shape", ["v", "s", "w"])
@pytest.mark.parametrize("look", list(LOOKS))
def test_every_look_makes_a_playable_video_in_every_shape(
    look: str, shape: str, tmp_path: Path
) -> None:
    audio = sounds.write(tmp_path / "talk.wav", sounds.speech(0.5))
    shown = scene(look, shape)
    report = render(request(str(audio), tmp_path, shown), Progress())
    with av.open(str(tmp_path / "video.mp4")) as container:
        video, sound = container.streams.video[0], container.streams.audio[0]
        assert (video.codec.name, sound.codec.name) == ("h264", "aac")
        assert (video.width, video.height) == (shown.width, shown.height)
        assert video.average_rate == shown.fps
        frames = sum(1 for _ in container.decode(video))
    assert frames == report.frames == 15
    assert report.duration_s == 0.5
    assert report.size_bytes == (tmp_path / "video.mp4").stat().st_size


def test_the_video_says_how_its_colours_are_meant(video: Path) -> None:
    with av.open(str(video)) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.colorspace, codec.color_primaries, codec.color_trc) == (BT709, BT709, BT709)
        assert codec.color_range == LIMITED
        assert codec.pix_fmt == "yuv420p"


def test_a_video_can_start_before_it_is_all_there(video: Path) -> None:
    data = video.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_picture_and_sound_end_within_a_frame_of_each_other(video: Path) -> None:
    with av.open(str(video)) as container:
        picture = _duration_s(container.streams.video[0])
        sound = _duration_s(container.streams.audio[0])
    assert abs(picture - sound) <= 1 / 30


@pytest.mark.parametrize("duration_s", [0.4, 1.0, 2.01, 3.3333])
def test_a_video_has_a_frame_for_every_bit_of_its_sound(duration_s: float, tmp_path: Path) -> None:
    audio = sounds.write(tmp_path / "tone.wav", sounds.tone(duration_s))
    report = render(request(str(audio), tmp_path, scene()), Progress())
    assert abs(report.frames - duration_s * 30) <= 1
    assert report.frames / 30 >= duration_s - 0.001


@pytest.mark.parametrize("suffix", [".ogg", ".mp3", ".m4a", ".flac"])
def test_sound_of_any_kind_becomes_a_video(suffix: str, tmp_path: Path) -> None:
    audio = sounds.write(tmp_path / f"sound{suffix}", sounds.speech(1), rate_hz=48_000)
    report = render(request(str(audio), tmp_path, scene()), Progress())
    assert abs(report.frames - 30) <= 2  # lossy formats pad


def test_stereo_stays_stereo(tmp_path: Path) -> None:
    both = sounds.stereo(sounds.tone(1), sounds.silence(1))
    audio = sounds.write(tmp_path / "both.wav", both)
    render(request(str(audio), tmp_path, scene()), Progress())
    heard = sounds.read(tmp_path / "video.mp4", channels=2)
    assert abs(heard[:, 0]).max() > 0.3
    assert abs(heard[:, 1]).max() < 0.05


def test_progress_rises_and_the_report_comes_last(speech: str, tmp_path: Path, run: Run) -> None:
    lines = run("render", request(speech, tmp_path, scene())).lines
    report = RenderReport(**lines[-1]["report"])
    percents = [line["progress"] for line in lines[:-1]]
    assert percents == sorted(percents)
    assert {line["stage"] for line in lines[:-1]} == {"listening", "drawing", "packing"}
    assert report.frames == 180


def test_the_thumbnail_keeps_to_telegrams_limits(video: Path) -> None:
    thumbnail = video.with_name("thumbnail.jpg")
    with Image.open(thumbnail) as picture:
        assert picture.format == "JPEG"
        assert max(picture.size) == 320
    assert thumbnail.stat().st_size < 200_000


def test_a_poster_is_the_same_frame_larger(speech: str, tmp_path: Path) -> None:
    wanted = replace(request(speech, tmp_path, scene()), poster=str(tmp_path / "poster.jpg"))
    render(replace(wanted, length_s=0.5), Progress())
    with Image.open(wanted.poster) as poster, Image.open(wanted.thumbnail) as thumbnail:
        assert (poster.format, poster.size) == ("JPEG", (216, 384))
        small = np.asarray(poster.resize(thumbnail.size), np.int16)
        assert np.abs(small - np.asarray(thumbnail, np.int16)).mean() < 3


def test_nothing_unfinished_is_left_lying_about(video: Path) -> None:
    assert sorted(path.name for path in video.parent.iterdir()) == ["thumbnail.jpg", "video.mp4"]


@pytest.fixture(scope="module")
def video(speech: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("video")
    render(request(speech, folder, scene()), Progress())
    return folder / "video.mp4"


def _duration_s(stream: VideoStream | AudioStream) -> float:
    assert stream.duration is not None
    assert stream.time_base is not None
    return float(stream.duration * stream.time_base)
