"""The same recording with the same settings is never made into a video twice.

What somebody sent again is told by its bytes, whatever it is called: recipes name recordings by
their digest. The card then shows the video that there is.
"""

from __future__ import annotations

from dataclasses import replace

from conversations import words
from conversations.model import Decision, Facts
from conversations.phases import edit_of
from jobs.model import Changes, Edit, Face, Project
from storage import keys


def shown(project: Project, facts: Facts) -> Decision | None:
    """The card with the video that another card of theirs has; None where none is the same."""
    wanted = _without_own_cover(project)
    twin = next((card for card in facts.twins if _without_own_cover(card) == wanted), None)
    if twin is None:
        return None
    after = replace(project, face=Face.HOME, save_job=twin.save_job, render_job=twin.render_job)
    return Decision(changes=Changes(project=after), toast=facts.say(words.answers.MADE_BEFORE))


def _without_own_cover(project: Project) -> Edit:
    """The edit; a cover that came inside the recording is under another key each time it came."""
    edit = edit_of(project)
    writer = keys.writer(edit.cover_key)
    is_own = writer is not None and writer.job == project.ingest_job
    return replace(edit, cover_key="its own") if is_own else edit
