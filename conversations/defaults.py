"""/defaults: what new cards begin with, seen, chosen and reset.

`st:home` shows it, `st:{what}` what there is to choose from, `st:{what}:{value}` chooses. All of
it happens in the place of the message that was pressed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from conversations import language as languages
from conversations import texts, words
from conversations.figures import page
from conversations.keyboards import Verb, marked
from conversations.look import color_of
from conversations.model import Button, Decision, Facts, Keyboard, View
from conversations.notices import notice, said
from conversations.words.text import Language, Text
from jobs.model import Changes, Habits, Shape
from jobs.recipe import Clean, TrimSilence
from modal_render.contract import LOOKS, RESPONSES

HOME, RESET, FOLLOW, LEVEL = "home", "reset", "follows", "level"
AUTOPILOT, LANGUAGE, PORTRAIT = "autopilot", "language", "portrait"
_PER_ROW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """One thing to choose: what it is called, what there is, and how each is called."""

    name: Text
    values: tuple[str, ...]
    label: Callable[[str, Facts], str]


def _suits(told: Callable[[Language, str], str]) -> Callable[[str, Facts], str]:
    def label(value: str, facts: Facts) -> str:
        return told(facts.language, value) if value else facts.say(words.defaults.AS_SUITS)

    return label


_CHOICES: Mapping[str, _Choice] = {
    "look": _Choice(name=words.names.LOOK, values=("", *LOOKS), label=_suits(texts.look)),
    "shape": _Choice(
        name=words.names.SIZE,
        values=tuple(Shape),
        label=lambda value, facts: facts.say(words.names.SHAPES[Shape(value)]),
    ),
    "clean": _Choice(
        name=words.names.NOISE,
        values=tuple(Clean),
        label=lambda value, facts: facts.say(words.names.CLEANS[Clean(value)]),
    ),
    "trim_silence": _Choice(
        name=words.names.SILENCE,
        values=tuple(TrimSilence),
        label=lambda value, facts: facts.say(words.names.SILENCES[TrimSilence(value)]),
    ),
    "response": _Choice(
        name=words.names.MOVES, values=("", *RESPONSES), label=_suits(texts.response)
    ),
    "brand": _Choice(
        name=words.names.COLOR,
        values=("",),
        label=lambda value, facts: value or facts.say(words.names.NO_COLOR),
    ),
}
_READ = {"shape": Shape, "clean": Clean, "trim_silence": TrimSilence}


def listed(facts: Facts, argument: str = "") -> Decision:
    """The face as a message of its own; with a colour behind the command, that is chosen first."""
    brand = color_of(argument)
    if argument.strip() and not brand:
        return said(facts, facts.say(words.cards.NO_COLOR_YET))
    after = replace(facts.habits, brand=brand) if brand else facts.habits
    shown = replace(_home(after, facts), reply_to=facts.message_id)
    notices = (notice(facts.chat_id, shown),)
    return Decision(changes=Changes(notices=notices, habits=after if brand else None))


def press(argument: str, facts: Facts) -> Decision:
    """A button of the face, or of the choice of one thing."""
    what, _, value = argument.partition(":")
    has_value = ":" in argument
    match what:
        case "home":
            return Decision(turns=_home(facts.habits, facts))
        case "reset":
            return _chosen(
                Habits(person_id=facts.person.id), facts, facts.say(words.defaults.RESET_DONE)
            )
        case "follows":
            after = replace(facts.habits, follows=not facts.habits.follows)
            told = words.defaults.FOLLOWS if after.follows else words.defaults.FOLLOWS_NOT
            return _chosen(after, facts, facts.say(told))
        case "level":
            return _chosen(replace(facts.habits, level=not facts.habits.level), facts)
        case "portrait":
            return _chosen(replace(facts.habits, portrait=not facts.habits.portrait), facts)
        case "autopilot":
            return _chosen(replace(facts.habits, autopilot=not facts.habits.autopilot), facts)
        case "language":
            return _speak(value, facts) if has_value else Decision(turns=_languages(facts))
    if what not in _CHOICES:
        return Decision(toast=facts.say(words.answers.OLD_BUTTON))
    return _choose(what, value, facts) if has_value else Decision(turns=_choice(what, facts))


def _choose(what: str, value: str, facts: Facts) -> Decision:
    if value not in _values(what, facts.habits):
        return Decision(toast=facts.say(words.answers.OLD_BUTTON))
    read = _READ.get(what, str)
    return _chosen(replace(facts.habits, **{what: read(value)}), facts)  # type: ignore[arg-type]  # by its own kind


def _chosen(after: Habits, facts: Facts, told: str = "") -> Decision:
    toast = told or facts.say(words.defaults.SAVED)
    return Decision(changes=Changes(habits=after), toast=toast, turns=_home(after, facts))


def _speak(value: str, facts: Facts) -> Decision:
    decision = languages.choose(value, facts)
    person = decision.changes.person
    if person is None:
        return decision
    return replace(decision, turns=_home(facts.habits, replace(facts, person=person)))


def _home(habits: Habits, facts: Facts) -> View:
    lines = [f"{facts.say(_CHOICES[what].name)}: {_told(what, habits, facts)}" for what in _CHOICES]
    switches = [
        f"{facts.say(name)}: {facts.say(words.names.LEVELS[is_on])}"
        for name, is_on in (
            (words.names.LEVEL, habits.level),
            (words.defaults.PORTRAIT, habits.portrait),
            (words.autopilot.AUTOPILOT, habits.autopilot),
        )
    ]
    follows = words.defaults.FOLLOWS if habits.follows else words.defaults.FOLLOWS_NOT
    text = page(
        *(*lines, *switches, facts.say(words.defaults.HOW), facts.say(follows)),
        facts.say(words.defaults.OTHER_CARDS),
        heading=facts.say(words.defaults.HEADING),
    )
    return View(text=text, keyboard=_home_buttons(habits, facts))


def _home_buttons(habits: Habits, facts: Facts) -> Keyboard:
    look, shape, clean, silence, response, brand = (
        _button(facts.say(choice.name), what) for what, choice in _CHOICES.items()
    )
    level = _button(marked(facts.say(words.names.LEVEL), habits.level), LEVEL)
    follow = _button(marked(facts.say(words.defaults.FOLLOW), habits.follows), FOLLOW)
    portrait = _button(marked(facts.say(words.defaults.PORTRAIT), habits.portrait), PORTRAIT)
    pilot = _button(marked(facts.say(words.autopilot.AUTOPILOT), habits.autopilot), AUTOPILOT)
    language = _button(facts.say(words.defaults.LANGUAGE), LANGUAGE)
    reset = _button(facts.say(words.defaults.RESET), RESET)
    return (
        (look, shape),
        (clean, silence),
        (response, brand),
        (level, pilot),
        (portrait,),
        (follow,),
        (language, reset),
    )


def _choice(what: str, facts: Facts) -> View:
    chosen, choice = _value(what, facts.habits), _CHOICES[what]
    options = [
        _button(marked(choice.label(value, facts), value == chosen), f"{what}:{value}")
        for value in _values(what, facts.habits)
    ]
    how = facts.say(words.defaults.COLOR_HOW) if what == "brand" else ""
    return _asked(what, options, facts, how)


def _languages(facts: Facts) -> View:
    options = [
        _button(
            marked(words.buttons.LANGUAGES.to(language), language is facts.language),
            f"{LANGUAGE}:{language}",
        )
        for language in Language
    ]
    return _asked(LANGUAGE, options, facts)


def _asked(what: str, options: list[Button], facts: Facts, how: str = "") -> View:
    rows = (options[at : at + _PER_ROW] for at in range(0, len(options), _PER_ROW))
    back = _button(facts.say(words.buttons.BACK), HOME)
    return View(
        text=page(how, heading=facts.say(words.defaults.CHOICES[what])),
        keyboard=(*(tuple(row) for row in rows), (back,)),
    )


def _values(what: str, habits: Habits) -> tuple[str, ...]:
    """What there is to choose from; a colour of one's own is kept on offer."""
    own = (habits.brand,) if what == "brand" and habits.brand else ()
    return (*_CHOICES[what].values, *own)


def _value(what: str, habits: Habits) -> str:
    return str(getattr(habits, what))


def _told(what: str, habits: Habits, facts: Facts) -> str:
    return _CHOICES[what].label(_value(what, habits), facts)


def _button(label: str, argument: str) -> Button:
    return Button(label=label, data=f"{Verb.SETTINGS}:{argument}")
