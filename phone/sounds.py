"""The few operations on sound that the makers of the samples share.

Sounds are float64[n] mono or float64[n, 2] stereo, -1..1. Chance has a seed: the same call makes
the same sound.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float64]


def seconds(duration_s: float, rate_hz: int) -> Sound:
    """The times of the samples of that duration."""
    return np.arange(round(duration_s * rate_hz)) / rate_hz


def hiss(count: int, seed: int) -> Sound:
    """White noise of 1 RMS."""
    return np.random.default_rng(seed).standard_normal(count)


def band(sound: Sound, low_hz: float, high_hz: float, rate_hz: int) -> Sound:
    """Mono `sound` between the two frequencies; the edges fall off over half an octave."""
    spectrum = np.fft.rfft(sound)
    hz = np.fft.rfftfreq(len(sound), 1 / rate_hz)
    octaves_in = np.minimum(
        np.log2(np.maximum(hz, 1e-3) / max(low_hz, 1e-3)), np.log2(high_hz / np.maximum(hz, 1e-3))
    )
    gain = 0.5 - 0.5 * np.cos(np.pi * np.clip(octaves_in * 2 + 1, 0, 1))
    return np.fft.irfft(spectrum * gain, len(sound))


def tilted(sound: Sound, from_hz: float, db_per_octave: float, rate_hz: int) -> Sound:
    """Mono `sound`, brighter by that much with every octave above `from_hz`."""
    spectrum = np.fft.rfft(sound)
    octaves = np.log2(np.maximum(np.fft.rfftfreq(len(sound), 1 / rate_hz) / from_hz, 1))
    return np.fft.irfft(spectrum * 10 ** (db_per_octave * octaves / 20), len(sound))


def resampled(sound: Sound, factor: int) -> Sound:
    """Mono `sound` at `factor` times its rate, nothing added above its old highest frequency."""
    spectrum = np.fft.rfft(sound)
    return np.fft.irfft(spectrum, len(sound) * factor) * factor


def echoed(sound: Sound, room: Sound) -> Sound:
    """Mono `sound` as it rings in a room whose answer to a click is mono `room`."""
    count = len(sound) + len(room) - 1
    size = 1 << (count - 1).bit_length()
    wet = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(room, size), size)
    return wet[: len(sound)]


def envelope(sound: Sound, window_s: float, rate_hz: int) -> Sound:
    """How loud mono `sound` is around each sample: its RMS over the window."""
    width = max(1, round(window_s * rate_hz))
    total = np.cumsum(np.concatenate([np.zeros(width), sound**2]))
    mean = (total[width:] - total[:-width]) / width
    around: Sound = np.sqrt(np.maximum(np.roll(mean, -width // 2), 0))
    return around


def peaking(sound: Sound, level: float) -> Sound:
    """`sound` whose highest peak is `level`."""
    return sound * (level / float(np.abs(sound).max()))
