"""What stands on buttons can be read on a narrow phone: 360 px, in every language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import ImageFont

import modal_render
from conversations import words
from conversations.model import Keyboard, Limits
from conversations.words.text import Language, Text
from tests.conversations.samples import MIB, OWNER, a_voice_note, an_asset
from tests.conversations.world import World

FONT = Path(modal_render.__file__).parent / "fonts" / "Manrope-SemiBold.ttf"  # wider than Roboto
ROW_PX = 336  # of 360, as wide as a message gets
GAP_PX = 4
PADDING_PX = 5
EMOJI_PX = 20
SIZE_PX = 15
FACES = ("trim", "look", "sound", "home")


@pytest.fixture(scope="module")
def font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), SIZE_PX)


def width_px(label: str, font: ImageFont.FreeTypeFont) -> float:
    return sum(
        0
        if mark == "\ufe0f"
        else EMOJI_PX
        if ord(mark) >= 0x2700 and mark != "✓"
        else font.getlength(mark)
        for mark in label
    )


def keyboards_of(language: Language) -> Iterator[Keyboard]:
    """Every side of a card on its way to the video, with as much on the buttons as there can be."""
    asset = an_asset(pauses=((10.0, 12.3), (30.0, 42.3)))
    world = World(replace(OWNER, language=language), asset)
    pages = Limits(pages=True, sharing=True)
    world.known = {"estimate_s": 95.0, "limits": pages, "link": "https://reel.example/r"}
    world.send(a_voice_note(size_bytes=64 * MIB))
    yield world.view().keyboard
    world.send(a_voice_note(asset.duration_s))
    yield world.view().keyboard
    world.hear()
    world.type("0:10-1:30")
    yield world.notices[-1].keyboard
    for chosen in ("first 30", "calm", "aurora", "wide"):
        world.type(chosen)
        yield world.notices[-1].keyboard
        for face in FACES:
            world.press_data(f"vw:{world.project.id}:{face}")
            yield world.view().keyboard
    world.command("/forget")
    yield world.notices[-1].keyboard
    world.command("/language")
    yield world.notices[-1].keyboard
    world.make()
    yield world.view().keyboard
    world.press_data(f"pp:{world.project.id}")
    yield world.view().keyboard


@pytest.mark.parametrize("language", Language)
def test_every_label_fits_its_place_in_the_row(
    language: Language, font: ImageFont.FreeTypeFont
) -> None:
    cut_off = {
        f"{button.label}: {width_px(button.label, font):.0f} of {room:.0f} px"
        for keyboard in keyboards_of(language)
        for row in keyboard
        if (room := (ROW_PX - GAP_PX * (len(row) - 1)) / len(row) - 2 * PADDING_PX)
        for button in row
        if width_px(button.label, font) > room
    }
    assert cut_off == set()


@pytest.mark.parametrize("language", Language)
def test_two_of_any_labels_fit_in_a_row(language: Language, font: ImageFont.FreeTypeFont) -> None:
    room = (ROW_PX - GAP_PX) / 2 - 2 * PADDING_PX
    alone = {words.buttons.FULL_QUALITY, words.buttons.IT_IS_MINE}  # have a row of their own
    named = {words.buttons.REMOVE, words.buttons.LET_IN}
    labels = [
        text.to(language, length="1:30") if text is words.buttons.MEANT_LAST else text.to(language)
        for text in vars(words.buttons).values()
        if isinstance(text, Text) and text not in alone | named
    ]
    assert [label for label in labels if width_px(label, font) > room] == []


def test_a_label_that_is_too_long_would_be_found(font: ImageFont.FreeTypeFont) -> None:
    assert width_px("■ Auch quadratisch", font) > 112
    assert width_px("✨ Make video", font) < 112
