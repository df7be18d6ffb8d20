"""Words do what buttons do: whatever is typed at an open card, in any order, at any moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conversations import (
    edits,
    finished,
    glimpse,
    hearing,
    intake,
    keyboards,
    links,
    look,
    making,
    parts,
    texts,
    times,
    trim,
    vocabulary,
    words,
)
from conversations.keyboards import Verb
from conversations.model import Decision, Facts, Keyboard, Received
from conversations.notices import said, spoken
from conversations.phases import Phase, phase, why_not
from jobs.model import Project

Act = Callable[[Project, str, Facts], Decision]

_ACTS: Mapping[Verb, Act] = {
    Verb.UNDO: edits.undo,
    Verb.MAKE: making.make,
    Verb.STOP: making.stop,
    Verb.HEAR: hearing.hear,
    Verb.GLIMPSE: glimpse.glimpse,
    Verb.SURPRISE: look.surprise,
    Verb.AGAIN: making.again,
    Verb.CHANGE: finished.change,
}
# What needs no card that can be changed: they know themselves when they cannot be done.
_ANYTIME = frozenset(_ACTS) - {Verb.UNDO, Verb.SURPRISE}


def typed(project: Project | None, text: str, facts: Facts) -> Decision:
    """What the text does to the card it answers, or to the newest open one."""
    url = links.find(text)
    if url:
        return intake.receive(Received(source=links.source_of(url)), facts)
    if project is None:
        return said(facts, facts.say(words.answers.NO_CARD))
    if project.owner_id != facts.person.id:
        return said(facts, texts.only_steers(facts))
    word = vocabulary.compared(text)
    verb = vocabulary.VERBS.get(word)
    if verb in _ANYTIME:
        return spoken(_ACTS[verb](project, "", facts), facts)
    if phase(project, facts) is Phase.TOO_LONG:
        return spoken(parts.typed(project, text, facts), facts)
    refusal = why_not(project, facts)
    if refusal:
        return said(facts, refusal, keyboard=_way_out(project, facts))
    if verb is Verb.SURPRISE:
        return _echoed(project, look.surprise(project, "", facts), facts)
    if verb is not None:
        return spoken(_ACTS[verb](project, "", facts), facts)
    return _choice(project, word, facts) or _edited(project, text, facts)


def _choice(project: Project, word: str, facts: Facts) -> Decision | None:
    """A size, a look or a way to move by its name."""
    if word in vocabulary.SHAPES:
        decision = look.set_shape(project, vocabulary.SHAPES[word], facts)
    elif word in vocabulary.LOOKS:
        decision = look.set_look(project, vocabulary.LOOKS[word], facts)
    elif word in vocabulary.RESPONSES:
        decision = look.set_response(project, vocabulary.RESPONSES[word], facts)
    else:
        return None
    return _echoed(project, decision, facts)


def _edited(project: Project, text: str, facts: Facts) -> Decision:
    """A title, a colour or a time; anything else is answered with how times are written."""
    title = vocabulary.TITLE.fullmatch(text)
    if title:
        return _echoed(project, look.set_title(project, title[1], facts), facts)
    brand = vocabulary.BRAND.fullmatch(text)
    if brand:
        return _echoed(project, look.set_brand(project, brand[1], facts), facts)
    wish = times.read(text)
    if wish is None:
        # Keeping all is a way out for who mistyped a time, not for who said thanks.
        meant_a_time = any(character.isdigit() for character in text)
        keyboard = keyboards.keep_all(project, facts.language) if meant_a_time else ()
        return said(
            facts, facts.say(words.answers.TIMES), facts.say(words.answers.WORDS), keyboard=keyboard
        )
    first_s = wish.length_s if isinstance(wish, times.First) else 0.0
    return _echoed(project, trim.wish(project, wish, facts), facts, first_s)


def _echoed(project: Project, decision: Decision, facts: Facts, first_s: float = 0.0) -> Decision:
    """The decision told as a message, with the way back when it changed anything."""
    has_changed = decision.changes.project is not None
    buttons = keyboards.after_typing(project, facts.language, first_s) if has_changed else ()
    return spoken(decision, facts, buttons)


def _way_out(project: Project, facts: Facts) -> Keyboard:
    now = phase(project, facts)
    if now is Phase.DONE:
        return keyboards.change(project, facts.language)
    return keyboards.stop(project, facts.language) if now is Phase.MAKING else ()
