"""Who may use the bot: asking, being let in, owning it; and what commands answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversations import flow, keyboards, words
from conversations.model import Decision, Facts, Limits, view_from_json
from jobs.model import Changes, JobKind, JobStatus, Person, ProjectStatus, Role
from tests.conversations.samples import GUEST, OWNER
from tests.conversations.world import World, ready

STRANGER = Person(id=9, name="<Eve>\u202e", language="en", role=Role.STRANGER)


def facts_of(person: Person, **given: object) -> Facts:
    facts = Facts(person=person, chat_id=person.id, owner_id=OWNER.id, owner_name=OWNER.name)
    return replace(facts, **given)  # type: ignore[arg-type]


def told(decision: Decision) -> str:
    if decision.whisper is not None:
        return decision.whisper.text
    if decision.examined is not None:
        return decision.examined(()).text
    return view_from_json(decision.changes.notices[-1].view).text


def test_a_stranger_is_told_how_to_get_in() -> None:
    decision = flow.stranger(facts_of(STRANGER))
    view = view_from_json(decision.changes.notices[0].view)
    assert view.text == "This bot is private. Ask its owner to let you in."
    assert view.keyboard[0][0].data == "ak"


def test_nobody_can_be_asked_while_nobody_owns_the_bot() -> None:
    facts = facts_of(STRANGER, owner_id=0, owner_name="")
    assert told(flow.stranger(facts)) == words.people.UNOWNED.en
    assert flow.press(None, "ak", facts).toast == words.people.UNOWNED.en


def test_asking_asks_the_owner_once() -> None:
    decision = flow.press(None, "ak", facts_of(STRANGER))
    asking = decision.changes.person
    assert asking is not None
    assert asking.role is Role.ASKING
    [notice] = decision.changes.notices
    view = view_from_json(notice.view)
    assert notice.chat_id == OWNER.id
    assert view.text.startswith("&lt;Eve&gt; would like")
    assert [button.data for button in view.keyboard[0]] == ["iv:9:y", "iv:9:n"]
    again = flow.press(None, "ak", facts_of(asking))
    assert again.changes.notices == ()
    assert again.toast == words.people.ASKED.en
    assert told(flow.stranger(facts_of(asking))) == words.people.ASKED.en


@pytest.mark.parametrize(("answer", "role"), [("y", Role.GUEST), ("n", Role.REFUSED)])
def test_the_owners_answer_reaches_whoever_asked(answer: str, role: Role) -> None:
    asker = replace(STRANGER, role=Role.ASKING)
    decision = flow.press(None, f"iv:9:{answer}", facts_of(OWNER, asker=asker))
    assert decision.changes.person == replace(asker, role=role)
    assert decision.changes.notices[0].chat_id == 9
    again = facts_of(OWNER, asker=decision.changes.person)
    assert flow.press(None, f"iv:9:{answer}", again).changes.notices == ()


def test_only_the_owner_lets_people_in() -> None:
    decision = flow.press(None, "iv:9:y", facts_of(GUEST, asker=STRANGER))
    assert decision.toast == words.people.ONLY_OWNER.en
    assert decision.changes.person is None


@pytest.mark.parametrize("data", ["iv:9:y", "iv:8:y", "iv:1:y", "iv:9:x", "iv", "iv::"])
def test_an_answer_about_nobody_changes_nobody(data: str) -> None:
    assert flow.press(None, data, facts_of(OWNER)).changes.person is None


def test_the_owner_cannot_shut_themself_out() -> None:
    decision = flow.press(None, "iv:1:n", facts_of(OWNER, asker=OWNER))
    assert decision.changes.person is None


def test_whoever_was_refused_is_told_so() -> None:
    refused = facts_of(replace(STRANGER, role=Role.REFUSED))
    assert told(flow.stranger(refused)) == words.people.REFUSED.en
    assert flow.press(None, "ak", refused).toast == words.people.REFUSED.en


def test_a_guest_need_not_ask() -> None:
    assert flow.press(None, "ak", facts_of(GUEST)).toast == words.people.IN_ALREADY.en


def test_the_first_to_claim_is_welcomed_as_the_owner() -> None:
    text = told(flow.command("start", "claim_x", facts_of(OWNER, claimed=True)))
    assert text.startswith("This bot is yours now.")
    assert "voice note" in text


def test_start_says_what_to_send() -> None:
    assert told(flow.command("start", "", facts_of(GUEST))) == words.commands.DESCRIPTION.en


@pytest.mark.parametrize("name", [*words.commands.COMMANDS, *words.commands.OWNER_COMMANDS])
def test_every_command_that_is_offered_is_answered(name: str) -> None:
    assert told(flow.command(name, "", facts_of(OWNER))) != words.commands.UNKNOWN_COMMAND.en


def test_another_command_is_answered_with_help() -> None:
    assert "/help" in told(flow.command("dance", "", facts_of(OWNER)))


def test_cancel_stops_the_newest_card() -> None:
    world = ready()
    assert "Nothing is running" in world.command("/cancel")
    world.press("Make video")
    assert world.command("/cancel") == "Stopped."
    assert world.newest(JobKind.RENDER).status is JobStatus.CANCELLED


def test_forget_deletes_the_newest_card_after_asking() -> None:
    world = ready()
    assert "can't be undone" in world.command("/forget")
    world.press_data(world.notices[-1].keyboard[0][0].data)
    assert world.project.status is ProjectStatus.DELETED


@pytest.mark.parametrize("world", [World(), ready()])
def test_forget_offers_to_delete_everything(world: World) -> None:
    assert "every card, recording and video of yours" in world.command("/forget")
    (button,) = world.notices[-1].keyboard[-1]
    decision = flow.press(None, button.data, world.facts())
    assert decision.changes == Changes(forgets=OWNER.id)
    assert decision.toast == words.forgetting.FORGOTTEN.en
    guest = flow.press(None, button.data, replace(world.facts(), person=GUEST))
    assert guest.changes.forgets == GUEST.id, "whoever presses forgets themselves"


def test_forget_promises_no_more_than_is_done() -> None:
    world = ready()
    world.make()
    world.press("Square too")  # a second card with the same recording
    asked = world.command("/forget")
    assert "Sound that another open card uses stays until that one goes." in asked
    assert "Delete the recording" not in asked


def test_a_card_that_was_tidied_away_tells_after_how_long() -> None:
    world = ready()
    world.known = {"limits": Limits(originals_s=86400.0, retention_s=2 * 86400.0)}
    expired = replace(world.project, status=ProjectStatus.EXPIRED)
    told = "after 1 day of quiet. Send the sound again within 2 days and I'll use the same look."
    assert told in world.view(expired).text
    assert told in flow.press(expired, f"mk:{expired.id}", world.facts()).toast


def test_privacy_tells_how_long_things_are_kept() -> None:
    world = ready()
    assert "keep a recording for 3 days" in world.command("/privacy")
    assert "its video for 7 days" in world.notices[-1].text
    assert "/forget deletes your newest card" in world.notices[-1].text
    world.known = {"limits": Limits(originals_s=2 * 3600.0, retention_s=36 * 3600.0)}
    assert "for 2 hours after" in world.command("/privacy")
    assert "for 1.5 days after" in world.notices[-1].text


@pytest.mark.parametrize("data", ["ak", "iv:9:y", "iv:9:n"])
def test_buttons_about_people_belong_to_no_project(data: str) -> None:
    press = keyboards.decode(data)
    assert press is not None
    assert press.project == ""
