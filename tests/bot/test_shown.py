"""What a message shows, told by comparing."""

from __future__ import annotations

import dataclasses

import pytest

from bot.shown import Kind, read_shown, shown_after, shown_by
from conversations.model import Audio, Button, Video, View

TEXT = View(text="Listening")
PHOTO = View(text="Keeping all", picture_key="assets/a-1/card_0011223344556677.png")
VIDEO = View(
    text="Done",
    video=Video(key="renders/r/a1/output.mp4", thumbnail_key="", width=2, height=2, duration_s=1),
)
AUDIO = View(text="", audio=Audio(key="assets/a-1/preview_1.mp3", title="x", duration_s=1))


@pytest.mark.parametrize("view", [TEXT, PHOTO, VIDEO, AUDIO])
def test_a_kept_line_is_read_back(view: View) -> None:
    assert read_shown(str(shown_by(view))) == shown_by(view)


def test_the_time_left_is_remembered_with_it_and_not_compared() -> None:
    said = shown_by(dataclasses.replace(PHOTO, left_s=40))
    found = read_shown(str(said))
    assert found is not None
    assert found.left_s == 40
    assert found == shown_by(PHOTO)
    older = str(said).rpartition(":")[0]
    assert read_shown(older) == shown_by(PHOTO)


@pytest.mark.parametrize("line", ["", "x", "text:::", "film:a:b:c", "text:a:b:c:d"])
def test_another_line_is_nothing_known(line: str) -> None:
    found = read_shown(line)
    assert found is None or found.kind is Kind.TEXT


def test_every_part_counts() -> None:
    shown = {
        shown_by(view)
        for view in (
            PHOTO,
            dataclasses.replace(PHOTO, text="Keeping less"),
            dataclasses.replace(PHOTO, picture_key="assets/a-1/card_1111111111111111.png"),
            dataclasses.replace(PHOTO, keyboard=((Button(label="Trim", data="vw:p:trim"),),)),
        )
    }
    assert len(shown) == 4


def test_media_stays_when_words_follow_it() -> None:
    after = shown_after(TEXT, shown_by(PHOTO))
    assert after.kind is Kind.PHOTO
    assert after.media == shown_by(PHOTO).media
    assert after.words == shown_by(TEXT).words
