"""Sounds made from numbers, and files of every kind that holds them.

Samples are mono float32[n] or stereo float32[n, 2] in -1..1 at RATE_HZ. The same call makes the
same samples.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
SYLLABLE_S = 0.22
_TILE_S = 20.0  # longer sounds repeat, so half an hour of talk is made in a moment
_CODECS: Mapping[str, Sequence[str]] = {
    ".wav": ("-c:a", "pcm_s16le"),
    ".flac": ("-c:a", "flac"),
    ".ogg": ("-c:a", "libopus", "-b:a", "48k"),
    ".oga": ("-c:a", "libopus", "-b:a", "48k"),
    ".mp3": ("-c:a", "libmp3lame", "-b:a", "128k"),
    ".m4a": ("-c:a", "aac", "-b:a", "128k"),
    ".mp4": ("-c:a", "aac", "-b:a", "128k"),
    ".webm": ("-c:a", "libopus", "-b:a", "48k"),
}

Samples = NDArray[np.float32]


def tone(duration_s: float, *, hz: float = 440.0, level: float = 0.5) -> Samples:
    """A sine wave whose peaks are at `level`."""
    return (level * np.sin(2 * np.pi * hz * _times(duration_s))).astype(np.float32)


def silence(duration_s: float) -> Samples:
    """Digital silence."""
    return np.zeros(round(duration_s * RATE_HZ), np.float32)


def noise(duration_s: float, *, level: float = 0.1, seed: int = 1) -> Samples:
    """White noise of `level` RMS."""
    chance = np.random.default_rng(seed)
    return (level * chance.standard_normal(round(duration_s * RATE_HZ))).astype(np.float32)


def clicks(duration_s: float, *, at_s: Sequence[float], level: float = 0.9) -> Samples:
    """Silence but for a click of 1 ms that begins at each of `at_s`."""
    samples = silence(duration_s)
    for start_s in at_s:
        first = round(start_s * RATE_HZ)
        samples[first : first + RATE_HZ // 1000] = level
    return samples


def speech(duration_s: float, *, level: float = 0.3, seed: int = 1) -> Samples:
    """Speech-like: syllables of a wandering voice, a short breath after every phrase."""
    return _repeated(_talk(min(duration_s, _TILE_S), level, seed), duration_s)


def music(duration_s: float, *, level: float = 0.3, seed: int = 1) -> Samples:
    """Music-like: chords that ring into each other over a steady beat; no pauses."""
    return _repeated(_song(min(duration_s, _TILE_S), level, seed), duration_s)


def joined(*parts: Samples) -> Samples:
    """One sound after the other."""
    return np.concatenate(parts)


def stereo(left: Samples, right: Samples) -> Samples:
    """Two mono sounds of one length side by side: float32[n, 2]."""
    return np.stack([left, right], axis=1)


def write(
    path: Path,
    samples: Samples,
    *,
    rate_hz: int = RATE_HZ,
    with_video: bool = False,
    cover: Path | None = None,
    tags: Mapping[str, str] | None = None,
    options: Sequence[str] = (),
) -> Path:
    """Encode `samples` as the kind of file that the suffix of `path` says; returns `path`.

    `.mp4` and `.webm` are sound only unless `with_video`; `cover` is a picture to embed.
    `rate_hz` says how fast the samples are, `options` go to ffmpeg before the output's name.
    """
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    command = ["-f", "f32le", "-ar", str(rate_hz), "-ac", str(channels), "-i", "pipe:0"]
    if with_video:
        duration_s = len(samples) / rate_hz
        command += ["-f", "lavfi", "-i", f"testsrc=size=160x120:rate=10:duration={duration_s:.3f}"]
        command += ["-map", "0:a", "-map", "1:v", "-pix_fmt", "yuv420p", "-shortest"]
    elif cover is not None:
        command += ["-i", str(cover), "-map", "0:a", "-map", "1:v", "-c:v", "copy"]
        command += ["-disposition:v", "attached_pic"]
    for name, value in (tags or {}).items():
        command += ["-metadata", f"{name}={value}"]
    command += [*_CODECS[path.suffix], *options, str(path)]
    ffmpeg(command, samples.astype("<f4").tobytes())
    return path


def read(path: Path, *, channels: int = 1, rate_hz: int = RATE_HZ) -> Samples:
    """Decode any file: float32[n] for one channel, else float32[n, channels]."""
    output = ["-map", "0:a:0", "-f", "f32le", "-ar", str(rate_hz), "-ac", str(channels), "pipe:1"]
    raw = ffmpeg(["-i", str(path), *output])
    samples = np.frombuffer(raw, "<f4").astype(np.float32)
    return samples if channels == 1 else samples.reshape(-1, channels)


def nothing(path: Path, duration_s: float, *, rate_hz: int = 4000) -> Path:
    """Hours of digital silence, FLAC in the longest blocks there are: a second for ten hours."""
    source = f"anullsrc=r={rate_hz}:cl=mono:n=65535:d={duration_s:g}"
    blocks = ("-compression_level", "0", "-frame_size", "65535")
    ffmpeg(["-f", "lavfi", "-i", source, *blocks, str(path)])
    return path


def ffmpeg(arguments: Sequence[str], stdin: bytes = b"") -> bytes:
    """What the wheel's ffmpeg writes to its stdout, given these arguments and this input."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-v", "error", "-y", *arguments]
    return subprocess.run(command, input=stdin, stdout=subprocess.PIPE, check=True).stdout


