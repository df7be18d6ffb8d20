"""The picture on the card as data: what it shows, when it has to be drawn again.

Drawing is the worker's. Pictures are debounced by superseding: a newer request cancels those that
nobody has begun to draw, and the card keeps the newest finished picture until a newer one is there.
"""

from __future__ import annotations

from dataclasses import replace

from conversations import pages, words
from conversations.figures import tidy
from conversations.model import Decision, Facts, View
from conversations.model import Keyboard as Keys
from conversations.phases import edit_of, is_complete
from conversations.work import new_job
from jobs.model import Changes, Face, Job, JobKind, Project
from jobs.payloads import CardWork, Picture
from jobs.recipe import SOCIAL_LUFS, Clean

_MAX_LETTERS = 24  # named one by one; nobody reads a list of more


def redrawn(changes: Changes, before: Project | None, facts: Facts) -> Changes:
    """The changes, with a new picture if what they write looks different from `before`."""
    after = changes.project
    assert after is not None
    if before is not None and before.edit is not None and _outline(before) == _outline(after):
        return changes
    look = new_job(JobKind.LOOK, after, facts.new_id(), card_work(after).to_json())
    return replace(
        changes, jobs=(*changes.jobs, look), supersede=(*changes.supersede, JobKind.LOOK)
    )


def card_work(project: Project) -> CardWork:
    """What the worker draws the card from; the edge is marked only while it is being moved.

    On the look face the picture is the page of looks to choose from; while the video is made it
    fills up.
    """
    edge = project.edge.value if project.face is Face.TRIM else ""
    card = CardWork(
        ingest_job=project.ingest_job,
        edit=edit_of(project),
        edge=edge,
        fills=bool(project.render_job),
    )
    if project.face is not Face.LOOK:
        return card
    page = project.page
    return replace(card, looks=pages.looks_on(page), first_number=pages.first_number(page))


def drawn(project: Project, job: Job, facts: Facts) -> Decision:
    """A picture is finished: the card shows it, unless it has a newer one already."""
    is_older = facts.card is not None and facts.card.created_at > job.created_at
    if not is_complete(job) or is_older or project.card_job == job.id:
        return Decision()
    return Decision(changes=Changes(project=replace(project, card_job=job.id)))


def picture_key(facts: Facts) -> str:
    """The storage key of the picture to show; empty while there is none."""
    picture = _picture(facts)
    return picture.key if picture else ""


def fills(facts: Facts) -> tuple[str, ...]:
    """The pictures of progress, one for each of FILL_PERCENTS; none while they are not drawn."""
    picture = _picture(facts)
    return picture.fills if picture else ()


def left_out(facts: Facts) -> str:
    """What the picture lacks of its words, as a sentence; empty when it has them all."""
    picture = _picture(facts)
    if picture is None or not picture.left_out:
        return ""
    return facts.say(words.cards.LEFT_OUT, letters=tidy(picture.left_out, _MAX_LETTERS))


def face(project: Project, facts: Facts, text: str, keyboard: Keys = ()) -> View:
    """One side of the card: the picture where there is one, with these words and buttons."""
    return View(
        text=text,
        keyboard=keyboard,
        picture_key=picture_key(facts),
        reply_to=project.source_message_id,
    )


def _picture(facts: Facts) -> Picture | None:
    if facts.card is None or not is_complete(facts.card):
        return None
    return Picture.from_json(facts.card.result)


def _outline(project: Project) -> CardWork:
    """All that shows in the picture: how the sound is cleaned and levelled does not.

    Nor does a contact sheet show which of its looks is chosen: the buttons do, at once.
    """
    work = card_work(project)
    recipe = replace(work.edit.recipe, clean=Clean.OFF, level_lufs=SOCIAL_LUFS)
    look = "" if work.looks else work.edit.look
    return replace(work, edit=replace(work.edit, recipe=recipe, look=look))
