"""A photo that is sent at any time becomes the cover, with the way back."""

from __future__ import annotations

import pytest

from conversations import flow
from conversations.covers import RECENT_S
from jobs.model import PHOTO, JobKind, JobStatus, Source, SourceKind
from jobs.payloads import Cover, asset_to_json
from tests.conversations.samples import GUEST
from tests.conversations.world import World, making, ready

PICTURE = Source(kind=SourceKind.TELEGRAM, media=PHOTO, file_id="picture")
KEY = "assets/c-1/cover.jpg"


def send_photo(world: World, *, answers: bool = False) -> str:
    """What is said at once."""
    project = world.project if world.projects else None
    before = len(world.notices)
    world.apply(flow.photo(project, PICTURE, world.facts(project), answers=answers))
    return world.notices[-1].text if len(world.notices) > before else ""


def bring(world: World, key: str = KEY) -> None:
    world.complete(JobKind.INGEST, Cover(key=key).to_json())


def test_a_photo_becomes_the_cover_and_can_be_undone() -> None:
    world = ready()
    assert send_photo(world) == ""
    job = world.newest(JobKind.INGEST)
    assert (job.id, job.input["file_id"]) == (world.project.cover_job, "picture")
    bring(world)
    assert world.edit.cover_key == KEY
    told = world.notices[-1]
    assert told.text.startswith("That's the cover now.")
    assert told.reply_to == world.project.message_id
    assert world.press_data(told.keyboard[0][0].data) == "Undone. Cover: your picture → plain"
    assert world.edit.cover_key == ""


def test_a_photo_right_after_the_sound_waits_for_it() -> None:
    world = World()
    world.send()
    listening = world.newest(JobKind.INGEST)
    send_photo(world)
    bring(world)
    assert world.project.edit is None
    world.end(listening, asset_to_json(world.asset))
    assert world.edit.cover_key == KEY


def test_a_photo_that_comes_after_the_sound_was_heard_is_taken_too() -> None:
    world = World()
    world.send()
    listening = world.newest(JobKind.INGEST)
    send_photo(world)
    photo = world.newest(JobKind.INGEST)
    world.end(listening, asset_to_json(world.asset))
    world.end(photo, Cover(key=KEY).to_json())
    assert world.edit.cover_key == KEY


def test_the_newest_photo_counts() -> None:
    world = ready()
    send_photo(world)
    first = world.newest(JobKind.INGEST)
    send_photo(world)
    assert world.jobs[first.id].status is JobStatus.CANCELLED
    bring(world)
    assert world.edit.cover_key == KEY


def test_a_photo_is_about_a_card_for_half_an_hour_unless_it_answers_it() -> None:
    world = ready()
    world.now += RECENT_S + 1
    assert send_photo(world).startswith("A photo becomes the cover of a card of the last 30 min.")
    assert send_photo(world, answers=True) == ""
    assert send_photo(World()).startswith("A photo becomes the cover")


def test_a_photo_for_a_video_that_is_being_made_says_what_to_do() -> None:
    world = making()
    assert send_photo(world).startswith("I'm making it now. Press Stop first")
    world = ready()
    send_photo(world)
    photo = world.newest(JobKind.INGEST)
    world.press("Make video")
    world.end(photo, Cover(key=KEY).to_json())
    assert world.notices[-1].text.startswith("The video was begun without that photo.")
    assert world.edit.cover_key == ""


def test_only_the_sender_gives_a_card_its_cover() -> None:
    world = ready()
    world.person = GUEST
    assert send_photo(world, answers=True).startswith("Only Ada can steer this one.")


def test_the_look_face_offers_the_persons_own_photo_and_none() -> None:
    world = ready(cover_key="assets/a-1/cover.jpg")
    world.press("Look")
    world.press("Cover")
    asked = world.notices[-1]
    assert asked.text == "Send a photo and I'll use it."
    own, plain = asked.keyboard[0]
    assert (own.label, plain.label) == ("Use my profile photo", "Plain")
    assert world.press_data(plain.data) == "Cover: your picture → plain"
    assert world.press_data(own.data) == "Looking at it. The card changes in a moment."
    job = world.newest(JobKind.INGEST)
    assert (job.input["kind"], job.input["file_id"]) == ("profile", str(world.person.id))
    bring(world)
    assert world.edit.cover_key == KEY


def test_who_wants_it_plain_keeps_it_plain() -> None:
    world = ready(cover_key="assets/a-1/cover.jpg")
    assert world.edit.cover_key == "assets/a-1/cover.jpg"
    world.press("Look")
    world.press("Cover")
    world.press_data(world.notices[-1].keyboard[0][1].data)
    world.make()
    world.press("Change")
    assert world.edit.cover_key == ""


@pytest.mark.parametrize(
    ("code", "told"),
    [("not_a_picture", "I couldn't open that picture."), ("no_profile_photo", "I can't see a")],
)
def test_what_is_no_picture_is_said_and_changes_nothing(code: str, told: str) -> None:
    world = ready()
    send_photo(world)
    edit = world.edit
    world.fail(JobKind.INGEST, code)
    assert world.notices[-1].text.startswith(told)
    assert world.edit == edit
    assert "Make video" in world.labels()[0][0]


def test_a_card_made_of_another_keeps_the_photo() -> None:
    world = ready()
    send_photo(world)
    bring(world)
    world.make()
    before = world.project
    world.press("Change")
    assert world.project.id != before.id
    assert world.project.cover_job == before.cover_job
    assert world.edit.cover_key == KEY
