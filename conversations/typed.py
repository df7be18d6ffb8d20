"""Words do what buttons do: whatever is typed at an open card, in any order, at any moment."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from conversations import (
    edits,
    finished,
    hearing,
    intake,
    keyboards,
    links,
    look,
    making,
    texts,
    times,
    trim,
)
from conversations.model import Decision, Facts, Keyboard, Received
from conversations.notices import said, spoken
from conversations.phases import Phase, phase, why_not
from jobs.model import Project, Shape
from modal_render.contract import LOOKS, RESPONSES

Act = Callable[[Project, str, Facts], Decision]

_TITLE = re.compile(
    r"\s*(?:title|name|titel|titre|titulo|título)\s*[:=]\s*(.*)", re.IGNORECASE | re.DOTALL
)
_BRAND = re.compile(r"\s*(?:brand|colou?r|farbe|couleur|marca)\s*[:=]?\s*(#?\w+)\s*", re.IGNORECASE)
_SHAPES: Mapping[Shape, str] = {
    Shape.VERTICAL: "vertical portrait tall 9:16 hochkant hochformat vertikal",
    Shape.SQUARE: "square 1:1 quadrat quadratisch carre cuadrado",
    Shape.WIDE: "wide landscape horizontal 16:9 quer querformat breit large paysage ancho",
}
_SHAPE_WORDS: Mapping[str, Shape] = {
    word: shape for shape, words in _SHAPES.items() for word in words.split()
}
_ACTS: tuple[tuple[Act, str], ...] = (
    (edits.undo, "undo|ruckgangig|zuruck|annuler|deshacer"),
    (making.make, "make|make it|make video|make the video|go|los|machen|fais-la|hazlo"),
    (making.stop, "stop|cancel|stopp|abbrechen|arrete|arreter|parar|para"),
    (hearing.hear, "hear|hear it|listen|play|anhoren|ecouter|escuchar"),
    (making.again, "again|try again|retry|nochmal|reessayer|otra vez"),
    (finished.change, "change|edit|andern|modifier|cambiar"),
)
_LOOK_WORDS: Mapping[str, str] = {
    **{name.lower(): look for look, name in LOOKS.items()},
    **{look: look for look in LOOKS},
}
_RESPONSE_WORDS: Mapping[str, str] = {
    **{name.lower(): response for response, name in RESPONSES.items()},
    **{response: response for response in RESPONSES},
}
_ACT_WORDS: Mapping[str, Act] = {word: act for act, words in _ACTS for word in words.split("|")}
# What needs no card that can be changed: they know themselves when they cannot be done.
_ANYTIME = frozenset({making.make, making.stop, hearing.hear, making.again, finished.change})


def typed(project: Project | None, text: str, facts: Facts) -> Decision:
    """What the text does to the card it answers, or to the newest open one."""
    url = links.find(text)
    if url:
        return intake.receive(Received(source=links.source_of(url)), facts)
    if project is None:
        return said(facts, texts.NO_CARD)
    if project.owner_id != facts.person.id:
        return said(facts, texts.only_steers(facts.sender_name))
    word = times.plain(text).strip(" .!?")
    act = _ACT_WORDS.get(word)
    if act in _ANYTIME and act is not None:
        return spoken(act(project, "", facts), facts)
    refusal = why_not(project, facts)
    if refusal:
        return said(facts, refusal, keyboard=_way_out(project, facts))
    if act is not None:
        return spoken(act(project, "", facts), facts)
    return _choice(project, word, facts) or _edited(project, text, facts)


def _choice(project: Project, word: str, facts: Facts) -> Decision | None:
    """A size, a look or a way to move by its name."""
    if word in _SHAPE_WORDS:
        decision = look.set_shape(project, _SHAPE_WORDS[word], facts)
    elif word in _LOOK_WORDS:
        decision = look.set_look(project, _LOOK_WORDS[word], facts)
    elif word in _RESPONSE_WORDS:
        decision = look.set_response(project, _RESPONSE_WORDS[word], facts)
    else:
        return None
    return _echoed(project, decision, facts)


def _edited(project: Project, text: str, facts: Facts) -> Decision:
    """A title, a colour or a time; anything else is answered with how times are written."""
    title = _TITLE.fullmatch(text)
    if title:
        return _echoed(project, look.set_title(project, title[1], facts), facts)
    brand = _BRAND.fullmatch(text)
    if brand:
        return _echoed(project, look.set_brand(project, brand[1], facts), facts)
    wish = times.read(text)
    if wish is None:
        # Keeping all is a way out for who mistyped a time, not for who said thanks.
        meant_a_time = any(character.isdigit() for character in text)
        keyboard = keyboards.keep_all(project) if meant_a_time else ()
        return said(facts, texts.TIMES, texts.WORDS, keyboard=keyboard)
    first_s = wish.length_s if isinstance(wish, times.First) else 0.0
    return _echoed(project, trim.wish(project, wish, facts), facts, first_s)


def _echoed(project: Project, decision: Decision, facts: Facts, first_s: float = 0.0) -> Decision:
    """The decision told as a message, with the way back when it changed anything."""
    has_changed = decision.changes.project is not None
    buttons = keyboards.after_typing(project, first_s) if has_changed else ()
    return spoken(decision, facts, buttons)


def _way_out(project: Project, facts: Facts) -> Keyboard:
    now = phase(project, facts)
    if now is Phase.DONE:
        return keyboards.change(project)
    return keyboards.stop(project) if now is Phase.MAKING else ()
