"""/videos: the list, a video once more, and being rid of one."""

from __future__ import annotations

from dataclasses import replace

from conversations import flow, words
from conversations.model import View
from jobs.model import ProjectStatus
from tests.conversations.samples import GUEST
from tests.conversations.world import World, find_button, ready


def made(count: int) -> World:
    """Somebody who made so many videos, called 1, 2, and so on."""
    world = ready()
    for number in range(1, count + 1):
        if number > 1:
            world.send()
            world.hear()
        world.type(f"title: {number}")
        world.make()
    return world


def listed(world: World) -> View:
    world.command("/videos")
    return world.notices[-1]


def pressed(world: World, view: View, label: str) -> View:
    """What the message becomes when that button of its is pressed."""
    world.press_data(find_button(view, label).data)
    assert world.turned is not None
    return world.turned


def test_whoever_made_nothing_is_told_how_to() -> None:
    assert listed(World()).text == words.library.EMPTY.en


def test_the_newest_video_stands_first_with_title_length_and_date() -> None:
    lines = listed(made(2)).text.splitlines()
    assert lines == ["<b>Your videos</b>", "1. 2 · 1:49 · 15 January", "2. 1 · 1:49 · 15 January"]


def test_five_stand_on_a_page_and_pages_turn_in_place() -> None:
    world = made(6)
    first = listed(world)
    assert first.text.startswith("<b>Your videos</b> · 1/2\n1. 6 ·")
    assert len(first.keyboard) == 6
    assert [button.label for button in first.keyboard[-1]] == [words.library.OLDER.en]
    second = pressed(world, first, "Older")
    assert second.text.splitlines()[1].startswith("6. 1 ·")
    assert [button.label for button in second.keyboard[-1]] == ["‹ Newer"]
    assert pressed(world, second, "Newer").text == first.text


def test_a_video_comes_again_with_what_telegram_calls_it() -> None:
    world = made(1)
    view = listed(world)
    [known] = world.videos.values()
    world.videos[known.id] = replace(known, file_id="telegram's")
    assert world.press_data(find_button(view, "Send 1 again").data) == words.library.COMING.en
    sent = world.notices[-1]
    assert sent.video is not None
    assert (sent.video.file_id, sent.video.render) == ("telegram's", known.id)
    assert words.library.FILE_GONE.en in sent.instead


def test_deleting_is_asked_for_and_can_be_thought_better_of() -> None:
    world = made(2)
    asked = pressed(world, listed(world), "Delete 2")
    assert asked.text == f"<b>1</b>\n{words.library.ASK_DROP.en}"
    back = pressed(world, asked, "Back")
    assert len(back.text.splitlines()) == 3
    after = pressed(world, pressed(world, back, "Delete 2"), "Delete it now")
    assert world.toast == words.library.DROPPED.en
    assert [line[:4] for line in after.text.splitlines()[1:]] == ["1. 2"]
    card = next(iter(world.projects.values()))
    assert card.status is ProjectStatus.DELETED


def test_below_the_video_itself_it_can_be_deleted_too() -> None:
    world = made(1)
    world.press_data(find_button(listed(world), "Send 1 again").data)
    asked = pressed(world, world.notices[-1], "Delete")
    after = pressed(world, asked, "Delete it now")
    assert (after.text, after.keyboard) == (words.library.DROPPED.en, ())
    assert not world.videos


def test_an_old_button_of_a_deleted_video_says_so() -> None:
    world = made(1)
    view = listed(world)
    pressed(world, pressed(world, view, "Delete 1"), "Delete it now")
    for label in ("Send 1 again", "Delete 1"):
        assert world.press_data(find_button(view, label).data) == words.library.UNKNOWN.en


def test_a_deleted_card_takes_its_video_off_the_list() -> None:
    world = made(1)
    world.press_data(f"dy:{world.project.id}")
    assert listed(world).text == words.library.EMPTY.en


def test_nobody_gets_at_the_videos_of_others() -> None:
    world = made(1)
    [video] = world.videos
    for data in (f"hv:{video}", f"hd:{video}:0", f"hx:{video}:0"):
        facts = replace(world.facts_for(data), person=GUEST)
        decision = flow.press(None, data, facts)
        assert decision.toast == words.library.UNKNOWN.en
        assert decision.changes == type(decision.changes)()
