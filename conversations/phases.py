"""Where a project is on its way from recording to video, told from its row and its jobs."""

from __future__ import annotations

from enum import StrEnum

from conversations import texts, words
from conversations.model import Facts
from jobs.kept import kept_clips
from jobs.model import Edit, Job, JobStatus, Project, ProjectStatus, SourceKind


class Phase(StrEnum):
    UNATTESTED = "unattested"  # waits for "this is mine" before anything is fetched
    UNSENT = "unsent"  # waits for its file to come through the upload page
    TOO_LONG = "too long"  # waits for the part of it that is to be made
    SEVERAL = "several"  # waits to hear whether they are to be joined
    LISTENING = "listening"
    UNHEARD = "unheard"  # the ingest failed
    UNFETCHED = "unfetched"  # the ingest was stopped
    READY = "ready"
    MAKING = "making"
    STOPPED = "stopped"
    FAILED = "failed"
    DONE = "done"
    GONE = "gone"


CHANGEABLE = frozenset({Phase.READY, Phase.STOPPED, Phase.FAILED})
_INGEST_ENDS = {JobStatus.FAILED: Phase.UNHEARD, JobStatus.CANCELLED: Phase.UNFETCHED}
_TOO_LONG = "source_too_long"
_RENDER_ENDS = {
    JobStatus.COMPLETE: Phase.DONE,
    JobStatus.FAILED: Phase.FAILED,
    JobStatus.CANCELLED: Phase.STOPPED,
}


def phase(project: Project, facts: Facts) -> Phase:
    """What the card is about now; its faces are sides of READY only."""
    if project.status is not ProjectStatus.OPEN:
        return Phase.GONE
    if project.source.waiting:
        return Phase.SEVERAL
    if project.edit is None:
        return _before_sound(project, facts)
    if not project.render_job or facts.render is None:
        return Phase.READY
    return _RENDER_ENDS.get(facts.render.status, Phase.MAKING)


def _before_sound(project: Project, facts: Facts) -> Phase:
    if project.ingest_job:
        if facts.ingest is not None and facts.ingest.error_code == _TOO_LONG:
            return Phase.TOO_LONG
        return _INGEST_ENDS.get(_status(facts.ingest), Phase.LISTENING)
    if project.source.kind is SourceKind.UPLOAD:
        return Phase.UNSENT
    is_long = project.source.duration_s > facts.limits.audio_s
    return Phase.TOO_LONG if is_long else Phase.UNATTESTED


def why_not(project: Project, facts: Facts) -> str:
    """Why the edit cannot be changed now, with the way out; empty when it can."""
    now = phase(project, facts)
    if now in CHANGEABLE:
        return ""
    told = {
        Phase.UNATTESTED: facts.say(words.people.ATTEST_HOW),
        Phase.UNSENT: facts.say(words.uploads.FIRST),
        Phase.SEVERAL: facts.say(words.several.FIRST),
        Phase.TOO_LONG: facts.say(words.parts.HOW),
        Phase.LISTENING: facts.say(words.answers.LISTENING_STILL),
        Phase.MAKING: facts.say(words.answers.MAKING_STILL),
        Phase.DONE: facts.say(words.answers.ALREADY_MADE),
        Phase.GONE: gone(project, facts),
    }
    return told.get(now, facts.say(words.answers.NOT_HEARD))


def gone(project: Project, facts: Facts) -> str:
    """What is said of a project that is not open any more."""
    if project.status is ProjectStatus.DELETED:
        return facts.say(words.answers.DELETED)
    limits = facts.limits
    quiet_s = limits.retention_s if is_complete(facts.render) else limits.originals_s
    return texts.expired(facts.language, quiet_s, limits.retention_s)


def is_active(job: Job | None) -> bool:
    """Whether the job is waiting or running."""
    return job is not None and not job.status.is_terminal


def is_complete(job: Job | None) -> bool:
    return job is not None and job.status is JobStatus.COMPLETE


def edit_of(project: Project) -> Edit:
    """The edit of a project that was listened to."""
    assert project.edit is not None
    return project.edit


def response_of(edit: Edit, facts: Facts) -> str:
    """How the picture moves: as was chosen, else as the recording's character asks."""
    return edit.response or (facts.asset.character if facts.asset else "")


def total_s(project: Project, facts: Facts) -> float:
    """Length of the whole recording; the end of what is kept where that is not known."""
    if facts.asset is not None:
        return facts.asset.duration_s
    return edit_of(project).recipe.clips[-1].end_s


def whole_s(project: Project, facts: Facts) -> float:
    """Length of a recording that is too long: as it was found, else as its sender claims."""
    found = facts.ingest.error_params.get("duration_s") if facts.ingest is not None else None
    return float(found) if isinstance(found, int | float) else project.source.duration_s


def length_s(edit: Edit, facts: Facts) -> float:
    """Length of the video this edit makes, silence taken out."""
    assets = {facts.asset.digest: facts.asset} if facts.asset is not None else {}
    return sum(clip.duration_s for clip in kept_clips(edit.recipe, assets))


def _status(job: Job | None) -> JobStatus:
    return JobStatus.PENDING if job is None else job.status
