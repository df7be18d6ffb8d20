"""The 5-second look: a small video beside the card."""

from __future__ import annotations

from conversations.model import Video
from jobs.model import Job, JobKind, JobStatus
from jobs.payloads import GlimpseWork, Part, part_of
from tests.conversations.samples import GUEST
from tests.conversations.world import World, ready


def newest(world: World) -> Job:
    job = world.newest(JobKind.PREVIEW)
    assert part_of(job.input) is Part.GLIMPSE
    return job


def test_a_5_second_look_is_a_video_that_answers_the_card() -> None:
    world = ready()
    assert world.press("5-second look") == "Drawing five seconds of it."
    assert GlimpseWork.from_json(newest(world).input).edit == world.edit
    assert world.press("5-second look") == "Already on it."
    card = world.view()
    world.listen()
    told = world.notices[-1]
    assert isinstance(told.video, Video)
    assert (told.video.width, told.video.height) == (540, 960)
    assert told.reply_to == world.project.message_id
    assert "Mist · vertical" in told.text
    assert "Its loudest 5 s" in told.text
    assert world.view() == card


def test_the_look_face_shows_it_in_the_look_just_chosen() -> None:
    world = ready()
    world.press("Look")
    world.press("9 Solar")
    world.press("5-second look")
    assert GlimpseWork.from_json(newest(world).input).edit.look == "solar"


def test_the_same_look_again_is_sent_at_once() -> None:
    world = ready()
    world.press("5-second look")
    world.listen()
    world.press("5-second look")
    assert world.notices[-1] == world.notices[-2]
    assert len([job for job in world.jobs.values() if job.kind is JobKind.PREVIEW]) == 1


def test_a_newer_wish_cancels_the_one_under_way_and_says_what_it_shows() -> None:
    world = ready()
    world.press("5-second look")
    first = newest(world)
    world.type("neon")
    world.press("5-second look")
    assert world.jobs[first.id].status is JobStatus.CANCELLED
    world.type("square")
    world.listen()
    assert "Neon · vertical" in world.notices[-1].text


def test_to_see_and_to_hear_are_two_wishes() -> None:
    world = ready()
    world.press("5-second look")
    seen = newest(world)
    world.press("Hear it")
    assert world.jobs[seen.id].status is JobStatus.PENDING
    world.listen()
    assert world.notices[-1].audio is not None


def test_a_look_that_failed_tells_why() -> None:
    world = ready()
    world.press("5-second look")
    world.fail(JobKind.PREVIEW, "render_failed")
    assert world.notices[-1].reply_to == world.project.message_id
    assert "broke" in world.notices[-1].text


def test_it_can_be_typed_and_belongs_to_whoever_steers() -> None:
    world = ready()
    assert world.type("5-second look") == "Drawing five seconds of it."
    world.person = GUEST
    assert "Only Ada" in world.press("5-second look")


def test_deleting_the_card_ends_it() -> None:
    world = ready()
    world.press("5-second look")
    job = newest(world)
    world.press_data(f"dy:{world.project.id}")
    assert world.jobs[job.id].status is JobStatus.CANCELLED


def test_nothing_is_drawn_before_the_recording_was_heard() -> None:
    world = World()
    world.send()
    assert "still listening" in world.press_data(f"lk:{world.project.id}").lower()
    assert world.project.glimpse_job == ""
