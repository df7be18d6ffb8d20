"""A line of text as glyphs: which font draws what, in which order, and exactly where.

The order is the Unicode bidirectional algorithm's (python-bidi); the glyphs, their joining, marks
and kerning are the fonts' own (HarfBuzz). Lengths are in ems: a line is shaped once for all sizes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import uharfbuzz as hb
from bidi import get_base_level, get_display

from modal_render.typefaces import OURS, Family, Weight, families, has_glyph, opened

NON_JOINER, _JOINER = "\u200c", "\u200d"
_AS_TEXT, _AS_EMOJI, _KEYCAP = "\ufe0e", "\ufe0f", "\u20e3"
_TAGS = ("\U000e0020", "\U000e007f")  # no ink, and no direction of their own
_REGIONS = ("\U0001f1e6", "\U0001f1ff")  # two of them are a flag
_TRACKING = {Weight.SEMIBOLD: 0.0, Weight.EXTRABOLD: -0.012}  # ems after each letter
_JOINED = "Arab"  # letters joined to each other take no tracking
# Chinese, Japanese and Korean share characters and draw some of them differently.
_KANA, _HANGUL, _HAN = ("Hira", "Kana"), "Hang", "Hani"
_EAST = (*_KANA, _HANGUL, _HAN)
_EMOJI = "Zsye"  # so that pictures never run on with the letters before them
_NOWHERE = hb.Font(hb.Face(b""))


@dataclass(frozen=True, slots=True)
class Glyph:
    """One glyph with its origin, in ems from the line's left end and up from its baseline."""

    family: Family
    id: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Shaped:
    """A line's glyphs from left to right, and how far it reaches."""

    glyphs: tuple[Glyph, ...]
    width: float


@dataclass(frozen=True, slots=True)
class _Run:
    """Letters that one font draws in one direction and one script, in the order they are read."""

    family: Family
    script: str
    backwards: bool
    text: str


def is_right_to_left(text: str) -> bool:
    """Whether the first character with a direction of its own runs right to left."""
    return bool(text) and get_base_level(text) == 1


@lru_cache(maxsize=1024)
def graphemes(text: str) -> tuple[str, ...]:
    """The text's letters as people count them: marks, and what joins an emoji, go with theirs."""
    if text.isascii():
        return tuple(text)
    # HarfBuzz tells them apart before it looks for glyphs, so a font without any will do.
    buffer = _buffer(text)
    buffer.guess_segment_properties()
    buffer.direction = "ltr"
    buffer.flags = hb.BufferFlags.PRESERVE_DEFAULT_IGNORABLES
    hb.shape(_NOWHERE, buffer)
    starts = sorted({0, *(info.cluster for info in buffer.glyph_infos)})
    ends = [*starts[1:], len(text)]
    return tuple(text[start:end] for start, end in zip(starts, ends, strict=True))


def family_for(letter: str) -> Family | None:
    """The first family that can draw a letter; None when there is none."""
    order = families()
    if is_emoji(letter):
        order = tuple(sorted(order, key=lambda family: not family.is_emoji))
    return next((family for family in order if _draws(family, letter)), None)


def is_emoji(letter: str) -> bool:
    """Whether a letter is shown as a picture unless there is none."""
    if _AS_TEXT in letter:
        return False
    is_wide = unicodedata.east_asian_width(letter[0]) == "W"
    is_sign = unicodedata.category(letter[0]) in ("So", "Sk", "Cn")
    is_flag = _REGIONS[0] <= letter[0] <= _REGIONS[1]
    return is_flag or (is_wide and is_sign) or _AS_EMOJI in letter or _KEYCAP in letter


def is_silent(char: str) -> bool:
    """Whether a character only says how its neighbours are drawn."""
    is_selector = "\ufe00" <= char <= "\ufe0f"
    return char in (NON_JOINER, _JOINER) or is_selector or is_tag(char)


def is_tag(char: str) -> bool:
    """Whether a character spells, unseen, which region the flag before it is of."""
    return _TAGS[0] <= char <= _TAGS[1]


@lru_cache(maxsize=1024)
def shaped(line: str, weight: Weight, right: bool | None = None) -> Shaped:
    """The glyphs of one line of printable text.

    `right` says that the paragraph runs from the right; None lets the line decide for itself.
    """
    if right is None:
        right = is_right_to_left(line)
    language = _language(line)
    glyphs: list[Glyph] = []
    x = 0.0
    for run in _runs(line, right):
        placed, x = _shaped_run(run, weight, language, x)
        glyphs += placed
    return Shaped(tuple(glyphs), x)


