"""Right-to-left text in the order the eye meets it.

Pillow's simple text layout draws characters left to right as they come. This puts a line of
Hebrew or Arabic, numbers and Latin words among it included, into that order, and gives Arabic
letters their joined forms. It is the part of the Unicode bidirectional algorithm (UAX 9) that
titles need: no explicit embeddings, which `typeset.printable` has removed anyway.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import pairwise

_RIGHT = ("R", "AL")
_NUMBER = ("EN", "AN")
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
# Arabic's presentation forms: the joined shapes, one by one (Persian's and Urdu's come first).
_FORMS = (*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEFD))
_LAM, _TATWEEL = "\u0644", "\u0640"


def is_right_to_left(text: str) -> bool:
    """Whether the first character with a direction of its own runs right to left."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in _RIGHT:
            return True
        if direction == "L":
            return False
    return False


def visual_order(line: str, *, base_right: bool) -> str:
    """The characters of `line` from left to right as they are to be drawn."""
    if not any(unicodedata.bidirectional(char) in _RIGHT for char in line):
        return line
    levels = _levels(line, 1 if base_right else 0)
    chars = [
        char.translate(_MIRRORED) if level % 2 else char
        for char, level in zip(line, levels, strict=True)
    ]
    for level in range(max(levels), 0, -1):
        chars, levels = _reverse_runs(chars, levels, level)
    return "".join(chars)


def _levels(line: str, base: int) -> list[int]:
    """UAX 9's embedding levels: even runs left to right, odd right to left."""
    levels: list[int | None] = []
    for char in line:
        direction = unicodedata.bidirectional(char)
        if direction in _RIGHT:
            levels.append(1)
        elif direction in _NUMBER:
            levels.append(2 if base or 1 in levels[-1:] else 0)
        else:
            levels.append(
                base if direction == "L" and not base else 2 if direction == "L" else None
            )
    return _fill_neutrals(levels, base)


def _fill_neutrals(levels: list[int | None], base: int) -> list[int]:
    """Spaces and marks go with what is on both sides of them, else with the line."""
    known = [(-1, base)] + [(i, level) for i, level in enumerate(levels) if level is not None]
    known.append((len(levels), base))
    filled = [base] * len(levels)
    for (left, before), (right, after) in pairwise(known):
        if left >= 0:
            filled[left] = before
        for i in range(left + 1, right):
            filled[i] = before if before % 2 == after % 2 else base
    return filled


def _reverse_runs(chars: list[str], levels: list[int], level: int) -> tuple[list[str], list[int]]:
    start = 0
    while start < len(chars):
        end = start
        while end < len(chars) and levels[end] >= level:
            end += 1
        chars[start:end] = chars[start:end][::-1]
        levels[start:end] = levels[start:end][::-1]
        start = max(end, start + 1)
    return chars, levels


def join_arabic(text: str) -> str:
    """`text` with each Arabic letter in the form its neighbours ask for."""
    if not any("\u0620" <= char <= "\u06ff" for char in text):
        return text
    forms = _arabic_forms()
    for pair in (key for key in forms if len(key) == 2):
        text = text.replace(pair, chr(0xE000 + ord(pair[1])))
    shaped = []
    for i, char in enumerate(text):
        letter = _letter(char)
        shapes = forms.get(letter)
        if shapes is None:
            shaped.append(char)
            continue
        before = i > 0 and "initial" in forms.get(_letter(text[i - 1]), {})
        after = i + 1 < len(text) and "final" in forms.get(_letter(text[i + 1]), {})
        shaped.append(_form(shapes, joins_before=before, joins_after=after))
    return "".join(shaped)


def _letter(char: str) -> str:
    """A lam-alef pair travels as one private-use character while its neighbours are looked at."""
    return _LAM + chr(ord(char) - 0xE000) if "\ue600" <= char <= "\ue6ff" else char


def _form(shapes: dict[str, str], *, joins_before: bool, joins_after: bool) -> str:
    wanted = (
        ("medial" if joins_after else "final")
        if joins_before
        else ("initial" if joins_after else "isolated")
    )
    fallback = "final" if joins_before else "isolated"
    return shapes.get(wanted) or shapes.get(fallback) or next(iter(shapes.values()))


@lru_cache(maxsize=1)
def _arabic_forms() -> dict[str, dict[str, str]]:
    """Letter (or lam-alef pair) -> its shapes by name, read from Python's Unicode tables."""
    forms: dict[str, dict[str, str]] = {}
    for code in _FORMS:
        kind, _, letters = unicodedata.decomposition(chr(code)).partition("> ")
        plain = "".join(chr(int(part, 16)) for part in letters.split())
        if len(plain) == 1 or (len(plain) == 2 and plain[0] == _LAM):
            forms.setdefault(plain, {})[kind.lstrip("<")] = chr(code)
    forms[_TATWEEL] = dict.fromkeys(("isolated", "initial", "medial", "final"), _TATWEEL)
    return forms
