"""Every change of the edit goes through here: checked, remembered, told, drawn again."""

from __future__ import annotations

from dataclasses import replace

from conversations import cards, pages, texts, words
from conversations.figures import toast
from conversations.model import Decision, Facts
from conversations.phases import edit_of, length_s, response_of, total_s
from conversations.words.text import Text
from jobs.model import Changes, Edge, Edit, Project
from jobs.recipe import Recipe, RecipeError, check


def changed(project: Project, edit: Edit, facts: Facts, said: str = "") -> Decision:
    """The decision to edit it like that, or why it cannot be. `said` is told instead of the change.

    A render that was stopped or failed is forgotten: the card is ready to make again.
    """
    before = edit_of(project)
    if edit == before:
        return Decision(toast=said or facts.say(words.answers.UNCHANGED))
    refusal = _refusal(edit.recipe, project, facts)
    if refusal:
        return Decision(toast=refusal)
    changes = Changes(project=_with(project, edit), remember=True)
    return Decision(
        changes=cards.redrawn(changes, project, facts),
        toast=toast(said or difference(before, edit, facts)),
    )


def undo(project: Project, _: str, facts: Facts) -> Decision:
    """Back to the edit before the last change."""
    if facts.last_edit is None:
        return Decision(toast=facts.say(words.answers.NOTHING_TO_UNDO))
    after = _with(project, facts.last_edit)
    told = difference(edit_of(project), facts.last_edit, facts)
    return Decision(
        changes=cards.redrawn(Changes(project=after, forget_last=True), project, facts),
        toast=toast(facts.say(words.answers.UNDONE, what=told)),
    )


def _with(project: Project, edit: Edit) -> Project:
    """The project edited like that; a look that is chosen anew is on the page that is shown."""
    page = project.page if edit.look == edit_of(project).look else pages.page_of(edit.look)
    return replace(project, edit=edit, page=page, render_job="")


def difference(before: Edit, after: Edit, facts: Facts) -> str:
    """In what two edits differ, old -> new; empty when they are equal.

    Only a surprise changes two things at once: a look and how it moves.
    """
    return (
        _trimmed(before, after, facts)
        or _sounding(before.recipe, after.recipe, facts)
        or " · ".join(filter(None, (_looking(before, after, facts), _moving(before, after, facts))))
    )


def _trimmed(before: Edit, after: Edit, facts: Facts) -> str:
    old, new = before.recipe.clips, after.recipe.clips
    if old == new:
        return ""
    old_start_s, new_start_s = old[0].start_s, new[0].start_s
    old_end_s, new_end_s = old[-1].end_s, new[-1].end_s
    moved = (old_start_s != new_start_s, old_end_s != new_end_s)
    if moved == (True, False):
        return texts.moved(facts.language, Edge.START, old_start_s, new_start_s)
    if moved == (False, True):
        return texts.moved(facts.language, Edge.END, old_end_s, new_end_s)
    length = length_s(after, facts)
    if moved == (True, True) and len(new) == 1:
        return texts.kept(facts.language, new_start_s, new_end_s, length)
    return texts.length_changed(facts.language, length_s(before, facts), length)


def _sounding(before: Recipe, after: Recipe, facts: Facts) -> str:
    if before.clean is not after.clean:
        cleans = words.names.CLEANS
        return _told(facts, words.names.NOISE, cleans[before.clean], cleans[after.clean])
    if before.level_lufs != after.level_lufs:
        old, new = (words.names.LEVELS[edit.level_lufs is not None] for edit in (before, after))
        return _told(facts, words.names.LEVEL, old, new)
    if before.trim_silence is not after.trim_silence:
        silences = words.names.SILENCES
        old, new = silences[before.trim_silence], silences[after.trim_silence]
        return _told(facts, words.names.SILENCE, old, new)
    return ""


def _moving(before: Edit, after: Edit, facts: Facts) -> str:
    old, new = (response_of(edit, facts) for edit in (before, after))
    if old != new:
        told = (texts.response(facts.language, response) for response in (old, new))
        return texts.changed(facts.say(words.names.MOVES), *told)
    if before.brand != after.brand:
        unchosen = facts.say(words.names.NO_COLOR)
        old, new = before.brand or unchosen, after.brand or unchosen
        return texts.changed(facts.say(words.names.COLOR), old, new)
    return ""


def _looking(before: Edit, after: Edit, facts: Facts) -> str:
    if before.look != after.look:
        old, new = (texts.look(facts.language, edit.look) for edit in (before, after))
        return texts.changed(facts.say(words.names.LOOK), old, new)
    if before.shape is not after.shape:
        shapes = words.names.SHAPES
        return _told(facts, words.names.SIZE, shapes[before.shape], shapes[after.shape])
    if before.cover_key != after.cover_key:
        covers = words.names.COVERS
        return _told(
            facts, words.names.COVER, covers[bool(before.cover_key)], covers[bool(after.cover_key)]
        )
    if before.is_small is not after.is_small:
        heights = words.names.HEIGHTS
        return _told(facts, words.names.SIZE, heights[before.is_small], heights[after.is_small])
    if before.title != after.title:
        new = after.title or facts.say(words.names.NO_TITLE)
        return texts.changed(facts.say(words.names.TITLE), before.title, new)
    return ""


def _told(facts: Facts, what: Text, before: Text, after: Text) -> str:
    return texts.changed(facts.say(what), facts.say(before), facts.say(after))


def _refusal(recipe: Recipe, project: Project, facts: Facts) -> str:
    total = total_s(project, facts)
    try:
        check(recipe, dict.fromkeys((clip.source for clip in recipe.clips), total))
    except RecipeError as wrong:
        return texts.recipe_error(facts.language, wrong.code)
    return ""
