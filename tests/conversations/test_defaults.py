"""/defaults: what new cards begin with, by choice and by what was made last."""

from __future__ import annotations

import pytest

from conversations import words
from conversations.model import View
from jobs.model import Habits, Shape
from jobs.recipe import Clean, TrimSilence
from modal_render.contract import LOOKS
from tests.conversations.samples import OWNER
from tests.conversations.world import World, find_button, ready

FRESH = Habits(person_id=OWNER.id)


def face(world: World, what: str = "home") -> View:
    world.press_data(f"st:{what}")
    assert world.turned is not None
    return world.turned


def chosen(world: World, what: str, label: str) -> View:
    """The face after that was chosen."""
    world.press_data(find_button(face(world, what), label).data)
    assert world.turned is not None
    return world.turned


def test_start_leads_to_the_defaults() -> None:
    world = World()
    world.command("/start")
    world.press_data(find_button(world.notices[-1], "My defaults").data)
    assert world.turned is not None
    assert world.turned.text.startswith("<b>My defaults</b>\nLook: as it suits\nSize: vertical")


def test_the_command_shows_the_same_as_the_button() -> None:
    world = World()
    told = world.command("/defaults")
    assert told == face(world).text
    assert words.defaults.FOLLOWS.en in told


def test_the_persons_photo_stands_in_for_a_cover_until_they_turn_it_off() -> None:
    world = World()
    world.send()
    assert world.project.source.portrait_of == OWNER.id
    after = chosen(world, "home", "My photo as cover")
    assert "My photo as cover: off" in after.text
    world.send()
    assert world.project.source.portrait_of == 0
    assert "My photo as cover: on" in chosen(world, "home", "My photo as cover").text


@pytest.mark.parametrize(
    ("what", "label", "habits"),
    [
        ("look", "Neon", {"look": "neon"}),
        ("shape", "wide", {"shape": Shape.WIDE}),
        ("clean", "strong", {"clean": Clean.STRONG}),
        ("trim_silence", "ends cut", {"trim_silence": TrimSilence.EDGES}),
        ("response", "Film", {"response": "cinematic"}),
    ],
)
def test_each_can_be_chosen_and_new_cards_begin_with_it(
    what: str, label: str, habits: dict[str, object]
) -> None:
    world = World()
    after = chosen(world, what, label)
    assert world.toast == words.defaults.SAVED.en
    assert {name: getattr(world.habits, name) for name in habits} == habits
    assert label in after.text
    assert f"{label} ✓" in [button.label for row in face(world, what).keyboard for button in row]
    world.send()
    world.hear()
    recipe = world.edit.recipe
    begun = {
        "look": world.edit.look,
        "shape": world.edit.shape,
        "response": world.edit.response,
        "clean": recipe.clean,
        "trim_silence": recipe.trim_silence,
    }
    assert begun == {**begun, **habits}


def test_even_volume_is_switched_with_one_press() -> None:
    world = World()
    world.press_data(find_button(face(world), "Even volume ✓").data)
    world.send()
    world.hear()
    assert world.edit.recipe.level_lufs is None


def test_a_colour_is_sent_with_the_command_and_taken_back_with_a_button() -> None:
    world = World()
    assert "Colour: #ff7a00" in world.command("/defaults FF7A00")
    world.send()
    world.hear()
    assert world.edit.brand == "#ff7a00"
    assert find_button(face(world, "brand"), "#ff7a00").label == "#ff7a00 ✓"
    chosen(world, "brand", "chosen for you")
    assert world.habits == FRESH
    assert world.command("/defaults orange") == words.cards.NO_COLOR_YET.en


def test_the_language_can_be_chosen_there_too() -> None:
    world = World()
    after = chosen(world, "language", "Deutsch")
    assert after.text.startswith("<b>Meine Vorgaben</b>")
    assert world.person.chosen_language == "de"


def test_what_was_changed_and_made_is_how_the_next_card_begins() -> None:
    world = ready()
    world.type("neon")
    world.type("square")
    world.press_data(f"sn:{world.project.id}:strong")
    world.type("title: Only this one")
    world.type("0:10-1:00")
    assert world.habits == FRESH  # trying is not using
    world.make()
    world.send()
    world.hear()
    edit = world.edit
    assert (edit.look, edit.shape, edit.recipe.clean) == ("neon", Shape.SQUARE, Clean.STRONG)
    assert edit.title != "Only this one"
    assert world.kept != [(10.0, 60.0)]


def test_what_was_not_touched_goes_on_as_it_suits() -> None:
    world = ready()
    world.type("square")
    world.make()
    assert world.habits == Habits(person_id=OWNER.id, shape=Shape.SQUARE)


def test_chance_is_nobodys_habit() -> None:
    world = ready()
    world.press_data(f"lr:{world.project.id}")
    world.type("wide")
    world.make()
    assert world.habits == Habits(person_id=OWNER.id, shape=Shape.WIDE)


def test_an_older_card_does_not_take_back_what_was_chosen_since() -> None:
    world = ready()
    chosen(world, "look", "Neon")
    world.type("title: Other")
    world.make()
    assert world.habits.look == "neon"


def test_it_can_be_told_not_to_follow_and_be_reset() -> None:
    world = ready()
    world.press_data(find_button(face(world), "Keep what I last made ✓").data)
    assert world.toast == words.defaults.FOLLOWS_NOT.en
    world.type("square")
    world.make()
    assert world.habits == Habits(person_id=OWNER.id, follows=False)
    world.press_data(find_button(face(world), "Reset all").data)
    assert (world.habits, world.toast) == (FRESH, words.defaults.RESET_DONE.en)


def test_another_size_of_a_video_changes_no_default() -> None:
    world = ready()
    world.make()
    world.press("Square too")
    assert world.habits.shape is Shape.VERTICAL


def test_a_look_that_is_gone_gives_way_to_what_suits() -> None:
    world = World()
    world.habits = Habits(person_id=OWNER.id, look="gone", response="gone")
    world.send()
    world.hear()
    assert world.edit.look in LOOKS
    assert world.edit.response == ""


@pytest.mark.parametrize("argument", ["", "nothing", "look:nothing", "shape:", "language:xx", ":"])
def test_an_old_button_of_the_face_says_so(argument: str) -> None:
    world = World()
    assert world.press_data(f"st:{argument}") == words.answers.OLD_BUTTON.en
    assert world.habits == FRESH
