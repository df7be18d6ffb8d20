"""Recordings that come in a row: asked about once, then joined into one or kept apart.

The first begins its card as ever. Those that follow wait on that card until somebody decides, so
the question survives a restart like everything on a card.
"""

from __future__ import annotations

from dataclasses import replace

from conversations import cards, words, work
from conversations.figures import clock, page
from conversations.keyboards import Verb, encode
from conversations.model import Button, Decision, Facts, Keyboard, Style, View
from conversations.phases import Phase, is_active, phase, why_not
from jobs.model import Changes, Face, Project, Source, SourceKind

APART_S = 2.5  # what comes later than that after the last is a recording of its own
MOST = 20
_NOTES = frozenset({"voice", "video_note", "audio", "video"})


def gathered(source: Source, facts: Facts) -> Decision | None:
    """The newest card with one more recording, None for one that begins a card of its own.

    The recording says in which message it is.
    """
    project = facts.newest
    if project is None or not _is_note(source) or not _follows(source, project):
        return None
    if source.message_id in (note.message_id for note in project.source.waiting):
        return Decision()
    waiting = (*project.source.waiting, source)
    after = replace(project, source=replace(project.source, waiting=waiting))
    return Decision(changes=Changes(project=after))


def view(project: Project, facts: Facts) -> View:
    """How many there are, and what is to become of them?"""
    notes = _notes(project)
    length = clock(sum(note.duration_s for note in notes))
    told = facts.say(words.several.TOGETHER, count=str(len(notes)), length=length)
    names = _names(notes)
    whose = facts.say(words.several.FROM, names=names) if names else ""
    return cards.face(project, facts, page(told, whose), _keyboard(project, facts))


def join(project: Project, _: str, facts: Facts) -> Decision:
    """All of them one after the other, as one recording."""
    if phase(project, facts) is not Phase.SEVERAL:
        return _decided_already(project, facts)
    notes, limit_s = _notes(project), facts.limits.audio_s
    length_s = sum(note.duration_s for note in notes)
    if length_s > limit_s:
        told = words.several.TOO_LONG
        length = clock(length_s)
        return Decision(toast=facts.say(told, length=length, limit_min=round(limit_s / 60)))
    joined = replace(
        project.source,
        parts=notes,
        waiting=(),
        unique_id="",
        size_bytes=sum(note.size_bytes for note in notes),
        duration_s=length_s,
        title=next((note.title for note in notes if note.title), ""),
        performer=_names(notes),
    )
    after = replace(
        project, source=joined, ingest_job=facts.new_id(), edit=None, face=Face.HOME, card_job=""
    )
    changes = Changes(
        project=after,
        jobs=(work.listening(after),),
        cancels=(facts.ingest.id,) if facts.ingest is not None and is_active(facts.ingest) else (),
    )
    return Decision(changes=changes, toast=facts.say(words.several.JOINING))


def separate(project: Project, _: str, facts: Facts) -> Decision:
    """A card for each; the first one's has been at work all the time."""
    if phase(project, facts) is not Phase.SEVERAL:
        return _decided_already(project, facts)
    after = replace(project, source=replace(project.source, waiting=()))
    also = tuple(_alone(project, note, facts) for note in project.source.waiting)
    return Decision(
        changes=Changes(project=after, also=also), toast=facts.say(words.several.SEPARATING)
    )


def _alone(project: Project, note: Source, facts: Facts) -> Changes:
    card = Project(
        id=facts.new_id()[:8],
        owner_id=project.owner_id,
        chat_id=project.chat_id,
        source=note,
        source_message_id=note.message_id,
        ingest_job=facts.new_id(),
    )
    return Changes(project=card, jobs=(work.listening(card),))


def _decided_already(project: Project, facts: Facts) -> Decision:
    return Decision(toast=why_not(project, facts) or facts.say(words.answers.ALREADY))


def _is_note(source: Source) -> bool:
    return source.kind is SourceKind.TELEGRAM and source.media in _NOTES and source.sent_at > 0


def _follows(source: Source, project: Project) -> bool:
    """Whether it came right after the last of a card that nobody has touched yet."""
    last = _notes(project)[-1]
    is_fresh = _is_note(last) and project.ingest_job != "" and not project.source.parts
    is_untouched = project.face is Face.HOME and not project.render_job
    is_soon = 0 <= source.sent_at - last.sent_at <= APART_S
    return is_fresh and is_untouched and is_soon and len(project.source.waiting) < MOST - 1


def _notes(project: Project) -> tuple[Source, ...]:
    """All of them, the one that the card began with first."""
    return (replace(project.source, waiting=()), *project.source.waiting)


def _names(notes: tuple[Source, ...]) -> str:
    return ", ".join(dict.fromkeys(note.performer for note in notes if note.performer))


def _keyboard(project: Project, facts: Facts) -> Keyboard:
    join, apart = (
        Button(label=facts.say(label), data=encode(verb, project.id), style=style)
        for verb, label, style in (
            (Verb.JOIN, words.several.JOIN, Style.SUCCESS),
            (Verb.SEPARATE, words.several.SEPARATE, Style.PLAIN),
        )
    )
    return ((join, apart),)
