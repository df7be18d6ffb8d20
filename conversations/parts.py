"""What else can be made of what was sent: a part, silence all the same, the next of a list."""

from __future__ import annotations

from dataclasses import replace

from conversations import cards, texts, times, words
from conversations.figures import clock, page
from conversations.intake import begun
from conversations.keyboards import Verb, encode
from conversations.model import Button, Decision, Facts, Keyboard, Style, View
from conversations.notices import said
from conversations.phases import Phase, gone, phase, whole_s, why_not
from jobs.model import JobStatus, Project, ProjectStatus, Source
from jobs.recipe import MIN_RESULT_S

FIRST_S, LOUDEST_S = 600.0, 60.0


def view(project: Project, facts: Facts) -> View:
    """Too long as a whole: which part is to be made?"""
    asked = facts.say(
        words.parts.WHICH,
        length=clock(whole_s(project, facts)),
        limit_min=round(facts.limits.audio_s / 60),
    )
    return cards.face(project, facts, page(asked), _keyboard(project, facts))


def first(project: Project, _: str, facts: Facts) -> Decision:
    length_s = min(FIRST_S, facts.limits.audio_s)
    return _taken(project, replace(project.source, start_s=0.0, length_s=length_s), facts)


def loudest(project: Project, _: str, facts: Facts) -> Decision:
    return _taken(project, replace(project.source, length_s=LOUDEST_S, is_loudest=True), facts)


def typed(project: Project, text: str, facts: Facts) -> Decision:
    """The part whose times were typed, or how to type them."""
    total_s = whole_s(project, facts)
    span = _span(times.read(text), total_s)
    if span is None:
        return said(facts, facts.say(words.parts.HOW))
    start_s, end_s = span
    if start_s > total_s - MIN_RESULT_S:
        return said(facts, texts.outside(facts.language, total_s))
    length_s, limit_s = min(end_s, total_s) - start_s, facts.limits.audio_s
    if length_s < MIN_RESULT_S:
        return said(facts, facts.say(words.trim.TOO_SHORT_RESULT))
    if length_s > limit_s:
        told = facts.say(
            words.parts.STILL_TOO_LONG, length=clock(length_s), limit_min=round(limit_s / 60)
        )
        return said(facts, told)
    return _taken(project, replace(project.source, start_s=start_s, length_s=length_s), facts)


def make_anyway(project: Project, _: str, facts: Facts) -> Decision:
    """The picture without a sound, because somebody wants it so."""
    job = facts.ingest
    if project.edit is not None or job is None or job.status is not JobStatus.FAILED:
        return Decision(toast=why_not(project, facts) or facts.say(words.answers.ALREADY))
    after = replace(project, source=replace(project.source, may_be_silent=True))
    return Decision(changes=begun(after, facts), toast=facts.say(words.answers.STARTING))


def another(project: Project, _: str, facts: Facts) -> Decision:
    """The next of the list the link leads to, on a card of its own; twice pressed, once made."""
    if project.status is not ProjectStatus.OPEN:
        return Decision(toast=gone(project, facts))
    if facts.asset is None:
        return Decision(toast=why_not(project, facts))
    if facts.asset.listed < 2:
        return Decision(toast=facts.say(words.answers.OLD_BUTTON))
    number = project.source.item % facts.asset.listed + 1
    card = Project(
        id=facts.new_id()[:8],
        owner_id=project.owner_id,
        chat_id=project.chat_id,
        source=replace(project.source, item=number),
        source_message_id=project.message_id,
        ingest_job="",
    )
    changes = begun(card, facts, f"pick:{project.id}:{number}")
    return Decision(changes=changes, toast=facts.say(words.parts.PICKED, number=number))


def _taken(project: Project, source: Source, facts: Facts) -> Decision:
    if phase(project, facts) is not Phase.TOO_LONG:
        return Decision(toast=why_not(project, facts) or facts.say(words.answers.ALREADY))
    after = replace(project, source=replace(source, duration_s=source.length_s))
    return Decision(changes=begun(after, facts), toast=facts.say(words.parts.TAKING))


def _span(wish: times.Wish | None, total_s: float) -> tuple[float, float] | None:
    """From when to when; None for a wish that is no part of a recording."""
    match wish:
        case times.Keep(start_s, end_s):
            return start_s or 0.0, total_s if end_s is None else end_s
        case times.First(length_s):
            return 0.0, length_s
        case times.Last(length_s):
            return max(0.0, total_s - length_s), total_s
    return None


def _keyboard(project: Project, facts: Facts) -> Keyboard:
    first, loudest, delete = (
        Button(label=facts.say(label), data=encode(verb, project.id), style=style)
        for verb, label, style in (
            (Verb.FIRST_PART, words.parts.FIRST, Style.SUCCESS),
            (Verb.LOUDEST_PART, words.parts.LOUDEST, Style.PLAIN),
            (Verb.DELETE, words.buttons.DELETE, Style.DANGER),
        )
    )
    return ((first, loudest), (delete,))
