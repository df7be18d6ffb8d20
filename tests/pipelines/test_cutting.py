"""Cuts are where they were asked for, to the sample, and nothing clicks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jobs.errors import EditFailed
from jobs.recipe import Clip
from pipelines.cut_request import CutRequest, read_request, samples_of, write_request
from pipelines.cutting import cut
from tests import sounds

RATE = sounds.RATE_HZ


def clip(start_s: float, end_s: float, **more: float) -> Clip:
    return Clip(source="a", start_s=start_s, end_s=end_s, **more)


def made(source: Path, *clips: Clip, channels: int = 1) -> sounds.Samples:
    result = source.with_name("result.wav")
    request = CutRequest(
        sources={"a": str(source)}, clips=clips, result=str(result), channels=channels
    )
    cut(read_request(write_request(request)))
    return sounds.read(result, channels=channels)


def ramp(duration_s: float) -> sounds.Samples:
    """A sound whose every sample tells its own time."""
    return np.linspace(0, 0.9, round(duration_s * RATE), dtype=np.float32)


@pytest.mark.parametrize("kind", [".wav", ".flac", ".mp3", ".ogg", ".m4a"])
def test_one_to_six_seconds_are_exactly_five(tmp_path: Path, kind: str) -> None:
    source = sounds.write(tmp_path / f"a{kind}", sounds.speech(8.0))
    assert len(made(source, clip(1.0, 6.0))) == 5 * RATE


def test_a_cut_holds_exactly_the_samples_asked_for(tmp_path: Path) -> None:
    whole = ramp(4.0)
    result = made(sounds.write(tmp_path / "a.flac", whole), clip(1.234, 2.345))
    inner = slice(240, -240)  # without the fades
    expected = whole[round(1.234 * RATE) : round(2.345 * RATE)]
    assert result[inner] == pytest.approx(expected[inner], abs=2e-4)


def test_clips_may_come_in_any_order_and_overlap(tmp_path: Path) -> None:
    whole = ramp(4.0)
    source = sounds.write(tmp_path / "a.flac", whole)
    result = made(source, clip(3.0, 3.5), clip(0.5, 1.5), clip(1.0, 2.0), clip(3.0, 3.5))
    assert len(result) == 3 * RATE
    middles = [RATE // 4, RATE, 2 * RATE, 2 * RATE + 3 * RATE // 4]
    at_s = [3.25, 1.0, 1.5, 3.25]
    assert result[middles] == pytest.approx([whole[round(s * RATE)] for s in at_s], abs=2e-4)


def test_nothing_clicks_at_a_joint(tmp_path: Path) -> None:
    # Cut where the wave is far from zero, so that without fades it would jump by a whole wave.
    source = sounds.write(tmp_path / "a.wav", sounds.tone(3.0, hz=100, level=0.8))
    result = made(source, clip(0.0025, 1.0025), clip(1.5075, 2.5075))
    assert np.abs(np.diff(result)).max() < 0.02  # the wave itself moves by 0.0105 a sample
    assert abs(result[RATE - 1]) < 0.01
    assert abs(result[RATE]) < 0.01


def test_volume_and_fades_are_applied(tmp_path: Path) -> None:
    source = sounds.write(tmp_path / "a.wav", np.full(3 * RATE, 0.25, np.float32))
    result = made(source, clip(0.0, 2.0, volume=2.0, fade_in_s=0.5, fade_out_s=1.0))
    assert result[RATE // 4] == pytest.approx(0.25, abs=0.01)
    assert result[3 * RATE // 4] == pytest.approx(0.5, abs=0.01)
    assert result[3 * RATE // 2] == pytest.approx(0.25, abs=0.01)


def test_left_stays_left(tmp_path: Path) -> None:
    both = sounds.stereo(sounds.tone(2.0, level=0.5), sounds.silence(2.0))
    result = made(sounds.write(tmp_path / "a.wav", both), clip(0.5, 1.5), channels=2)
    assert np.abs(result[:, 0]).max() > 0.49
    assert np.abs(result[:, 1]).max() < 0.001


def test_another_rate_is_brought_to_ours_without_losing_time(tmp_path: Path) -> None:
    slow = sounds.clicks(4.0, at_s=[2.0])[::3]
    source = sounds.write(tmp_path / "a.wav", slow, rate_hz=16_000)
    result = made(source, clip(1.5, 3.5))
    assert len(result) == 2 * RATE
    assert np.argmax(np.abs(result) > 0.4) == pytest.approx(RATE // 2, abs=48)


def test_a_source_that_is_shorter_than_believed_is_an_error(tmp_path: Path) -> None:
    source = sounds.write(tmp_path / "a.wav", sounds.tone(2.0))
    with pytest.raises(EditFailed):
        made(source, clip(0.0, 3.0))


def test_the_length_is_known_beforehand() -> None:
    assert samples_of([clip(0.0, 1.0005), clip(1.0, 1.1)]) == 48_000 + 4_800
