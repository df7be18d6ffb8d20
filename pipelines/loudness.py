"""How loud a sound is while it streams by: EBU R128 integrated loudness and true peak."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.filter import Graph

from pipelines.formats import RATE_HZ

SILENT_LUFS = -70.0  # the meter's own floor
_SILENT_DB = -100.0
_PLACED = 8  # channels; of more, libav knows places for a few numbers only
_LOUDEST = 1e4  # +80 dBFS, 40 dB above what recorders of floats write when they are overdriven
_TICK = Fraction(1, RATE_HZ)
_PIECE = RATE_HZ // 4  # samples; codecs hand out 20 ms, and every piece costs whoever hears it
_QUANTITY = "lavfi.r128."


class LoudnessMeter:
    """Listens to frames at 48 kHz, planar float, mono or stereo (all of one layout)."""

    def __init__(self, layout: str) -> None:
        self._graph = Graph()
        source = self._graph.add_abuffer(sample_rate=RATE_HZ, format="fltp", layout=layout)
        meter = self._graph.add("ebur128", "metadata=1:peak=true+sample:framelog=quiet")
        sink = self._graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        self._graph.configure()
        self._said: dict[str, str] = {}

    def hear(self, frame: AudioFrame) -> None:
        frame.pts = None
        self._graph.push(frame)
        self._collect()

    def finish(self) -> tuple[float, float]:
        """Integrated loudness (LUFS) and true peak (dBTP) of all that was heard."""
        self._graph.push(None)
        self._collect()
        lufs = float(self._said.get(f"{_QUANTITY}I", "nan"))
        peak = max(self._quantity("true_peak"), self._quantity("sample_peak"))
        return max(SILENT_LUFS, lufs) if math.isfinite(lufs) else SILENT_LUFS, decibels(peak)

    def _quantity(self, name: str) -> float:
        return float(self._said.get(_QUANTITY + name, "0"))

    def _collect(self) -> None:
        while True:
            try:
                frame = self._graph.pull()
            except (BlockingIOError, EOFError):
                return
            self._said = frame.metadata or self._said


class SteadyRate:
    """Turns frames of any kind into planar float at 48 kHz, mono or stereo as the first one was.

    A stream may change its rate and channels on the way; what comes out does not. It comes in
    pieces of a quarter of a second, the last one shorter.
    """

    def __init__(self) -> None:
        self.layout = ""
        self._kind: tuple[str, str, int] | None = None
        self._resampler: AudioResampler | None = None
        self._rest = AudioFifo()

    def take(self, frame: AudioFrame | None) -> Iterator[AudioFrame]:
        """What comes out for this frame; None for the end."""
        for steady in self._resampled(frame):
            steady.pts, steady.time_base = None, _TICK  # or those of another kind do not fit in
            self._rest.write(steady)
        while piece := self._rest.read(_PIECE):
            yield _sane(piece)
        if frame is None and (last := self._rest.read()):
            yield _sane(last)

    def _resampled(self, frame: AudioFrame | None) -> Iterator[AudioFrame]:
        if frame is not None and _is_unplaced(frame):
            frame = _folded(frame)
        kind = None if frame is None else (frame.format.name, frame.layout.name, frame.sample_rate)
        if kind != self._kind and self._resampler is not None:
            yield from self._resampler.resample(None)
            self._resampler = None
        if frame is None:
            return
        if self._resampler is None:
            self.layout = self.layout or ("mono" if frame.layout.nb_channels == 1 else "stereo")
            self._resampler, self._kind = AudioResampler("fltp", self.layout, RATE_HZ), kind
        frame.pts = None  # the time of a sound is the number of samples before it
        yield from self._resampler.resample(frame)


def _is_unplaced(frame: AudioFrame) -> bool:
    """Whether its channels are so many that no place is known for them: a recorder's tracks."""
    channels = frame.layout.nb_channels
    return channels > _PLACED and frame.layout.name == f"{channels} channels"


def _folded(frame: AudioFrame) -> AudioFrame:
    """All its channels alike, as mono; the resampler has no matrix for most such numbers."""
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    mixed = samples.mean(axis=0, dtype=np.float64)
    if samples.dtype == np.uint8:
        mixed = (mixed - 128) / 128
    elif samples.dtype.kind == "i":
        mixed /= 2 ** (8 * samples.dtype.itemsize - 1)
    made = AudioFrame.from_ndarray(mixed[None].astype(np.float32), format="fltp", layout="mono")
    made.sample_rate = frame.sample_rate
    return made


def _sane(frame: AudioFrame) -> AudioFrame:
    """The frame; where a file of floats holds no number, or no sound's, silence in its place.

    One such sample is enough for every meter and filter after it to tell nothing at all.
    """
    samples = np.asarray(frame.to_ndarray(), np.float32)
    is_sound = np.abs(samples) <= _LOUDEST  # no number is not
    if is_sound.all():
        return frame
    sane = np.where(is_sound, samples, np.float32(0))
    made = AudioFrame.from_ndarray(sane, format="fltp", layout=frame.layout.name)
    made.sample_rate = RATE_HZ
    return made


def decibels(amplitude: float) -> float:
    """20 log10, and -100 for silence."""
    return max(_SILENT_DB, 20 * math.log10(amplitude)) if amplitude > 0 else _SILENT_DB
