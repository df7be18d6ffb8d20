"""The LOOK face: the video's shape, its look and its title."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from conversations import cards, edits, face_buttons, pages, texts, vocabulary, words
from conversations.figures import page, tidy
from conversations.home import title_of
from conversations.model import Decision, Facts, View
from conversations.phases import edit_of, response_of
from jobs.model import Changes, Face, Project, Shape
from modal_render.contract import LOOKS, RESPONSES

_SEEDS = 2**31
_COLOR = re.compile("#?[0-9a-f]{6}")


def view(project: Project, facts: Facts) -> View:
    """The look face of the card."""
    edit = edit_of(project)
    moves = texts.response(facts.language, response_of(edit, facts))
    chosen = (
        texts.look(facts.language, edit.look),
        facts.say(words.names.SHAPES[edit.shape]),
        facts.say(words.cards.MOVES_LIKE, response=moves),
        edit.brand,
    )
    text = page(
        " · ".join(filter(None, chosen)),
        cards.left_out(facts),
        facts.say(words.cards.LOOK_HOW),
        heading=title_of(project, facts),
    )
    return cards.face(project, facts, text, face_buttons.look(project, facts))


def set_shape(project: Project, argument: str, facts: Facts) -> Decision:
    if argument not in tuple(Shape):
        return Decision(toast=facts.say(words.answers.OLD_BUTTON))
    return edits.changed(project, replace(edit_of(project), shape=Shape(argument)), facts)


def set_look(project: Project, argument: str, facts: Facts) -> Decision:
    if argument not in LOOKS:
        return Decision(toast=facts.say(words.answers.OLD_BUTTON))
    return edits.changed(project, replace(edit_of(project), look=argument), facts)


def set_response(project: Project, argument: str, facts: Facts) -> Decision:
    """How the picture moves with its sound."""
    if argument not in RESPONSES:
        return Decision(toast=facts.say(words.answers.OLD_BUTTON))
    unchosen = replace(edit_of(project), response="")
    response = "" if argument == response_of(unchosen, facts) else argument
    return edits.changed(project, replace(unchosen, response=response), facts)


def turn_page(project: Project, argument: str, facts: Facts) -> Decision:
    """The next looks to choose from."""
    wanted = {str(page): page for page in range(pages.PAGES)}
    if argument not in wanted:
        return Decision(toast=facts.say(words.answers.OLD_BUTTON))
    after = replace(project, face=Face.LOOK, page=wanted[argument], render_job="")
    if after == project:
        return Decision(toast=facts.say(words.answers.UNCHANGED))
    return Decision(changes=cards.redrawn(Changes(project=after), project, facts))


def surprise(project: Project, _: str, facts: Facts) -> Decision:
    """Another look than now, another way to move, other colours: chance decides."""
    edit = edit_of(project)
    others = [look for look in LOOKS if look != edit.look]
    # A new id is as random as anything here.
    chance = int(hashlib.sha256(facts.new_id().encode()).hexdigest(), 16)
    chance, look = divmod(chance, len(others))
    chance, response = divmod(chance, len(RESPONSES))
    surprising = replace(
        edit,
        look=others[look],
        response=tuple(RESPONSES)[response],
        seed=chance % _SEEDS,
    )
    return edits.changed(project, surprising, facts)


def set_brand(project: Project, color: str, facts: Facts) -> Decision:
    """The colour the palette is built around; "off" leaves it to the cover or to chance."""
    wanted = color.strip().lower()
    if wanted in vocabulary.OFF:
        return edits.changed(project, replace(edit_of(project), brand=""), facts)
    brand = color_of(wanted)
    if not brand:
        return Decision(toast=facts.say(words.cards.NO_COLOR_YET))
    return edits.changed(project, replace(edit_of(project), brand=brand), facts)


def color_of(text: str) -> str:
    """The colour as #rrggbb; empty for what is none."""
    wanted = text.strip().lower()
    return "#" + wanted.removeprefix("#") if _COLOR.fullmatch(wanted) else ""


def set_title(project: Project, title: str, facts: Facts) -> Decision:
    """The line that stands in the video and over the card."""
    if not tidy(title):
        return Decision(toast=facts.say(words.cards.NO_TITLE_YET))
    return edits.changed(project, replace(edit_of(project), title=tidy(title)), facts)
