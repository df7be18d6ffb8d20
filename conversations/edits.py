"""Every change of the edit goes through here: checked, remembered, told, drawn again."""

from __future__ import annotations

from dataclasses import replace

from conversations import cards, names, texts
from conversations.figures import toast
from conversations.model import Decision, Facts
from conversations.phases import edit_of, length_s, response_of, total_s
from jobs.model import Changes, Edge, Edit, Project
from jobs.recipe import Recipe, RecipeError, check


def changed(project: Project, edit: Edit, facts: Facts, said: str = "") -> Decision:
    """The decision to edit it like that, or why it cannot be. `said` is told instead of the change.

    A render that was stopped or failed is forgotten: the card is ready to make again.
    """
    before = edit_of(project)
    if edit == before:
        return Decision(toast=said or texts.UNCHANGED)
    refusal = _refusal(edit.recipe, total_s(project, facts))
    if refusal:
        return Decision(toast=refusal)
    changes = Changes(project=replace(project, edit=edit, render_job=""), remember=True)
    return Decision(
        changes=cards.redrawn(changes, project, facts),
        toast=toast(said or difference(before, edit, facts)),
    )


def undo(project: Project, _: str, facts: Facts) -> Decision:
    """Back to the edit before the last change."""
    if facts.last_edit is None:
        return Decision(toast=texts.NOTHING_TO_UNDO)
    after = replace(project, edit=facts.last_edit, render_job="")
    return Decision(
        changes=cards.redrawn(Changes(project=after, forget_last=True), project, facts),
        toast=toast(texts.undone(difference(edit_of(project), facts.last_edit, facts))),
    )


def difference(before: Edit, after: Edit, facts: Facts) -> str:
    """The first thing in which two edits differ, old -> new; empty when they are equal."""
    return (
        _trimmed(before, after, facts)
        or _sounding(before.recipe, after.recipe)
        or _looking(before, after)
        or _moving(before, after, facts)
    )


def _trimmed(before: Edit, after: Edit, facts: Facts) -> str:
    old, new = before.recipe.clips, after.recipe.clips
    if old == new:
        return ""
    old_start_s, new_start_s = old[0].start_s, new[0].start_s
    old_end_s, new_end_s = old[-1].end_s, new[-1].end_s
    moved = (old_start_s != new_start_s, old_end_s != new_end_s)
    if moved == (True, False):
        return texts.moved(Edge.START, old_start_s, new_start_s)
    if moved == (False, True):
        return texts.moved(Edge.END, old_end_s, new_end_s)
    length = length_s(after, facts)
    if moved == (True, True) and len(new) == 1:
        return texts.kept(new_start_s, new_end_s, length)
    return texts.length_changed(length_s(before, facts), length)


def _sounding(before: Recipe, after: Recipe) -> str:
    if before.clean is not after.clean:
        return texts.changed(names.NOISE, names.clean(before.clean), names.clean(after.clean))
    if before.level_lufs != after.level_lufs:
        return texts.changed(
            names.LEVEL,
            names.level(before.level_lufs is not None),
            names.level(after.level_lufs is not None),
        )
    if before.trim_silence is not after.trim_silence:
        old, new = names.silence(before.trim_silence), names.silence(after.trim_silence)
        return texts.changed(names.SILENCE, old, new)
    return ""


def _moving(before: Edit, after: Edit, facts: Facts) -> str:
    if before.response != after.response:
        old, new = (names.response(response_of(edit, facts)) for edit in (before, after))
        return texts.changed(names.MOVES, old, new)
    if before.brand != after.brand:
        return texts.changed(names.COLOR, names.color(before.brand), names.color(after.brand))
    return ""


def _looking(before: Edit, after: Edit) -> str:
    if before.look != after.look:
        return texts.changed(names.LOOK, names.look(before.look), names.look(after.look))
    if before.shape is not after.shape:
        return texts.changed(names.SIZE, names.shape(before.shape), names.shape(after.shape))
    if before.title != after.title:
        return texts.changed(names.TITLE, before.title, names.title(after.title))
    return ""


def _refusal(recipe: Recipe, total: float) -> str:
    try:
        check(recipe, dict.fromkeys((clip.source for clip in recipe.clips), total))
    except RecipeError as wrong:
        return texts.recipe_error(wrong.code)
    return ""
