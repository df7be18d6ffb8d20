"""What comes back when a button is pressed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations import flow, keyboards
from conversations.keyboards import Press, Verb
from tests.conversations.world import ready

arguments = st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=12)


ABOUT_NO_PROJECT = keyboards._NO_PROJECT


@given(verb=st.sampled_from([v for v in Verb if v not in ABOUT_NO_PROJECT]), arg=arguments)
def test_what_is_encoded_is_decoded(verb: Verb, arg: str) -> None:
    data = keyboards.encode(verb, "abcd2345", arg)
    assert keyboards.decode(data) == Press(verb=verb, project="abcd2345", argument=arg)
    assert len(data.encode()) <= 64


@pytest.mark.parametrize("data", ["", ":", "mk", "mk:", "mk:short", "mk:ABCD2345", "zz:abcd2345"])
def test_what_no_button_of_ours_sends_belongs_to_nothing(data: str) -> None:
    assert keyboards.decode(data) is None


@given(st.text(max_size=64))
def test_no_callback_data_breaks_anything(data: str) -> None:
    world = ready()
    assert flow.press(None, data, world.facts()).toast


@given(st.sampled_from(Verb), st.text(max_size=20))
def test_no_argument_breaks_anything(verb: Verb, argument: str) -> None:
    world = ready()
    world.press_data(f"{verb}:{world.project.id}:{argument}")
    world.view()


def test_every_verb_is_known_to_the_door() -> None:
    assert set(flow._EDITING) | set(flow._ANYTIME) | ABOUT_NO_PROJECT == set(Verb)
    assert set(flow._BESIDE) | {Verb.ASK} == ABOUT_NO_PROJECT
    assert not set(flow._EDITING) & set(flow._ANYTIME)
