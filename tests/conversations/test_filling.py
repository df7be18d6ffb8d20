"""The picture of progress: the waveform fills up, and says what the words below it say."""

from __future__ import annotations

import re

import pytest

from conversations.model import View
from jobs.model import JobKind, Stage
from jobs.payloads import CardWork
from tests.conversations.world import World, making, ready


def filling() -> World:
    """A video is on its way, and the pictures of its progress are drawn."""
    world = making()
    world.draw()
    return world


def told(view: View) -> tuple[int, str]:
    """The percentage in the words, and the picture."""
    found = re.search(r"(\d+)%", view.text)
    assert found
    return int(found[1]), view.picture_key


def test_making_asks_for_the_pictures_once() -> None:
    world = making()
    asked = world.newest(JobKind.LOOK)
    assert CardWork.from_json(asked.input).fills
    world.press("Stop")
    world.press("Make video")
    assert world.newest(JobKind.LOOK) == asked


def test_the_picture_and_the_words_tell_one_number() -> None:
    world = filling()
    seen = []
    for progress in (0, 34, 67, 100):
        world.work(JobKind.SAVE, Stage.CUTTING, progress)
        seen.append(told(world.view()))
    world.save()
    for progress in (0, 10, 14, 43, 91):
        world.work(JobKind.RENDER, Stage.DRAWING, progress)
        seen.append(told(world.view()))
    world.work(JobKind.RENDER, Stage.PACKING, 93)
    seen.append(told(world.view()))
    numbers = [0, 10, 20, 30, 30, 30, 30, 60, 90, 95]
    assert seen == [(number, f"fill-{number}") for number in numbers]


def test_between_two_pictures_only_the_time_left_changes() -> None:
    world = filling()
    world.save()
    views = []
    for progress, eta_s in ((43, 40.0), (45, 30.0)):
        world.known = {"eta_s": eta_s}
        world.work(JobKind.RENDER, Stage.DRAWING, progress)
        views.append(world.view())
    assert views[0].picture_key == views[1].picture_key
    assert "about 40 s left" in views[0].text
    assert "about 30 s left" in views[1].text


def test_until_they_are_drawn_the_card_stays_and_the_words_are_exact() -> None:
    world = ready()
    card = world.view().picture_key
    world.press("Make video")
    world.save()
    world.work(JobKind.RENDER, Stage.DRAWING, 54)
    assert told(world.view()) == (67, card)
    world.fail(JobKind.LOOK, "render_failed")
    assert told(world.view()) == (67, card)


def test_in_the_queue_nothing_fills_up_yet() -> None:
    world = filling()
    assert world.view().picture_key.startswith("card-")
    assert "%" not in world.view().text


@pytest.mark.parametrize("end", ["Stop", "render_failed"])
def test_a_video_that_was_not_finished_shows_its_card_again(end: str) -> None:
    world = filling()
    world.save()
    world.work(JobKind.RENDER, Stage.DRAWING, 54)
    if end == "Stop":
        world.press("Stop")
    else:
        world.fail(JobKind.RENDER, end)
    assert world.view().picture_key.startswith("card-")


def test_an_interrupted_render_falls_back_in_picture_and_words() -> None:
    world = filling()
    world.save()
    world.work(JobKind.RENDER, Stage.DRAWING, 54)
    world.lose(JobKind.RENDER)
    assert told(world.view()) == (30, "fill-30")
