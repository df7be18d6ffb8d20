"""What holds for every card: its sound, its preview, who steers it, how it ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversations import flow
from jobs.model import JobKind, JobStatus, Project, ProjectStatus
from tests.conversations.samples import GUEST
from tests.conversations.world import making, ready


def test_the_sound_face_tells_how_much_silence_there_is_to_cut() -> None:
    world = ready(pauses=((10.0, 12.3), (30.0, 42.3)))
    world.press("Sound")
    assert world.labels()[2:4] == [["Silence: Keep ✓", "Cut ends"], ["Cut pauses \u221214 s"]]
    assert world.press("Cut pauses") == "Silence: kept → long pauses cut"
    assert "(1:35 of 1:58)" in world.view().text
    assert world.newest(JobKind.LOOK).input["edit"]["recipe"]["trim_silence"] == "long_pauses"


def test_how_the_sound_is_cleaned_does_not_draw_a_new_picture() -> None:
    world = ready()
    world.press("Sound")
    pictures = world.newest(JobKind.LOOK)
    assert world.press("Strong") == "Noise cleaning: soft → strong"
    assert world.press("Even volume") == "Even volume: on → off"
    assert world.newest(JobKind.LOOK) == pictures
    assert world.press("Undo") == "Undone. Even volume: off → on"


def test_the_card_says_which_letters_its_picture_lacks() -> None:
    world = ready()
    said = "I can't draw 你好, so that is left out of the picture."
    assert "left out" not in world.view().text
    world.type("title: 你好 Tokyo")
    world.draw(left_out="你好")
    assert said in world.view().text.splitlines()
    world.press("Look")
    assert said in world.view().text.splitlines()
    world.type("title: Tokyo")
    world.draw()
    assert "left out" not in world.view().text


def test_only_whoever_sent_it_steers() -> None:
    world = ready()
    world.person = GUEST
    for label in ("Make video", "Trim", "Hear it"):
        assert world.press(label) == "Only Ada can steer this one. Send me your own recording."
    assert len(world.jobs) == 2


@pytest.mark.parametrize(
    ("status", "told"),
    [(ProjectStatus.EXPIRED, "tidied this one away"), (ProjectStatus.DELETED, "Deleted.")],
)
def test_a_closed_card_tells_the_way_out(status: ProjectStatus, told: str) -> None:
    world = ready()
    closed: Project = replace(world.project, status=status)
    world.projects[closed.id] = closed
    for data in ("mk", "un", "hr", "jx", "dy"):
        assert told in world.press_data(f"{data}:{closed.id}")
    assert told in world.view().text
    assert world.view().keyboard == ()
    assert told in world.type("0:10-0:20")


def test_an_unknown_card_and_an_unknown_button_tell_the_way_out() -> None:
    world = ready()
    assert "Send the recording again" in world.press_data("mk:zzzzzzzz")
    assert "Send the recording again" in world.press_data("xx:zzzzzzzz")
    assert "Send the recording again" in world.press_data("")


def test_deleting_is_asked_about_first() -> None:
    world = making()
    world.press("Stop")
    world.press("Delete")
    assert "can't be undone" in world.notices[-1].text
    assert world.labels()[0] == ["✨ Make video"]
    world.press_data(world.notices[-1].keyboard[0][0].data)
    assert world.view().text == "Deleted. Send another recording whenever you like."


def test_hearing_it_sends_the_preview_once() -> None:
    world = ready()
    world.press("Hear it")
    assert world.press("Hear it") == "Already on it."
    world.listen()
    audio = world.notices[-1].audio
    assert audio is not None
    assert (audio.key, audio.title) == ("preview.mp3", "Your voice note")
    world.press("Hear it")  # made before: sent at once
    assert [view.audio for view in world.notices] == [audio, audio]
    assert len([job for job in world.jobs.values() if job.kind is JobKind.PREVIEW]) == 1


def test_hearing_another_edit_replaces_the_preview_under_way() -> None:
    world = ready()
    world.press("Hear it")
    first = world.newest(JobKind.PREVIEW)
    world.type("0:10-0:20")
    world.press("Hear it")
    assert world.jobs[first.id].status is JobStatus.CANCELLED
    world.fail(JobKind.PREVIEW, "edit_failed")
    assert "couldn't cut it" in world.notices[-1].text


@pytest.mark.parametrize("quota", ["active_renders", "videos_per_day", "bytes_per_day"])
def test_a_quota_is_told_where_the_person_looks(quota: str) -> None:
    world = ready()
    facts = world.facts(world.project)
    assert flow.over_quota(quota, facts).changes.notices
    assert flow.over_quota(quota, facts, pressed=True).toast
