"""From Make video to its end: start, stop, try again, and the bar that fills up between."""

from __future__ import annotations

from dataclasses import replace

from conversations import (
    autopilot,
    cards,
    duplicates,
    failures,
    keyboards,
    learning,
    remaining,
    texts,
    words,
    work,
)
from conversations.figures import page
from conversations.home import summary, title_of
from conversations.model import Decision, Facts, View
from conversations.notices import notice
from conversations.phases import Phase, edit_of, is_active, phase, why_not
from jobs.model import Changes, Face, Job, JobStatus, Project, Stage
from jobs.payloads import FILL_PERCENTS, SAVE_SHARE, STEP_ENDS

PACKING = 2  # steps that are behind us when it is packed


def make(project: Project, _: str, facts: Facts) -> Decision:
    """Prepare the sound, then draw the video. Pressing twice is pressing once."""
    now = phase(project, facts)
    if now is Phase.MAKING:
        return Decision(toast=facts.say(words.answers.ALREADY))
    refusal = why_not(project, facts)
    if refusal:
        return Decision(toast=refusal)
    if (made := duplicates.shown(project, facts)) is not None:
        return made
    started = _started(project, facts, anew=False)
    habits = learning.learned(project, facts)
    return replace(started, changes=replace(started.changes, habits=habits))


def _started(project: Project, facts: Facts, *, anew: bool, here: bool = False) -> Decision:
    after, jobs = work.making(replace(project, face=Face.HOME), facts, anew=anew, here=here)
    changes = cards.redrawn(Changes(project=after, jobs=jobs), project, facts)
    return Decision(changes=changes, toast=facts.say(words.answers.STARTING))


def make_here(project: Project, argument: str, facts: Facts) -> Decision:
    """By the worker, because those who are to make it do not answer."""
    held = failures.held_up(facts)
    if held is not None:
        started = _started(project, facts, anew=False, here=True)
        return replace(started, changes=replace(started.changes, cancels=(held.id,)))
    if phase(project, facts) is not Phase.FAILED:
        return make(project, argument, facts)
    return _started(project, facts, anew=False, here=True)


def make_simpler(project: Project, argument: str, facts: Facts) -> Decision:
    """In the look that asks least of the machine; undo brings the other back."""
    return _eased(project, argument, facts, look=failures.SIMPLE_LOOK)


def make_smaller(project: Project, argument: str, facts: Facts) -> Decision:
    """With less than half the pixels; undo brings them back."""
    return _eased(project, argument, facts, is_small=True)


def _eased(project: Project, argument: str, facts: Facts, **easier: str | bool) -> Decision:
    """Once more what failed, edited so that it may not."""
    if phase(project, facts) is not Phase.FAILED:
        return make(project, argument, facts)
    before = edit_of(project)
    edit = replace(before, **easier)  # type: ignore[arg-type]  # each by the field it is for
    after, jobs = work.making(replace(project, edit=edit, face=Face.HOME), facts, anew=False)
    changes = Changes(project=after, jobs=jobs, remember=edit != before)
    return Decision(
        changes=cards.redrawn(changes, project, facts), toast=facts.say(words.answers.STARTING)
    )


def stop(project: Project, _: str, facts: Facts) -> Decision:
    """Stop whatever runs for this card; the edit stays."""
    jobs = (facts.ingest, facts.save, facts.render)
    cancels = tuple(job.id for job in jobs if job is not None and is_active(job))
    if not cancels:
        if phase(project, facts) is Phase.DONE:
            return Decision(toast=facts.say(words.answers.DELIVERED_ALREADY))
        return Decision(toast=why_not(project, facts) or facts.say(words.answers.NOTHING_TO_STOP))
    return Decision(
        changes=Changes(project=project, cancels=cancels), toast=facts.say(words.answers.STOPPING)
    )


def again(project: Project, argument: str, facts: Facts) -> Decision:
    """Once more what was stopped or failed."""
    now = phase(project, facts)
    if now in (Phase.UNHEARD, Phase.UNFETCHED):
        if facts.ingest is not None and not failures.may_try_again(facts.ingest):
            return Decision(toast=texts.failure(facts.language, facts.ingest))
        after = replace(project, ingest_job=facts.new_id())
        changes = Changes(project=after, jobs=(work.listening(after),))
        return Decision(changes=changes, toast=facts.say(words.answers.AGAIN))
    if now is Phase.LISTENING:
        return Decision(toast=facts.say(words.answers.ALREADY))
    if now is Phase.FAILED:
        return _started(project, facts, anew=True)
    return make(project, argument, facts)


