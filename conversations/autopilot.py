"""Autopilot: whoever never changes anything need not press *Make video*.

It is offered once, after three videos that were made as their cards began. With it the jobs of a
video are queued as soon as the recording was heard, to begin a few seconds later: so the wait
outlives any process, and stopping it is stopping jobs.
"""

from __future__ import annotations

from dataclasses import replace

from conversations import cards, duplicates, keyboards, words, work
from conversations.figures import page
from conversations.home import show, summary, title_of
from conversations.keyboards import Verb
from conversations.model import Button, Decision, Facts, Keyboard, Style, View
from conversations.notices import notice
from conversations.phases import Phase, edit_of, is_active, phase
from jobs.model import Changes, Face, JobStatus, NewJob, Project

START_S = 8.0
UNCHANGED = 3  # videos in a row, before it is offered
_YES, _NO = "1", "0"


def begun(project: Project, facts: Facts) -> tuple[Project, tuple[NewJob, ...]]:
    """The project just heard, with the jobs of its video where the person wants that.

    What a program brought in is made when the program says so.
    """
    if not facts.habits.autopilot or not project.source_message_id:
        return project, ()
    if (made := duplicates.shown(project, facts)) is not None and made.changes.project:
        return made.changes.project, ()
    after, (first, *rest) = work.making(project, facts, anew=True)
    return after, (replace(first, delay_s=START_S), *rest)


def is_waiting(facts: Facts) -> bool:
    """Whether the video of the card begins by itself in a moment."""
    save = facts.save
    return (
        save is not None
        and save.status is JobStatus.PENDING
        and save.attempt == 0
        and save.run_after >= max(facts.now, save.created_at + START_S / 2)
    )


def view(project: Project, facts: Facts) -> View:
    """The card in these seconds: what is going to be made, and the way to change it."""
    starting = facts.say(words.autopilot.STARTING, seconds=round(START_S))
    text = page(starting, *summary(project, facts), heading=title_of(project, facts))
    label = facts.say(words.autopilot.WAIT)
    data = keyboards.encode(Verb.WAIT, project.id)
    wait = Button(label=label, data=data, style=Style.PRIMARY)
    return cards.face(project, facts, text, ((wait,),))


def wait(project: Project, _: str, facts: Facts) -> Decision:
    """Stop it and show the trim face; a render that has begun is stopped as ever."""
    if phase(project, facts) is Phase.DONE:
        return Decision(toast=facts.say(words.answers.DELIVERED_ALREADY))
    if phase(project, facts) is not Phase.MAKING:
        shown = show(project, Face.TRIM, facts) if project.edit else Decision()
        return replace(shown, toast=facts.say(words.answers.NOTHING_TO_STOP))
    cancels = tuple(job.id for job in (facts.save, facts.render) if job and is_active(job))
    after, toast = project, facts.say(words.answers.STOPPING)
    if facts.render is not None and facts.render.status is JobStatus.PENDING:
        after = replace(project, face=Face.TRIM, render_job="")
        toast = facts.say(words.autopilot.WAITING)
    changes = Changes(project=after, cancels=cancels)
    return Decision(changes=cards.redrawn(changes, project, facts), toast=toast)


def counted(project: Project, facts: Facts) -> Changes:
    """A video was made: how many in a row nobody changed, and the offer where it is time for it."""
    if facts.ingest is None or facts.ingest.project_id != project.id:
        return Changes()  # another one of the same recording
    habits = facts.habits
    is_changed = facts.first_edit not in (None, edit_of(project))
    after = replace(habits, unchanged=0 if is_changed else habits.unchanged + 1)
    is_early = after.unchanged < UNCHANGED
    # The offer is one person's business, so it waits for their own chat.
    if habits.autopilot or habits.offered or is_early or project.chat_id < 0:
        return Changes(habits=after)
    offer = View(text=page(facts.say(words.autopilot.OFFER)), keyboard=_answers(facts))
    return Changes(habits=replace(after, offered=True), notices=(notice(project.chat_id, offer),))


def answer(argument: str, facts: Facts) -> Decision:
    """Yes or no; either way the question has been asked."""
    if argument not in (_YES, _NO):
        return Decision(toast=facts.say(words.answers.OLD_BUTTON))
    wanted = argument == _YES
    told = (
        facts.say(words.autopilot.ON, seconds=round(START_S))
        if wanted
        else facts.say(words.autopilot.OFF)
    )
    habits = replace(facts.habits, autopilot=wanted, offered=True)
    return Decision(changes=Changes(habits=habits), toast=told, turns=View(text=page(told)))


def _answers(facts: Facts) -> Keyboard:
    yes, no = (
        Button(label=facts.say(label), data=f"{Verb.AUTOPILOT}:{value}")
        for label, value in ((words.buttons.YES, _YES), (words.buttons.NO, _NO))
    )
    return ((yes, no),)
