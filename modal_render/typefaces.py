"""The typefaces there are: ours first, then what `pocketreel[fonts]` or the system brings.

Fonts that are not ours are found by their exact names, never by what the system would guess, so a
picture changes with the machine only where such a file comes or goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import uharfbuzz as hb

BUNDLED = Path(__file__).parent / "fonts"
_SYSTEM = "/usr/share/fonts"


class Weight(StrEnum):
    SEMIBOLD = "SemiBold"
    EXTRABOLD = "ExtraBold"


# Of a variable font: where Noto's strokes are as thick as Manrope's.
_AXIS = {Weight.SEMIBOLD: 500, Weight.EXTRABOLD: 700}


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A font's files by weight; `bold` serves for both where there is no other.

    `folder` is absolute, or inside an installed package: "package/folder". `is_emoji` draws in
    colours of its own, and `size` is how large it is set beside the others.
    """

    folder: str
    bold: str
    lighter: str = ""
    is_emoji: bool = False
    size: float = 1.0


OURS = (
    Family(folder=str(BUNDLED), bold="Manrope-ExtraBold.ttf", lighter="Manrope-SemiBold.ttf"),
    # The weights whose strokes are about as thick as those of Manrope's.
    Family(folder=str(BUNDLED), bold="Rubik-SemiBold.ttf", lighter="Rubik-Medium.ttf"),
)
# Of each kind the first one that is there is taken.
CJK = (
    Family(folder="manimgx_fonts_cjk", bold="NotoSansCJK-VF.otf.ttc"),
    Family(folder=f"{_SYSTEM}/opentype/noto", bold="NotoSansCJK-Bold.ttc"),
)
_EMOJI_SIZE = 0.86  # or an emoji would stand higher than a line
EMOJI = (
    Family(
        folder="dynamic_font/assets/fonts", bold="NotoColorEmoji-Regular.ttf",
        is_emoji=True, size=_EMOJI_SIZE,
    ),
    Family(
        folder=f"{_SYSTEM}/truetype/noto", bold="NotoColorEmoji.ttf",
        is_emoji=True, size=_EMOJI_SIZE,
    ),
)  # fmt: skip


@lru_cache(maxsize=1)
def families() -> tuple[Family, ...]:
    """All that can be drawn with, in the order in which a character looks for its glyph."""
    optional = (next(filter(_is_there, kind), None) for kind in (CJK, EMOJI))
    return (*OURS, *(family for family in optional if family is not None))


@lru_cache(maxsize=16)
def opened(family: Family, weight: Weight) -> hb.Font:
    """The family's font at that weight; lengths are in its own units, `face.upem` to the em."""
    path = _path(family, weight)
    assert path is not None
    font = hb.Font(hb.Face(hb.Blob.from_file_path(str(path))))
    if font.face.has_var_data:
        font.set_variations({"wght": _AXIS[weight]})
    return font


@lru_cache(maxsize=8192)
def has_glyph(family: Family, char: str) -> bool:
    """Whether the family has a glyph of its own for the character."""
    return opened(family, Weight.EXTRABOLD).get_nominal_glyph(ord(char)) is not None


def _is_there(family: Family) -> bool:
    path = _path(family, Weight.EXTRABOLD)
    return path is not None and path.is_file()


def _path(family: Family, weight: Weight) -> Path | None:
    name = family.bold if weight is Weight.EXTRABOLD else family.lighter or family.bold
    if family.folder.startswith("/"):
        return Path(family.folder) / name
    package, _, inside = family.folder.partition("/")
    # Found, not imported: what else such a package does is none of our business.
    spec = find_spec(package)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) / inside / name if places else None
