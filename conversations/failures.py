"""A video that failed: whether trying again can help, what else can, and whom to tell."""

from __future__ import annotations

from collections.abc import Mapping

from conversations import keyboards, texts, words
from conversations.figures import page
from conversations.keyboards import Verb
from conversations.model import Decision, Facts, Keyboard, Style, View
from conversations.notices import notice
from conversations.phases import Phase, edit_of, phase
from conversations.words.text import Text
from jobs.model import Changes, Job, JobStatus, Project, Role

SIMPLE_LOOK = "pulse"  # drawn in a band: the least memory and work of all
# What a second try can end differently; all that the queue tries again by itself is among them.
WORTH_TRYING = frozenset(
    {
        "disk_full",
        "edit_failed",
        "internal",
        "link_failed",
        "link_refused",
        "link_timed_out",
        "probe_timed_out",
        "render_failed",
        "render_lost",
        "renderer_away",
        "storage_away",
        "telegram_away",
        "took_too_long",
        "video_missing",
        "worker_lost",
    }
)
_AWAY = "renderer_away"
_MACHINES_AWAY = frozenset({_AWAY, "render_lost"})
_HARD_TO_DRAW = frozenset({"render_failed", "worker_lost", "internal"})


def may_try_again(job: Job) -> bool:
    """Whether the same again can end any better."""
    return job.status is JobStatus.CANCELLED or job.error_code in WORTH_TRYING


def held_up(facts: Facts) -> Job | None:
    """The render that waits for those who are to make it, as long as none of them has it."""
    job = facts.render
    if job is None or job.status.is_terminal or job.error_code != _AWAY or job.call_id:
        return None
    return job


def waiting(project: Project, facts: Facts) -> Keyboard:
    """Not to wait for them any longer."""
    label = facts.say(words.failures.MAKE_HERE)
    here = keyboards.button(project, label, Verb.MAKE_HERE, style=Style.SUCCESS)
    return ((here,), *keyboards.stop(project, facts.language))


def keyboard(project: Project, job: Job, facts: Facts) -> Keyboard:
    """Everything that can be done about it."""
    is_owner = facts.person.role is Role.OWNER
    return keyboards.failed(project, facts, _ways(project, job), tell=not is_owner)


def tell_owner(project: Project, _: str, facts: Facts) -> Decision:
    """Say to the bot's owner what broke; nothing of what is in the video."""
    job = facts.render
    if job is None or phase(project, facts) is not Phase.FAILED:
        return Decision(toast=facts.say(words.answers.OLD_BUTTON))
    if not facts.owner_id or facts.owner_id == facts.person.id:
        return Decision(toast=facts.say(words.failures.OWNED_BY_YOU))
    theirs = facts.owner_language
    told = words.failures.GUEST_FAILED.to(
        theirs,
        name=texts.name_of(theirs, facts.person.name),
        code=texts.code(theirs, job.id),
        error=job.error_code,
    )
    asked = notice(facts.owner_id, View(text=page(told)), seldom=True)
    return Decision(changes=Changes(notices=(asked,)), toast=facts.say(words.failures.TOLD_OWNER))


def _ways(project: Project, job: Job) -> Mapping[Verb, Text]:
    """The ways to another end, the best first."""
    if not may_try_again(job):
        return {}
    edit, again = edit_of(project), {Verb.AGAIN: words.buttons.AGAIN}
    if job.error_code in _MACHINES_AWAY:
        waiting = {Verb.AGAIN: words.failures.WAIT_FOR_THEM}
        return {Verb.MAKE_HERE: words.failures.MAKE_HERE, **waiting}
    if job.error_code == "took_too_long" and not edit.is_small:
        return {Verb.SMALLER: words.failures.SMALLER, **again}
    if job.error_code in _HARD_TO_DRAW and edit.look != SIMPLE_LOOK:
        return {**again, Verb.SIMPLER: words.failures.SIMPLER}
    return again
