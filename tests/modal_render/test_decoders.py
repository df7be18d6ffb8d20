"""Decoders find nothing wrong with a video, and all of them see the same frames."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from tests.modal_render.conftest import Finished
from tests.modal_render.witnesses import (
    complaints,
    frames_by_ffmpeg,
    frames_by_openh264,
    frames_by_pyav,
    through_transport_stream,
)


def test_a_strict_decoder_finds_nothing_wrong(finished: Finished) -> None:
    assert complaints(finished.video) == ""


def test_two_releases_of_one_decoder_see_the_same_frames(finished: Finished) -> None:
    frames = frames_by_ffmpeg(finished.video)
    assert len(frames) == finished.report.frames
    assert frames_by_pyav(finished.video) == frames


@pytest.mark.openh264
def test_a_decoder_of_another_make_sees_the_same_frames(finished: Finished, tmp_path: Path) -> None:
    assert frames_by_openh264(finished.video, tmp_path) == frames_by_ffmpeg(finished.video)


def test_frames_survive_the_way_through_a_transport_stream(
    finished: Finished, tmp_path: Path
) -> None:
    copied = through_transport_stream(finished.video, tmp_path)
    assert frames_by_ffmpeg(copied) == frames_by_ffmpeg(finished.video)


def test_the_strict_decoder_notices_a_torn_picture(finished: Finished, tmp_path: Path) -> None:
    with av.open(str(finished.video)) as container:
        picture = max(container.demux(video=0), key=lambda packet: packet.size)
        assert picture.pos is not None
        torn = slice(picture.pos + picture.size // 2, picture.pos + picture.size)
    data = bytearray(finished.video.read_bytes())
    data[torn] = bytes(torn.stop - torn.start)
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(data)
    assert complaints(damaged) != ""
