"""What people type for times, read as wishes about the trim.

A text becomes tokens (times, signs, words that matter), the tokens become one letter each, and the
letters are matched against a table of phrases. One unknown word and it is not about times at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jobs.model import Edge


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep this span; None leaves that edge where it is."""

    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True)
class First:
    """Keep only the first so many seconds of the recording."""

    length_s: float


@dataclass(frozen=True, slots=True)
class Last:
    """Keep only the last so many seconds of the recording."""

    length_s: float


@dataclass(frozen=True, slots=True)
class Cut:
    """Take this span out."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Nudge:
    """Move an edge; None is the one the card has selected."""

    edge: Edge | None
    by_s: float


@dataclass(frozen=True, slots=True)
class Off:
    """Take so much off the front and the back of what is kept now."""

    front_s: float
    back_s: float


@dataclass(frozen=True, slots=True)
class All:
    """Keep the whole recording."""


Wish = Keep | First | Last | Cut | Nudge | Off | All

_ROLES: Mapping[str, str] = {
    "F": "from start starts begin beginning skip front ab von vom anfang beginn beginne vorne"
    " de des desde del depuis partir debut inicio principio comienzo empieza",
    "U": "until till til end ends ending back upto bis ende hinten jusqu jusqua fin hasta final"
    " termina",
    "B": "between zwischen entre",
    "O": "to through thru a au al",
    "1": "first erste ersten premier premiers premiere premieres primer primero primeros primera"
    " primeras",
    "L": "last letzte letzten dernier derniers derniere dernieres ultimo ultimos ultima ultimas",
    "C": "cut drop dropped remove delete without schneide schneiden geschnitten raus heraus weg"
    " entferne entfernen ohne loschen losche coupe couper enleve enlever retire retirer supprime"
    " supprimer sans corta corte cortar quita quitar saca elimina eliminar borra borrar sin fuera",
    "K": "keep keeping only just behalte behalten bleibt bleiben nur garde garder seulement"
    " mantener manten solo conserva guarda deja dejar queda quedan",
    "X": "off trim",
    "A": "all reset everything whole alles ganz ganze tout toute todo toda entier",
}
_WORDS: Mapping[str, str] = {
    word: letter for letter, words in _ROLES.items() for word in words.split()
}
_FILLERS = frozenset(
    word
    for words in (
        "the of and it out up at me in please thing meant",
        "bitte die das den der dem es und zum zur lass nimm",
        "les le la et",
        "las los el y se por favor",
    )
    for word in words.split()
)
_UNITS: Mapping[float, str] = {
    3600.0: "h hr hrs hour hours std stunde stunden heure heures hora horas",
    60.0: "m min mins minute minutes minuten minuto minutos",
    1.0: "s sec secs second seconds sek sekunde sekunden seconde secondes seg segundo segundos",
}
_SCALES: Mapping[str, float] = {
    unit: scale for scale, units in _UNITS.items() for unit in units.split()
}
_TOKEN = re.compile(
    r"(?P<clock>\d{1,3}(?::\d{1,2}){1,2}(?:[.,]\d{1,3})?)(?![\d:])"
    r"|(?P<number>\d{1,5}(?:[.,]\d{1,3})?)(?![\d:])\s*(?P<unit>[a-z]*)"
    r"|(?P<sign>[-+>])"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<blank>[\s,.;!?¡¿'()]+)"
)
_TWO_DIGITS = re.compile(r"(\d{1,3})[.,]([0-5]\d)")
# What other scripts write for - . , : and the apostrophe; every dash is one by its category.
_ALIKE = str.maketrans(
    {"\u2212": "-", "\u066b": ".", "\u060c": ",", "\u2236": ":", "\u2019": "'", "→": ">"}
)
_ASIDE = re.compile(r"(?<=\S)\s*\([^()]*\)")  # our own answers tell lengths like that


@dataclass(frozen=True, slots=True)
class _Token:
    letter: str
    seconds: float = 0.0
    scale: float = 0.0  # of the unit it was written with; 0 for none
    is_clock: bool = False


def read(text: str) -> Wish | None:
    """What the text asks for, None when it is not about times or makes no sense as one."""
    tokens = _tokens(_ASIDE.sub("", plain(text)))
    if not tokens:
        return None
    letters = "".join(token.letter for token in tokens)
    times = [token for token in tokens if token.letter == "T"]
    for phrase, meaning in _PHRASES:
        if phrase.fullmatch(letters):
            return meaning(letters, times)
    return None


def plain(text: str) -> str:
    """The text as a machine compares it: one case, ASCII digits and dashes, no accents."""
    alike = unicodedata.normalize("NFKD", text.translate(_ALIKE)).casefold()
    return "".join(_plain(character) for character in alike).strip()


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd":
        return "-"
    return "" if category in ("Mn", "Cf") else character


def _tokens(text: str) -> list[_Token] | None:
    """None when something in the text is neither a time nor a word we know."""
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return None
        at = match.end()
        unit = match["unit"] or ""
        if match["number"] and unit and unit not in _SCALES:
            at, unit = match.end("number"), ""
        token = _token(match, unit)
        if token is None:
            return None
        _append(tokens, token)
    return tokens


def _token(match: re.Match[str], unit: str) -> _Token | None:
    """The match as a token; letter "" is to be passed over, None is not ours."""
    if match["clock"]:
        seconds = _clock_s(match["clock"])
        return None if seconds is None else _Token("T", seconds, is_clock=True)
    if match["number"]:
        return _number(match["number"], unit)
    if match["sign"]:
        return _Token(match["sign"])
    if match["word"]:
        word = match["word"]
        # "les 30 premieres secondes": the unit may stand apart from its number.
        return _Token("") if word in _FILLERS or _SCALES.get(word) == 1.0 else _known(word)
    return _Token("")


def _known(word: str) -> _Token | None:
    letter = _WORDS.get(word)
    return _Token(letter) if letter else None


def _number(written: str, unit: str) -> _Token:
    dotted = _TWO_DIGITS.fullmatch(written)
    if dotted and not unit:
        # Many write 1.05 and 1,05 for 1:05; one or three digits are a fraction.
        return _Token("T", int(dotted[1]) * 60.0 + int(dotted[2]), is_clock=True)
    scale = _SCALES.get(unit, 0.0)
    return _Token("T", round(float(written.replace(",", ".")) * (scale or 1.0), 3), scale)


def _append(tokens: list[_Token], token: _Token) -> None:
    """Add the token, or its seconds to the minutes in front of it: 1m30, 2 min 5 sec, 1h05."""
    if not token.letter:
        return
    before = tokens[-1] if tokens else None
    joins = before is not None and token.letter == "T" and not token.is_clock
    if before is None or not joins or before.scale <= 1.0 or token.scale >= before.scale:
        tokens.append(token)
        return
    scale = token.scale or before.scale / 60.0
    seconds = token.seconds if token.scale else token.seconds * scale
    tokens[-1] = _Token("T", before.seconds + seconds, scale, is_clock=True)


def _clock_s(written: str) -> float | None:
    """1:05, 1:02:03, 0:07.5 in seconds; None when sixty or more stand behind a colon."""
    *larger, last = written.replace(",", ".").split(":")
    parts = [*(int(part) for part in larger), float(last)]
    if any(part >= 60 for part in parts[1:]):
        return None
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + part
    return round(seconds, 3)


def _span(_: str, times: list[_Token]) -> Keep:
    start_s, end_s = sorted(token.seconds for token in times)
    return Keep(start_s, end_s)


def _cut(_: str, times: list[_Token]) -> Cut:
    start_s, end_s = sorted(token.seconds for token in times[:2])  # a third is what then remains
    return Cut(start_s, end_s)


def _nudge(letters: str, times: list[_Token]) -> Wish:
    sign = -1.0 if "-" in letters else 1.0
    edge = {"F": Edge.START, "U": Edge.END}.get(letters[0])
    time = times[0]
    if edge is None and sign < 0 and (time.is_clock or time.scale >= 60):
        return Keep(None, time.seconds)  # -2:00 is "until 2:00", -2 is a nudge
    return Nudge(edge, sign * time.seconds)


def _alone(_: str, times: list[_Token]) -> First | None:
    """30s, 1:30: the first so much. A bare 30 could be anything."""
    time = times[0]
    return First(time.seconds) if time.is_clock or time.scale else None


def _pair(_: str, times: list[_Token]) -> Keep | None:
    """0:10 1:30 is a span; 3 5 could be anything."""
    return _span(_, times) if all(time.is_clock or time.scale for time in times) else None


def _off(_: str, times: list[_Token]) -> Off:
    return Off(times[0].seconds, times[1].seconds)


Meaning = Callable[[str, list[_Token]], Wish | None]
_TABLE: tuple[tuple[str, Meaning], ...] = (
    (r"K*AK*", lambda _letters, _times: All()),
    (r"(?:K*|X)(?:F?T[-OU]+|BT)TK*", _span),
    (r"C(?:F?T[-OU]*|BT)TC*(?:KT)?|(?:F?T[-OU]+|BT)TC(?:KT)?", _cut),
    (r"[FU]?[-+]T", _nudge),
    (r"K*O?F+1?T-?|K*T-|K*F?T[-OU]+U", lambda _, times: Keep(times[0].seconds, None)),
    (r"K*[UO]+T|K*F+[OU]+T", lambda _, times: Keep(None, times[0].seconds)),
    (r"FT>T", lambda _, times: Keep(times[1].seconds, None)),
    (r"UT>T", lambda _, times: Keep(None, times[1].seconds)),
    (r"K*1TK*|K*T1", lambda _, times: First(times[0].seconds)),
    (r"K*LTK*|K*TL", lambda _, times: Last(times[0].seconds)),
    (r"K*T", _alone),
    (r"K*TT", _pair),
    (r"[CX]1T|1TC|X?TXF|CTXF|XT", lambda _, times: Off(times[0].seconds, 0.0)),
    (r"[CX]LT|LTC|X?TXU|CTXU", lambda _, times: Off(0.0, times[0].seconds)),
    (r"XTT", _off),
)
_PHRASES = tuple((re.compile(pattern), meaning) for pattern, meaning in _TABLE)
