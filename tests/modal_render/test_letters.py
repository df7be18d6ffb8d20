"""Letters are set as their scripts ask: joined, ordered, kerned, pointed, or as pictures."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from modal_render.letters import Weight, left_out, line_ink, line_width, printable
from modal_render.shaping import graphemes, is_right_to_left, shaped
from modal_render.typefaces import OURS, Family, opened
from modal_render.typeset import Align, draw_line, draw_paragraph, fit
from tests.modal_render.conftest import CJK, EMOJI, EMOJI_OUTLINES, PACKAGED, Bring, Run
from tests.modal_render.test_card import card_request

BOLD = Weight.EXTRABOLD
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
GERMANY = "\U0001f1e9\U0001f1ea"

pytestmark = pytest.mark.usefixtures("bring")


def test_pairs_are_kerned() -> None:
    apart = line_width("A", BOLD, 100) + line_width("V", BOLD, 100)
    assert line_width("AV", BOLD, 100) < apart - 3


@pytest.mark.parametrize("letter", "بيتسم")
def test_an_arabic_letter_takes_the_form_its_neighbours_ask_for(letter: str) -> None:
    forms = {_ids(letter), *(_ids(letter * 3)[i : i + 1] for i in range(3))}
    assert len(forms) == 4


def test_lam_and_alef_are_one_sign() -> None:
    assert len(_ids("لا")) == 1


def test_a_non_joiner_keeps_two_letters_apart() -> None:
    assert printable("می\u200cبین") == "می\u200cبین"
    assert _ids("می\u200cبین") != _ids("میبین")


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("שלום", "םולש"),
        ("פרק 12", "12 קרפ"),
        ("שלום world", "world םולש"),
        ("שלום, abc 12. ד", "ד .abc 12 ,םולש"),
        ("Call שלום now", "Call םולש now"),
    ],
)
def test_right_to_left_text_is_seen_in_its_own_order(written: str, seen: str) -> None:
    assert _seen(written) == seen


def test_brackets_are_mirrored_where_text_runs_to_the_left() -> None:
    assert _seen("(ש)") == "(ש)"


def test_a_line_runs_as_its_paragraph_does() -> None:
    """The second line of a Hebrew title may well begin with a name in Latin."""
    paragraph = fit("שלום עם Ada לוי", BOLD, 260, 400, range(60, 61), 4)
    assert paragraph.lines[-1].startswith("Ada")
    assert paragraph.right
    own, whole = (shaped("Ada ש", BOLD, right).glyphs[0].id for right in (False, True))
    assert (own, whole) == (*_ids("A"), *_ids("ש"))


def test_the_first_letter_decides_where_a_line_begins() -> None:
    assert is_right_to_left("12 שלום a")
    assert not is_right_to_left("a שלום")
    assert not is_right_to_left("12 …")


@pytest.mark.parametrize("pointed", ["שָׁ", "مُ", "\u0430\u0301"])
def test_points_and_accents_stand_with_their_letter(pointed: str) -> None:
    assert printable(pointed) == pointed
    glyphs = shaped(pointed, BOLD).glyphs
    assert len({glyph.family for glyph in glyphs}) == 1
    assert all(0 <= glyph.x < line_width(pointed, BOLD, 1) for glyph in glyphs)
    assert len(_rows(pointed)) > len(_rows(pointed[0]))


def test_a_word_is_set_in_one_typeface_where_one_has_all_of_it() -> None:
    families = {glyph.family for glyph in shaped("қазақ", BOLD).glyphs}
    assert families == {OURS[1]}
    assert {glyph.family for glyph in shaped("казах", BOLD).glyphs} == {OURS[0]}


def test_letters_are_counted_as_people_count_them() -> None:
    assert graphemes(f"e\u0301{FAMILY}{GERMANY}한") == ("e\u0301", FAMILY, GERMANY, "한")


def test_chinese_is_drawn_where_its_font_is_there(bring: Bring) -> None:
    assert (printable("你好 A"), left_out("你好 A")) == ("A", "你好")
    bring(CJK)
    assert (printable("你好 A"), left_out("你好 A")) == ("你好 A", "")
    assert len(_ids("你好")) == 2
    assert _inked("你好").max() == 255


def test_a_font_in_an_installed_package_is_found_and_the_package_not_run(
    bring: Bring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / PACKAGED.folder
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit")
    (package / PACKAGED.bold).symlink_to(Path(CJK.folder) / CJK.bold)
    monkeypatch.syspath_prepend(tmp_path)
    bring(PACKAGED)
    assert printable("你好") == "你好"
    assert PACKAGED.folder not in sys.modules


def test_japanese_and_chinese_draw_a_shared_character_each_in_its_way(bring: Bring) -> None:
    bring(CJK)
    assert _ids("骨の")[0] != _ids("骨")[0]


def test_a_variable_font_is_set_lighter_for_lesser_words(bring: Bring) -> None:
    bring(CJK)
    light, bold = (line_ink("東", weight, 90).mask for weight in Weight)
    assert np.asarray(light, np.int64).sum() < np.asarray(bold, np.int64).sum()


@pytest.mark.parametrize("font", [EMOJI, EMOJI_OUTLINES])
def test_emoji_are_drawn_in_their_own_colours(bring: Bring, font: Family) -> None:
    assert (printable("Party 🎉"), left_out("Party 🎉")) == ("Party", "🎉")
    bring(font)
    assert (printable("Party 🎉"), left_out("Party 🎉")) == ("Party 🎉", "")
    for mode in ("RGB", "RGBA"):
        drawn = _drawn("🎉", mode)
        assert len({*map(tuple, (drawn[..., :3] // 64).reshape(-1, 3))}) > 8
        rows = np.flatnonzero((drawn[..., :3] != drawn[0, 0, :3]).any(axis=(1, 2)))
        assert 60 < rows[-1] - rows[0] < 116  # about as high as a line of this size


@pytest.mark.parametrize("letter", [FAMILY, GERMANY, "👍🏽", "1\ufe0f\u20e3", "❤\ufe0f"])
def test_what_is_joined_to_an_emoji_is_one_picture_with_it(bring: Bring, letter: str) -> None:
    bring(EMOJI)
    assert printable(f"a {letter}") == f"a {letter}"
    assert len(_ids(letter)) == 1
    assert len(line_ink(letter, BOLD, 60).pictures) == 1


def test_a_line_is_drawn_alike_on_every_processor(tmp_path: Path, run: Run) -> None:
    """Arithmetic of the widest registers and of none gives the same bytes."""
    wanted = card_request(tmp_path, title="AVATAR қазақ שָׁלוֹם مُحَمَّد")
    pictures = []
    for features in ("", "-AVX2,-AVX512F,-FMA,-AVX"):
        assert run("card", wanted, GLIBC_TUNABLES=f"glibc.cpu.hwcaps={features}").status == 0
        pictures.append(Path(wanted.picture).read_bytes())
    assert pictures[0] == pictures[1]


def test_a_card_says_itself_what_it_left_out(tmp_path: Path, run: Run) -> None:
    wanted = card_request(tmp_path, title="Sphinx \U00013080", subtitle="\U00013080\U00013081")
    assert run("card", wanted).status == 0
    with Image.open(wanted.picture) as picture:
        assert picture.info["left out"] == "\U00013080\U00013081"


# Marks, joiners, tags, half flags, controls, brackets, both directions and several scripts.
ODD = (
    "ab (שאل٣5日の。👩🏽ﬃ\u0301\u05b8\u200c\u200d\ufe0f\u202e\u2029\x00"
    "\U000e0067\U0001f3f4\U0001f1e9"
)


@given(st.text(st.sampled_from(ODD) | st.characters(), max_size=40))
@settings(max_examples=200, deadline=None)
def test_whatever_is_written_can_be_drawn(text: str) -> None:
    paragraph = fit(text, BOLD, 300, 200, range(30, 61, 10), 3)
    assert printable(printable(text)) == printable(text)
    assert all(glyph.id for line in paragraph.lines for glyph in shaped(line, BOLD).glyphs)
    shown = "".join(paragraph.lines).replace(" ", "")
    assert shown == printable(text).replace(" ", "") or shown.endswith("…")
    image = Image.new("RGBA", (320, 220))
    draw_paragraph(image, (10, 10), paragraph, (255,) * 4, align=Align.CENTER, width_px=300)


def _ids(text: str) -> tuple[int, ...]:
    return tuple(glyph.id for glyph in shaped(text, BOLD).glyphs)


def _seen(text: str) -> str:
    """The characters of the glyphs, from left to right."""
    chars = {
        (family, opened(family, BOLD).get_nominal_glyph(ord(char))): char
        for family in OURS
        for char in {*text}
    }
    return "".join(chars[glyph.family, glyph.id] for glyph in shaped(text, BOLD).glyphs)


def _inked(text: str) -> NDArray[np.uint8]:
    return np.asarray(line_ink(text, BOLD, 60).mask)


def _rows(text: str) -> NDArray[np.int64]:
    return np.flatnonzero(_inked(text).any(axis=1))


def _drawn(text: str, mode: str) -> NDArray[np.uint8]:
    image = Image.new(mode, (160, 160), (20, 30, 40, 255)[: len(mode)])
    draw_line(image, (20, 110), text, BOLD, 90, (255, 255, 255, 255))
    return np.asarray(image)
