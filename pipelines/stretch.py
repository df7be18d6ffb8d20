"""Which seconds of an edit stand for the whole: its loudest ones, its first and last ones.

Times are those of the edit as it will be heard: its clips one after the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from jobs.payloads import EDGE_S, LOUDEST_S
from jobs.recipe import Clip

_LEAST_S = 0.01  # what is shorter is a rounding, not a clip

Clips = tuple[Clip, ...]
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Peaks: TypeAlias = "NDArray[np.int64]"


def stretch(clips: Sequence[Clip], start_s: float, length_s: float) -> Clips:
    """What is heard of the clips from `start_s` on."""
    return tuple(_inside(clips, start_s, start_s + length_s))


def edges(clips: Sequence[Clip], edge_s: float = EDGE_S) -> tuple[Clips, Clips]:
    """The first and the last seconds; the second is empty when the first are all there is."""
    total_s = sum(clip.duration_s for clip in clips)
    if total_s <= 2 * edge_s:
        return tuple(clips), ()
    return stretch(clips, 0.0, edge_s), stretch(clips, total_s - edge_s, edge_s)


def loudest(
    clips: Sequence[Clip], peaks: Peaks, rate_hz: int, length_s: float = LOUDEST_S
) -> Clips:
    """The loudest seconds in a row, all clips when there are no more; `peaks` as in peaks.json."""
    import numpy as np  # a tenth of a second, which a start should not have to wait for

    total_s = sum(clip.duration_s for clip in clips)
    if total_s <= length_s:
        return tuple(clips)
    heard = np.concatenate([_peaks_of(clip, peaks, rate_hz) for clip in clips])
    window = round(length_s * rate_hz)
    power = np.concatenate([[0], np.cumsum(heard * heard)])
    if len(power) <= window:
        return stretch(clips, 0.0, length_s)
    start_s = int(np.argmax(power[window:] - power[:-window])) / rate_hz
    return stretch(clips, min(start_s, total_s - length_s), length_s)


def read_peaks(path: Path) -> tuple[Peaks, int]:
    """The peaks of a recording and how many there are a second."""
    import numpy as np

    data = json.loads(path.read_text(encoding="utf-8"))
    return np.array(data["peaks"], np.int64), int(data["rate_hz"])


def _peaks_of(clip: Clip, peaks: Peaks, rate_hz: int) -> Peaks:
    import numpy as np

    first, last = round(clip.start_s * rate_hz), round(clip.end_s * rate_hz)
    part = peaks[first:last]
    return np.pad(part, (0, last - first - len(part)))


def _inside(clips: Sequence[Clip], first_s: float, last_s: float) -> Iterator[Clip]:
    at_s = 0.0
    for clip in clips:
        start_s = clip.start_s + max(0.0, first_s - at_s)
        end_s = clip.end_s - max(0.0, at_s + clip.duration_s - last_s)
        at_s += clip.duration_s
        if end_s - start_s < _LEAST_S:
            continue
        is_first, is_last = start_s == clip.start_s, end_s == clip.end_s
        yield replace(
            clip,
            start_s=round(start_s, 3),
            end_s=round(end_s, 3),
            fade_in_s=clip.fade_in_s if is_first else 0.0,
            fade_out_s=clip.fade_out_s if is_last else 0.0,
        )
