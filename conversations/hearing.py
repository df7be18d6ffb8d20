"""Hear it, its edges, before and after: the edit as sound, sent as a message of its own."""

from __future__ import annotations

from dataclasses import replace

from conversations import texts, words, work
from conversations.figures import page
from conversations.home import keeping, title_of
from conversations.model import Audio, Decision, Facts, View
from conversations.notices import notice
from conversations.phases import edit_of, gone, is_active, is_complete, length_s, why_not
from jobs.model import Changes, Job, JobStatus, Notice, Project, ProjectStatus
from jobs.payloads import EDGE_S, EditWork, Part, Preview, part_of

_HEARD = (Part.ALL, Part.EDGES, Part.COMPARE)


def hear(project: Project, argument: str, facts: Facts) -> Decision:
    """Ask for a preview of the edit as it is; one that was made before is sent again at once."""
    if project.status is not ProjectStatus.OPEN:
        return Decision(toast=gone(project, facts))
    if project.edit is None:
        return Decision(toast=why_not(project, facts))
    if argument and argument not in _HEARD:
        return Decision(toast=facts.say(words.answers.OLD_BUTTON))
    part, job = Part(argument or Part.ALL), facts.preview
    if job is not None and part_of(job.input) is part and work.sounds_like(job, project):
        if is_active(job):
            return Decision(toast=facts.say(words.answers.ALREADY))
        if is_complete(job):
            return Decision(
                changes=Changes(notices=(_sent(project, job, facts),)),
                toast=facts.say(words.answers.HEARING),
            )
    return _asked(project, part, facts)


def _asked(project: Project, part: Part, facts: Facts) -> Decision:
    after = replace(project, preview_job=facts.new_id())
    older = facts.preview
    changes = Changes(
        project=after,
        jobs=(work.preview(after, after.preview_job, part),),
        cancels=(older.id,) if older is not None and is_active(older) else (),
    )
    return Decision(changes=changes, toast=facts.say(words.answers.HEARING))


def heard(project: Project, job: Job, facts: Facts) -> Decision:
    """The preview that was asked for last is there, or why it is not."""
    if job.id != project.preview_job or job.status is JobStatus.CANCELLED:
        return Decision()
    if is_complete(job):
        return Decision(changes=Changes(notices=(_sent(project, job, facts),)))
    told = View(text=page(texts.failure(facts.language, job)), reply_to=project.message_id)
    return Decision(changes=Changes(notices=(notice(project.chat_id, told),)))


def _sent(project: Project, job: Job, facts: Facts) -> Notice:
    preview = Preview.from_json(job.result)
    title = title_of(project, facts)
    audio = Audio(
        key=preview.key, title=title, duration_s=preview.duration_s, voice_key=preview.voice_key
    )
    lines = _about(_as_heard(project, job), part_of(job.input), facts)
    view = View(text=page(*lines, heading=title), audio=audio, reply_to=project.message_id)
    return notice(project.chat_id, view)


def _as_heard(project: Project, job: Job) -> Project:
    """The project in the edit that is heard, which may have been changed meanwhile."""
    recipe = EditWork.from_json(job.input).recipe
    return replace(project, edit=replace(edit_of(project), recipe=recipe))


def _about(project: Project, part: Part, facts: Facts) -> tuple[str, ...]:
    """What is to be heard, in words."""
    if part is Part.COMPARE:
        return (facts.say(words.cards.BEFORE_AFTER),)
    if part is Part.EDGES and length_s(edit_of(project), facts) > 2 * EDGE_S:
        return (keeping(project, facts), facts.say(words.cards.EDGES_ONLY, seconds=round(EDGE_S)))
    return (keeping(project, facts),)
