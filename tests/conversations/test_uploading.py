"""A recording that Telegram does not hand over waits for its upload, and goes on like any other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversations import flow
from conversations.model import Limits
from jobs.model import JobKind, JobStatus, Source, SourceKind
from jobs.payloads import source_from_json
from storage import keys
from tests.conversations.samples import MIB, OWNER, a_voice_note
from tests.conversations.world import SITE, World

LARGE = a_voice_note(300.0, media="audio", name="talk.mp3", size_bytes=64 * MIB, title="A talk")


def waiting(size_bytes: int = 64 * MIB) -> World:
    """A chat with an upload page, where somebody sent something large."""
    world = World()
    world.known["limits"] = Limits(pages=True)
    world.send(replace(LARGE, size_bytes=size_bytes))
    return world


def upload(world: World, **changes: object) -> Source:
    source = replace(world.project.source, etag="e1", **changes)  # type: ignore[arg-type]
    project = world.project
    world.apply(flow.uploaded(project, source, world.facts(project)))
    return source


def test_the_refusal_is_a_card_with_a_way_in() -> None:
    world = waiting()
    view = world.view()
    assert view.text.startswith("That's 64 MB. Telegram lets bots fetch up to 20 MB.")
    assert view.reply_to == 7
    assert world.labels() == [["⬆️ Upload page"], ["New link", "How to shrink it"]]
    assert view.keyboard[0][0].url.startswith(f"{SITE}/upload/{world.project.id}")
    assert world.jobs == {}
    source = world.project.source
    assert (source.kind, source.file_id, source.title) == (SourceKind.UPLOAD, "", "A talk")
    assert keys.is_key(source.key)


def test_what_is_too_large_for_the_page_as_well_is_told_so() -> None:
    text = waiting(300 * MIB).view().text
    assert text.startswith("That's 300 MB, and I take up to 100 MB. Make it smaller")


def test_what_is_too_long_as_well_is_brought_whole_and_made_in_part() -> None:
    world = World()
    world.known["limits"] = Limits(pages=True)
    world.send(a_voice_note(4360, size_bytes=64 * MIB))
    assert world.view().text.startswith("That's 64 MB.")
    upload(world, size_bytes=64 * MIB, duration_s=0.0)
    world.fail(JobKind.INGEST, "source_too_long", duration_s=4360.0, limit_s=1800.0)
    assert world.labels()[0] == ["First 10 min", "Loudest 60 s"]


def test_where_nobody_reaches_the_page_there_is_no_card() -> None:
    world = World()
    world.send(LARGE)
    assert world.projects == {}
    assert "https link" in world.notices[-1].text


def test_what_arrived_is_listened_to_and_becomes_the_same_card() -> None:
    world = waiting()
    project = world.project
    source = upload(world, size_bytes=30 * MIB, name="shorter.mp3", duration_s=0.0)
    job = world.newest(JobKind.INGEST)
    assert job.status is JobStatus.PENDING
    assert source_from_json(job.input) == source
    assert world.project.source == source
    assert "Listening" in world.view().text
    world.hear()
    assert world.project.id == project.id
    assert world.project.message_id == project.message_id
    assert world.edit.title == "A talk"
    assert "✨ Make video" in world.labels()[0][0]


def test_a_file_that_arrives_twice_is_listened_to_once() -> None:
    world = waiting()
    upload(world)
    upload(world, name="another.mp3")
    assert len(world.jobs) == 1


def test_nothing_arrives_for_a_card_that_was_deleted() -> None:
    world = waiting()
    world.press_data(f"dy:{world.project.id}")
    upload(world)
    assert world.jobs == {}


def test_a_fresh_link_is_a_press_away() -> None:
    world = waiting()
    first = world.view().keyboard[0][0].url
    world.now += 3000
    assert "another hour" in world.press("New link")
    assert world.view().keyboard[0][0].url != first


def test_what_is_here_already_needs_no_link() -> None:
    world = waiting()
    upload(world)
    data = f"ul:{world.project.id}"
    assert "still listening" in world.press_data(data)
    world.hear()
    assert world.press_data(data) == "Your file is here already."


def test_how_to_make_a_file_smaller_is_told_below_the_card() -> None:
    world = waiting()
    world.press("How to shrink it")
    told = world.notices[-1]
    assert told.reply_to == world.project.message_id
    assert "1 MB a minute" in told.text


@pytest.mark.parametrize("words", ["0:10-0:20", "square", "make"])
def test_words_to_a_card_that_waits_say_what_it_waits_for(words: str) -> None:
    world = waiting()
    assert "isn't here yet" in world.type(words)


def test_a_card_that_failed_to_arrive_can_be_brought_in_again() -> None:
    world = waiting()
    source = upload(world)
    world.fail(JobKind.INGEST, "storage_away")
    world.press("Try again")
    assert source_from_json(world.newest(JobKind.INGEST).input) == source
    assert world.newest(JobKind.INGEST).owner_id == OWNER.id
