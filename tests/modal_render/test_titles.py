"""Words people write: fitted, cut after a word if at all, and never shown as boxes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from modal_render.breaking import atoms
from modal_render.contract import LOOKS, Scene
from modal_render.film import film_of, frame_image
from modal_render.letters import MAX_CHARS, Weight, left_out, line_mask, printable
from modal_render.sound import sketched
from modal_render.typeset import fit
from tests.modal_render.conftest import CJK, Bring, scene

pytestmark = pytest.mark.usefixtures("bring")

LONG = "How the committee decided, after much deliberation, to postpone the annual report again"
SIZES_PX = range(40, 91, 2)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("  two\n lines\t", "two lines"),
        ("🎉 Party 🎧 mix 👩‍👩‍👧", "Party mix"),
        ("1️⃣ ❤️ ©️", "1 ©️"),
        ("日本 Tokyo", "Tokyo"),
        ("\u202eevil\u202c\u0000\ufeff", "evil"),
        ("Z̷̢̛a̸͝l̵͠g̴o", "Zalgo"),
        ("e\u0301te\u0301", "été"),
        ("\uff26\uff35\uff2c\uff2c \ufb03", "FULL ffi"),
        ("שָׁלוֹם", "שָׁלוֹם"),
        ("ש\u0596לא", "שלא"),
        ("", ""),
    ],
)
def test_what_cannot_be_drawn_is_left_out(written: str, shown: str) -> None:
    assert printable(written) == shown


def test_a_title_has_an_end() -> None:
    assert len(printable("word " * 10_000)) <= MAX_CHARS


@pytest.mark.parametrize(
    "text", ["Hi", LONG, "Donaudampfschifffahrtsgesellschaftskapitän", "w" * 500]
)
def test_any_title_fits_its_box(text: str) -> None:
    paragraph = fit(text, Weight.EXTRABOLD, 600, 300, SIZES_PX, 3)
    assert 1 <= len(paragraph.lines) <= 3
    assert paragraph.width_px <= 601
    assert paragraph.height_px <= 301


def test_a_short_title_is_large_and_a_long_one_is_whole() -> None:
    assert fit("Hi", Weight.EXTRABOLD, 600, 300, SIZES_PX, 3).size_px == SIZES_PX[-1]
    assert " ".join(fit(LONG, Weight.EXTRABOLD, 900, 400, SIZES_PX, 4).lines) == LONG


def test_a_title_too_long_ends_after_a_word() -> None:
    lines = fit(LONG * 3, Weight.EXTRABOLD, 600, 200, SIZES_PX, 3).lines
    last = lines[-1].removesuffix("…").split()[-1]
    assert lines[-1].endswith("…")
    assert last in LONG.replace(",", "").split()


def test_lines_are_of_nearly_one_length() -> None:
    lines = fit("Why we stopped shipping on Fridays", Weight.EXTRABOLD, 840, 300, SIZES_PX, 3).lines
    assert lines == ("Why we stopped", "shipping on Fridays")


@pytest.mark.parametrize("text", ["Ярмарка", "Ελλάδα", "Łódź", "שלום", "مرحبا", "پارسی", "İğne"])
def test_every_letter_of_our_scripts_has_ink(text: str) -> None:
    assert printable(text) == text
    for letter in {*text}:
        mask = np.asarray(line_mask(letter, Weight.EXTRABOLD, 60)[0])
        assert mask.max() > 200


@pytest.mark.parametrize(
    ("written", "missing"),
    [
        ("日本 Tokyo 日", "日本"),
        ("Party 🎉 👩‍👩‍👧 🎉", "🎉👩‍👩‍👧"),
        ("\u202eevil\u0301\u200b", ""),
        ("Ελλάδα שָׁלוֹם", ""),
    ],
)
def test_what_is_left_out_is_known_letter_by_letter(written: str, missing: str) -> None:
    assert left_out(written) == missing


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("你好、世界《东京》。 大阪", "你|好、|世|界|《东|京》。| 大|阪"),
        ("東京の朝、静かな散歩と「珈琲」の話", "東京の|朝、|静かな|散歩と|「珈琲」の|話"),
        ("ずっとずっとずっとずっと", "ずっ|と|ずっ|と|ずっ|と|ずっ|と"),
        ("한국어 제목 Tokyo", "한국어| 제목| Tokyo"),
    ],
)
def test_chinese_breaks_between_letters_and_japanese_after_particles(
    text: str, pieces: str
) -> None:
    assert atoms(text) == pieces.split("|")


def test_chinese_lines_are_of_one_length_and_none_begins_with_a_stop(bring: Bring) -> None:
    bring(CJK)
    text = "你好世界你好世界你好世。你好世界"
    lines = fit(text, Weight.EXTRABOLD, 400, 400, SIZES_PX, 4).lines
    assert "".join(lines) == text
    assert len(lines) > 1
    assert max(map(len, lines)) - min(map(len, lines)) <= 1
    assert not any(line.startswith("。") for line in lines)


def test_a_word_too_long_breaks_between_letters_not_inside_one(bring: Bring) -> None:
    word = "שָׁ" * 60
    lines = fit(word, Weight.EXTRABOLD, 400, 1000, SIZES_PX, 20).lines
    assert "".join(lines) == word
    assert all(len(line) % 3 == 0 for line in lines)


@pytest.mark.parametrize("look", list(LOOKS))
@pytest.mark.parametrize("shape", ["v", "s", "w"])
def test_words_can_be_read_and_stand_clear_of_the_apps_buttons(look: str, shape: str) -> None:
    wordless, worded = scene(look, shape, title="\u200b"), scene(look, shape, title=LONG)
    changed = _difference(worded, replace(worded, title=LONG.replace("o", "a")))
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    assert changed.any()
    assert columns[0] >= worded.width * 0.04
    assert columns[-1] < worded.width * (0.89 if shape == "v" else 0.96)
    assert rows[-1] < worded.height * (0.75 if shape == "v" else 0.9)
    assert _difference(worded, wordless).any()


@pytest.mark.parametrize("look", list(LOOKS))
def test_nothing_but_ground_lies_under_the_apps_own_words(look: str, tmp_path: Path) -> None:
    """The bottom of a vertical video changes with neither words, clock nor bars."""
    shown = scene(look, "v", title=LONG, subtitle="A subtitle")
    bottom = _picture(shown)[round(shown.height * 0.82) :]
    steps = np.abs(np.diff(bottom.astype(np.int16), axis=1)).max()
    assert steps < 24  # no edge as sharp as a letter's


@pytest.mark.parametrize("look", list(LOOKS))
def test_a_subtitle_alone_takes_the_titles_place(look: str) -> None:
    alone = scene(look, title="🎉", subtitle="Only this")
    assert np.array_equal(_picture(alone), _picture(scene(look, title="Only this")))


def _difference(one: Scene, other: Scene) -> NDArray[np.bool_]:
    apart = np.abs(_picture(one).astype(np.int16) - _picture(other).astype(np.int16))
    changed: NDArray[np.bool_] = apart.max(axis=-1) > 60
    return changed


def _picture(shown: Scene) -> NDArray[np.uint8]:
    return np.asarray(frame_image(film_of(shown, sketched([200])), 0))
