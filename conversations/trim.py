"""The TRIM face: what of the recording is kept. Buttons and typed times are the same wishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from conversations import cards, edits, keyboards, texts, times
from conversations.figures import page
from conversations.home import keeping, title_of
from conversations.model import Decision, Facts, View
from conversations.phases import edit_of, total_s
from jobs.model import Changes, Edge, Face, Project
from jobs.recipe import MIN_CLIP_S, MIN_RESULT_S, Clip

SNAP_S = 0.15
PEAKS_RATE_HZ = 100
_HUSH = 4  # of 255: nobody hears a cut in this
_QUIET = 0.1  # of how loud the loud parts are

Clips = tuple[Clip, ...]


@dataclass(frozen=True, slots=True)
class Trimmed:
    """The clips a wish leads to, and what to say; no clips when it cannot be followed."""

    clips: Clips
    said: str = ""


def view(project: Project, facts: Facts) -> View:
    """The trim face of the card."""
    text = page(
        f"{keeping(project, facts)}. {texts.moving(project.edge)}",
        texts.TRIM_HOW,
        heading=title_of(project),
    )
    return cards.face(project, facts, text, keyboards.trim(project, facts))


def select(project: Project, argument: str, facts: Facts) -> Decision:
    """The edge that the nudges move."""
    if argument not in tuple(Edge):
        return Decision(toast=texts.OLD_BUTTON)
    after = replace(project, edge=Edge(argument), face=Face.TRIM, render_job="")
    if after == project:
        return Decision(toast=texts.moving(after.edge))
    changes = cards.redrawn(Changes(project=after), project, facts)
    return Decision(changes=changes, toast=texts.moving(after.edge))


def nudge(project: Project, argument: str, facts: Facts) -> Decision:
    """Move the selected edge by one of the steps on the buttons."""
    steps = {str(step): step for step in keyboards.NUDGES_S}
    if argument not in steps:
        return Decision(toast=texts.OLD_BUTTON)
    return wish(project, times.Nudge(None, steps[argument]), facts)


def keep_all(project: Project, _: str, facts: Facts) -> Decision:
    return wish(project, times.All(), facts)


def keep_last(project: Project, argument: str, facts: Facts) -> Decision:
    """What "30s" may have meant as well; the argument is in milliseconds."""
    if not (argument.isascii() and argument.isdigit() and len(argument) <= 8):
        return Decision(toast=texts.OLD_BUTTON)
    return wish(project, times.Last(int(argument) / 1000), facts)


def wish(project: Project, wanted: times.Wish, facts: Facts) -> Decision:
    """The edit after the wish, or why it cannot be followed."""
    edit = edit_of(project)
    trimmed = _trimmed(edit.recipe.clips, wanted, total_s(project, facts), project, facts)
    if not trimmed.clips:
        return Decision(toast=trimmed.said)
    recipe = replace(edit.recipe, clips=_tidied(trimmed.clips))
    return edits.changed(project, replace(edit, recipe=recipe), facts, trimmed.said)


def _trimmed(
    clips: Clips, wanted: times.Wish, total: float, project: Project, facts: Facts
) -> Trimmed:
    match wanted:
        case times.All():
            return _span(clips, 0.0, total, total)
        case times.First(length_s):
            return _told(_span(clips, 0.0, length_s, total), texts.kept_first(length_s), total)
        case times.Last(length_s):
            last = _span(clips, max(0.0, total - length_s), total, total)
            return _told(last, texts.kept_last(length_s), total)
        case times.Keep(start_s, end_s):
            return _kept(clips, start_s, end_s, total)
        case times.Cut(start_s, end_s):
            return _cut(clips, start_s, end_s)
        case times.Off(front_s, back_s):
            start_s, end_s = clips[0].start_s + front_s, clips[-1].end_s - back_s
            return _enough(_within(clips, start_s, end_s))
        case times.Nudge(edge, by_s):
            return _nudged(clips, edge or project.edge, by_s, total, facts.peaks)


def _kept(clips: Clips, start_s: float | None, end_s: float | None, total: float) -> Trimmed:
    if start_s is not None and end_s is not None:
        return _span(clips, start_s, end_s, total)
    if start_s is not None:
        if start_s > clips[-1].end_s - MIN_RESULT_S:  # they want what was dropped
            return _span(clips, start_s, total, total)
        return _said(_with_start(clips, start_s))
    assert end_s is not None
    if end_s < clips[0].start_s + MIN_RESULT_S:
        return _span(clips, 0.0, end_s, total)
    trimmed = _said(_with_end(clips, min(end_s, total)))
    return replace(trimmed, said=texts.stopped_at(total)) if end_s > total + 0.05 else trimmed


def _span(clips: Clips, start_s: float, end_s: float, total: float) -> Trimmed:
    """Exactly this span of the recording, as much of it as there is."""
    if start_s > total - MIN_RESULT_S and total >= MIN_RESULT_S and end_s - start_s >= MIN_RESULT_S:
        return Trimmed((), texts.outside(total))
    end = min(end_s, total)
    if end - start_s < MIN_RESULT_S - 0.0005:
        return Trimmed((), texts.TOO_SHORT_RESULT)
    clip = replace(clips[0], start_s=start_s, end_s=end, fade_in_s=0.0, fade_out_s=0.0)
    past_end = end_s > total + 0.05
    said = texts.kept(start_s, end, end - start_s)
    return Trimmed((clip,), f"{said}. {texts.stopped_at(total)}" if past_end else said)


def _told(trimmed: Trimmed, said: str, total: float) -> Trimmed:
    """The same in words of its own, unless there was less than that."""
    is_all = trimmed.clips and trimmed.clips[0].duration_s > total - 0.05
    return trimmed if is_all or not trimmed.clips else replace(trimmed, said=said)


def _cut(clips: Clips, start_s: float, end_s: float) -> Trimmed:
    kept = tuple(
        piece
        for clip in clips
        for piece in (*_within((clip,), 0.0, start_s), *_within((clip,), end_s, clip.end_s))
    )
    length_s = sum(clip.duration_s for clip in kept)
    if length_s < MIN_RESULT_S - 0.0005:
        return Trimmed((), texts.TOO_SHORT_RESULT)
    if kept == clips:
        return Trimmed((), texts.NOTHING_THERE)
    return Trimmed(kept, texts.dropped(start_s, end_s, length_s))


def _nudged(clips: Clips, edge: Edge, by_s: float, total: float, peaks: bytes) -> Trimmed:
    """The edge moved, on to a quiet point close by when the sound is known."""
    if edge is Edge.START:
        last = clips[-1].end_s - MIN_RESULT_S
        before_s, low_s, high_s = clips[0].start_s, 0.0, last
    else:
        first = clips[0].start_s + MIN_RESULT_S
        before_s, low_s, high_s = clips[-1].end_s, first, total
    if high_s <= low_s and by_s:
        return Trimmed((), texts.TOO_SHORT_RESULT)
    aimed_s = before_s + by_s
    at_s = min(max(aimed_s, low_s), high_s)
    if at_s == aimed_s:
        at_s = min(max(quiet_near(at_s, peaks), low_s), high_s)
    if abs(at_s - before_s) < 0.0005:
        return Trimmed((), _stuck(edge, by_s))
    moved = _with_start(clips, at_s) if edge is Edge.START else _with_end(clips, at_s)
    return _enough(moved)


def _stuck(edge: Edge, by_s: float) -> str:
    outwards = by_s < 0 if edge is Edge.START else by_s > 0
    if not outwards:
        return texts.TOO_SHORT_RESULT
    return texts.AT_START if edge is Edge.START else texts.AT_END


def quiet_near(at_s: float, peaks: Sequence[int]) -> float:
    """The quiet point nearest to `at_s`, at most 0.15 s away; `at_s` itself when there is none.

    `peaks` are 100 a second, 0-255.
    """
    if not peaks:
        return at_s
    loud = sorted(peaks)[len(peaks) * 95 // 100]
    limit = max(_HUSH, loud * _QUIET)
    at, reach = round(at_s * PEAKS_RATE_HZ), round(SNAP_S * PEAKS_RATE_HZ)
    near = range(max(0, at - reach), min(len(peaks), at + reach + 1))
    quiet = [index / PEAKS_RATE_HZ for index in near if peaks[index] <= limit]
    within = [point for point in quiet if abs(point - at_s) <= SNAP_S]
    return min(within, key=lambda point: abs(point - at_s), default=at_s)


def _said(clips: Clips) -> Trimmed:
    trimmed = _enough(clips)
    if not trimmed.clips:
        return trimmed
    length_s = sum(clip.duration_s for clip in clips)
    return Trimmed(clips, texts.kept(clips[0].start_s, clips[-1].end_s, length_s))


def _enough(clips: Clips) -> Trimmed:
    length_s = sum(clip.duration_s for clip in clips)
    if length_s < MIN_RESULT_S - 0.0005:
        return Trimmed((), texts.TOO_SHORT_RESULT)
    return Trimmed(clips)


def _with_start(clips: Clips, start_s: float) -> Clips:
    """Begin there: what is in front goes, or the first clip grows."""
    if start_s <= clips[0].start_s:
        return (replace(clips[0], start_s=start_s), *clips[1:])
    return _within(clips, start_s, clips[-1].end_s)


def _with_end(clips: Clips, end_s: float) -> Clips:
    if end_s >= clips[-1].end_s:
        return (*clips[:-1], replace(clips[-1], end_s=end_s))
    return _within(clips, clips[0].start_s, end_s)


def _within(clips: Clips, start_s: float, end_s: float) -> Clips:
    """What of the clips lies in the span; slivers that nobody could hear are left out."""
    cut = (
        replace(clip, start_s=max(clip.start_s, start_s), end_s=min(clip.end_s, end_s))
        for clip in clips
    )
    return tuple(clip for clip in cut if clip.duration_s >= MIN_CLIP_S - 0.0005)


def _tidied(clips: Clips) -> Clips:
    """Times to the millisecond, fades no longer than what they are on."""
    return tuple(
        replace(
            clip,
            start_s=round(clip.start_s, 3),
            end_s=round(clip.end_s, 3),
            fade_in_s=min(clip.fade_in_s, clip.duration_s / 2),
            fade_out_s=min(clip.fade_out_s, clip.duration_s / 2),
        )
        for clip in clips
    )