def _times(duration_s: float) -> NDArray[np.float64]:
    return np.arange(round(duration_s * RATE_HZ)) / RATE_HZ


def _repeated(tile: Samples, duration_s: float) -> Samples:
    return np.resize(tile, round(duration_s * RATE_HZ))


def _peaking(samples: NDArray[np.float32] | NDArray[np.float64], level: float) -> Samples:
    scaled: Samples = (samples * (level / max(1e-9, float(np.abs(samples).max())))).astype(
        np.float32
    )
    return scaled


@cache
def _talk(duration_s: float, level: float, seed: int) -> Samples:
    chance = np.random.default_rng(seed)
    samples = silence(duration_s)
    first, syllable = 0, 0
    while first < len(samples):
        syllable += 1
        length_s = SYLLABLE_S * chance.uniform(0.6, 1.3)
        vowel = _vowel(length_s, chance)[: len(samples) - first]
        samples[first : first + len(vowel)] = vowel
        rest_s = chance.uniform(0.25, 0.5) if syllable % 8 == 0 else chance.uniform(0.02, 0.08)
        first += round((length_s + rest_s) * RATE_HZ)
    return _peaking(samples, level)


def _vowel(length_s: float, chance: np.random.Generator) -> Samples:
    times = _times(length_s)
    pitch_hz = chance.uniform(95, 160) * (1 + 0.04 * np.sin(2 * np.pi * 5 * times))
    phase = 2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ
    formants_hz = (chance.uniform(300, 800), chance.uniform(900, 2200), 2700.0)
    voice = np.zeros(len(times))
    for harmonic in range(1, 26):
        hz = harmonic * float(np.mean(pitch_hz))
        strength = sum(np.exp(-(((hz - formant) / 180) ** 2)) for formant in formants_hz)
        voice += (strength + 0.02) / harmonic**0.5 * np.sin(harmonic * phase)
    return (voice * np.sin(np.pi * times / length_s) ** 0.5).astype(np.float32)


@cache
def _song(duration_s: float, level: float, seed: int) -> Samples:
    chance = np.random.default_rng(seed)
    times = _times(duration_s)
    samples = np.zeros(len(times))
    for start_s in np.arange(0, duration_s, 0.5):
        after_s = times - start_s
        ring = np.where(after_s >= 0, np.exp(-np.maximum(after_s, 0) / 1.2), 0)
        for hz in chance.choice([220.0, 261.6, 329.6, 392.0, 440.0, 523.3], size=3, replace=False):
            samples += ring * np.sin(2 * np.pi * hz * times)
        beat = np.where(after_s >= 0, np.exp(-np.maximum(after_s, 0) / 0.06), 0)
        samples += 1.5 * beat * np.sin(2 * np.pi * 60 * times)
    return _peaking(samples, level)
