"""The bundled recordings: small, of the right kind, and pleasant by the numbers."""

from __future__ import annotations

import io
import re
import subprocess

import av
import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image

from phone import tune
from phone.make_samples import cover, wind
from phone.samples import SAMPLES
from tests.sounds import RATE_HZ, read

LOUD = re.compile(r"I: +(-?[\d.]+) LUFS")
PEAK = re.compile(r"Peak: +(-?[\d.]+) dBFS")


def loudness(name: str) -> tuple[float, float]:
    """Loudness in LUFS and true peak in dBFS, as ffmpeg measures them."""
    measure = ["-map", "0:a", "-af", "ebur128=peak=true", "-f", "null", "-"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-i", str(SAMPLES[name].path)]
    said = subprocess.run([*command, *measure], capture_output=True, text=True, check=True).stderr
    return float(LOUD.findall(said)[-1]), float(PEAK.findall(said)[-1])


@pytest.mark.parametrize(
    ("name", "codec", "seconds", "lufs"),
    [
        ("speech", "opus", (12.0, 15.0), (-24.0, -18.0)),
        ("music", "mp3", (19.9, 20.1), (-15.0, -12.0)),
        ("noisy", "opus", (12.0, 15.0), (-23.0, -17.0)),
    ],
)
def test_a_sample_is_small_and_neither_faint_nor_clipped(
    name: str, codec: str, seconds: tuple[float, float], lufs: tuple[float, float]
) -> None:
    path = SAMPLES[name].path
    assert path.stat().st_size < 200_000
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        assert codec in stream.codec_context.name
        assert stream.codec_context.channels == (2 if name == "music" else 1)
    assert seconds[0] <= len(read(path)) / RATE_HZ <= seconds[1]
    integrated, peak = loudness(name)
    assert lufs[0] <= integrated <= lufs[1]
    assert peak < -1.0


def test_the_voice_note_begins_and_ends_quietly_and_pauses() -> None:
    sound = read(SAMPLES["speech"].path)
    window = RATE_HZ // 10
    levels = np.sqrt(np.mean(sound[: len(sound) // window * window].reshape(-1, window) ** 2, 1))
    quiet = levels < 0.01
    assert quiet[:5].all()
    assert quiet[-6:].all()
    inside = "".join("q" if one else "." for one in quiet).strip("q")
    assert max(map(len, re.findall("q+", inside))) >= 8  # a pause worth skipping
    assert 0.5 < 1 - quiet.mean() < 0.85


def test_the_noisy_note_says_the_same_in_more_noise() -> None:
    calm, noisy = read(SAMPLES["speech"].path), read(SAMPLES["noisy"].path)
    assert len(calm) == len(noisy)
    assert np.corrcoef(calm, noisy)[0, 1] > 0.8
    pause = slice(0, RATE_HZ // 2)
    louder_db = 20 * np.log10(np.std(noisy[pause]) / np.std(calm[pause]))
    assert louder_db > 15


def test_the_song_carries_its_name_and_its_cover() -> None:
    with av.open(str(SAMPLES["music"].path)) as container:
        assert container.metadata["title"] == SAMPLES["music"].title == "Sunday loop"
        assert container.metadata["artist"] == SAMPLES["music"].performer == "Pocketreel"
        assert len(container.streams.video) == 1
        picture = next(container.decode(video=0))
    assert (picture.width, picture.height) == (500, 500)


def test_the_song_is_the_tune() -> None:
    """What the numbers play is what the file holds, as far as MP3 keeps it."""
    played = tune.play()
    assert played.shape == (20 * tune.RATE_HZ, 2)
    assert 0.8 < np.abs(played).max() < 0.9
    kept = read(SAMPLES["music"].path, channels=2, rate_hz=tune.RATE_HZ)
    count = min(len(kept), len(played))
    assert np.corrcoef(kept[:count, 0], played[:count, 0])[0, 1] > 0.95


def test_what_is_made_twice_is_the_same() -> None:
    assert np.array_equal(wind(48_000), wind(48_000))
    assert cover() == cover()
    with Image.open(io.BytesIO(cover())) as picture:
        assert picture.size == (500, 500)
