"""Words do what buttons do, at any moment, on any face."""

from __future__ import annotations

import pytest

from conversations import words
from jobs.model import JobKind, JobStatus, Shape, SourceKind
from tests.conversations.samples import GUEST
from tests.conversations.world import World, ready


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("square", Shape.SQUARE),
        ("Square!", Shape.SQUARE),
        ("1:1", Shape.SQUARE),
        ("wide", Shape.WIDE),
        ("16:9", Shape.WIDE),
        ("Querformat", Shape.WIDE),
        ("carré", Shape.SQUARE),
    ],
)
def test_a_size_can_be_typed(word: str, shape: Shape) -> None:
    world = ready()
    assert "Size: vertical →" in world.type(word)
    assert world.edit.shape is shape


@pytest.mark.parametrize("word", ["vertical", "9:16"])
def test_a_size_it_has_already_is_no_change(word: str) -> None:
    world = ready()
    assert world.type(word) == words.answers.UNCHANGED.en
    assert world.history[world.project.id] == []


@pytest.mark.parametrize(("word", "look"), [("Pulse", "pulse"), ("pulse", "pulse")])
def test_a_look_can_be_typed(word: str, look: str) -> None:
    world = ready()
    assert world.type(word) == "Look: Mist → Pulse"
    assert world.edit.look == look


def test_a_title_can_be_typed() -> None:
    world = ready()
    assert world.view().text.startswith("<b>Your voice note</b>")  # the video has no title
    assert world.type("Title: My day") == "Title: My day"
    assert world.view().text.startswith("<b>My day</b>")
    assert world.newest(JobKind.LOOK).input["edit"]["title"] == "My day"
    assert world.type("title: Your day") == "Title: My day → Your day"
    world.type("undo")
    assert world.type("undo") == "Undone. Title: My day → none"
    assert world.view().text.startswith("<b>Your voice note</b>")
    assert "like this" in world.type("title:")


def test_how_the_picture_moves_can_be_typed_and_undone() -> None:
    world = ready()
    assert world.type("calm") == "Moves like: Voice → Calm"
    assert world.edit.response == "meditation"
    world.press("Look")
    assert "moves like Calm" in world.view().text
    assert world.type("undo") == "Undone. Moves like: Calm → Voice"
    # What the recording's character asks for is no choice of its own.
    assert world.type("voice") == words.answers.UNCHANGED.en


def test_a_colour_can_be_typed_and_taken_back() -> None:
    world = ready()
    assert world.type("color: #FF7A00") == "Colour: chosen for you → #ff7a00"
    assert world.newest(JobKind.LOOK).input["edit"]["brand"] == "#ff7a00"
    world.press("Look")
    assert "#ff7a00" in world.view().text.splitlines()[1]
    assert "#ff7a00" in world.type("colour: orange")  # how it is written
    assert world.type("Farbe: off") == "Colour: #ff7a00 → chosen for you"


def test_a_video_can_be_made_heard_and_stopped_by_words() -> None:
    world = ready()
    assert world.type("hear it") == words.answers.HEARING.en
    assert world.newest(JobKind.PREVIEW).status is JobStatus.PENDING
    assert world.type("make video") == "On it."
    assert world.type("make") == "Already on it."
    assert world.type("stop") == "Stopped."
    assert world.newest(JobKind.RENDER).status is JobStatus.CANCELLED
    assert world.type("again") == "On it."


def test_a_change_can_be_undone_by_a_word() -> None:
    world = ready()
    world.type("0:10-1:30")
    assert world.type("Undo.").startswith("Undone.")


@pytest.mark.parametrize("text", ["thanks!", "what?", "\U0001f44d", "/"])
def test_what_is_not_understood_is_answered_with_how_to_write_it(text: str) -> None:
    world = ready()
    answer = world.type(text)
    assert answer.startswith("I read times like 0:10-1:30, from 1:05, last 30.")
    assert world.notices[-1].keyboard == ()


def test_a_mistyped_time_offers_to_keep_all() -> None:
    world = ready()
    assert world.type("1:90").startswith("I read times like")
    assert [button.label for button in world.notices[-1].keyboard[0]] == ["Keep all"]
    world.press_data(world.notices[-1].keyboard[0][0].data)
    assert world.kept == [(0.0, 118.0)]


def test_without_a_card_it_is_told_how_to_get_one() -> None:
    world = World()
    for text in ("0:10-1:30", "make", "hello"):
        assert world.type(text) == words.answers.NO_CARD.en


def test_a_card_that_is_still_listening_says_so() -> None:
    world = World()
    world.send()
    assert world.type("0:10-1:30") == words.answers.LISTENING_STILL.en
    assert world.type("make") == words.answers.LISTENING_STILL.en
    assert world.type("stop") == "Stopped."


def test_what_was_typed_too_early_can_be_sent_again_when_the_card_is_there() -> None:
    world = World()
    world.send()
    assert "Send that again when the buttons are there" in world.type("title: My day")
    world.hear()
    assert world.type("title: My day") == "Title: My day"


@pytest.mark.parametrize("word", ["hear", "stop", "make", "0:10-1:30"])
def test_a_card_without_sound_says_how_to_get_some(word: str) -> None:
    world = World()
    world.send()
    world.fail(JobKind.INGEST, "source_broken")
    assert world.type(word) == words.answers.NOT_HEARD.en


@pytest.mark.parametrize("word", ["hear", "stop", "make", "square"])
def test_an_answer_to_a_deleted_card_says_that_it_is_gone(word: str) -> None:
    world = ready()
    world.press_data(f"dy:{world.project.id}")
    assert world.type(word) == words.answers.DELETED.en


def test_a_recording_sent_as_an_answer_to_an_old_card_gets_a_card_of_its_own() -> None:
    world = ready()
    first, edit = world.project, world.edit
    world.make()
    world.send()  # in Telegram a reply to the first card
    assert world.project.id != first.id
    assert world.view().text == "Got your voice note - 1:58. Listening…"
    assert world.projects[first.id].edit == edit


def test_of_several_notes_in_a_row_each_tells_its_place() -> None:
    world = World()
    for place in range(3):
        world.send()
        world.known = {"queue_place": place}
        shown = world.view().text
        assert ("in line" in shown) == (place > 0)
    assert shown.endswith("3rd in line.")
    assert len(world.projects) == 3


def test_a_card_being_made_offers_to_stop() -> None:
    world = ready()
    world.press("Make video")
    assert world.type("0:10-1:30") == words.answers.MAKING_STILL.en
    assert world.notices[-1].keyboard[0][0].label == "Stop"


def test_a_link_is_a_new_card_whatever_is_open() -> None:
    world = ready()
    first = world.project
    world.type("https://example.com/a.mp3")
    assert world.project.id != first.id
    assert world.project.source.kind is SourceKind.LINK


def test_somebody_elses_card_is_not_changed_by_words() -> None:
    world = ready()
    world.person = GUEST
    assert world.type("square").startswith("Only Ada can steer")
    assert world.edit.shape is Shape.VERTICAL


def test_answers_reply_to_what_was_typed() -> None:
    world = ready()
    world.type("square")
    assert world.notices[-1].reply_to == 7
