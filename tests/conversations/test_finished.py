"""The finished video: its caption, its link, and what is made of it next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversations import flow, words
from conversations.model import Limits
from jobs.model import JobKind, Shape
from tests.conversations.samples import MIB, rendered
from tests.conversations.world import World, making, ready


def test_the_message_becomes_the_video() -> None:
    world = ready(title="Monday thoughts")
    world.make()
    world.now += 38
    view = world.view()
    assert view.text == "<b>Monday thoughts</b> · 1:49\nMade in 1 s"
    assert view.video is not None
    assert (view.video.key, view.video.width) == ("renders/r/a1/output.mp4", 1080)
    assert world.labels() == [["■ Square too", "▬ Wide too", "Change"]]
    ping = flow.ping(world.project, world.facts(world.project))
    assert (ping.text, ping.reply_to) == ("Your video is ready.", world.project.message_id)


def test_how_long_it_took_is_measured_from_the_press() -> None:
    world = making()
    world.save()
    world.now += 37  # each job takes a second to ask for, and one was asked for since
    world.complete(JobKind.RENDER, rendered())
    assert "Made in 38 s" in world.view().text


def test_a_link_is_shown_only_while_there_is_one() -> None:
    world = ready()
    world.make()
    assert "ink" not in world.view().text
    world.known = {"link": "https://example.com/v"}
    assert "Link good until 22 January" in world.view().text
    button = world.view().keyboard[0][0]
    assert (button.label, button.url) == (
        "⬇️ Full quality (1080x1920, 5.0 MB)",
        "https://example.com/v",
    )
    world.now += 8 * 86400
    assert "ink" not in world.view().text


def test_a_link_that_ends_before_the_video_does_is_shown_no_longer() -> None:
    world = ready()
    world.make()
    limits = Limits(retention_s=30 * 86400.0, link_s=7 * 86400.0)
    world.known = {"link": "https://example.com/v", "limits": limits}
    assert "Link good until 22 January" in world.view().text
    world.now += 8 * 86400
    assert "ink" not in world.view().text


def test_a_large_video_is_shown_as_its_phone_size_copy() -> None:
    world = making()
    world.save()
    world.complete(JobKind.RENDER, rendered(62 * MIB, 46 * MIB))
    view = world.view()
    assert view.video is not None
    assert (view.video.key, view.video.width) == ("renders/r/a1/inline.mp4", 720)
    assert "phone-size" not in view.text
    world.known = {"link": "https://example.com/v"}
    assert world.view().text.endswith(
        "This is the phone-size copy (46 MB). The full one is behind the link, good until"
        " 22 January."
    )


def test_another_size_is_made_at_once_on_a_card_of_its_own() -> None:
    world = ready()
    world.make()
    old = world.project
    world.press("Square too")
    new = world.project
    assert new.id != old.id
    assert (new.source_message_id, new.ingest_job) == (old.message_id, old.ingest_job)
    assert world.edit == replace(old.edit or world.edit, shape=Shape.SQUARE)
    assert world.newest(JobKind.RENDER).project_id == new.id
    assert world.newest(JobKind.LOOK).project_id == new.id
    assert world.projects[old.id] == old
    assert world.view(new).reply_to == old.message_id
    world.complete(JobKind.RENDER, rendered())
    assert world.view(new).video is not None


@pytest.mark.parametrize(
    ("label", "answer"), [("Square too", "Already on it."), ("Change", "open")]
)
def test_a_double_press_opens_one_card(label: str, answer: str) -> None:
    world = ready()
    world.make()
    old = world.project
    world.press(label)
    count = len(world.projects)
    assert answer in world.press(label, old)
    assert len(world.projects) == count


def test_change_opens_the_same_edit_and_makes_nothing_yet() -> None:
    world = ready()
    world.make()
    old = world.project
    world.press("Change")
    assert world.edit == old.edit
    assert world.project.render_job == ""
    assert "Make video" in world.labels()[0][0]
    world.make()
    assert world.view().video is not None


def test_a_finished_card_refuses_changes_and_says_where_they_go() -> None:
    world = ready()
    world.make()
    assert "Press Change" in world.press_data(f"tn:{world.project.id}:5")
    assert "Press Change" in world.type("0:10-0:20")
    assert world.notices[-1].keyboard[0][0].label == "Change"
    assert "Press Change" in world.press_data(f"mk:{world.project.id}")


def test_change_before_there_is_a_video_says_where_to_change() -> None:
    world = World()
    world.send()
    assert world.type("change") == words.answers.LISTENING_STILL.en
    assert "still listening" in world.press_data(f"rf:{world.project.id}:s")
    world.hear()
    assert world.type("change") == "This one isn't made yet. Change it right here."


def test_a_video_that_telegram_refuses_and_that_has_no_link_says_what_to_do() -> None:
    world = ready()
    world.make()
    assert words.cards.VIDEO_REFUSED.en in world.view().instead
    world.known = {"link": "https://reel.example/renders/r/output.mp4"}
    assert words.cards.LINK_INSTEAD.en in world.view().instead


def test_a_video_whose_sound_was_tidied_away_says_so_and_makes_no_other() -> None:
    world = ready()
    world.make()
    world.now += world.facts().limits.originals_s + 1
    jobs = len(world.jobs)
    for label in ("Square too", "Change"):
        told = world.press(label)
        assert told.startswith("I tidied its sound away after 3 days of quiet.")
        assert told.endswith("I'll use the same look.")
    assert len(world.jobs) == jobs
