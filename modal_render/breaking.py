"""Where lines may break, and where they best do.

A text is taken as atoms: what does not break inside, with the space before it if there is one. That
is a word, a Chinese character, or a short Japanese phrase.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from unicodedata import category, east_asian_width, name

from modal_render.letters import Weight, measured
from modal_render.shaping import graphemes

ELLIPSIS = "…"
# What lines neither end nor begin with (the common part of JIS X 4051): opening brackets
# and prices; closing ones, stops, and what lengthens or repeats a letter.
_NOT_LAST = ("Ps", "Pi", "Sc")
_NOT_FIRST = ("Pe", "Pf", "Po", "Lm", "Sk")
_SMALL_KANA = ("HIRAGANA LETTER SMALL", "KATAKANA LETTER SMALL")
_PHRASE = 8  # letters: a longer one breaks anywhere rather than make the whole title small
_LOOSE_ENDS = " ,.;:-\u3001\u3002\uff0c"  # not left standing before an ellipsis


def atoms(text: str) -> list[str]:
    """The text of printable words in pieces between which a line may break."""
    pieces: list[str] = []
    for word in text.split():
        first, *rest = _unbreakable(word)
        pieces += [f" {first}" if pieces else first, *rest]
    return pieces


def wrapped(pieces: list[str], weight: Weight, limit: float) -> list[str]:
    """Lines filled one after another; `limit` is what `measured` may give, one atom exceeds it."""
    lines: list[str] = []
    for piece in pieces:
        longer = lines[-1] + piece if lines else piece
        if lines and measured(longer, weight) <= limit:
            lines[-1] = longer
        else:
            lines.append(piece.lstrip())
    return lines


def broken(pieces: list[str], weight: Weight, limit: float) -> list[str]:
    """The atoms, those too long for a line cut between letters into such that are not."""
    short: list[str] = []
    for piece in pieces:
        if measured(piece, weight) <= limit:
            short.append(piece)
        else:
            short += _cut_up(piece, weight, limit)
    return short


def cut(lines: list[str], count: int, weight: Weight, limit: float) -> list[str]:
    """The first `count` lines, the last of them ended by an ellipsis if more were there."""
    if len(lines) <= count:
        return lines
    letters = graphemes(lines[count - 1])
    keep = len(letters)
    while keep and measured("".join(letters[:keep]) + ELLIPSIS, weight) > limit:
        keep -= 1
    last = "".join(letters[:keep])
    whole = last.rpartition(" ")[0]
    if keep < len(letters) and letters[keep] != " " and len(whole) > len(last) / 2:
        last = whole
    return [*lines[: count - 1], last.rstrip(_LOOSE_ENDS) + ELLIPSIS]


def balanced(pieces: list[str], lines: list[str], weight: Weight) -> list[str]:
    """The same atoms on as many lines, the longest line as short as it can be."""
    low, high = 0.0, max((measured(line, weight) for line in lines), default=0.0)
    if len(lines) < 2 or wrapped(pieces, weight, high) != lines:
        return lines
    best = lines
    while high - low > 4:
        middle = (low + high) / 2
        trial = wrapped(pieces, weight, middle)
        if len(trial) <= len(lines) and all(measured(line, weight) <= middle for line in trial):
            best, high = trial, middle
        else:
            low = middle
    return best


def _unbreakable(word: str) -> Iterator[str]:
    for phrase in _parted(graphemes(word), _ends_phrase):
        if len(phrase) <= _PHRASE and any(map(_is_hiragana, phrase)):
            yield "".join(phrase)
        else:
            yield from ("".join(part) for part in _parted(phrase, _may_part))


def _parted(
    letters: tuple[str, ...], is_border: Callable[[str, str], bool]
) -> Iterator[tuple[str, ...]]:
    start = 0
    for end, (before, after) in enumerate(pairwise(letters), 1):
        if is_border(before, after):
            yield letters[start:end]
            start = end
    yield letters[start:]


def _ends_phrase(before: str, after: str) -> bool:
    """Japanese particles and endings are hiragana: what they belong to ends with them."""
    if _is_hiragana(after) or not _may_part(before, after):
        return False
    return _is_hiragana(before) or category(before[0]) == "Po"


def _is_hiragana(letter: str) -> bool:
    return "\u3041" <= letter[0] <= "\u309f"


def _may_part(before: str, after: str) -> bool:
    if not _stands_alone(before) and not _stands_alone(after):
        return False
    if category(before[0]) in _NOT_LAST or category(after[0]) in _NOT_FIRST:
        return False
    return not name(after[0], "").startswith(_SMALL_KANA)


def _stands_alone(letter: str) -> bool:
    """Chinese and Japanese are written without spaces; Korean has them, and breaks there."""
    is_wide = east_asian_width(letter[0]) in "WF"
    return is_wide and "HANGUL" not in name(letter[0], "")


def _cut_up(piece: str, weight: Weight, limit: float) -> Iterator[str]:
    part = ""
    for letter in graphemes(piece):
        if part.strip() and measured(part + letter, weight) > limit:
            yield part
            part = ""
        part += letter
    yield part
