"""How closely calls to a chat may follow each other."""

from __future__ import annotations

import pytest

from bot.pace import Occasion, Pace, Spacing


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(clock=clock)


def test_a_quiet_chat_need_not_wait(pace: Pace) -> None:
    assert pace.wait_s(1, Occasion.PROGRESS) == 0


def test_an_answer_keeps_its_distance_from_the_last_edit(pace: Pace, clock: Clock) -> None:
    pace.spend(1, Occasion.ANSWER)
    clock.now += 1.0
    assert pace.wait_s(1, Occasion.ANSWER) == pytest.approx(0.2)
    assert pace.wait_s(1, Occasion.SEND) == 0


def test_an_answer_may_follow_a_message_at_once(pace: Pace) -> None:
    pace.spend(1, Occasion.SEND)
    assert pace.wait_s(1, Occasion.ANSWER) == 0


@pytest.mark.parametrize("occasion", Occasion)
def test_progress_keeps_its_distance_from_whatever_was_said(
    pace: Pace, clock: Clock, occasion: Occasion
) -> None:
    pace.spend(1, occasion)
    clock.now += 1.0
    assert pace.wait_s(1, Occasion.PROGRESS) == pytest.approx(3.0)


def test_a_few_messages_leave_at_once_and_the_rest_once_a_second(pace: Pace, clock: Clock) -> None:
    began, left_at = clock.now, []
    for _ in range(6):
        clock.now += pace.wait_s(1, Occasion.SEND)
        pace.spend(1, Occasion.SEND)
        left_at.append(clock.now - began)
    assert left_at == pytest.approx([0.0, 0.0, 0.0, 1.0, 2.0, 3.0])


def test_chats_do_not_wait_for_each_other(pace: Pace) -> None:
    pace.spend(1, Occasion.SEND)
    assert pace.wait_s(2, Occasion.PROGRESS) == 0


def test_a_chat_told_to_wait_waits_with_everything(pace: Pace, clock: Clock) -> None:
    pace.shut(1, 30.0)
    assert {round(pace.wait_s(1, occasion)) for occasion in Occasion} == {30}
    clock.now += 31.0
    assert pace.wait_s(1, Occasion.SEND) == 0


def test_a_shorter_wait_does_not_open_a_chat_early(pace: Pace) -> None:
    pace.shut(1, 30.0)
    pace.shut(1, 3.0)
    assert pace.wait_s(1, Occasion.SEND) == pytest.approx(30.0)


def test_all_chats_together_stay_below_the_overall_rate(clock: Clock) -> None:
    pace = Pace(Spacing(overall_per_s=25.0), clock)
    left_at = []
    for chat_id in range(100):
        clock.now += pace.wait_s(chat_id, Occasion.SEND)
        pace.spend(chat_id, Occasion.SEND)
        left_at.append(clock.now)
    busiest = max(sum(1 for other in left_at if at <= other < at + 1.0) for at in left_at)
    assert busiest <= 52  # a second's worth at once and a second's worth spread
    assert left_at[-1] - left_at[0] <= 100 / 25.0
