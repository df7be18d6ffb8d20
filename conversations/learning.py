"""What a made video tells about how its person likes them.

Style is remembered: look, shape, movement, colour and sound. What is cut, the title and the cover
belong to one recording. Only what was changed on the card itself counts, so a default that is
changed meanwhile is not undone by an older card.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from conversations.model import Facts
from conversations.phases import edit_of
from jobs.model import Edit, Habits, Project

_Read = Callable[[Edit], Any]

_STYLE: Mapping[str, _Read] = {
    "look": lambda edit: edit.look,
    "shape": lambda edit: edit.shape,
    "clean": lambda edit: edit.recipe.clean,
    "level": lambda edit: edit.recipe.level_lufs is not None,
    "trim_silence": lambda edit: edit.recipe.trim_silence,
    "response": lambda edit: edit.response,
    "brand": lambda edit: edit.brand,
}
# What *Surprise me* chose was chance, and is nobody's habit.
_CHANCE = frozenset({"look", "response"})


def learned(project: Project, facts: Facts) -> Habits | None:
    """The person's habits after the card is made as it is; None when they stay what they are."""
    began, made = facts.first_edit, edit_of(project)
    if began is None or not facts.habits.follows:
        return None
    changed = {
        name: read(made)
        for name, read in _STYLE.items()
        if read(made) != read(began) and not (made.seed and name in _CHANCE)
    }
    after = replace(facts.habits, **changed)
    return after if after != facts.habits else None
