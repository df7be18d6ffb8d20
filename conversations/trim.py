"""The TRIM face: what of the recording is kept. Buttons and typed times are the same wishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from conversations import cards, edits, face_buttons, texts, times, words
from conversations.figures import page
from conversations.home import keeping, title_of
from conversations.model import Decision, Facts, View
from conversations.phases import edit_of, length_s, total_s
from conversations.words.text import Language
from jobs.model import Changes, Edge, Edit, Face, Project
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


@dataclass(frozen=True, slots=True)
class _Whole:
    """What is cut from: the edit so far, and how long the whole recording is."""

    edit: Edit
    facts: Facts
    total_s: float

    @property
    def language(self) -> Language:
        return self.facts.language

    def length_s(self, clips: Clips) -> float:
        """Length of the video these clips make, silence taken out as the edit wants it."""
        recipe = replace(self.edit.recipe, clips=clips)
        return length_s(replace(self.edit, recipe=recipe), self.facts)


def view(project: Project, facts: Facts) -> View:
    """The trim face of the card."""
    text = page(
        f"{keeping(project, facts)}. {facts.say(words.trim.MOVING[project.edge])}",
        facts.say(words.trim.HOW),
        heading=title_of(project, facts),
    )
    return cards.face(project, facts, text, face_buttons.trim(project, facts))


def select(project: Project, argument: str, facts: Facts) -> Decision:
    """The edge that the nudges move."""
    if argument not in tuple(Edge):
        return Decision(toast=facts.say(words.answers.OLD_BUTTON))
    after = replace(project, edge=Edge(argument), face=Face.TRIM, render_job="")
    if after == project:
        return Decision(toast=facts.say(words.trim.MOVING[after.edge]))
    changes = cards.redrawn(Changes(project=after), project, facts)
    return Decision(changes=changes, toast=facts.say(words.trim.MOVING[after.edge]))


def nudge(project: Project, argument: str, facts: Facts) -> Decision:
    """Move the selected edge by one of the steps on the buttons."""
    steps = {str(step): step for step in face_buttons.NUDGES_S}
    if argument not in steps:
        return Decision(toast=facts.say(words.answers.OLD_BUTTON))
    return wish(project, times.Nudge(None, steps[argument]), facts)


def keep_all(project: Project, _: str, facts: Facts) -> Decision:
    return wish(project, times.All(), facts)


def keep_last(project: Project, argument: str, facts: Facts) -> Decision:
    """What "30s" may have meant as well; the argument is in milliseconds."""
    if not (argument.isascii() and argument.isdigit() and len(argument) <= 8):
        return Decision(toast=facts.say(words.answers.OLD_BUTTON))
    return wish(project, times.Last(int(argument) / 1000), facts)


def wish(project: Project, wanted: times.Wish, facts: Facts) -> Decision:
    """The edit after the wish, or why it cannot be followed."""
    edit = edit_of(project)
    trimmed = _trimmed(_Whole(edit, facts, total_s(project, facts)), wanted, project.edge)
    if not trimmed.clips:
        return Decision(toast=trimmed.said)
    recipe = replace(edit.recipe, clips=_tidied(trimmed.clips))
    return edits.changed(project, replace(edit, recipe=recipe), facts, trimmed.said)


def _trimmed(whole: _Whole, wanted: times.Wish, edge: Edge) -> Trimmed:
    clips, total = whole.edit.recipe.clips, whole.total_s
    match wanted:
        case times.All():
            return _span(whole, 0.0, total)
        case times.First(length):
            first = _span(whole, 0.0, length)
            return _told(whole, first, texts.kept_first(whole.language, length))
        case times.Last(length):
            last = _span(whole, max(0.0, total - length), total)
            return _told(whole, last, texts.kept_last(whole.language, length))
        case times.Keep(start_s, end_s):
            return _kept(whole, start_s, end_s)
        case times.Cut(start_s, end_s):
            return _cut(whole, start_s, end_s)
        case times.Off(front_s, back_s):
            start_s, end_s = clips[0].start_s + front_s, clips[-1].end_s - back_s
            return _enough(whole, _within(clips, start_s, end_s))
        case times.Nudge(named, by_s):
            return _nudged(whole, named or edge, by_s)


def _kept(whole: _Whole, start_s: float | None, end_s: float | None) -> Trimmed:
    clips, total = whole.edit.recipe.clips, whole.total_s
    if start_s is not None and end_s is not None:
        return _span(whole, start_s, end_s)
    if start_s is not None:
        if start_s > clips[-1].end_s - MIN_RESULT_S:  # they want what was dropped
            return _span(whole, start_s, total)
        return _said(whole, _with_start(clips, start_s))
    assert end_s is not None
    if end_s < clips[0].start_s + MIN_RESULT_S:
        return _span(whole, 0.0, end_s)
    trimmed = _said(whole, _with_end(clips, min(end_s, total)))
    past_end = end_s > total + 0.05
    return replace(trimmed, said=texts.stopped_at(whole.language, total)) if past_end else trimmed


def _span(whole: _Whole, start_s: float, end_s: float) -> Trimmed:
    """Exactly this span of the recording, as much of it as there is."""
    total = whole.total_s
    if start_s > total - MIN_RESULT_S and total >= MIN_RESULT_S and end_s - start_s >= MIN_RESULT_S:
        return Trimmed((), texts.outside(whole.language, total))
    end = min(end_s, total)
    if end - start_s < MIN_RESULT_S - 0.0005:
        return _too_short(whole)
    first = whole.edit.recipe.clips[0]
    clips = (replace(first, start_s=start_s, end_s=end, fade_in_s=0.0, fade_out_s=0.0),)
    said = texts.kept(whole.language, start_s, end, whole.length_s(clips))
    if end_s > total + 0.05:
        said = f"{said}. {texts.stopped_at(whole.language, total)}"
    return Trimmed(clips, said)


def _told(whole: _Whole, trimmed: Trimmed, said: str) -> Trimmed:
    """The same in words of its own, unless there was less than that or silence shortens it."""
    if not trimmed.clips:
        return trimmed
    kept_s = trimmed.clips[0].duration_s
    is_shorter = whole.length_s(trimmed.clips) < kept_s - 0.05
    return trimmed if is_shorter or kept_s > whole.total_s - 0.05 else replace(trimmed, said=said)


def _cut(whole: _Whole, start_s: float, end_s: float) -> Trimmed:
    clips = whole.edit.recipe.clips
    kept = tuple(
        piece
        for clip in clips
        for piece in (*_within((clip,), 0.0, start_s), *_within((clip,), end_s, clip.end_s))
    )
    if kept == clips:
        return Trimmed((), whole.facts.say(words.trim.NOTHING_THERE))
    trimmed = _enough(whole, kept)
    if not trimmed.clips:
        return trimmed
    said = texts.dropped(whole.language, start_s, end_s, whole.length_s(kept))
    return replace(trimmed, said=said)


def _nudged(whole: _Whole, edge: Edge, by_s: float) -> Trimmed:
    """The edge moved, on to a quiet point close by when the sound is known."""
    clips = whole.edit.recipe.clips
    if edge is Edge.START:
        last = clips[-1].end_s - MIN_RESULT_S
        before_s, low_s, high_s = clips[0].start_s, 0.0, last
    else:
        first = clips[0].start_s + MIN_RESULT_S
        before_s, low_s, high_s = clips[-1].end_s, first, whole.total_s
    if high_s <= low_s and by_s:
        return _too_short(whole)
    aimed_s = before_s + by_s
    at_s = min(max(aimed_s, low_s), high_s)
    if at_s == aimed_s:
        at_s = min(max(quiet_near(at_s, whole.facts.peaks), low_s), high_s)
    if abs(at_s - before_s) < 0.0005:
        return _stuck(whole, edge, by_s)
    moved = _with_start(clips, at_s) if edge is Edge.START else _with_end(clips, at_s)
    return _enough(whole, moved)


def _stuck(whole: _Whole, edge: Edge, by_s: float) -> Trimmed:
    outwards = by_s < 0 if edge is Edge.START else by_s > 0
    if not outwards:
        return _too_short(whole)
    why = words.trim.AT_START if edge is Edge.START else words.trim.AT_END
    return Trimmed((), whole.facts.say(why))


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


def _said(whole: _Whole, clips: Clips) -> Trimmed:
    trimmed = _enough(whole, clips)
    if not trimmed.clips:
        return trimmed
    said = texts.kept(whole.language, clips[0].start_s, clips[-1].end_s, whole.length_s(clips))
    return replace(trimmed, said=said)


def _enough(whole: _Whole, clips: Clips) -> Trimmed:
    recorded_s = sum(clip.duration_s for clip in clips)
    if recorded_s < MIN_RESULT_S - 0.0005:
        return _too_short(whole)
    return Trimmed(clips)


def _too_short(whole: _Whole) -> Trimmed:
    return Trimmed((), whole.facts.say(words.trim.TOO_SHORT_RESULT))


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