def view(project: Project, facts: Facts) -> View:
    """The bar while it is being made."""
    if autopilot.is_waiting(facts):
        return autopilot.view(project, facts)
    if (held := failures.held_up(facts)) is not None:
        why = texts.failure(facts.language, held)
        text = page(why, *summary(project, facts), heading=title_of(project, facts))
        return cards.face(project, facts, text, failures.waiting(project, facts))
    first = facts.save if is_active(facts.save) else facts.render
    assert first is not None
    done, picture_key = _shown(first, facts)
    left_s = _left_s(first, done, facts)
    text = page(*_status(first, done, left_s, facts), heading=title_of(project, facts))
    face = cards.face(project, facts, text, keyboards.stop(project, facts.language))
    is_lost = first.status is JobStatus.PENDING and first.attempt > 0
    return replace(
        face,
        picture_key=picture_key or face.picture_key,
        left_s=0 if is_lost else left_s or facts.said_left_s,
        look_s=remaining.QUIET_S if _is_at_work(first) and not facts.is_quiet else 0.0,
    )


def unfinished(project: Project, facts: Facts) -> View:
    """Stopped or failed: why, and everything that can be done about it."""
    render = facts.render
    assert render is not None
    if render.status is JobStatus.FAILED:
        why = texts.failure(facts.language, render)
        keyboard = failures.keyboard(project, render, facts)
    else:
        why, keyboard = facts.say(words.cards.STOPPED), keyboards.stopped(project, facts)
    text = page(why, *summary(project, facts), heading=title_of(project, facts))
    return cards.face(project, facts, text, keyboard)


def ended(project: Project, job: Job, facts: Facts) -> Decision:
    """The render of this card ended: a failure is told, because an edit of the card is silent."""
    if job.id != project.render_job or job.status is JobStatus.CANCELLED:
        return Decision()
    if job.status is JobStatus.COMPLETE:
        return Decision(changes=autopilot.counted(project, facts))
    title = project.edit.title if project.edit else ""
    named = title or texts.untitled(facts.language, "video")
    text = page(facts.say(words.cards.GAVE_UP, title=named))
    told = View(text=text, reply_to=project.message_id)
    return Decision(changes=Changes(notices=(notice(project.chat_id, told),)))


def percent(save: Job | None, render: Job | None) -> int:
    """How far along the one bar is: 30 % preparing the sound, then the pictures."""
    if save is not None and save.status is not JobStatus.COMPLETE:
        return save.progress * SAVE_SHARE // 100
    done = render.progress if render is not None else 0
    return SAVE_SHARE + done * (100 - SAVE_SHARE) // 100


def _shown(first: Job, facts: Facts) -> tuple[int, str]:
    """The percentage to tell and the picture that shows it, which must not tell two numbers.

    Pictures go in steps of ten, because each is sent; without them the percentage is exact.
    """
    done, fills = percent(facts.save, facts.render), cards.fills(facts)
    if len(fills) != len(FILL_PERCENTS) or not _is_begun(first, done):
        return done, ""
    packed_from = STEP_ENDS[1]
    step = min(done // 10, 9) if _steps_done(facts) < PACKING else FILL_PERCENTS.index(packed_from)
    return FILL_PERCENTS[step], fills[step]


def _is_begun(first: Job, done: int) -> bool:
    return first.status is not JobStatus.PENDING or first.attempt > 0 or done >= SAVE_SHARE


def _is_at_work(first: Job) -> bool:
    return first.status is not JobStatus.PENDING


def _left_s(first: Job, done: int, facts: Facts) -> int:
    """The time left as it is said now; 0 for nothing."""
    if done < remaining.SAID_FROM or facts.is_quiet or not _is_at_work(first):
        return 0
    return remaining.said_s(facts.eta_s, facts.said_left_s)


def _status(first: Job, done: int, left_s: int, facts: Facts) -> tuple[str, ...]:
    """How it stands with `first`, the job whose turn it is, when so many percent are done.

    One that was interrupted waits again, from 0 %: its card says so under the bar that fell back.
    Where whoever was at it died, it is said until that part is done: by then it may be at work.
    """
    waiting, was_begun = not _is_at_work(first), first.attempt > 0
    if not _is_begun(first, done):
        return (facts.say(words.cards.QUEUED), _queue(facts))
    is_heavy = facts.is_quiet and not waiting
    why = facts.say(words.cards.INTERRUPTED) if waiting and was_begun else ""
    if first.losses:
        why = facts.say(words.cards.RESTARTED)
    line = _queue(facts) if waiting else ""
    steps = texts.steps(facts.language, _steps_done(facts), at_work=not waiting)
    return (
        facts.say(words.cards.MAKING),
        texts.progress(facts.language, done, left_s),
        steps,
        facts.say(words.cards.STILL_GOING) if is_heavy else "",
        why,
        line,
    )


def _queue(facts: Facts) -> str:
    if facts.queue_place is None:
        return texts.stage(facts.language, Stage.WAITING)
    return texts.queue(facts.language, facts.queue_place, facts.eta_s)


def _steps_done(facts: Facts) -> int:
    """How many of sound, pictures and packing are behind us."""
    if is_active(facts.save):
        return 0
    stage = facts.render.stage if facts.render is not None else Stage.WAITING
    return PACKING if stage in (Stage.PACKING, Stage.STORING) else 1
