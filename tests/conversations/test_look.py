"""The look face: looks by their numbers, a page at a time, and surprises."""

from __future__ import annotations

import pytest

from conversations import pages
from jobs.model import Job, JobKind
from jobs.payloads import CardWork
from modal_render.contract import LOOKS, RESPONSES
from tests.conversations.world import World, ready


def looking(**asset: object) -> World:
    """The look face is up, and its contact sheet drawn."""
    world = ready(**asset)
    world.press("Look")
    world.draw()
    return world


def sheet_of(job: Job) -> CardWork:
    return CardWork.from_json(job.input)


def chosen_response(world: World) -> str:
    """The label of the way to move that is ticked."""
    (chosen,) = (
        label
        for row in world.labels()
        for label in row
        if label in ("Voice ✓", "Calm ✓", "Beat ✓", "Film ✓")
    )
    return chosen


def test_every_look_stands_on_one_page_under_a_number_of_its_own() -> None:
    numbered = [
        (number, look)
        for page in range(pages.PAGES)
        for number, look in enumerate(pages.looks_on(page), pages.first_number(page))
    ]
    assert numbered == list(enumerate(LOOKS, 1))
    assert all(look in pages.looks_on(pages.page_of(look)) for look in LOOKS)
    assert pages.page_of("gone") == 0


def test_the_look_face_opens_on_the_page_of_the_chosen_look() -> None:
    world = ready()
    world.type("pulse")
    world.press("Look")
    assert sheet_of(world.newest(JobKind.LOOK)).looks == tuple(LOOKS)[:6]
    assert world.labels()[1:3] == [
        ["1 Pulse ✓", "2 Ink", "3 Tape"],
        ["4 Orbit", "5 Paper", "6 Flame"],
    ]
    world.type("neon")
    assert world.labels()[1:3] == [["7 Mist", "8 Void", "9 Solar"], ["10 Aurora", "11 Neon ✓"]]
    assert world.press("Undo").startswith("Undone.")
    assert world.labels()[1][0] == "1 Pulse ✓"


def test_until_the_sheet_is_drawn_the_card_shows_what_there_is() -> None:
    world = ready()
    card = world.view().picture_key
    world.press("Look")
    assert world.view().picture_key == card
    world.draw()
    assert world.view().picture_key != card
    world.press("Back")
    assert sheet_of(world.newest(JobKind.LOOK)).looks == ()


def test_more_shows_the_next_looks_and_then_the_first_again() -> None:
    world = looking()
    first = sheet_of(world.newest(JobKind.LOOK))
    world.press("More looks")
    second = sheet_of(world.newest(JobKind.LOOK))
    assert (first.first_number, second.first_number) == (7, 1)
    world.press("More looks")
    assert sheet_of(world.newest(JobKind.LOOK)) == first
    assert world.project.edit == world.edit


def test_choosing_a_look_leaves_the_sheet_as_it_is() -> None:
    world = looking()
    drawn, picture = world.newest(JobKind.LOOK), world.view().picture_key
    assert world.press("9 Solar") == "Look: Mist → Solar"
    assert world.newest(JobKind.LOOK) == drawn
    assert world.view().picture_key == picture
    assert "9 Solar ✓" in world.labels()[1]


@pytest.mark.parametrize("typed", ["title: Other", "wide", "color: #ff7a00", "beat", "first 30"])
def test_what_shows_in_the_frames_draws_the_sheet_anew(typed: str) -> None:
    world = looking()
    drawn = sheet_of(world.newest(JobKind.LOOK))
    world.type(typed)
    again = sheet_of(world.newest(JobKind.LOOK))
    assert again.looks == drawn.looks
    assert again.edit != drawn.edit


def test_a_surprise_is_another_look_each_time_and_can_be_undone() -> None:
    world = looking()
    edits, moved = [world.edit], chosen_response(world)
    for _ in range(8):
        told = world.press("Surprise me")
        assert told.startswith("Look: ")
        assert ("Moves like: " in told) is (chosen_response(world) != moved)
        moved = chosen_response(world)
        edits.append(world.edit)
        assert world.edit.look != edits[-2].look
        assert world.edit.look in LOOKS
        assert world.edit.response in RESPONSES
        assert any("✓" in label for row in world.labels()[1:3] for label in row)
    assert len({edit.seed for edit in edits}) > 5
    assert len({edit.response for edit in edits}) > 1
    for edit in reversed(edits[:-1]):
        world.press("Undo")
        assert world.edit == edit


def test_a_surprise_can_be_typed_and_offers_the_way_back() -> None:
    world = ready()
    before = world.edit
    assert "Look: Mist → " in world.type("surprise me")
    assert world.edit.look != before.look
    world.press_data(world.notices[-1].keyboard[0][0].data)
    assert world.edit == before
