"""Everybody is spoken to in their own language, and may choose another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversations import flow, words
from conversations.model import Facts, view_from_json
from conversations.words.text import Language
from jobs.model import JobKind, Role
from tests.conversations.samples import GUEST, OWNER
from tests.conversations.world import World, ready

GERMAN = replace(OWNER, language="de-CH")


def test_a_card_speaks_the_language_of_its_owner() -> None:
    world = World(person=GERMAN)
    world.send()
    assert world.view().text == "Deine Sprachnachricht ist da – 1:58. Ich höre zu…"
    assert world.labels() == [["Stopp"]]
    world.hear()
    assert "Es bleibt 0:03–1:52 (1:49 von 1:58)" in world.view().text
    assert world.press("Video machen") == "Mache ich."
    world.fail(JobKind.SAVE, "edit_failed")
    assert "So konnte ich es nicht schneiden." in world.view().text
    assert world.notices[-1].text.startswith("Dein Video ist nicht fertig geworden.")


def test_the_ping_is_in_the_language_of_the_card() -> None:
    world = ready()
    facts = replace(world.facts(world.project), person=GERMAN)
    assert flow.ping(world.project, facts).text == "Dein Video ist fertig."


def test_a_language_can_be_chosen_and_is_spoken_at_once() -> None:
    world = ready()
    assert world.command("/language") == words.people.LANGUAGE.en
    labels = [button.label for button in world.notices[-1].keyboard[0]]
    assert labels == ["English ✓", "Deutsch", "Español"]
    revision = world.project.revision
    assert world.press_data("lg:es") == "Desde ahora te hablo en español."
    assert world.person.chosen_language == "es"
    assert world.project.revision == revision + 1, "the newest card is drawn anew"
    assert world.labels()[0] == ["✨ Crear video"]
    world.command("/language")
    assert [b.label for b in world.notices[-1].keyboard[0]] == ["English", "Deutsch", "Español ✓"]


def test_a_language_can_be_chosen_without_any_card() -> None:
    decision = flow.press(None, "lg:de", Facts(person=GUEST))
    assert decision.changes.person == replace(GUEST, chosen_language="de")
    assert decision.changes.project is None


@pytest.mark.parametrize("data", ["lg:", "lg", "lg:fr", "lg:EN", "lg:de:x"])
def test_a_language_that_is_not_there_changes_nobody(data: str) -> None:
    decision = flow.press(None, data, Facts(person=GUEST))
    assert decision.changes.person is None
    assert decision.toast == words.answers.OLD_BUTTON.en


def test_owner_and_guest_are_each_asked_and_answered_in_their_own_language() -> None:
    stranger = replace(GUEST, role=Role.STRANGER, language="es")
    facts = Facts(
        person=stranger, owner_id=OWNER.id, owner_name="Ada", owner_language=Language.GERMAN
    )
    asked = flow.press(None, "ak", facts)
    assert asked.toast == words.people.ASKED.es
    question = view_from_json(asked.changes.notices[0].view)
    assert question.text == "Bob möchte diesen Bot benutzen. Einverstanden?"
    assert [button.label for button in question.keyboard[0]] == ["Ja", "Nein"]
    asker = asked.changes.person
    answered = flow.press(None, f"iv:{GUEST.id}:y", Facts(person=GERMAN, asker=asker))
    assert answered.toast == "Bob kann diesen Bot jetzt benutzen."
    news = view_from_json(answered.changes.notices[0].view)
    assert news.text.startswith("Ya puedes entrar.\nMándame una nota de voz")
