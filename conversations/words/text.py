"""The languages people are spoken to in, and a sentence in all of them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from jobs.model import Person

_ISOLATED, _END = "\u2068", "\u2069"
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


class Language(StrEnum):
    """By their codes in Telegram; the first is spoken to everybody else."""

    ENGLISH = "en"
    GERMAN = "de"
    SPANISH = "es"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A sentence or a label in every language; `{name}` is filled in when it is said."""

    en: str
    de: str
    es: str

    def to(self, language: Language, **filled: str | int) -> str:
        """The text in that language. What is written from right to left turns nothing else."""
        template: str = getattr(self, language)
        return template.format(**{name: isolated(str(told)) for name, told in filled.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Something counted: how one of it is told and how any other number, `{number}` of them."""

    en: tuple[str, str]
    de: tuple[str, str]
    es: tuple[str, str]

    def to(self, language: Language, number: str) -> str:
        one, more = getattr(self, language)
        told: str = one if number == "1" else more
        return told.format(number=number)


def spoken(code: str) -> Language:
    """The language for somebody whose Telegram speaks `code`: de, de-AT, pt-br, or nothing."""
    primary = code.lower().replace("_", "-").partition("-")[0]
    return Language(primary) if primary in tuple(Language) else Language.ENGLISH


def language_of(person: Person) -> Language:
    """What the person chose, else what their Telegram speaks."""
    return spoken(person.chosen_language or person.language)


def isolated(text: str) -> str:
    """The text so that its direction of writing stays its own, if it runs from right to left."""
    turns = any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text)
    return f"{_ISOLATED}{text}{_END}" if turns else text
