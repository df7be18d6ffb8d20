"""A title or a name that runs from right to left turns nothing around it.

What a screen shows is reckoned with the Unicode algorithm that phones use: a line with such a name
has to look like the same line with another name, and its own letters reversed in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from bidi import get_display

from conversations import flow, texts, words
from conversations.model import Facts, View, view_from_json
from conversations.words.text import Language
from jobs.model import JobKind, Role
from tests.conversations.samples import GUEST, OWNER, a_voice_note, an_asset
from tests.conversations.world import World

ARABIC, HEBREW = "\u0645\u0631\u062d\u0628\u0627 \u0628\u0643", "\u05e9\u05dc\u05d5\u05dd"
LATIN = "Xyz"
ISOLATES = re.compile("[\u2068\u2069]")
every_language = pytest.mark.parametrize("language", Language)
every_script = pytest.mark.parametrize("name", [ARABIC, HEBREW], ids=["arabic", "hebrew"])


def on_screen(text: str) -> list[str]:
    """The lines from left to right, as letters stand on a screen."""
    plain = re.sub(r"</?b>", "", text)
    return [ISOLATES.sub("", get_display(line)) for line in plain.splitlines()]


def looks_alike(say: Callable[[str], str], name: str) -> None:
    """What is said with that name looks as with another, save the name."""
    expected = [line.replace(LATIN, get_display(name)) for line in on_screen(say(LATIN))]
    assert on_screen(say(name)) == expected


def everything(view: View) -> str:
    labels = [button.label for row in view.keyboard for button in row]
    return "\n".join((view.text, *labels))


def chat(title: str, language: Language) -> World:
    world = World(replace(OWNER, language=language), an_asset(title=title))
    world.send(a_voice_note(world.asset.duration_s))
    world.hear()
    return world


@every_script
@every_language
def test_every_side_of_a_card_with_such_a_title(language: Language, name: str) -> None:
    def card(title: str) -> str:
        world = chat(title, language)
        shown = [everything(world.view())]
        for face in ("trim", "look", "sound"):
            world.press_data(f"vw:{world.project.id}:{face}")
            shown.append(everything(world.view()))
        world.make()
        shown += [everything(world.view()), world.command("/forget")]
        return "\n".join(shown)

    looks_alike(card, name)


@every_script
@every_language
def test_a_change_of_such_titles(language: Language, name: str) -> None:
    def changed(title: str) -> str:
        world = chat("", language)
        told = [world.type(f"title: {title}"), world.type(f"title: {title}{title}")]
        return "\n".join([*told, world.type("undo"), world.type("undo")])

    looks_alike(changed, name)


@every_script
@every_language
def test_a_video_that_was_not_finished_and_a_link_that_is_fetched(
    language: Language, name: str
) -> None:
    def told(title: str) -> str:
        world = chat(title, language)
        world.press_data(f"mk:{world.project.id}")
        world.fail(JobKind.SAVE, "edit_failed")
        fetching = texts.fetching(language, title, "example.com", 38)
        return f"{world.notices[-1].text}\n{fetching}"

    looks_alike(told, name)


@every_script
@every_language
def test_people_with_such_names(language: Language, name: str) -> None:
    def told(called: str) -> str:
        owner = replace(OWNER, language=language)
        kim = replace(GUEST, name=called, role=Role.ASKING)
        listed = flow.command("people", "", Facts(person=owner, people=(owner, kim)))
        asked = flow.press(
            None,
            "ak",
            Facts(person=replace(kim, role=Role.STRANGER), owner_id=1, owner_language=language),
        )
        views = [view_from_json(told.changes.notices[0].view) for told in (listed, asked)]
        facts = Facts(person=replace(GUEST, language=language), owner_name=called)
        toasts = [
            flow.press(None, f"iv:{kim.id}:y", Facts(person=owner, asker=kim)).toast,
            texts.only_steers(replace(facts, sender_name=called)),
            texts.quota("videos_per_day", facts),
        ]
        return "\n".join([*map(everything, views), *toasts])

    looks_alike(told, name)


@every_script
def test_letters_that_are_left_out_of_the_picture(name: str) -> None:
    def told(letters: str) -> str:
        return words.cards.LEFT_OUT.to(Language.ENGLISH, letters=letters)

    looks_alike(told, name)


def test_without_isolates_a_line_would_be_turned() -> None:
    assert on_screen(f"Title: {HEBREW} → {ARABIC}") != on_screen(
        texts.changed("Title", HEBREW, ARABIC)
    )


def test_isolates_are_not_in_the_picture_or_the_file() -> None:
    world = chat("", Language.ENGLISH)
    world.type(f"title: {ARABIC}")
    assert world.edit.title == ARABIC
    assert world.newest(JobKind.LOOK).input["edit"]["title"] == ARABIC
