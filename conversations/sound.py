"""The SOUND face: noise, even volume, silence."""

from __future__ import annotations

from dataclasses import replace

from conversations import cards, edits, face_buttons, words
from conversations.figures import page
from conversations.home import summary, title_of
from conversations.model import Decision, Facts, View
from conversations.phases import edit_of
from jobs.model import Project
from jobs.recipe import SOCIAL_LUFS, Clean, Recipe, TrimSilence


def view(project: Project, facts: Facts) -> View:
    """The sound face of the card."""
    text = page(
        *summary(project, facts), facts.say(words.cards.SOUND_HOW), heading=title_of(project, facts)
    )
    return cards.face(project, facts, text, face_buttons.sound(project, facts))


def set_noise(project: Project, argument: str, facts: Facts) -> Decision:
    if argument not in tuple(Clean):
        return Decision(toast=facts.say(words.answers.OLD_BUTTON))
    return _changed(project, replace(_recipe(project), clean=Clean(argument)), facts)


def toggle_level(project: Project, _: str, facts: Facts) -> Decision:
    recipe = _recipe(project)
    level = SOCIAL_LUFS if recipe.level_lufs is None else None
    return _changed(project, replace(recipe, level_lufs=level), facts)


def set_silence(project: Project, argument: str, facts: Facts) -> Decision:
    if argument not in tuple(TrimSilence):
        return Decision(toast=facts.say(words.answers.OLD_BUTTON))
    return _changed(project, replace(_recipe(project), trim_silence=TrimSilence(argument)), facts)


def _recipe(project: Project) -> Recipe:
    return edit_of(project).recipe


def _changed(project: Project, recipe: Recipe, facts: Facts) -> Decision:
    return edits.changed(project, replace(edit_of(project), recipe=recipe), facts)
