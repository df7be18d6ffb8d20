"""The same sound with the same settings again: the card shows the video that there is."""

from __future__ import annotations

from dataclasses import replace

from conversations import words
from jobs.model import Face, JobKind
from storage import keys
from tests.conversations.world import World, ready


def sent_again() -> World:
    """A video was made, and the same recording sent once more."""
    world = ready()
    world.make()
    world.send()
    world.hear()
    return world


def renders(world: World) -> int:
    return sum(job.kind is JobKind.RENDER for job in world.jobs.values())


def test_the_same_is_not_made_again_and_the_card_becomes_the_video() -> None:
    world = sent_again()
    assert world.press("Make video") == words.answers.MADE_BEFORE.en
    assert renders(world) == 1
    assert world.view().video is not None
    assert world.press("Change") == words.answers.OPENED.en


def test_a_change_makes_another_video_and_its_undo_finds_the_first() -> None:
    world = sent_again()
    world.type("square")
    assert world.press("Make video") == words.answers.STARTING.en
    assert renders(world) == 2
    world.press("Stop")
    world.type("undo")
    assert world.press("Make video") == words.answers.MADE_BEFORE.en
    assert renders(world) == 2


def test_a_cover_from_inside_the_recording_is_the_same_under_another_key() -> None:
    world = sent_again()
    for name, card in world.projects.items():
        assert card.edit is not None
        key = keys.cover(keys.asset_id(card.ingest_job, 1))
        world.projects[name] = replace(card, edit=replace(card.edit, cover_key=key))
    assert world.press("Make video") == words.answers.MADE_BEFORE.en


def test_another_photo_makes_another_video() -> None:
    world = sent_again()
    card = world.project
    assert card.edit is not None
    edit = replace(card.edit, cover_key=keys.cover(keys.asset_id("another", 1)))
    world.projects[card.id] = replace(card, edit=edit)
    assert world.press("Make video") == words.answers.STARTING.en


def test_autopilot_shows_it_without_a_press() -> None:
    world = ready()
    world.make()
    world.habits = replace(world.habits, autopilot=True)
    world.send()
    world.hear()
    assert renders(world) == 1
    assert world.view().video is not None
    assert world.project.face is Face.HOME
