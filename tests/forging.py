"""Links that nobody signed, made from one that somebody did."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable
from urllib.parse import quote

_EXPIRES = re.compile(r"(?<=expires=)\d+|(?<=-)\d{9,12}(?=-)")


def mutated(link: str, dice: random.Random) -> str:
    """The link with one thing changed; now and then it comes out as it was."""
    return dice.choice(_WAYS)(link, dice)


def _another_letter(link: str, dice: random.Random) -> str:
    place = dice.randrange(len(link))
    return link[:place] + _letter(dice) + link[place + 1 :]


def _one_more(link: str, dice: random.Random) -> str:
    place = dice.randrange(len(link))
    return link[:place] + _letter(dice) + link[place:]


def _one_less(link: str, dice: random.Random) -> str:
    place = dice.randrange(len(link))
    return link[:place] + link[place + 1 :]


def _another_case(link: str, dice: random.Random) -> str:
    place = dice.randrange(len(link))
    return link[:place] + link[place:].swapcase()


def _cut(link: str, dice: random.Random) -> str:
    return link[: dice.randrange(1, len(link))]


def _longer(link: str, dice: random.Random) -> str:
    return link + _letter(dice)


def _spelt_otherwise(link: str, dice: random.Random) -> str:
    place = dice.randrange(len(link))
    odd = dice.choice([quote(link[place], safe=""), f"%{ord(link[place]):02X}"])
    return link[:place] + odd + link[place + 1 :]


def _shuffled(link: str, dice: random.Random) -> str:
    path, _, query = link.partition("?")
    fields = query.split("&")
    dice.shuffle(fields)
    return f"{path}?{'&'.join(fields)}"


def _said_twice(link: str, dice: random.Random) -> str:
    return link + "&" + dice.choice(link.partition("?")[2].split("&"))


def _for_longer(link: str, dice: random.Random) -> str:
    return _EXPIRES.sub(str(dice.randrange(2**40)), link)


def _from_above(link: str, dice: random.Random) -> str:
    first, _, rest = link.removeprefix("/").partition("/")
    return (
        f"/{first}/" + dice.choice(["../", "%2e%2e/", "..%2f", "./"]) * dice.randrange(1, 9) + rest
    )


def _letter(dice: random.Random) -> str:
    return dice.choice(string.printable + "é٣")


_WAYS: tuple[Callable[[str, random.Random], str], ...] = (
    *(_another_letter, _one_more, _one_less, _another_case, _cut, _longer, _spelt_otherwise),
    *(_shuffled, _said_twice, _for_longer, _from_above),
)
