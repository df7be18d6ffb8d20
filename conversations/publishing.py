"""The unlisted page of a finished video: opened with one press, taken back with another."""

from __future__ import annotations

from conversations import words
from conversations.model import Decision, Facts
from conversations.phases import Phase, phase, why_not
from jobs.model import Changes, Page, Project


def publish(project: Project, _: str, facts: Facts) -> Decision:
    """Whoever gets the link can watch the video. Pressing twice is pressing once."""
    if phase(project, facts) is not Phase.DONE:
        return Decision(toast=why_not(project, facts) or facts.say(words.pages.NOT_MADE))
    if not facts.limits.pages:
        return Decision(toast=facts.say(words.pages.NOWHERE))
    if facts.page_link:
        return Decision(toast=facts.say(words.pages.OPEN_ALREADY))
    page = Page(slug=facts.new_id(), project_id=project.id, job_id=project.render_job)
    changes = Changes(project=project, opens=page)
    return Decision(changes=changes, toast=facts.say(words.pages.OPENED))


def take_back(project: Project, _: str, facts: Facts) -> Decision:
    """The page says that it was taken back, to whoever has its link."""
    if not facts.page_link:
        return Decision(toast=facts.say(words.pages.NOT_OPEN))
    changes = Changes(project=project, closes=project.id)
    return Decision(changes=changes, toast=facts.say(words.pages.CLOSED))
