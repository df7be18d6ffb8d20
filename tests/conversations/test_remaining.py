"""What is expected of the time left, and what of it is said."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations import remaining
from conversations.model import View
from jobs.model import JobKind, Stage
from tests.conversations.world import making

LADDER = (*range(10, 60, 10), *range(60, 180, 30), *range(180, 36_000, 60))
SECONDS = st.floats(0.0, 20_000.0)


def test_without_history_nobody_knows_until_the_work_has_a_pace() -> None:
    assert remaining.expected_s(None, 3.0, 9) is None
    assert remaining.expected_s(None, 3.0, 10) == pytest.approx(27.0)


def test_what_the_last_videos_took_counts_less_the_further_the_work_is() -> None:
    assert remaining.expected_s(100.0, 30.0, 5) == pytest.approx(70.0)
    at_a_fifth, nearly_done = (remaining.expected_s(100.0, 60.0, done) for done in (20, 90))
    assert at_a_fifth == pytest.approx(0.2 * 240 + 0.8 * 80)
    assert nearly_done == pytest.approx(0.9 * 60 * 10 / 90 + 0.1 * 10)


@given(SECONDS, SECONDS, st.floats(0.0, 100.0))
def test_what_is_expected_is_never_negative(history_s: float, worked_s: float, done: float) -> None:
    expected = remaining.expected_s(history_s, worked_s, done)
    assert expected is not None
    assert expected >= 0.0


@given(st.lists(SECONDS, min_size=1, max_size=60))
def test_whatever_is_expected_what_is_said_is_round_and_never_leaps_up(
    expected: list[float],
) -> None:
    told = [0]
    for now_s in expected:
        told.append(remaining.said_s(now_s, told[-1]))
    assert set(told[1:]) <= set(LADDER)
    for before, after in pairwise(told[1:]):
        assert LADDER.index(after) <= LADDER.index(before) + 1


@given(SECONDS, SECONDS)
def test_less_is_said_at_once_and_as_it_is(before_s: float, now_s: float) -> None:
    before = remaining.said_s(before_s, 0)
    said = remaining.said_s(min(now_s, before), before)
    assert said == remaining.said_s(min(now_s, before), 0)


STEPS = st.tuples(st.integers(0, 100), st.one_of(st.none(), SECONDS), st.booleans())


@given(st.lists(STEPS, min_size=1, max_size=30))
def test_no_way_of_a_video_makes_its_card_say_more_than_a_step_more(
    steps: list[tuple[int, float | None, bool]],
) -> None:
    world = making()
    world.save()
    said = 0
    for progress, eta_s, is_quiet in steps:
        world.known = {"eta_s": eta_s, "said_left_s": said, "is_quiet": is_quiet}
        world.work(JobKind.RENDER, Stage.DRAWING, progress)
        view = world.view()
        assert is_quiet == ("Still going" in view.text)
        assert not (is_quiet and _says_time(view))
        if said and view.left_s:
            assert LADDER.index(view.left_s) <= LADDER.index(said) + 1
        said = view.left_s


def _says_time(view: View) -> bool:
    return " left" in view.text
