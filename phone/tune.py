"""The bundled song, from numbers: eight slow bars for electric piano, bass and a soft beat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from phone.sounds import Sound, band, echoed, hiss, peaking, seconds, tilted

RATE_HZ = 44_100
BEAT_S = 0.625  # 96 beats a minute: eight bars are 20 s
BARS = 8
SWING_BEATS = 0.09  # how late the second half of a beat comes

# MIDI numbers: the bass, then the chord from low to high.
_CHORDS: Sequence[tuple[int, Sequence[int]]] = (
    (41, (57, 60, 64, 67)),  # F major 9
    (43, (59, 62, 64, 69)),  # G 6/9
    (40, (55, 59, 62, 67)),  # E minor 7
    (45, (55, 59, 60, 64)),  # A minor 9
    (38, (57, 60, 64, 65)),  # D minor 9
    (43, (53, 59, 64, 69)),  # G 13
    (36, (55, 59, 62, 64)),  # C major 9
    (36, (52, 59, 62, 67)),
)
# For each bar the beats at which a note of the melody begins, and which note.
_MELODY: Sequence[Sequence[tuple[float, int]]] = (
    ((0, 76), (1.5, 79), (2.5, 76), (3, 74)),
    ((0.5, 74), (1.5, 76), (2.5, 74), (3.5, 71)),
    ((0, 71), (1.5, 74), (2.5, 79)),
    ((0, 76), (1.5, 72), (2.5, 71), (3.5, 69)),
    ((0, 77), (1.5, 76), (2.5, 72), (3, 69)),
    ((0, 74), (1.5, 71), (2.5, 69), (3, 71)),
    ((0, 72), (1.5, 76), (2.5, 79)),
    ((0, 83), (1, 79), (2, 76)),
)


def play() -> Sound:
    """The song: float64[n, 2] at RATE_HZ, 20 s."""
    keys, lead, low, drums = (np.zeros((_at(BARS * 4), 2)) for _ in range(4))
    for bar, (root, chord) in enumerate(_CHORDS):
        _play_chord(keys, bar, chord)
        _play_bass(low, bar, root)
        for beat, note in _MELODY[bar]:
            _put(lead, bar * 4 + beat, _bell(_hz(note), 1.6), 0.5, side=0.15)
    for when, hit, level, side in _beat():
        _put(drums, when, hit, level, side)
    _duck(keys)
    dry = 0.5 * keys + 0.5 * lead + 0.5 * low + 0.75 * drums
    mix = dry + 0.2 * _hall(0.7 * keys + lead + 0.15 * drums)
    mix = np.stack([tilted(mix[:, side], 700, 2.0, RATE_HZ) for side in (0, 1)], axis=1)
    return peaking(np.tanh(0.9 * peaking(mix, 1.0)) * _fades(len(mix))[:, None], 0.84)


def _play_chord(keys: Sound, bar: int, chord: Sequence[int]) -> None:
    last = bar == BARS - 1
    for number, note in enumerate(chord):
        side = (number - 1.5) * 0.25
        # Fingers never land together.
        strummed = bar * 4 + number * 0.025
        _put(keys, strummed, _piano(_hz(note), 4.0 if last else 2.2, 1.0), 0.34, side)
        if not last:
            _put(keys, strummed + 2.5, _piano(_hz(note), 1.0, 0.7), 0.22, side)


def _play_bass(low: Sound, bar: int, root: int) -> None:
    if bar == BARS - 1:
        _put(low, bar * 4, _bass(_hz(root), 3.0), 0.8, 0.0)
        return
    for beat, note, beats in ((0, root, 1.4), (1.5, root, 0.5), (2.5, root + 7, 0.9)):
        _put(low, bar * 4 + beat, _bass(_hz(note), beats * BEAT_S), 0.8, 0.0)


def _beat() -> Iterator[tuple[float, Sound, float, float]]:
    """When, what, how loud and on which side the drums are hit; the first bar is the keys' own, the
    last one rings out."""
    kick, brush, hat = _kick(), _brush(), _hat()
    for bar in range(1, BARS - 1):
        for beat in (0, 2.5) if bar % 2 else (0, 2, 2.75):
            yield bar * 4 + beat, kick, 0.95, 0.0
        for beat in (1, 3):
            yield bar * 4 + beat, brush, 0.55, -0.1
        for half in range(8):
            yield bar * 4 + half / 2, hat, 0.22 if half % 2 else 0.32, 0.35
    yield (BARS - 1) * 4, kick, 0.8, 0.0


def _put(track: Sound, beats: float, sound: Sound, level: float, side: float) -> None:
    """Add mono `sound` at that beat; `side` is -1 (left) to 1."""
    swung = beats + SWING_BEATS * (beats % 1 == 0.5)
    first = _at(swung)
    heard = sound[: len(track) - first]
    angle = (side + 1) * np.pi / 4
    track[first : first + len(heard)] += (
        level * heard[:, None] * np.array([np.cos(angle), np.sin(angle)])
    )


def _piano(hz: float, duration_s: float, force: float) -> Sound:
    """An electric piano: one sine bends another, the harder the brighter, and the tine rings."""
    times = seconds(duration_s + 0.25, RATE_HZ)
    bend = 2.0 * force * np.exp(-times / 0.5)
    body = np.sin(2 * np.pi * hz * times + bend * np.sin(2 * np.pi * hz * times))
    tine = 0.2 * force * np.exp(-times / 0.07) * np.sin(2 * np.pi * 7 * hz * times)
    return (body + tine) * _struck(times, 0.004, 0.9, duration_s)


def _bell(hz: float, duration_s: float) -> Sound:
    times = seconds(duration_s, RATE_HZ)
    bend = 1.6 * np.exp(-times / 0.2)
    sway = 0.004 * np.sin(2 * np.pi * 5.2 * times) * np.minimum(times / 0.4, 1)
    tone = np.sin(2 * np.pi * hz * times + bend * np.sin(4 * np.pi * hz * times) + sway * hz / 5)
    return tone * _struck(times, 0.006, 0.5, duration_s - 0.2)


def _bass(hz: float, duration_s: float) -> Sound:
    times = seconds(duration_s + 0.08, RATE_HZ)
    tone = np.sin(2 * np.pi * hz * times) + 0.35 * np.sin(4 * np.pi * hz * times)
    return np.tanh(1.3 * tone) * _struck(times, 0.008, 0.8, duration_s)


def _kick() -> Sound:
    times = seconds(0.35, RATE_HZ)
    # Falls from 130 Hz to 48 Hz within a few hundredths of a second.
    phase = 2 * np.pi * (48 * times + 82 * 0.03 * (1 - np.exp(-times / 0.03)))
    return np.sin(phase) * _struck(times, 0.002, 0.11, 0.3)


def _brush() -> Sound:
    times = seconds(0.3, RATE_HZ)
    noise = peaking(band(hiss(len(times), 11), 900, 6500, RATE_HZ), 1.0)
    return noise * _struck(times, 0.012, 0.07, 0.25)


def _hat() -> Sound:
    times = seconds(0.12, RATE_HZ)
    noise = peaking(band(hiss(len(times), 12), 6500, 15_000, RATE_HZ), 1.0)
    return noise * _struck(times, 0.002, 0.025, 0.1)


def _struck(times: Sound, rise_s: float, fall_s: float, held_s: float) -> Sound:
    """How a struck sound swells and dies; after `held_s` it is damped."""
    damped = np.exp(-np.maximum(times - held_s, 0) / 0.05)
    return (1 - np.exp(-times / rise_s)) * np.exp(-times / fall_s) * damped


def _duck(keys: Sound) -> None:
    """Let the keys breathe with the kick."""
    gain = np.ones(len(keys))
    for bar in range(1, BARS - 1):
        for beat in (0, 2):
            first = _at(bar * 4 + beat)
            after_s = seconds(0.4, RATE_HZ)[: len(gain) - first]
            gain[first : first + len(after_s)] *= 1 - 0.3 * np.exp(-after_s / 0.12)
    keys *= gain[:, None]


def _hall(track: Sound) -> Sound:
    """What a warm hall of 1.4 s gives back."""
    times = seconds(1.6, RATE_HZ)
    sides = []
    for side in (0, 1):
        room = hiss(len(times), 20 + side) * np.exp(-times * 6.9 / 1.4) * (times > 0.018)
        warm = band(room, 200, 5000, RATE_HZ)
        sides.append(echoed(track[:, side], warm / np.sqrt((warm**2).sum())))
    return np.stack(sides, axis=1)


def _fades(count: int) -> Sound:
    fade = np.ones(count)
    out = round(1.2 * RATE_HZ)
    fade[-out:] = 0.5 + 0.5 * np.cos(np.pi * np.arange(out) / out)
    return fade


def _hz(note: int) -> float:
    return float(440.0 * 2 ** ((note - 69) / 12))


def _at(beats: float) -> int:
    return round(beats * BEAT_S * RATE_HZ)
