"""/people: pages, a link that lets one in, and the way out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversations import flow, words
from conversations.model import Decision, Facts, View, view_from_json
from jobs import invites
from jobs.model import Person, Role
from tests.conversations.samples import GUEST, OWNER

ASKER = Person(id=9, name="<Eve>", language="de", role=Role.ASKING)
STRANGER = Person(id=10, name="Mo", language="en", role=Role.STRANGER)
CODE = "c" * 26


def facts_of(person: Person, *others: Person, **given: object) -> Facts:
    known = (OWNER, *others) if person.role is Role.OWNER else ()
    facts = Facts(
        person=person,
        chat_id=person.id,
        owner_id=OWNER.id,
        owner_name=OWNER.name,
        people=known,
        bot_name="reel_bot",
        new_id=lambda: CODE,
        now=1_700_000_000.0,
    )
    return replace(facts, **given)  # type: ignore[arg-type]


def guests(count: int) -> list[Person]:
    return [replace(GUEST, id=100 + number, name=f"Guest {number}") for number in range(count)]


def listed(facts: Facts) -> View:
    return view_from_json(flow.command("people", "", facts).changes.notices[0].view)


def turned(decision: Decision) -> View:
    assert decision.turns is not None
    return decision.turns


def data(view: View) -> list[str]:
    return [button.data for row in view.keyboard for button in row]


def test_the_owner_sees_who_asks_and_who_is_in() -> None:
    view = listed(facts_of(OWNER, GUEST, ASKER, STRANGER))
    assert view.text == "<b>People</b>\n&lt;Eve&gt;: asks to be let in\nBob: may use this bot"
    assert data(view) == ["iv:9:y:0", "pr:2:0", "pn"]


def test_nobody_else_can_be_listed_and_somebody_invited() -> None:
    view = listed(facts_of(OWNER))
    assert words.people.NOBODY_ELSE.en in view.text
    assert data(view) == ["pn"]


def test_there_are_five_on_a_page() -> None:
    facts = facts_of(OWNER, *guests(12))
    first = listed(facts)
    assert first.text.startswith("<b>People</b> · 1/3\nGuest 0")
    assert data(first) == [*(f"pr:{100 + number}:0" for number in range(5)), "pe:1", "pn"]
    second = turned(flow.press(None, "pe:1", facts))
    assert data(second)[-3:] == ["pe:0", "pe:2", "pn"]
    last = turned(flow.press(None, "pe:7", facts))
    assert data(last) == ["pr:110:2", "pr:111:2", "pe:1", "pn"]


def test_an_invitation_is_shown_once_and_only_its_digest_is_kept() -> None:
    decision = flow.press(None, "pn", facts_of(OWNER))
    shown = decision.whisper
    assert shown is not None
    link = f"https://t.me/reel_bot?start=invite_{CODE}"
    assert shown.text.splitlines()[0] == link
    assert "It works once, until 16 November" in shown.text
    assert shown.keyboard[0][0].copy == link
    assert decision.changes.new_invite == invites.digest_of(CODE)
    assert CODE not in str(decision.changes)


def test_removing_asks_first_and_can_be_thought_better_of() -> None:
    facts = facts_of(OWNER, *guests(6))
    asked = turned(flow.press(None, "pr:105:1", facts))
    assert "Remove Guest 5?" in asked.text
    assert data(asked) == ["px:105:1", "pe:1"]
    back = turned(flow.press(None, "pe:1", facts))
    assert "Guest 5: may use this bot" in back.text


def test_who_is_removed_stays_out_and_is_told() -> None:
    decision = flow.press(None, "px:2:0", facts_of(OWNER, GUEST))
    assert decision.changes.person == replace(GUEST, role=Role.REFUSED)
    assert [notice.chat_id for notice in decision.changes.notices] == [GUEST.id]
    after = turned(decision)
    assert "Bob: stays out" in after.text
    assert data(after) == ["iv:2:y:0", "pn"]


def test_letting_somebody_in_from_the_page_shows_it_there() -> None:
    asker = facts_of(OWNER, ASKER, GUEST, asker=ASKER)
    decision = flow.press(None, "iv:9:y:0", asker)
    assert decision.changes.person == replace(ASKER, role=Role.GUEST)
    assert "&lt;Eve&gt;: may use this bot" in turned(decision).text


@pytest.mark.parametrize("pressed", ["pe:0", "pn", "pr:2:0", "px:2:0", "iv:2:y:0", "iv:2:n"])
@pytest.mark.parametrize("person", [GUEST, STRANGER])
def test_only_the_owner_can_do_any_of_it(person: Person, pressed: str) -> None:
    decision = flow.press(None, pressed, facts_of(person, asker=GUEST))
    assert decision.toast == words.people.ONLY_OWNER.en
    assert (decision.turns, decision.whisper, decision.changes.person) == (None, None, None)


@pytest.mark.parametrize("pressed", ["px:1:0", "px:9:0", "px:x:0", "px", "pr:77:0", "px:2"])
def test_nobody_but_a_guest_is_removed(pressed: str) -> None:
    changed = flow.press(None, pressed, facts_of(OWNER, ASKER)).changes.person
    assert changed is None


def test_who_comes_by_a_link_is_welcomed_and_the_owner_hears_of_it() -> None:
    decision = flow.command("start", f"invite_{CODE}", facts_of(GUEST, invited=True))
    to_guest, to_owner = decision.changes.notices
    view = view_from_json(to_guest.view)
    assert view.text.startswith("You're in.\nSend me a voice note")
    assert view.keyboard != ()
    assert to_owner.chat_id == OWNER.id
    assert view_from_json(to_owner.view).text == "Bob can use this bot now."


def test_a_link_that_is_over_says_so_and_offers_to_ask() -> None:
    decision = flow.stranger(facts_of(STRANGER, invitation_over=True))
    view = view_from_json(decision.changes.notices[0].view)
    assert view.text == words.members.INVITE_OVER.en
    assert view.keyboard[0][0].data == "ak"
