"""The same file sent again: what there is of it is shown."""

from __future__ import annotations

from dataclasses import replace

from conversations import flow, words
from conversations.model import Decision, Received, view_from_json
from jobs.model import JobKind, JobStatus
from tests.conversations.samples import a_voice_note
from tests.conversations.shelves import made_video
from tests.conversations.world import World, find_button, making, ready

AGAIN = a_voice_note(unique_id="bytes")
FILE_ID = "what telegram calls the video"


def again(world: World, message_id: int = 8) -> Decision:
    """The person sends the card's file once more."""
    facts = replace(world.facts(world.project), same=world.project, message_id=message_id)
    if facts.render is not None and facts.render.status is JobStatus.COMPLETE:
        made = made_video(world.project, facts.render)
        facts = replace(facts, video=replace(made, file_id=FILE_ID))
    return flow.receive(Received(source=AGAIN), facts)


def test_a_card_that_is_open_is_pointed_at_with_its_buttons() -> None:
    for world in (ready(), making()):
        shown = world.view()
        decision = again(world)
        (notice,) = decision.changes.notices
        told = view_from_json(notice.view)
        assert told.text == words.answers.OPEN_HERE.en
        assert told.reply_to == world.project.message_id
        assert told.keyboard == shown.keyboard
        assert decision.changes.jobs == ()


def test_it_is_the_card_that_is_spoken_of_from_now_on() -> None:
    world = ready()
    assert again(world).changes.project == world.project


def test_a_finished_video_comes_again_by_telegrams_name_for_it() -> None:
    world = ready()
    world.make()
    decision = again(world)
    (notice,) = decision.changes.notices
    told = view_from_json(notice.view)
    assert told.video is not None
    assert told.video.file_id == FILE_ID
    assert told.reply_to == 8
    assert told.text.endswith(words.answers.HERE_AGAIN.en)
    assert find_button(told, "Change").data == find_button(world.view(), "Change").data
    assert decision.changes.jobs == ()


def test_without_that_name_it_comes_from_our_files_while_they_are_sure_to_be_there() -> None:
    world = ready()
    world.make()
    facts = replace(world.facts(world.project), same=world.project, message_id=8)
    told = flow.receive(Received(source=AGAIN), facts)
    assert view_from_json(told.changes.notices[0].view).video is not None
    now = facts.now + facts.limits.retention_s * 0.6
    later = replace(facts, now=now, same=replace(world.project, touched_at=now))
    anew = flow.receive(Received(source=AGAIN), later)
    assert [job.kind for job in anew.changes.jobs] == [JobKind.INGEST]


def test_what_was_tidied_away_is_fetched_again() -> None:
    world = ready()
    world.make()
    world.now += world.facts().limits.originals_s + 1
    decision = again(world)
    assert [job.kind for job in decision.changes.jobs] == [JobKind.INGEST]


def test_a_message_that_is_only_read_again_is_not_sent_again() -> None:
    world = ready()
    decision = again(world, message_id=world.project.source_message_id)
    assert decision.changes.notices == ()
    assert [job.dedupe_key for job in decision.changes.jobs] == ["tg:1:7"]
