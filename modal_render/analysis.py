"""Listen to the audio once: what every look may know about every frame, as integers.

One streaming decode; memory holds a few seconds of sound and 40 bytes a frame. Floats end here:
levels are quantised, so drawing is the same on every processor.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from modal_render.contract import RenderFailed
from modal_render.response import PRESETS, Response
from modal_render.sound import BANDS, U8, Sound, smoothed

RATE_HZ = 48_000
WINDOW = 2048  # samples: 43 ms, a click lights its own frame and hardly its neighbours
LOW_HZ, HIGH_HZ = 90.0, 7_500.0
RANGE_DB = 42.0
# A band is measured against its own loudest moments as well, or a voice would move only the
# bands around its vowels; one that is far below the whole stays small, or hiss would dance.
OWN_SHARE = 0.55
OWN_RANGE_DB = 20.0
BLOCK = 256  # frames worked on at once

Floats = NDArray[np.float32]


class UnreadableAudio(RenderFailed):
    """The file cannot be decoded, or there is no sound in it."""


@dataclass(slots=True)
class _Spectrum:
    """Collects band powers of frames centred on k / fps, from sound that arrives in pieces."""

    hop: int
    pieces: list[Floats]
    waiting: int
    powers: list[Floats]
    peaks: list[Floats]

    @classmethod
    def at(cls, fps: int) -> _Spectrum:
        # Half a window of silence in front centres frame 0 on the first sample.
        lead = np.zeros(WINDOW // 2, np.float32)
        return cls(RATE_HZ // fps, [lead], len(lead), [], [])

    def add(self, samples: Floats) -> None:
        self.pieces.append(samples)
        self.waiting += len(samples)
        if self.waiting > self.hop * BLOCK + WINDOW:
            self._measure()

    def finish(self, frames: int) -> tuple[Floats, Floats]:
        """Band powers float32[frames, BANDS] and window powers float32[frames]."""
        self.add(np.zeros(WINDOW, np.float32))
        self._measure()
        return np.concatenate(self.powers)[:frames], np.concatenate(self.peaks)[:frames]

    def _measure(self) -> None:
        samples = np.concatenate(self.pieces)
        count = (len(samples) - WINDOW) // self.hop + 1
        if count > 0:
            view = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[:: self.hop][:count]
            framed = view * _HANN
            spectrum = np.fft.rfft(framed, axis=1)
            power = spectrum.real**2 + spectrum.imag**2
            self.powers.append(_banded(power.astype(np.float32)))
            framed *= framed
            self.peaks.append(framed.sum(axis=1))
        # Negative never: a hop is shorter than a window.
        rest = samples[max(count, 0) * self.hop :].copy()
        self.pieces, self.waiting = [rest], len(rest)


def listen(
    path: str,
    fps: int,
    response: Response = PRESETS["speech"],
    heard: Callable[[float], None] | None = None,
) -> Sound:
    """The sound of the file at `path`, frame by frame. Raises UnreadableAudio.

    `heard` is told the share of the file that has been listened to, 0 to 1.
    """
    spectrum, samples = _Spectrum.at(fps), 0
    for piece, share in _pieces(path):
        spectrum.add(piece)
        samples += len(piece)
        if heard is not None:
            heard(share)
    if samples == 0:
        raise UnreadableAudio("no sound in it")
    frames = -(-samples * fps // RATE_HZ)
    powers, peaks = spectrum.finish(frames)
    return smoothed(_levels(powers), _levels(peaks[:, None])[:, 0], fps, response)


def _pieces(path: str) -> Iterator[tuple[Floats, float]]:
    """Mono sound at RATE_HZ in pieces, each with the share of the file behind it."""
    try:
        with av.open(path) as container:
            if not container.streams.audio:
                raise UnreadableAudio("no sound in it")
            total = float(container.duration or 0) / av.time_base or math.inf
            for frame in _frames_at_rate(container):
                yield _mono(frame), min(1.0, (frame.time or 0.0) / total)
    except (av.FFmpegError, OSError) as broken:
        raise UnreadableAudio(str(broken)) from broken


def _frames_at_rate(container: av.container.InputContainer) -> Iterator[AudioFrame]:
    resampler: AudioResampler | None = None
    for frame in container.decode(audio=0):
        # At the right rate nothing is resampled: swresample's floats differ by processor.
        if frame.sample_rate == RATE_HZ and resampler is None:
            yield frame
            continue
        resampler = resampler or AudioResampler("fltp", frame.layout, RATE_HZ)
        yield from resampler.resample(frame)
    if resampler is not None:
        yield from resampler.resample(None)


def _mono(frame: AudioFrame) -> Floats:
    data = frame.to_ndarray()
    channels = len(frame.layout.channels)
    if not frame.format.is_planar:
        data = data.reshape(-1, channels).T
    scale = _scale(data.dtype)
    total = data[0].astype(np.float32)
    for other in data[1:]:
        total = total + other.astype(np.float32)
    return np.asarray(total * np.float32(scale / channels), np.float32)


def _scale(kind: np.dtype[Any]) -> float:
    if kind.kind == "f":
        return 1.0
    return 1.0 / float(np.iinfo(kind).max)


def _banded(power: Floats) -> Floats:
    """Log-spaced bands, 3 dB more for each octave up, as the ear and our bars expect."""
    sums = np.add.reduceat(power, _BAND_BINS, axis=1)[:, ::2]
    return np.asarray(sums * _TILT, np.float32)


def _levels(power: Floats) -> U8:
    """Each column of `power` [frames, n] as 0 to 255 for the RANGE_DB below its top.

    The top lies between what one value in two hundred exceeds, of the whole and of the column.
    """
    whole = _loud(power)
    least = whole / 10 ** (OWN_RANGE_DB / 10)
    levels = np.empty(power.shape, np.uint8)
    for i in range(power.shape[1]):
        own = max(_loud(power[:, i]), least)
        top = math.pow(own, OWN_SHARE) * math.pow(whole, 1 - OWN_SHARE)
        steps = [10.0 ** ((step / 256 - 1) * RANGE_DB / 10) * top for step in range(1, 256)]
        levels[:, i] = np.searchsorted(np.array(steps, np.float32), power[:, i], side="right")
    return levels


def _loud(power: Floats) -> float:
    ranked = np.sort(power, axis=None)
    return max(float(ranked[min(len(ranked) - 1, int(len(ranked) * 0.995))]), 1e-7)


def _bands() -> tuple[NDArray[np.intp], Floats]:
    edges = [LOW_HZ * (HIGH_HZ / LOW_HZ) ** (i / BANDS) for i in range(BANDS + 1)]
    bins, tilt = [], []
    for low, high in pairwise(edges):
        first = round(low * WINDOW / RATE_HZ)
        last = max(first + 1, round(high * WINDOW / RATE_HZ))
        bins += [first, last]
        tilt.append(math.sqrt(low * high) / 1000 / (last - first))
    return np.array(bins), np.array(tilt, np.float32)


_HANN = np.array(
    [0.5 - 0.5 * math.cos(2 * math.pi * (i + 0.5) / WINDOW) for i in range(WINDOW)], np.float32
)
_BAND_BINS, _TILT = _bands()
