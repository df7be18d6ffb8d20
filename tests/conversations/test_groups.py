"""In a group: what is said to everybody there, and what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversations import autopilot, flow, words
from conversations.model import Facts, Limits, view_from_json
from jobs.model import Person, Role
from tests.conversations.samples import GUEST, MIB, OWNER, a_voice_note
from tests.conversations.world import World, ready

GROUP = -7
EVE = Person(id=9, name="Eve", language="en", role=Role.STRANGER)


def facts_of(person: Person, **given: object) -> Facts:
    facts = Facts(
        person=person, chat_id=GROUP, message_id=5, owner_id=OWNER.id, bot_name="reel_bot"
    )
    return replace(facts, **given)  # type: ignore[arg-type]


def told(facts: Facts, name: str) -> str:
    [notice] = flow.command(name, "", facts).changes.notices
    return view_from_json(notice.view).text


@pytest.mark.parametrize("name", sorted({*words.commands.COMMANDS, *words.commands.OWNER_COMMANDS}))
def test_every_command_is_answered_or_sent_to_a_chat_of_ones_own(name: str) -> None:
    said = told(facts_of(OWNER), name)
    assert said != words.commands.UNKNOWN_COMMAND.en
    if name not in ("new", "help", "cancel", "privacy"):
        assert said == words.groups.ALONE.en


@pytest.mark.parametrize("name", words.groups.COMMANDS)
def test_every_command_that_groups_are_offered_works_there(name: str) -> None:
    said = told(facts_of(GUEST), name)
    assert said not in (words.groups.ALONE.en, words.commands.UNKNOWN_COMMAND.en)


def test_only_the_card_is_forgotten_where_others_read_along() -> None:
    world = ready()
    asked = flow.command("forget", "", facts_of(OWNER, newest=world.project))
    view = view_from_json(asked.changes.notices[0].view)
    assert [button.data for row in view.keyboard for button in row] == [f"dy:{world.project.id}"]


def test_a_stranger_is_remembered_so_that_they_are_told_once() -> None:
    changes = flow.outsider(facts_of(EVE)).changes
    assert changes.person == EVE
    view = view_from_json(changes.notices[0].view)
    assert view.keyboard[0][0].url == "https://t.me/reel_bot"


def test_nobody_is_remembered_while_nobody_owns_the_bot() -> None:
    changes = flow.outsider(facts_of(EVE, owner_id=0)).changes
    assert changes.person is None
    assert view_from_json(changes.notices[0].view).text == words.people.UNOWNED.en


def test_a_press_of_a_stranger_tells_whose_card_it_is() -> None:
    world = ready()
    facts = facts_of(EVE, sender_name="Ada")
    assert flow.outsider_pressed(world.project, facts).toast.startswith("Only Ada can steer")
    assert flow.outsider_pressed(None, facts).toast == words.groups.OUTSIDER.en
    mine = replace(world.project, owner_id=EVE.id)
    assert flow.outsider_pressed(mine, facts).toast == words.groups.OUTSIDER.en


@pytest.mark.parametrize("data", ["dm", "kn", "st:home", "lg:de", "hs:0", "ap:1", "ak", "iv:9:y"])
def test_buttons_about_one_person_do_nothing(data: str) -> None:
    decision = flow.press(None, data, facts_of(OWNER, people=(OWNER, EVE), asker=EVE))
    assert decision.toast == words.answers.OLD_BUTTON.en
    assert decision.changes.person is None
    assert (decision.changes.habits, decision.whisper) == (None, None)


def test_a_file_that_is_too_large_gets_no_page_that_others_could_open() -> None:
    note = a_voice_note(size_bytes=30 * MIB)
    world = World()
    world.known = {"limits": Limits(pages=True), "chat_id": GROUP}
    world.send(note)
    assert world.projects == {}
    assert "Telegram lets bots fetch up to 20 MB" in world.notices[-1].text
    world.known = {"limits": Limits(pages=True)}
    world.send(note)
    assert world.project.source.size_bytes == 30 * MIB


@pytest.mark.parametrize(("chat_id", "is_offered"), [(GROUP, False), (OWNER.id, True)])
def test_autopilot_is_not_offered_where_others_read_along(chat_id: int, is_offered: bool) -> None:
    world = World()
    world.known = {"chat_id": chat_id}
    world.habits = replace(world.habits, unchanged=autopilot.UNCHANGED - 1)
    world.send()
    world.hear()
    world.make()
    assert world.habits.offered is is_offered
