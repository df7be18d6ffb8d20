"""Every word a person reads, in every language; texts.py makes sentences of those with numbers.

A new one is a `Text` with three lines in the file of its topic, said with `facts.say`.
"""

from conversations.words import (
    alerts,
    answers,
    autopilot,
    buttons,
    cards,
    commands,
    covers,
    defaults,
    errors,
    failures,
    figures,
    keys,
    library,
    names,
    pages,
    parts,
    people,
    several,
    trim,
    uploads,
    usage,
)

__all__ = [
    "alerts",
    "answers",
    "autopilot",
    "buttons",
    "cards",
    "commands",
    "covers",
    "defaults",
    "errors",
    "failures",
    "figures",
    "keys",
    "library",
    "names",
    "pages",
    "parts",
    "people",
    "several",
    "trim",
    "uploads",
    "usage",
]
