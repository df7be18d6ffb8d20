"""What is left of an edit once silence is taken out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.kept import kept_clips
from jobs.model import Asset
from jobs.recipe import MIN_CLIP_S, Clip, Recipe, TrimSilence

DIGEST = "0123456789abcdef"
Span = tuple[float, float]


def asset(start_s: float, end_s: float, pauses: tuple[Span, ...] = ()) -> Asset:
    return Asset(
        id="a-1",
        digest=DIGEST,
        original_key="",
        peaks_key="",
        size_bytes=1,
        duration_s=60.0,
        codec="opus",
        rate_hz=48000,
        channels=1,
        has_video=False,
        loudness_lufs=-20.0,
        true_peak_db=-1.0,
        sound_start_s=start_s,
        sound_end_s=end_s,
        pauses=pauses,
        character="speech",
    )


def kept(clips: list[Clip], trim: TrimSilence, source: Asset) -> list[Span]:
    recipe = Recipe(clips=tuple(clips), trim_silence=trim)
    return [(clip.start_s, clip.end_s) for clip in kept_clips(recipe, {DIGEST: source})]


def clip(start_s: float, end_s: float, fade_in_s: float = 0.0, fade_out_s: float = 0.0) -> Clip:
    return Clip(
        source=DIGEST, start_s=start_s, end_s=end_s, fade_in_s=fade_in_s, fade_out_s=fade_out_s
    )


TALK = asset(2.0, 50.0, pauses=((10.0, 12.0), (30.0, 31.0)))


def test_nothing_is_taken_out_unless_asked() -> None:
    assert kept([clip(0, 60)], TrimSilence.OFF, TALK) == [(0, 60)]


def test_the_silent_ends_go_but_for_a_little_air() -> None:
    assert kept([clip(0, 60)], TrimSilence.EDGES, TALK) == [(1.9, 50.1)]


def test_a_clip_within_the_sound_stays_as_it_is() -> None:
    assert kept([clip(5, 20)], TrimSilence.EDGES, TALK) == [(5, 20)]


def test_long_pauses_are_shortened() -> None:
    spans = kept([clip(0, 60)], TrimSilence.LONG_PAUSES, TALK)
    assert spans == [(1.9, 10.15), (11.85, 30.15), (30.85, 50.1)]


def test_a_pause_of_which_little_is_kept_anyway_stays() -> None:
    assert kept([clip(11.8, 20)], TrimSilence.LONG_PAUSES, TALK) == [(11.8, 20)]


def test_a_pause_at_the_edge_of_a_clip_is_shortened_too() -> None:
    spans = kept([clip(11.0, 20)], TrimSilence.LONG_PAUSES, TALK)
    assert spans == [(11.0, 11.15), (11.85, 20)]


def test_where_nothing_would_be_left_the_edit_stays_whole() -> None:
    assert kept([clip(52, 60)], TrimSilence.EDGES, TALK) == [(52, 60)]


def test_a_silent_clip_among_others_goes() -> None:
    assert kept([clip(5, 9), clip(52, 60)], TrimSilence.EDGES, TALK) == [(5, 9)]


def test_a_clip_of_an_unknown_source_stays_whole() -> None:
    recipe = Recipe(clips=(clip(0, 60),), trim_silence=TrimSilence.EDGES)
    assert kept_clips(recipe, {}) == recipe.clips


def test_the_first_piece_fades_in_and_the_last_fades_out() -> None:
    recipe = Recipe(clips=(clip(0, 60, 0.5, 0.7),), trim_silence=TrimSilence.LONG_PAUSES)
    first, middle, last = kept_clips(recipe, {DIGEST: TALK})
    assert (first.fade_in_s, first.fade_out_s) == (0.5, 0)
    assert (middle.fade_in_s, middle.fade_out_s) == (0, 0)
    assert (last.fade_in_s, last.fade_out_s) == (0, 0.7)


times_s = st.floats(0, 60).map(lambda at: round(at, 3))
spans = st.tuples(times_s, times_s).map(lambda two: (min(two), max(two)))


@given(
    sound=spans,
    pauses=st.lists(spans, max_size=5),
    clips=st.lists(spans.filter(lambda span: span[1] - span[0] >= MIN_CLIP_S), min_size=1),
    trim=st.sampled_from(TrimSilence),
    fade_s=st.floats(0, 3),
)
def test_whatever_is_kept_lies_within_the_edit_and_can_be_cut(
    sound: Span, pauses: list[Span], clips: list[Span], trim: TrimSilence, fade_s: float
) -> None:
    fades = [min(fade_s, (end - start) / 2) for start, end in clips]
    whole = tuple(
        clip(start, end, fade, fade) for (start, end), fade in zip(clips, fades, strict=True)
    )
    recipe = Recipe(clips=whole, trim_silence=trim)
    pieces = kept_clips(recipe, {DIGEST: asset(*sound, pauses=tuple(pauses))})
    assert pieces
    assert sum(piece.duration_s for piece in pieces) <= recipe.duration_s + 0.001 * len(pieces)
    for piece in pieces:
        assert any(
            outer.start_s - 0.001 <= piece.start_s < piece.end_s <= outer.end_s + 0.001
            for outer in whole
        )
        assert piece.fade_in_s + piece.fade_out_s <= piece.duration_s + 0.001


@pytest.mark.parametrize("trim", list(TrimSilence))
def test_every_source_gives_the_same_twice(trim: TrimSilence) -> None:
    assert kept([clip(0, 60)], trim, TALK) == kept([clip(0, 60)], trim, TALK)
