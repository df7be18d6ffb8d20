"""The 5-second look: the loudest seconds of the video to be, sent as a video of its own."""

from __future__ import annotations

from dataclasses import replace

from conversations import texts, words, work
from conversations.figures import page
from conversations.home import title_of
from conversations.model import Decision, Facts, Video, View
from conversations.notices import notice
from conversations.phases import gone, is_active, is_complete, why_not
from jobs.model import Changes, Job, JobStatus, Notice, Project, ProjectStatus
from jobs.payloads import Glimpse, GlimpseWork


def glimpse(project: Project, _: str, facts: Facts) -> Decision:
    """Ask for one of the edit as it is; one that was made before is sent again at once."""
    if project.status is not ProjectStatus.OPEN:
        return Decision(toast=gone(project, facts))
    if project.edit is None:
        return Decision(toast=why_not(project, facts))
    job = facts.glimpse
    if job is not None and GlimpseWork.from_json(job.input).edit == project.edit:
        if is_active(job):
            return Decision(toast=facts.say(words.answers.ALREADY))
        if is_complete(job):
            return Decision(
                changes=Changes(notices=(_sent(project, job, facts),)),
                toast=facts.say(words.answers.HEARING),
            )
    after = replace(project, glimpse_job=facts.new_id())
    changes = Changes(
        project=after,
        jobs=(work.glimpse(after, after.glimpse_job),),
        cancels=(job.id,) if job is not None and is_active(job) else (),
    )
    return Decision(changes=changes, toast=facts.say(words.answers.GLIMPSING))


def seen(project: Project, job: Job, facts: Facts) -> Decision:
    """The glimpse that was asked for last is there, or why it is not."""
    if job.id != project.glimpse_job or job.status is JobStatus.CANCELLED:
        return Decision()
    if is_complete(job):
        return Decision(changes=Changes(notices=(_sent(project, job, facts),)))
    told = View(text=page(texts.failure(facts.language, job)), reply_to=project.message_id)
    return Decision(changes=Changes(notices=(notice(project.chat_id, told),)))


def _sent(project: Project, job: Job, facts: Facts) -> Notice:
    """Tells what it shows, which may have been changed meanwhile."""
    made, edit = Glimpse.from_json(job.result), GlimpseWork.from_json(job.input).edit
    look, shape = texts.look(facts.language, edit.look), facts.say(words.names.SHAPES[edit.shape])
    text = page(
        f"{look} · {shape}",
        facts.say(words.cards.GLIMPSE, seconds=round(made.duration_s)),
        heading=title_of(replace(project, edit=edit), facts),
    )
    video = Video(
        key=made.key,
        thumbnail_key=made.thumbnail_key,
        width=made.width,
        height=made.height,
        duration_s=made.duration_s,
    )
    view = View(text=text, video=video, reply_to=project.message_id)
    return notice(project.chat_id, view)
