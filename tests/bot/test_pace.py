"""How closely calls to a chat may follow each other."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bot.pace import TURN_S, Occasion, Pace, Spacing


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


def fill(pace: Pace, occasion: Occasion, chats: range) -> int:
    """Chats that may speak at once, one after the other."""
    spoken = 0
    for chat_id in chats:
        if pace.wait_s(chat_id, occasion) == 0:
            pace.spend(chat_id, occasion)
            spoken += 1
    return spoken


def test_news_leaves_room_for_answers_and_both_for_results(pace: Pace) -> None:
    assert 10 <= fill(pace, Occasion.PROGRESS, range(100)) <= 11
    assert 9 <= fill(pace, Occasion.ANSWER, range(100, 200)) <= 11
    assert 4 <= fill(pace, Occasion.RESULT, range(200, 300)) <= 6


def test_chats_that_wait_for_each_other_have_turns(pace: Pace, clock: Clock) -> None:
    fill(pace, Occasion.SEND, range(100))
    waits = [pace.wait_s(chat_id, Occasion.SEND) for chat_id in range(200, 210)]
    apart = [later - sooner for sooner, later in pairwise(waits)]
    assert apart == pytest.approx([0.04] * 9)
    assert [pace.wait_s(chat_id, Occasion.SEND) for chat_id in range(200, 210)] == waits
    clock.now += waits[0] + 0.001
    assert pace.wait_s(300, Occasion.SEND) > waits[-1] - waits[0], "who comes late stands behind"
    assert pace.wait_s(200, Occasion.SEND) == 0


def test_a_turn_that_nobody_took_is_lost(pace: Pace, clock: Clock) -> None:
    fill(pace, Occasion.SEND, range(100))
    pace.wait_s(200, Occasion.SEND)
    clock.now += 10 * TURN_S
    fill(pace, Occasion.SEND, range(100))
    assert pace.wait_s(200, Occasion.SEND) > 0


def test_everybody_gets_through_in_the_time_it_takes(pace: Pace, clock: Clock) -> None:
    began, waiting, looks = clock.now, dict.fromkeys(range(200), clock.now), 0
    while waiting:
        chat_id = min(waiting, key=waiting.__getitem__)
        clock.now = max(clock.now, waiting[chat_id])
        looks += 1
        if wait_s := pace.wait_s(chat_id, Occasion.SEND):
            waiting[chat_id] = clock.now + wait_s
        else:
            pace.spend(chat_id, Occasion.SEND)
            del waiting[chat_id]
    assert clock.now - began < 1.1 * 200 / 25.0
    assert looks < 3 * 200


def test_leave_to_speak_is_counted_before_anything_is_said(pace: Pace) -> None:
    may = [chat_id for chat_id in range(200) if pace.wait_s(chat_id, Occasion.SEND) == 0]
    assert len(may) <= 26
    assert all(pace.wait_s(chat_id, Occasion.SEND) == 0 for chat_id in may), "they keep it"
    for chat_id in may:
        pace.spend(chat_id, Occasion.SEND)
    assert pace.wait_s(300, Occasion.SEND) > 0


def test_leave_that_was_not_needed_is_given_back(pace: Pace) -> None:
    for chat_id in range(200):
        if pace.wait_s(chat_id, Occasion.SEND) == 0:
            pace.release(chat_id)
            pace.release(chat_id)
    assert pace.wait_s(300, Occasion.SEND) == 0
