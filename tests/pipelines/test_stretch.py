"""Which seconds stand for the whole."""

from __future__ import annotations

import numpy as np
import pytest

from jobs.recipe import Clip
from pipelines.stretch import edges, loudest, stretch


def clip(start_s: float, end_s: float, **more: float) -> Clip:
    return Clip(source="a", start_s=start_s, end_s=end_s, **more)


def spans(clips: tuple[Clip, ...]) -> list[tuple[float, float]]:
    return [(clip.start_s, clip.end_s) for clip in clips]


def test_a_stretch_goes_across_the_joints() -> None:
    clips = (clip(10, 12), clip(20, 21), clip(30, 35))
    assert spans(stretch(clips, 1.0, 3.0)) == [(11, 12), (20, 21), (30, 31)]
    assert spans(stretch(clips, 2.0, 1.0)) == [(20, 21)]


def test_a_stretch_fades_only_where_its_clip_begins_or_ends() -> None:
    (part,) = stretch((clip(0, 10, fade_in_s=1.0, fade_out_s=2.0),), 0.0, 5.0)
    assert (part.fade_in_s, part.fade_out_s) == (1.0, 0.0)


def test_edges_are_the_first_and_the_last_four_seconds() -> None:
    first, last = edges((clip(5, 30), clip(40, 60)))
    assert (spans(first), spans(last)) == ([(5, 9)], [(56, 60)])


def test_what_is_as_short_as_both_edges_is_heard_whole() -> None:
    assert edges((clip(1, 9),)) == ((clip(1, 9),), ())


def test_the_loudest_seconds_are_among_those_that_are_kept() -> None:
    peaks = np.full(6000, 20)
    peaks[2000:2500] = 250  # loudest of all, and cut out
    peaks[4000:4500] = 200
    kept = (clip(0, 15), clip(35, 60))
    assert spans(loudest(kept, peaks, 100)) == [(40, 45)]


@pytest.mark.parametrize("peaks", [np.zeros(3000, np.int64), np.zeros(0, np.int64)])
def test_silence_and_missing_peaks_still_give_five_seconds(peaks: np.ndarray) -> None:
    assert spans(loudest((clip(0, 30),), peaks, 100)) == [(0, 5)]


def test_what_is_no_longer_than_the_stretch_is_all_of_it() -> None:
    assert loudest((clip(2, 5),), np.zeros(0, np.int64), 100) == (clip(2, 5),)
