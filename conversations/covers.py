"""The picture in the video: a photo that is sent at any time, the person's own, or none."""

from __future__ import annotations

from dataclasses import replace

from conversations import edits, keyboards, texts, words, work
from conversations.figures import page
from conversations.keyboards import Verb, encode
from conversations.model import Button, Decision, Facts, Keyboard, View
from conversations.notices import notice, said
from conversations.phases import CHANGEABLE, Phase, edit_of, is_active, phase, why_not
from jobs.model import PHOTO, Changes, Job, JobStatus, Project, Source, SourceKind
from jobs.payloads import Cover

RECENT_S = 30 * 60.0  # after that a photo is no more about the card
_TAKES = CHANGEABLE | {Phase.UNATTESTED, Phase.UNSENT, Phase.TOO_LONG, Phase.LISTENING}


def photo(project: Project | None, source: Source, facts: Facts, *, answers: bool) -> Decision:
    """A photo came; it `answers` the card, or that is only the newest one."""
    if project is None or (not answers and facts.now - project.touched_at > RECENT_S):
        return said(facts, facts.say(words.covers.NO_CARD))
    if project.owner_id != facts.person.id:
        return said(facts, texts.only_steers(facts))
    if phase(project, facts) not in _TAKES:
        return said(facts, why_not(project, facts))
    return Decision(changes=_wanted(project, source, facts))


def ask(project: Project, _: str, facts: Facts) -> Decision:
    """How to give it one."""
    asked = View(
        text=page(facts.say(words.covers.SEND)),
        keyboard=_ways(project, facts),
        reply_to=project.message_id,
    )
    return Decision(changes=Changes(notices=(notice(project.chat_id, asked),)))


def use_profile(project: Project, _: str, facts: Facts) -> Decision:
    """The photo that the person's own Telegram shows of them."""
    source = Source(kind=SourceKind.PROFILE, media=PHOTO, file_id=str(facts.person.id))
    changes = _wanted(project, source, facts)
    return Decision(changes=changes, toast=facts.say(words.covers.LOOKING))


def use_none(project: Project, _: str, facts: Facts) -> Decision:
    return edits.changed(project, replace(edit_of(project), cover_key=""), facts)


def arrived(project: Project, job: Job, facts: Facts) -> Decision:
    """The picture is here, or cannot be used: the card takes it, with the way back."""
    if job.status is JobStatus.CANCELLED:
        return Decision()
    if job.status is JobStatus.FAILED:
        return _told(project, texts.failure(facts.language, job))
    if project.edit is None:  # it waits for the sound, whose first edit shows it
        return Decision()
    if phase(project, facts) not in CHANGEABLE:
        return _told(project, facts.say(words.covers.TOO_LATE))
    edit = replace(project.edit, cover_key=Cover.from_json(job.result).key)
    decision = edits.changed(project, edit, facts)
    undo = keyboards.after_typing(project, facts.language)
    told = _told(project, facts.say(words.covers.USED), undo).changes.notices
    return Decision(changes=replace(decision.changes, notices=told))


def _wanted(project: Project, source: Source, facts: Facts) -> Changes:
    """The newest picture counts: one that is on its way is not waited for any more."""
    after = replace(project, cover_job=facts.new_id())
    older = facts.cover
    return Changes(
        project=after,
        jobs=(work.cover(after, source),),
        cancels=(older.id,) if older is not None and is_active(older) else (),
    )


def _told(project: Project, what: str, keyboard: Keyboard = ()) -> Decision:
    view = View(text=page(what), keyboard=keyboard, reply_to=project.message_id)
    return Decision(changes=Changes(notices=(notice(project.chat_id, view),)))


def _ways(project: Project, facts: Facts) -> Keyboard:
    profile, plain = (
        Button(label=facts.say(label), data=encode(verb, project.id))
        for verb, label in (
            (Verb.OWN_PHOTO, words.covers.PROFILE),
            (Verb.NO_COVER, words.covers.PLAIN),
        )
    )
    return ((profile, plain),)
