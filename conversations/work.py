"""The jobs a conversation asks for."""

from __future__ import annotations

from dataclasses import replace

from conversations.model import Facts
from conversations.phases import edit_of, is_complete
from jobs.model import PHOTO, Job, JobKind, Json, NewJob, Project, Source
from jobs.payloads import EditWork, GlimpseWork, Part, RenderWork, source_to_json


def listening(project: Project, *, dedupe_key: str = "") -> NewJob:
    """Bring the recording in; the job is the one the project names."""
    return new_job(
        JobKind.INGEST,
        project,
        project.ingest_job,
        source_to_json(project.source),
        dedupe_key=dedupe_key,
    )


def cover(project: Project, source: Source) -> NewJob:
    """Bring in the photo that the project names as the one to be shown."""
    return new_job(JobKind.INGEST, project, project.cover_job, source_to_json(source))


def is_cover(job: Job) -> bool:
    """Whether it brings a photo and no recording."""
    return job.kind is JobKind.INGEST and job.input.get("media") == PHOTO


def preview(project: Project, job_id: str, part: Part = Part.ALL) -> NewJob:
    """The edit as it is now to listen to, or a part of it."""
    wanted = replace(_edit_work(project), part=part)
    return new_job(JobKind.PREVIEW, project, job_id, wanted.to_json())


def glimpse(project: Project, job_id: str) -> NewJob:
    """Five seconds of the video as it would be now."""
    wanted = GlimpseWork(ingest_job=project.ingest_job, edit=edit_of(project))
    return new_job(JobKind.PREVIEW, project, job_id, wanted.to_json())


def save(project: Project, job_id: str) -> NewJob:
    """The sound of the edit as it is now, as good as it can be."""
    return new_job(JobKind.SAVE, project, job_id, _edit_work(project).to_json())


def making(
    project: Project, facts: Facts, *, anew: bool, here: bool = False
) -> tuple[Project, tuple[NewJob, ...]]:
    """The project naming its save and render, and those of the two that are to be created.

    A save that is complete and sounds the same is used again unless it is to be made anew. With
    `here` the video is made by the worker, wherever others are made.
    """
    reused = not anew and is_complete(facts.save) and sounds_like(facts.save, project)
    save_job = project.save_job if reused else facts.new_id()
    after = replace(project, save_job=save_job, render_job=facts.new_id())
    work = RenderWork(
        ingest_job=after.ingest_job, save_job=save_job, edit=edit_of(after), here=here
    )
    render = new_job(
        JobKind.RENDER,
        after,
        after.render_job,
        work.to_json(),
        after_job="" if reused else save_job,
    )
    if reused:
        return after, (render,)
    return after, (save(after, save_job), render)


def sounds_like(job: Job | None, project: Project) -> bool:
    """Whether that preview or save is of the sound as it is now."""
    if job is None:
        return False
    return EditWork.from_json(job.input).recipe == edit_of(project).recipe


def new_job(
    kind: JobKind,
    project: Project,
    job_id: str,
    given: Json,
    *,
    dedupe_key: str = "",
    after_job: str = "",
) -> NewJob:
    """A job of the project, for its owner."""
    return NewJob(
        id=job_id,
        kind=kind,
        project_id=project.id,
        owner_id=project.owner_id,
        chat_id=project.chat_id,
        input=given,
        dedupe_key=dedupe_key,
        after_job=after_job,
    )


def _edit_work(project: Project) -> EditWork:
    edit = edit_of(project)
    return EditWork(
        ingest_job=project.ingest_job,
        recipe=edit.recipe,
        title=edit.title,
        artist=edit.subtitle,
    )
