"""Numbers and people's own words in the form a person reads; sentences are in texts.py."""

from __future__ import annotations

import html
import unicodedata
from datetime import UTC, datetime

from conversations import words
from conversations.words.text import Language, isolated

TITLE_CHARACTERS = 48
CAPTION_UNITS = 1024  # Telegram's limit for a caption, in UTF-16 units
TEXT_UNITS = 4096
TOAST_CHARACTERS = 200
MIB = 1024 * 1024
HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
_BAR_CELLS = 10
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_JOINERS = "\u200c\u200d"  # Persian words and emoji fall apart without these
_NEVER_SHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def clock(seconds: float) -> str:
    """0:05, 1:52, 1:12:40."""
    minutes, second = divmod(round(max(0.0, seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


def clocks(language: Language, before_s: float, after_s: float) -> tuple[str, str]:
    """Two times as short as they can be told apart."""
    told = clock(before_s), clock(after_s)
    if told[0] != told[1]:
        return told
    return _with_tenths(language, before_s), _with_tenths(language, after_s)


def _with_tenths(language: Language, seconds: float) -> str:
    """0:05.3."""
    whole, tenth = divmod(round(max(0.0, seconds) * 10), 10)
    return f"{clock(whole)}{words.figures.DECIMAL_MARK.to(language)}{tenth}"


def data_size(language: Language, size_bytes: float) -> str:
    """62 MB, or from a thousand on 1.5 GB; below ten one decimal."""
    number, unit = size_bytes / MIB, "MB"
    if number >= 999.5:
        number, unit = number / 1024, "GB"
    told = f"{number:.1f}" if 0.05 < number < 9.95 else f"{number:.0f}"
    return f"{_decimal(language, told)} {unit}"


def _decimal(language: Language, number: str) -> str:
    return number.replace(".", words.figures.DECIMAL_MARK.to(language))


def about(seconds: float) -> str:
    """How long something will take, no more exact than anybody knows: 40 s, 1 min 30 s, 6 min."""
    return took(rounded_s(seconds))


def rounded_s(seconds: float) -> int:
    """To 10 s below a minute, to half a minute below three, to a minute above; at least 10."""
    if seconds < 55:
        return max(10, round(seconds / 10) * 10)
    if seconds < 165:
        return round(seconds / 30) * 30
    return round(seconds / 60) * 60


def took(seconds: float) -> str:
    """How long something took: 38 s, 2 min 5 s."""
    whole = max(1, round(seconds))
    minutes, second = divmod(whole, 60)
    if not minutes:
        return f"{second} s"
    return f"{minutes} min {second} s" if second else f"{minutes} min"


def days(language: Language, seconds: float) -> str:
    """How long something is kept: 7 days, 1 day, 12 hours."""
    is_long = seconds >= DAY_S
    number = f"{round(seconds / (DAY_S if is_long else HOUR_S), 1):g}"
    counted = words.figures.DAYS if is_long else words.figures.HOURS
    return counted.to(language, _decimal(language, number))


def ordinal(language: Language, number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 22nd; 2. in German, 2.º in Spanish."""
    match language:
        case Language.GERMAN:
            return f"{number}."
        case Language.SPANISH:
            return f"{number}.º"
        case Language.ENGLISH if number % 100 in (11, 12, 13):
            return f"{number}th"
        case Language.ENGLISH:
            return f"{number}{_ENDINGS.get(number % 10, 'th')}"


def bar(percent: int) -> str:
    """Ten cells that fill up."""
    full = min(_BAR_CELLS, max(0, percent) * _BAR_CELLS // 100)
    return "▰" * full + "▱" * (_BAR_CELLS - full)


def date(language: Language, at: float) -> str:
    """1 December, 1. Dezember, 1 de diciembre; in UTC."""
    day = datetime.fromtimestamp(at, UTC)
    month = words.figures.MONTHS.to(language).split()[day.month - 1]
    return words.figures.DATE.to(language, day=day.day, month=month)


def tidy(text: str, limit: int = TITLE_CHARACTERS) -> str:
    """What a person or a file says about itself, on one line of at most `limit` characters.

    Control characters and everything that turns the direction of writing are dropped.
    """
    shown = "".join(_shown(character) for character in unicodedata.normalize("NFC", text))
    line = " ".join(shown.split()).strip(_JOINERS + " ")
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    at_word = head.rsplit(" ", 1)[0]
    kept = at_word if len(at_word) >= limit // 2 else head
    return kept.rstrip(_JOINERS + " ,;:-") + "…"


def _shown(character: str) -> str:
    if character in _JOINERS:
        return character
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _NEVER_SHOWN else character


def units(text: str) -> int:
    """The length as Telegram counts it: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def page(*lines: str, heading: str = "", beside: str = "", most: int = CAPTION_UNITS) -> str:
    """A message in Telegram's HTML: the heading bold, `beside` it on its line, the lines below.

    Takes plain text and escapes it; beyond `most`, which any caption may have, whole lines fall off
    the end.
    """
    title = _escape(isolated(heading))
    head = f"<b>{title}</b>{_escape(beside)}" if heading else _escape(beside)
    told = [head] if head else []
    for line in lines:
        longer = "\n".join([*told, _escape(line)])
        if line and units(longer) <= most:
            told.append(_escape(line))
    return "\n".join(told)


def toast(text: str) -> str:
    """A sentence short enough to answer a press with."""
    return text if len(text) <= TOAST_CHARACTERS else text[: TOAST_CHARACTERS - 1] + "…"


def _escape(text: str) -> str:
    return html.escape(text, quote=False)
