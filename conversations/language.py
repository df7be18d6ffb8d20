"""/language: which of our languages a person is spoken to in."""

from __future__ import annotations

from dataclasses import replace

from conversations import beside, words
from conversations.model import Decision, Facts
from conversations.notices import said
from conversations.words.text import Language
from jobs.model import Changes


def asked(facts: Facts) -> Decision:
    """Every language there is as a button."""
    question = facts.say(words.people.LANGUAGE)
    return said(facts, question, keyboard=beside.languages(facts.language))


def choose(argument: str, facts: Facts) -> Decision:
    """From now on the person is spoken to like that, whatever their Telegram speaks.

    The newest card is written anew with it; the others are when something else changes in them.
    """
    if argument not in tuple(Language):
        return Decision(toast=facts.say(words.answers.OLD_BUTTON))
    chosen = Language(argument)
    person = replace(facts.person, chosen_language=chosen)
    changes = Changes(person=person, project=facts.newest)
    return Decision(changes=changes, toast=words.people.LANGUAGE_CHOSEN.to(chosen))
