"""Recordings in a row: one question on one card, and both answers lead on."""

from __future__ import annotations

import pytest

from conversations import flow
from conversations.model import Received
from conversations.phases import Phase, phase
from jobs.model import JobKind, JobStatus, ProjectStatus
from jobs.payloads import asset_to_json, source_from_json
from tests.conversations.samples import a_voice_note
from tests.conversations.world import World, ready

SENT_AT = 1_800_000_000.0


def send(world: World, message_id: int, after_s: float = 0.0, **note: object) -> None:
    source = a_voice_note(60.0, sent_at=SENT_AT + after_s, file_id=f"note{message_id}", **note)
    world.known["message_id"] = message_id
    world.apply(flow.receive(Received(source=source), world.facts()))
    world.known.clear()


def three(*, performer: str = "") -> World:
    world = World()
    for number in range(3):
        send(world, 7 + number, number, performer=performer)
    return world


def test_three_in_a_row_are_asked_about_once() -> None:
    world = three()
    assert len(world.projects) == 1
    assert world.view().text == "3 recordings, 3:00 together."
    assert world.labels() == [["Join into one", "Keep separate"]]
    assert len(world.jobs) == 1  # the first is listened to meanwhile


def test_what_was_heard_meanwhile_does_not_end_the_question() -> None:
    world = three()
    world.hear()
    assert world.labels() == [["Join into one", "Keep separate"]]
    assert world.type("0:10-0:20").startswith("Press Join into one or Keep separate first.")
    assert world.press_data(f"mk:{world.project.id}").startswith("Press Join into one")


@pytest.mark.parametrize("is_heard", [True, False])
def test_joined_they_are_one_recording(is_heard: bool) -> None:
    world = three()
    first = world.newest(JobKind.INGEST)
    if is_heard:
        world.hear()
    assert world.press("Join into one") == "Joining them."
    job = world.newest(JobKind.INGEST)
    joined = source_from_json(job.input)
    assert [part.file_id for part in joined.parts] == ["note7", "note8", "note9"]
    assert (joined.duration_s, joined.waiting) == (180.0, ())
    ended = JobStatus.COMPLETE if is_heard else JobStatus.CANCELLED
    assert world.jobs[first.id].status is ended
    assert phase(world.project, world.facts(world.project)) is Phase.LISTENING
    assert "3:00" in world.view().text
    world.hear()
    assert "Make video" in world.labels()[0][0]
    assert world.press_data(f"sp:{world.project.id}") == "Already on it."


@pytest.mark.parametrize("is_heard", [True, False])
def test_kept_apart_each_has_its_card(is_heard: bool) -> None:
    world = three()
    if is_heard:
        world.hear()
    first = world.project
    world.press("Keep separate")
    assert len(world.projects) == 3
    _, second, third = world.projects.values()
    assert [second.source_message_id, third.source_message_id] == [8, 9]
    jobs = [job for job in world.jobs.values() if job.kind is JobKind.INGEST]
    assert [job.input["file_id"] for job in jobs] == ["note7", "note8", "note9"]
    assert [job.project_id for job in jobs] == [first.id, second.id, third.id]
    assert world.projects[first.id].source.waiting == ()
    world.end(jobs[-1], asset_to_json(world.asset))
    assert "Make video" in str(world.view(world.projects[third.id]).keyboard)


def test_what_comes_later_begins_a_card_of_its_own() -> None:
    world = World()
    send(world, 7)
    send(world, 8, 3.0)
    assert len(world.projects) == 2


def test_what_comes_after_a_touch_begins_a_card_of_its_own() -> None:
    world = World()
    send(world, 7)
    world.hear()
    world.press("Trim")
    send(world, 8, 1.0)
    assert len(world.projects) == 2


def test_the_same_message_twice_waits_once() -> None:
    world = World()
    for number in (7, 8, 8):
        send(world, number)
    assert len(world.project.source.waiting) == 1


def test_more_than_twenty_are_asked_about_in_turns() -> None:
    world = World()
    for number in range(22):
        send(world, 7 + number)
    assert [len(project.source.waiting) for project in world.projects.values()] == [19, 1]


def test_forwarded_notes_keep_whose_they_are() -> None:
    world = three(performer="Grace")
    assert world.view().text == "3 recordings, 3:00 together.\nFrom Grace"
    send(world, 20, 2.0, performer="Lin")
    assert world.view().text.endswith("From Grace, Lin")
    world.press("Join into one")
    world.hear()
    assert world.edit.subtitle == "Grace, Lin"


def test_what_is_too_long_together_says_what_to_do() -> None:
    world = World()
    for number in range(2):
        source = a_voice_note(1000.0, sent_at=SENT_AT)
        world.known["message_id"] = 7 + number
        world.apply(flow.receive(Received(source=source), world.facts()))
    assert world.press("Join into one").startswith("Together that's 33:20, and 30 min is the most.")
    assert world.project.source.parts == ()


def test_a_recording_by_itself_is_not_asked_about() -> None:
    assert ready().project.source.waiting == ()
    assert ready().project.status is ProjectStatus.OPEN
