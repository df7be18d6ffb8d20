"""Cuts clips out of recordings, to the sample: `python -I -m pipelines.cutting REQUEST.json`.

Each source is decoded once, in a stream, on the same clock as the analysis: the time of a sound is
the number of samples before it. What belongs to a clip is written at the clip's place in the
result, so clips may come in any order and overlap in their source.

The result is a WAV of 32-bit floats at 48 kHz. Prints lines `{"heard_s": 12.5}`, seconds of source
heard so far, and one last `{"levels": {"quiet_db": -52.0, "loud_db": -21.0}}`. A refusal is as in
analysis.py.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import struct
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import av
import av.logging
import numpy as np
from numpy.typing import NDArray

from jobs.errors import EditFailed, JobError
from jobs.recipe import Clip
from pipelines.containers import decoded, opened
from pipelines.cut_request import CutRequest, Levels, read_request, sample, samples_of
from pipelines.formats import RATE_HZ
from pipelines.loudness import SteadyRate

JOINT_FADE_S = 0.005  # a sound cut off within a wave clicks
_BATCH = RATE_HZ  # samples worked on at once
_SAY_EVERY_S = 0.25
_HEADER_BYTES = 58
_WINDOW = RATE_HZ // 20
_QUIET, _LOUD = 10, 95  # percent
_MISSING_S = 0.05  # a source may be this much shorter than the recipe believes

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Place:
    """A clip in samples: [first, last) of its source goes to `at` in the result."""

    clip: Clip
    first: int
    last: int
    at: int

    def gain(self, start: int, stop: int) -> Samples:
        """What samples [start, stop) of the source are multiplied with."""
        index = np.arange(start, stop, dtype=np.float32)
        rise = (index - (self.first - 0.5)) / _fade_samples(self.clip.fade_in_s)
        fall = ((self.last - 0.5) - index) / _fade_samples(self.clip.fade_out_s)
        ramp = np.clip(np.minimum(rise, fall), 0, 1) * np.float32(self.clip.volume)
        return np.asarray(ramp, np.float32)


def cut(request: CutRequest) -> Levels:
    """Write the result. Raises JobError when a source cannot be decoded as far as it should."""
    total = samples_of(request.clips)
    powers = [np.full(1, 1e-10, np.float32)]
    with Path(request.result).open("wb") as file:
        file.write(_header(total, request.channels))
        file.truncate(_HEADER_BYTES + total * request.channels * 4)
        heard_s = 0.0
        for source, path in request.sources.items():
            cuts = _Cuts(
                _places(request.clips, source),
                _places(request.measured or request.clips, source),
            )
            if cuts.needed:
                result = _Result(file, request.channels, powers)
                heard_s += _cut_source(Path(path), cuts, result, heard_s)
    quiet, loud = np.percentile(10 * np.log10(np.concatenate(powers)), (_QUIET, _LOUD))
    return Levels(quiet_db=float(quiet), loud_db=float(loud))


@dataclass(frozen=True, slots=True)
class _Result:
    """The file being written, and the power of every 50 ms that counts for the levels."""

    file: BinaryIO
    channels: int
    powers: list[Samples]

    def write(self, at: int, piece: Samples, gain: Samples) -> None:
        """Put float32[n, channels] at sample `at`."""
        self.file.seek(_HEADER_BYTES + at * self.channels * 4)
        self.file.write((piece * gain[:, None]).astype("<f4").tobytes())

    def measure(self, piece: Samples) -> None:
        whole = piece[: len(piece) // _WINDOW * _WINDOW].reshape(-1, _WINDOW * self.channels)
        self.powers.append(np.maximum((whole * whole).mean(axis=1), 1e-10))


@dataclass(frozen=True, slots=True)
class _Cuts:
    """What is wanted of one source: to be written, and to be measured."""

    written: Sequence[_Place]
    measured: Sequence[_Place]

    @property
    def needed(self) -> int:
        """How many samples have to be heard."""
        return max((place.last for place in (*self.written, *self.measured)), default=0)


def _cut_source(path: Path, cuts: _Cuts, result: _Result, before_s: float) -> float:
    """Write what is wanted of this source; how many seconds of it were heard."""
    needed, heard, say_at = cuts.needed, 0, 0.0
    for block in _blocks(path, result.channels):
        stop = heard + len(block)
        for place in cuts.written:
            first, last = max(heard, place.first), min(stop, place.last)
            if first < last:
                piece = block[first - heard : last - heard]
                result.write(place.at + first - place.first, piece, place.gain(first, last))
        for place in cuts.measured:
            first, last = max(heard, place.first), min(stop, place.last)
            if first < last:
                result.measure(block[first - heard : last - heard])
        heard = stop
        if time.monotonic() >= say_at:
            say_at = time.monotonic() + _SAY_EVERY_S
            _say({"heard_s": before_s + heard / RATE_HZ})
        if heard >= needed:
            break
    if heard < needed - _MISSING_S * RATE_HZ:
        raise EditFailed(f"the source ends {(needed - heard) / RATE_HZ:.2f} s early")
    return heard / RATE_HZ


def _places(clips: Sequence[Clip], source: str) -> list[_Place]:
    ends = [0]
    for clip in clips:
        ends.append(ends[-1] + sample(clip.end_s) - sample(clip.start_s))
    return [
        _Place(clip, sample(clip.start_s), sample(clip.end_s), at)
        for clip, (at, _) in zip(clips, pairwise(ends), strict=True)
        if clip.source == source
    ]


def _blocks(path: Path, channels: int) -> Iterator[Samples]:
    """The sound in blocks float32[n, channels], n about a second."""
    waiting: list[Samples] = []
    for piece in _pieces(path):
        waiting.append(piece)
        if sum(map(len, waiting)) >= _BATCH:
            yield _as_channels(np.concatenate(waiting), channels)
            waiting = []
    if waiting:
        yield _as_channels(np.concatenate(waiting), channels)


def _pieces(path: Path) -> Iterator[Samples]:
    steady = SteadyRate()
    with opened(path) as container:
        for whole in decoded(container):
            for frame in steady.take(whole):
                yield np.asarray(frame.to_ndarray(), np.float32).T
        for frame in steady.take(None):
            yield np.asarray(frame.to_ndarray(), np.float32).T


def _as_channels(samples: Samples, channels: int) -> Samples:
    if samples.shape[1] == channels:
        return samples
    return np.repeat(samples.mean(axis=1, keepdims=True), channels, axis=1)


def _fade_samples(fade_s: float) -> float:
    return max(fade_s, JOINT_FADE_S) * RATE_HZ


def _header(samples: int, channels: int) -> bytes:
    """A WAV header for 32-bit floats (format 3), which must have the two extra chunks."""
    size = samples * channels * 4
    form = struct.pack(
        "<HHIIHHH", 3, channels, RATE_HZ, RATE_HZ * channels * 4, channels * 4, 32, 0
    )
    fact = b"fact" + struct.pack("<II", 4, samples)
    chunks = b"WAVEfmt " + struct.pack("<I", len(form)) + form + fact
    return (
        b"RIFF"
        + struct.pack("<I", len(chunks) + 8 + size)
        + chunks
        + b"data"
        + struct.pack("<I", size)
    )


def _say(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    av.logging.set_level(av.logging.PANIC)
    logging.disable()
    try:
        levels = cut(read_request(Path(arguments[0]).read_text()))
    except JobError as refusal:
        _say({"error": {"code": refusal.code, "params": dict(refusal.params)}})
        return 1
    _say({"levels": dataclasses.asdict(levels)})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
