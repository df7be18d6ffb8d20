"""What is left of an edit once silence is taken out, so that words, picture and sound agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from jobs.model import Asset
from jobs.recipe import MIN_CLIP_S, Clip, Recipe, TrimSilence

AIR_S = 0.1  # left in front of the first sound and behind the last
PAUSE_S = 0.3  # what a long pause is shortened to

Span = tuple[float, float]


def kept_clips(recipe: Recipe, assets: Mapping[str, Asset]) -> tuple[Clip, ...]:
    """The recipe's clips after silence is taken out, in order; never empty.

    `assets` maps a source's digest to its asset; a clip of a source that is not there stays whole.
    Where nothing would be left the recipe's own clips come back. Times are to the millisecond.
    """
    if recipe.trim_silence is TrimSilence.OFF:
        return recipe.clips
    shorten = recipe.trim_silence is TrimSilence.LONG_PAUSES
    kept = tuple(
        piece for clip in recipe.clips for piece in _pieces(clip, assets.get(clip.source), shorten)
    )
    return kept or recipe.clips


def _pieces(clip: Clip, asset: Asset | None, shorten: bool) -> tuple[Clip, ...]:
    if asset is None:
        return (clip,)
    start_s = max(clip.start_s, asset.sound_start_s - AIR_S)
    end_s = min(clip.end_s, asset.sound_end_s + AIR_S)
    spans = [(start_s, end_s)]
    if shorten:
        spans = list(_without_pauses((start_s, end_s), asset.pauses))
    return _as_clips(clip, [span for span in spans if span[1] - span[0] >= MIN_CLIP_S - 0.0005])


def _without_pauses(span: Span, pauses: tuple[Span, ...]) -> Iterator[Span]:
    at_s, end_s = span
    for pause_start_s, pause_end_s in sorted(pauses):
        quiet_start_s, quiet_end_s = max(pause_start_s, at_s), min(pause_end_s, end_s)
        if quiet_end_s - quiet_start_s > PAUSE_S:
            yield at_s, quiet_start_s + PAUSE_S / 2
            at_s = quiet_end_s - PAUSE_S / 2
    yield at_s, end_s


def _as_clips(clip: Clip, spans: list[Span]) -> tuple[Clip, ...]:
    """The spans as clips: the first fades in as the whole did, the last fades out as it did."""
    plain = replace(clip, fade_in_s=0.0, fade_out_s=0.0)
    clips = [replace(plain, start_s=round(start, 3), end_s=round(end, 3)) for start, end in spans]
    if clips:
        first = clips[0]
        clips[0] = replace(first, fade_in_s=min(clip.fade_in_s, first.duration_s))
        last = clips[-1]
        room_s = last.duration_s - last.fade_in_s
        clips[-1] = replace(last, fade_out_s=min(clip.fade_out_s, room_s))
    return tuple(clips)
