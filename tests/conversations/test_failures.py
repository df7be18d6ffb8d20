"""A video that failed: every reason has its own ways out, and they lead somewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jobs.model import JobKind, JobStatus
from jobs.payloads import RenderWork
from tests.conversations.samples import GUEST
from tests.conversations.world import World, making


def failed(code: str) -> World:
    world = making()
    world.save()
    world.fail(JobKind.RENDER, code)
    return world


@pytest.mark.parametrize(
    ("code", "ways"),
    [
        ("render_failed", ["Try again", "Simpler look"]),
        ("internal", ["Try again", "Simpler look"]),
        ("took_too_long", ["Try 720p", "Try again"]),
        ("renderer_away", ["Make it here", "Wait for them"]),
        ("render_lost", ["Make it here", "Wait for them"]),
        ("disk_full", ["Try again"]),
    ],
)
def test_every_reason_has_its_own_ways_out(code: str, ways: list[str]) -> None:
    world = failed(code)
    assert world.labels()[0] == ways
    assert world.view().keyboard[0][0].style == "success"


def test_a_simpler_look_is_made_at_once_and_can_be_undone() -> None:
    world = failed("render_failed")
    assert "I tried twice" in world.view().text
    before = world.edit.look
    assert world.press("Simpler look") == "On it."
    work = RenderWork.from_json(world.newest(JobKind.RENDER).input)
    assert work.edit.look == world.edit.look == "pulse"
    world.press("Stop")
    assert world.press_data(f"un:{world.project.id}").startswith("Undone. Look:")
    assert world.edit.look == before


def test_the_simplest_look_has_no_simpler_one() -> None:
    world = failed("render_failed")
    world.press("Simpler look")
    world.fail(JobKind.RENDER, "render_failed")
    assert world.labels()[0] == ["Try again"]


def test_what_took_too_long_is_tried_with_fewer_pixels() -> None:
    world = failed("took_too_long")
    world.press("Try 720p")
    assert RenderWork.from_json(world.newest(JobKind.RENDER).input).edit.is_small
    world.fail(JobKind.RENDER, "took_too_long")
    assert world.labels()[0] == ["Try again"]
    assert world.press_data(f"un:{world.project.id}") == "Undone. Size: 720p → 1080p"


def test_what_others_do_not_make_can_be_made_here_or_waited_for() -> None:
    world = failed("renderer_away")
    assert "The fast machines are away" in world.view().text
    world.press("Make it here")
    assert RenderWork.from_json(world.newest(JobKind.RENDER).input).here
    world = failed("renderer_away")
    world.press("Wait for them")
    assert not RenderWork.from_json(world.newest(JobKind.RENDER).input).here


@pytest.mark.parametrize("status", [JobStatus.PENDING, JobStatus.PROCESSING])
def test_while_the_fast_machines_are_away_it_can_be_made_here(status: JobStatus) -> None:
    world = making()
    world.save()
    held = replace(world.newest(JobKind.RENDER), status=status, error_code="renderer_away")
    world.jobs[held.id] = held
    assert "The fast machines are away" in world.view().text
    assert world.labels() == [["Make it here"], ["Stop"]]
    world.press("Make it here")
    assert world.jobs[held.id].status is JobStatus.CANCELLED
    assert RenderWork.from_json(world.newest(JobKind.RENDER).input).here
    assert "The fast machines are away" not in world.view().text


def test_a_video_that_the_fast_machines_have_is_being_made() -> None:
    world = making()
    world.save()
    job = world.newest(JobKind.RENDER)
    world.jobs[job.id] = replace(
        job, status=JobStatus.DISPATCHED, error_code="renderer_away", call_id="fc-1"
    )
    assert world.labels() == [["Stop"]]


def test_a_guest_can_tell_the_owner_what_broke() -> None:
    world = failed("render_failed")
    assert "Tell the owner" not in str(world.labels())  # who owns it knows
    world.person = GUEST
    assert world.labels()[-1] == ["Tell the owner", "Delete"]
    world.known = {"owner_id": 99}
    world.projects[world.project.id] = replace(world.project, owner_id=GUEST.id)
    assert world.press("Tell the owner").startswith("I've told the owner")
    chat, told = world.told[-1]
    assert chat == 99
    assert "Bob asks you to look at a video that failed (code R-" in told.text
    assert "render_failed" in told.text


def test_old_ways_out_do_no_harm_once_it_is_made() -> None:
    world = failed("render_failed")
    world.press("Try again")
    for verb in ("lz", "lq", "mh"):
        assert world.press_data(f"{verb}:{world.project.id}") == "Already on it."
    assert "older version" in world.press_data(f"tw:{world.project.id}")


@pytest.mark.parametrize("kind", [JobKind.INGEST, JobKind.RENDER])
def test_a_lack_of_room_is_told_as_one(kind: JobKind) -> None:
    if kind is JobKind.RENDER:
        world = failed("disk_full")
    else:
        world = World()
        world.send()
        world.fail(kind, "disk_full")
    assert world.view().text.count("I've run out of room, and the owner knows.") == 1
