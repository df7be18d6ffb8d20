"""The copy of a video that is too large for a chat."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import pytest

from modal_render.audio import AudioAhead
from modal_render.contract import RenderFailed, RenderRequest
from modal_render.copy import Copied, Finished, write_copy
from modal_render.progress import Progress, Stage
from modal_render.video import render
from tests import sounds
from tests.modal_render.conftest import request, scene

LIMIT_BYTES = 200_000


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A picture that no encoder likes: two seconds of noise, many times over the limit."""
    path = tmp_path_factory.mktemp("noise") / "video.mp4"
    source = "nullsrc=s=180x320:r=30:d=2,noise=alls=100:allf=t"
    inputs = ["-f", "lavfi", "-i", source, "-f", "lavfi", "-i", "sine=d=2", "-shortest"]
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
    sounds.ffmpeg([*inputs, *coding, str(path)])
    assert path.stat().st_size > 3 * LIMIT_BYTES
    return Finished(path=path, width=180, height=320, fps=30, frames=60)


def copied(video: Finished, path: Path, limit_bytes: int, shares: list[float]) -> Copied:
    def sound(bit_rate: int) -> AudioAhead:
        return AudioAhead(str(video.path), most_bit_rate=bit_rate)

    return write_copy(video, path, limit_bytes, sound, shares.append)


def test_even_noise_is_made_to_fit(noise: Finished, tmp_path: Path) -> None:
    path, shares = tmp_path / "copy.mp4", list[float]()
    made = copied(noise, path, LIMIT_BYTES, shares)
    assert made.size_bytes == path.stat().st_size <= LIMIT_BYTES
    assert shares[-1] == 1.0
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.width, video.height) == (made.width, made.height)
        assert sum(1 for _ in container.decode(video)) == noise.frames
        assert audio.codec_context.name == "aac"
    heard = sounds.read(path)
    assert abs(len(heard) / sounds.RATE_HZ - 2) < 0.05


def test_a_copy_is_the_same_whenever_it_is_made(noise: Finished, tmp_path: Path) -> None:
    paths = tmp_path / "one.mp4", tmp_path / "two.mp4"
    for path in paths:
        copied(noise, path, LIMIT_BYTES, [])
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_what_cannot_be_made_to_fit_says_so_and_leaves_nothing(
    noise: Finished, tmp_path: Path
) -> None:
    with pytest.raises(RenderFailed):
        copied(noise, tmp_path / "copy.mp4", 2000, [])
    assert list(tmp_path.iterdir()) == []


def with_copy(audio: Path, folder: Path, limit_bytes: int) -> RenderRequest:
    wanted = request(str(audio), folder, scene())
    return replace(wanted, inline=str(folder / "inline.mp4"), inline_limit_bytes=limit_bytes)


def test_a_video_that_fits_is_its_own_copy(tmp_path: Path) -> None:
    audio = sounds.write(tmp_path / "talk.wav", sounds.speech(1))
    report = render(with_copy(audio, tmp_path, 10_000_000), Progress())
    assert not report.has_copy
    assert (report.inline_width, report.inline_height) == (report.width, report.height)
    assert report.inline_bytes == report.size_bytes
    assert not (tmp_path / "inline.mp4").exists()


def test_a_video_that_does_not_fit_gets_a_copy_of_the_same_length(tmp_path: Path) -> None:
    audio, told = sounds.write(tmp_path / "talk.wav", sounds.speech(3)), list[tuple[str, float]]()
    progress = Progress(every_s=0, tell=lambda *line: told.append(line))
    report = render(with_copy(audio, tmp_path, 60_000), progress)
    assert report.has_copy
    assert report.inline_bytes == (tmp_path / "inline.mp4").stat().st_size <= 60_000
    assert report.size_bytes > 60_000
    with av.open(str(tmp_path / "inline.mp4")) as container:
        frames = list(container.decode(video=0))
    assert len(frames) == report.frames == 90
    assert (frames[0].width, frames[0].height) == (report.inline_width, report.inline_height)
    percents = [percent for stage, percent in told if stage == Stage.PACKING]
    assert (percents[0], percents[-1]) == (92, 99)
