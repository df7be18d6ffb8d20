"""The edges and before/after: seconds of the edit, as voice messages."""

from __future__ import annotations

import pytest

from conversations.model import Audio, view_from_json, view_to_json
from jobs.model import JobKind, JobStatus
from jobs.payloads import EditWork, Part, Preview
from tests.conversations.world import World, ready

VOICE = "edges.ogg"


def listen(world: World) -> Audio:
    result = Preview(key="edges.mp3", duration_s=8.6, size_bytes=1, voice_key=VOICE)
    world.complete(JobKind.PREVIEW, result.to_json())
    audio = world.notices[-1].audio
    assert audio is not None
    return audio


def part(world: World) -> Part:
    return EditWork.from_json(world.newest(JobKind.PREVIEW).input).part


def test_the_trim_face_lets_hear_the_edges_as_a_voice_message() -> None:
    world = ready()
    world.press("Trim")
    world.press("Hear the edges")
    assert part(world) is Part.EDGES
    assert listen(world).voice_key == VOICE
    told = world.notices[-1]
    assert "Keeping 0:03–1:52" in told.text
    assert "The first and the last 4 s of it." in told.text
    assert told.reply_to == world.project.message_id


def test_edges_of_what_is_that_short_are_all_of_it() -> None:
    world = ready(duration_s=6.0)
    world.press("Trim")
    world.press("Hear the edges")
    listen(world)
    assert "first and the last" not in world.notices[-1].text


def test_the_sound_face_compares_before_and_after() -> None:
    world = ready()
    world.press("Sound")
    world.press("Before / after")
    assert part(world) is Part.COMPARE
    assert listen(world).voice_key == VOICE
    assert "first as recorded, then as it will be" in world.notices[-1].text


def test_what_was_heard_is_sent_again_at_once_and_another_part_is_made() -> None:
    world = ready()
    world.press("Trim")
    world.press("Hear the edges")
    assert world.press("Hear the edges") == "Already on it."
    first = listen(world)
    world.press("Hear the edges")
    assert world.notices[-1].audio == first
    made = world.newest(JobKind.PREVIEW)
    world.press("Done")
    world.press("Hear it")
    assert world.newest(JobKind.PREVIEW) != made
    assert part(world) is Part.ALL


def test_another_wish_to_hear_cancels_the_one_under_way() -> None:
    world = ready()
    world.press("Hear it")
    first = world.newest(JobKind.PREVIEW)
    world.press("Sound")
    world.press("Before / after")
    assert world.jobs[first.id].status is JobStatus.CANCELLED
    assert world.newest(JobKind.PREVIEW).status is JobStatus.PENDING


def test_what_is_heard_is_told_as_it_was_when_it_was_asked_for() -> None:
    world = ready()
    world.type("0:10-0:50")
    world.press("Hear it")
    world.type("0:20-0:30")
    listen(world)
    assert "Keeping 0:10–0:50" in world.notices[-1].text


@pytest.mark.parametrize("argument", ["some", "edges:x"])
def test_a_part_nobody_knows_is_an_old_button(argument: str) -> None:
    world = ready()
    assert "older version" in world.press_data(f"hr:{world.project.id}:{argument}")


def test_a_voice_message_waits_in_the_outbox_as_it_was_said() -> None:
    world = ready()
    world.press("Trim")
    world.press("Hear the edges")
    listen(world)
    told = world.notices[-1]
    assert view_from_json(view_to_json(told)) == told
