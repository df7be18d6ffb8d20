"""Words that do what buttons do, in every language at once; times.py has those about times.

Texts are compared as `compared` gives them. What stands on a button can be typed as well.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import TypeVar

from conversations import words
from conversations.keyboards import Verb
from conversations.times import plain
from conversations.words.text import Language, Text
from jobs.model import Shape

TITLE = re.compile(
    r"\s*(?:title|name|titel|titre|titulo|título)\s*[:=]\s*(.*)", re.IGNORECASE | re.DOTALL
)
BRAND = re.compile(r"\s*(?:brand|colou?r|farbe|couleur|marca)\s*[:=]?\s*(#?\w+)\s*", re.IGNORECASE)
OFF = frozenset({"off", "none", "aus", "keine", "no", "non", "ninguno"})
_AROUND = re.compile(r"^\W+|[\s.!?]+$")
_VERBS: Mapping[Verb, str] = {
    Verb.UNDO: "undo|ruckgangig|zuruck|annuler|deshacer|deshaz",
    Verb.MAKE: "make|make it|make the video|go|los|mach|machen|fais-la|hazlo|crea|crear|hacer",
    Verb.STOP: "stop|cancel|stopp|abbrechen|arrete|arreter|parar|para|cancelar",
    Verb.HEAR: "hear|listen|play|horen|anhoren|ecouter|escuchar|oir",
    Verb.GLIMPSE: "5 seconds|five seconds|5 sekunden|funf sekunden|5 segundos|cinco segundos",
    Verb.SURPRISE: "surprise|random|uberrasche mich|zufall|sorprendeme|al azar",
    Verb.AGAIN: "again|retry|nochmal|noch einmal|reessayer|otra vez|de nuevo",
    Verb.CHANGE: "change|edit|andern|modifier|cambiar|editar",
}
_LABELS: Mapping[Verb, Text] = {
    Verb.UNDO: words.buttons.UNDO,
    Verb.MAKE: words.buttons.MAKE,
    Verb.STOP: words.buttons.STOP,
    Verb.HEAR: words.buttons.HEAR,
    Verb.GLIMPSE: words.buttons.GLIMPSE,
    Verb.SURPRISE: words.buttons.SURPRISE,
    Verb.AGAIN: words.buttons.AGAIN,
    Verb.CHANGE: words.buttons.CHANGE,
}
_SHAPES: Mapping[Shape, str] = {
    Shape.VERTICAL: "vertical|portrait|tall|9:16|hochkant|hochformat|vertikal",
    Shape.SQUARE: "square|1:1|quadrat|quadratisch|carre|cuadrado",
    Shape.WIDE: "wide|landscape|horizontal|16:9|quer|querformat|breit|large|paysage|ancho",
}

Meant = TypeVar("Meant", bound=Hashable)


def compared(text: str) -> str:
    """The text without case and accents, and without marks and emoji around it."""
    return _AROUND.sub("", plain(text))


def _spelled(spellings: Mapping[Meant, str]) -> dict[str, Meant]:
    return {word: meant for meant, told in spellings.items() for word in told.split("|")}


def _named(names: Mapping[Meant, Text]) -> dict[str, Meant]:
    return {
        compared(name.to(language)): meant for meant, name in names.items() for language in Language
    }


VERBS: Mapping[str, Verb] = {**_spelled(_VERBS), **_named(_LABELS)}
SHAPES: Mapping[str, Shape] = {**_spelled(_SHAPES), **_named(words.names.SHAPES)}
LOOKS: Mapping[str, str] = {
    **{look: look for look in words.names.LOOKS},
    **_named(words.names.LOOKS),
}
RESPONSES: Mapping[str, str] = {
    **{way: way for way in words.names.RESPONSES},
    **_named(words.names.RESPONSES),
}