def _shaped_run(run: _Run, weight: Weight, language: str, x: float) -> tuple[list[Glyph], float]:
    """The run's glyphs from `x` on, and where it ends."""
    font = opened(run.family, weight)
    buffer = _buffer(run.text)
    buffer.direction = "rtl" if run.backwards else "ltr"
    buffer.script = run.script
    buffer.language = language
    hb.shape(font, buffer)
    em = font.face.upem / run.family.size
    tracking = 0.0 if run.family.is_emoji or run.script == _JOINED else _TRACKING[weight]
    glyphs, before = [], -1
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        if before not in (-1, info.cluster):
            x += tracking
        before = info.cluster
        at = (x + position.x_offset / em, position.y_offset / em)
        glyphs.append(Glyph(run.family, info.codepoint, *at))
        x += position.x_advance / em
    return glyphs, x + tracking


def _runs(line: str, right: bool) -> Iterator[_Run]:
    """Runs from left to right."""
    letters = graphemes(line)
    scripts = _scripts(letters)
    chosen = _families(letters, scripts)
    for backwards, places in _stretches(letters, right):
        reading = sorted(places)
        parts = [
            _Run(family, script, backwards, "".join(letters[place] for place in part))
            for (family, script), part in groupby(
                reading, key=lambda place: (chosen[place], scripts[place])
            )
            if family is not None
        ]
        yield from reversed(parts) if backwards else parts


def _stretches(letters: tuple[str, ...], right: bool) -> Iterator[tuple[bool, list[int]]]:
    """Places in `letters`, left to right as they are seen, in stretches of one direction."""
    seen = _visual_order(letters, right)
    for _, group in groupby(enumerate(seen), key=lambda at: (at[1][1], _step(*at))):
        stretch = list(group)
        yield stretch[0][1][1], [place for _, (place, _) in stretch]


def _step(seen: int, placed: tuple[int, bool]) -> int:
    """Equal for neighbours on the line that are neighbours in the text too."""
    place, backwards = placed
    return place + seen if backwards else place - seen


def _visual_order(letters: tuple[str, ...], right: bool) -> list[tuple[int, bool]]:
    """The letters' places as the eye meets them, and whether each stands in a run to the left."""
    if not right and all(letter < "\u0590" for letter in letters):
        return [(place, False) for place in range(len(letters))]
    # The algorithm gives characters only, not where they were. So each takes its place along,
    # spelled in two tags; these go wherever it goes and change nothing for their neighbours. At
    # the line's end they would not: one more letter in the line's own direction stands there.
    first, base = ord(_TAGS[0]), ord(_TAGS[1]) - ord(_TAGS[0]) + 1
    marked = "".join(
        letter[0] + chr(first + place // base) + chr(first + place % base)
        for place, letter in enumerate(letters)
    )
    shown = get_display(marked + ("\u05d0" if right else "a"), base_dir="R" if right else "L")
    shown = shown[1:] if right else shown[:-1]
    order = []
    for i in range(0, len(shown), 3):
        triple = shown[i : i + 3]
        backwards = triple[0] >= _TAGS[0]
        _, high, low = (ord(char) - first for char in (triple[::-1] if backwards else triple))
        order.append((high * base + low, backwards))
    return order


def _scripts(letters: tuple[str, ...]) -> list[str]:
    """Each letter's script; signs and digits have that of what stands before them."""
    scripts, last = [], "Zyyy"
    for letter in letters:
        own = _EMOJI if is_emoji(letter) else _script(letter[0])
        scripts.append(own or last)
        last = last if own == _EMOJI else own or last
    return scripts


@lru_cache(maxsize=2048)
def _script(char: str) -> str:
    buffer = _buffer(char)
    buffer.guess_segment_properties()
    return buffer.script or ""


def _families(letters: tuple[str, ...], scripts: list[str]) -> list[Family | None]:
    """One family for a stretch of one script where one has it all, else one for each letter."""
    chosen: list[Family | None] = []
    for script, group in groupby(range(len(letters)), key=lambda place: scripts[place]):
        stretch = [letters[place] for place in group]
        # A star among Latin letters must not turn them all into a Chinese font's.
        candidates = families() if script in _EAST else () if script == _EMOJI else OURS
        whole = (family for family in candidates if all(_draws(family, one) for one in stretch))
        family = next(whole, None)
        chosen += [family or family_for(letter) for letter in stretch]
    return chosen


def _draws(family: Family, letter: str) -> bool:
    """Whether the family has a glyph for everything in a letter that has ink."""
    return all(has_glyph(family, char) for char in letter if not is_silent(char))


def _language(line: str) -> str:
    scripts = {_script(char) for char in line}
    if not scripts.isdisjoint(_KANA):
        return "ja"
    if _HANGUL in scripts:
        return "ko"
    return "zh-Hans" if _HAN in scripts else "und"


def _buffer(text: str) -> hb.Buffer:
    buffer = hb.Buffer()
    buffer.add_str(text)
    return buffer
