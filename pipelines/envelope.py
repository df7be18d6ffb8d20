"""What ten milliseconds of sound at a time tell: the drawn wave, silence, pauses, and character.

Levels are float32[n], one for each hop of 1/100 s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 100
HOP = 480  # samples at 48 kHz
SILENT_LEVEL = 0.001  # -60 dBFS
MIN_PAUSE_S = 0.8
# A recording's silence is as quiet as its room, so it is measured against the loud parts, and in
# speech also against the quietest tenth.
_EDGE_BELOW_DB, _EDGE_FLOOR_DB = 45.0, -66.0
_PAUSE_BELOW_DB, _PAUSE_FLOOR_DB = 38.0, -60.0
_CLEAR_RANGE_DB, _ABOVE_ROOM_DB = 20.0, 7.0
_SMOOTH = 5  # hops: 50 ms, in which a room's noise hardly varies
_WINDOW = RATE_HZ  # one second, over which speech comes and goes
_LOW_SHARE = 0.5
_SPEECH_SHARE = 0.22
_NARROW = 0.02
_BEAT = 0.7
_BEAT_WINDOW, _LEAST_BEAT_WINDOW = 8 * RATE_HZ, 3 * RATE_HZ
_SLOW = RATE_HZ // 2
_LAGS = (RATE_HZ // 4, RATE_HZ * 3 // 2)

Levels = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """`peaks` are largest amplitudes, `powers` mean squares, `sides` mean squares of left minus
    right, all float32[n]."""

    peaks: Levels
    powers: Levels
    sides: Levels

    @property
    def is_silent(self) -> bool:
        return float(self.peaks.max(initial=0.0)) < SILENT_LEVEL


class EnvelopeMeter:
    """Collects the envelope of sound that arrives in pieces float32[channels, n] at 48 kHz."""

    def __init__(self) -> None:
        self._waiting: list[Levels] = []
        self._waiting_samples = 0
        self._measured: list[tuple[Levels, Levels, Levels]] = []

    def hear(self, piece: Levels) -> None:
        self._waiting.append(piece)
        self._waiting_samples += piece.shape[1]
        if self._waiting_samples >= HOP * RATE_HZ:
            self._measure()

    def finish(self) -> Envelope:
        """The whole; a last hop that is not full is filled with silence."""
        missing = -self._waiting_samples % HOP
        if missing and self._waiting:
            self.hear(np.zeros((self._waiting[0].shape[0], missing), np.float32))
        self._measure()
        columns = zip(*self._measured, strict=True) if self._measured else ([], [], [])
        peaks, powers, sides = (np.concatenate([*column, _NONE]) for column in columns)
        return Envelope(peaks=peaks, powers=powers, sides=sides)

    def _measure(self) -> None:
        if not self._waiting:
            return
        samples = np.concatenate(self._waiting, axis=1)
        hops = samples.shape[1] // HOP
        whole = samples[:, : hops * HOP].reshape(samples.shape[0], hops, HOP)
        sides = (whole[0] - whole[-1]) * np.float32(0.5)
        self._measured.append(
            (
                np.abs(whole).max(axis=(0, 2), initial=0.0),
                (whole * whole).mean(axis=(0, 2)),
                (sides * sides).mean(axis=1),
            )
        )
        rest = samples[:, hops * HOP :].copy()
        self._waiting, self._waiting_samples = [rest], rest.shape[1]


def drawn(envelope: Envelope) -> list[int]:
    """The wave as it is drawn: 0 to 255 for each hop."""
    return np.rint(np.clip(envelope.peaks, 0, 1) * 255).astype(int).tolist()  # type: ignore[no-any-return]


def sound_bounds(envelope: Envelope) -> tuple[float, float]:
    """From when to when (s) there is more than silence."""
    levels = _levels_db(envelope)
    loud_db, room_db = _loud_and_room_db(envelope, levels)
    loud = np.flatnonzero(levels > max(_EDGE_FLOOR_DB, loud_db - _EDGE_BELOW_DB, room_db))
    if not len(loud):
        return 0.0, len(levels) / RATE_HZ
    return float(loud[0]) / RATE_HZ, float(loud[-1] + 1) / RATE_HZ


def pauses(envelope: Envelope) -> tuple[tuple[float, float], ...]:
    """Quiet stretches (start_s, end_s) of 0.8 s and more within the bounds of the sound."""
    start_s, end_s = sound_bounds(envelope)
    levels = _levels_db(envelope)
    loud_db, room_db = _loud_and_room_db(envelope, levels)
    quiet = levels <= max(_PAUSE_FLOOR_DB, loud_db - _PAUSE_BELOW_DB, room_db)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], quiet, [False])).astype(np.int8)))
    found = [
        (max(start_s, first / RATE_HZ), min(end_s, last / RATE_HZ))
        for first, last in edges.reshape(-1, 2).tolist()
    ]
    return tuple((first, last) for first, last in found if last - first >= MIN_PAUSE_S)


def character(envelope: Envelope) -> str:
    """ "speech" or "music".

    Speech falls far below its own average many times a second, between syllables (Scheirer and
    Slaney 1997: share of low-energy frames); a wide stereo picture is nobody's voice note; and
    nobody speaks to a beat. On our sounds: speech has a share of 0.29-0.41 and a beat of 0.2-0.5;
    drums have 1.0 of the latter.
    """
    powers = envelope.powers[: len(envelope.powers) // _WINDOW * _WINDOW]
    if not len(powers):
        return "speech"
    amplitudes = np.sqrt(powers).reshape(-1, _WINDOW)
    means = amplitudes.mean(axis=1, keepdims=True)
    heard = means[:, 0] > SILENT_LEVEL
    if not heard.any():
        return "speech"
    low_share = float((amplitudes[heard] < _LOW_SHARE * means[heard]).mean())
    width = float(envelope.sides.sum() / max(1e-12, float(envelope.powers.sum())))
    if _beat(envelope.powers) > _BEAT:
        return "music"
    wanted = _SPEECH_SHARE if width < _NARROW else 2 * _SPEECH_SHARE
    return "speech" if low_share >= wanted else "music"


def _beat(powers: Levels) -> float:
    """How much the sound of 8 s is like itself 0.25 to 1.5 s later, 0 to 1."""
    length = min(_BEAT_WINDOW, len(powers))
    if length < _LEAST_BEAT_WINDOW:
        return 0.0
    amplitudes = np.sqrt(powers)
    # Without its slow rise and fall: a sentence and the silence after it are no beat.
    around = np.convolve(amplitudes, np.full(_SLOW, 1 / _SLOW, np.float32), mode="same")
    rows = (amplitudes - around)[: len(powers) // length * length].reshape(-1, length)
    spectrum = np.abs(np.fft.rfft(rows, 2 * length, axis=1)) ** 2
    alike = np.fft.irfft(spectrum, axis=1)[:, : _LAGS[1]]
    alike /= np.maximum(alike[:, :1], 1e-12)
    alike *= length / (length - np.arange(_LAGS[1]))  # the later, the less there is to compare
    return float(np.median(alike[:, _LAGS[0] :].max(axis=1)))


def _levels_db(envelope: Envelope) -> Levels:
    """Level of the 50 ms around each hop."""
    # Not np.convolve(mode="same"): of two arrays that takes the longer one's length.
    padded = np.pad(envelope.powers, _SMOOTH // 2)
    smooth = np.lib.stride_tricks.sliding_window_view(padded, _SMOOTH).mean(axis=1)
    return np.asarray(10 * np.log10(np.maximum(smooth, 1e-12)), np.float32)


def _loud_and_room_db(envelope: Envelope, levels: Levels) -> tuple[float, float]:
    """How loud the loud parts are, and up to where all is room; -120 where no room is heard."""
    heard = levels[levels > _EDGE_FLOOR_DB]
    if not len(heard):
        return _EDGE_FLOOR_DB, -120.0
    loud_db, quiet_db = float(np.percentile(heard, 95)), float(np.percentile(levels, 10))
    # What is soft in music is music.
    is_room = loud_db - quiet_db >= _CLEAR_RANGE_DB and character(envelope) == "speech"
    return loud_db, quiet_db + _ABOVE_ROOM_DB if is_room else -120.0


_NONE = np.zeros(0, np.float32)
