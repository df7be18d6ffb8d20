"""Autopilot: offered once, begins by itself, and one press stops it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversations import autopilot, words
from conversations.model import View
from jobs.model import Face, JobKind, JobStatus, Stage
from tests.conversations.samples import rendered
from tests.conversations.world import World, find_button, ready


def made(world: World, times: int, *typed: str) -> None:
    """So many videos, each of a recording of its own and after these words."""
    for _ in range(times):
        world.asset = replace(world.asset, digest=f"{len(world.jobs):016x}")
        world.send()
        world.hear()
        for text in typed:
            world.type(text)
        world.make()


def offers(world: World) -> list[View]:
    return [view for view in world.notices if words.autopilot.OFFER.en in view.text]


def piloted() -> World:
    """A recording was heard by somebody who has autopilot."""
    world = World()
    world.habits = replace(world.habits, autopilot=True)
    world.send()
    world.hear()
    return world


def test_it_is_offered_after_three_videos_that_nobody_changed() -> None:
    world = World()
    made(world, 2)
    assert offers(world) == []
    made(world, 1)
    [offer] = offers(world)
    assert [button.label for button in offer.keyboard[0]] == ["Yes", "No"]


def test_a_changed_video_begins_the_count_anew() -> None:
    world = World()
    made(world, 2)
    made(world, 1, "square")
    made(world, 2)
    assert offers(world) == []
    made(world, 1, "wide", "undo")
    assert len(offers(world)) == 1


def test_another_size_of_a_video_does_not_count() -> None:
    world = ready()
    world.make()
    for label in ("Square too", "Wide too"):
        world.press(label, next(iter(world.projects.values())))
        world.complete(JobKind.RENDER, rendered())
    assert world.habits.unchanged == 1


@pytest.mark.parametrize(("label", "wanted"), [("Yes", True), ("No", False)])
def test_it_is_asked_once_whatever_the_answer(label: str, wanted: bool) -> None:
    world = World()
    made(world, 3)
    world.press_data(find_button(offers(world)[0], label).data)
    assert world.habits.autopilot is wanted
    assert world.turned is not None
    assert (world.turned.text, world.turned.keyboard) == (world.toast, ())
    made(world, 4)
    assert len(offers(world)) == 1


def test_with_it_a_video_begins_by_itself_after_eight_seconds() -> None:
    world = piloted()
    view = world.view()
    assert "Starting in 8 s…" in view.text
    assert world.labels() == [["Wait, let me trim"]]
    save, render = world.newest(JobKind.SAVE), world.newest(JobKind.RENDER)
    assert save.run_after == save.created_at + autopilot.START_S
    assert render.after_job == save.id


def test_once_it_has_begun_the_card_shows_how_far_it_is() -> None:
    world = piloted()
    world.work(JobKind.SAVE, Stage.CUTTING, 50)
    assert "Making your video" in world.view().text
    assert world.labels() == [["Stop"]]


def test_when_the_seconds_are_over_and_all_hands_are_busy_it_stands_in_line() -> None:
    world = piloted()
    world.now += 2 * autopilot.START_S
    assert "Starting" not in world.view().text
    assert world.labels() == [["Stop"]]


def test_one_press_stops_it_and_shows_the_trim_face() -> None:
    world = piloted()
    assert world.press("Wait") == words.autopilot.WAITING.en
    assert world.newest(JobKind.SAVE).status is JobStatus.CANCELLED
    assert world.newest(JobKind.RENDER).status is JobStatus.CANCELLED
    assert world.project.face is Face.TRIM
    world.type("0:10-1:30")
    assert world.kept == [(10.0, 90.0)]
    world.make()
    assert world.view().video is not None


def test_its_button_is_answered_in_every_later_state() -> None:
    world = piloted()
    wait = find_button(world.view(), "Wait").data
    world.work(JobKind.SAVE, Stage.CUTTING, 50)
    assert world.press_data(wait) == words.autopilot.WAITING.en
    assert world.press_data(wait) == words.answers.NOTHING_TO_STOP.en
    world.make()
    assert world.press_data(wait) == words.answers.DELIVERED_ALREADY.en


def test_a_render_that_has_begun_is_stopped_as_ever() -> None:
    world = piloted()
    wait = find_button(world.view(), "Wait").data
    world.save()
    world.work(JobKind.RENDER, Stage.DRAWING, 50)
    assert world.press_data(wait) == words.answers.STOPPING.en
    assert "Stopped" in world.view().text


def test_what_a_program_brought_in_waits_for_the_program() -> None:
    world = World()
    project = replace(ready().project, source_message_id=0)
    facts = replace(world.facts(), habits=replace(world.habits, autopilot=True))
    assert autopilot.begun(project, facts) == (project, ())


def test_it_stands_on_the_face_of_the_defaults() -> None:
    world = World()
    world.press_data("st:autopilot")
    assert world.habits.autopilot
    assert world.turned is not None
    assert "Autopilot: on" in world.turned.text
    assert find_button(world.turned, "Autopilot").label == "Autopilot ✓"


def test_an_answer_that_no_button_gives_is_an_old_one() -> None:
    world = World()
    assert world.press_data("ap:2") == words.answers.OLD_BUTTON.en
