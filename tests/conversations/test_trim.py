"""Trimming by button and by word: exact where typed, quiet where nudged, never too short."""

from __future__ import annotations

import pytest

from conversations.trim import quiet_near
from jobs.model import Face, JobKind, JobStatus
from tests.conversations.world import ready

START_S, END_S = 3.0, 112.0  # what is kept of the 1:58 before anybody changes anything


def test_the_silence_at_both_ends_is_off_from_the_start() -> None:
    world = ready()
    assert world.kept == [(START_S, END_S)]


@pytest.mark.parametrize(
    ("typed", "kept", "answer"),
    [
        ("0:10-1:30", [(10, 90)], "Keeping 0:10\u20131:30 (1:20)"),
        ("from 1:05", [(65, END_S)], "Keeping 1:05\u20131:52 (0:47)"),
        ("until 0:50", [(START_S, 50)], "Keeping 0:03\u20130:50 (0:47)"),
        ("first 30", [(0, 30)], "Keeping the first 0:30"),
        ("last 30", [(88, 118)], "Keeping the last 0:30"),
        ("cut 0:30-0:45", [(START_S, 30), (45, END_S)], "Dropped 0:30\u20130:45, keeping 1:34"),
        ("+2", [(5, END_S)], "Start 0:03 → 0:05"),
        ("end -1", [(START_S, 111)], "End 1:52 → 1:51"),
        ("off 3 and 5", [(6, 107)], "Keeping 0:06\u20131:47 (1:41)"),
        ("all", [(0, 118)], "Keeping 0:00\u20131:58 (1:58)"),
        ("2:00-1:00", [(60, 118)], "Keeping 1:00\u20131:58 (0:58). It ends at 1:58"),
        ("1:00-9:00", [(60, 118)], "Keeping 1:00\u20131:58 (0:58). It ends at 1:58"),
        ("until 9:00", [(START_S, 118)], "It ends at 1:58, so I stopped there."),
        ("first 10 min", [(0, 118)], "Keeping 0:00\u20131:58 (1:58). It ends at 1:58"),
        ("from 1:55", [(115, 118)], "Keeping 1:55\u20131:58 (0:03)"),
        ("until 0:02", [(0, 2)], "Keeping 0:00\u20130:02 (0:02)"),
        ("0:01.5-0:02.5", [(1.5, 2.5)], "Keeping 0:01.5\u20130:02.5 (0:01)"),
    ],
)
def test_a_typed_time_is_kept_and_echoed(
    typed: str, kept: list[tuple[float, float]], answer: str
) -> None:
    world = ready()
    assert world.type(typed).startswith(answer)
    assert world.kept == kept


@pytest.mark.parametrize(
    "typed",
    ["0:10-0:10", "0:10-0:10.9", "2:30-3:00", "from 5:00", "cut 0:00-1:58", "off 60 and 60"],
)
def test_what_would_leave_nothing_is_refused_with_the_way_out(typed: str) -> None:
    world = ready()
    assert any(word in world.type(typed) for word in ("Try a", "stay"))
    assert world.kept == [(START_S, END_S)]
    assert world.history[world.project.id] == []


def test_a_typed_span_is_exact() -> None:
    world = ready()
    world.known = {"peaks": bytes([0, 255] * 5900)}
    world.type("0:01-0:06")
    assert world.edit.recipe.duration_s == 5.0
    assert world.kept == [(1.0, 6.0)]


def test_a_nudge_lands_on_a_quiet_point_close_by() -> None:
    world = ready()
    peaks = bytearray([200] * 11800)
    peaks[812] = 0
    world.known = {"peaks": bytes(peaks)}
    world.press("Trim")
    world.press("+5")
    assert world.kept == [(8.12, END_S)]


def test_a_nudge_moves_exactly_when_nothing_quiet_is_near() -> None:
    world = ready()
    world.known = {"peaks": bytes([200] * 11800)}
    world.press("Trim")
    world.press("+5")
    assert world.kept == [(8.0, END_S)]


@pytest.mark.parametrize("at_s", [0.0, 0.1, 5.0, 5.149, 118.0])
def test_the_quiet_point_is_never_far(at_s: float) -> None:
    peaks = bytes((index * 37) % 256 for index in range(11800))
    assert abs(quiet_near(at_s, peaks) - at_s) <= 0.15


def test_the_toast_of_a_nudge_says_from_where_to_where() -> None:
    world = ready()
    world.press("Trim")
    assert world.press("+5") == "Start 0:03 → 0:08"
    assert world.press("End 1:52") == "Moving: end"
    assert world.press("\u22121 s") == "End 1:52 → 1:51"


def test_an_edge_stops_at_the_end_of_the_recording_and_says_so() -> None:
    world = ready()
    world.press("Trim")
    assert world.press("\u22125") == "Start 0:03 → 0:00"
    assert world.press("\u22125") == "It starts there already. End can still move."
    world.press("End")
    assert world.press("+5") == "End 1:52 → 1:57"
    assert world.press("+5") == "End 1:57 → 1:58"
    assert world.press("+5") == "It ends there already. Start can still move."


def test_one_second_stays_whatever_is_nudged() -> None:
    world = ready()
    world.type("0:10-0:12")
    world.press("Trim")
    assert world.press("+5") == "Start 0:10 → 0:11"
    assert "1 s" in world.press("+5")
    assert world.kept == [(11, 12)]


def test_a_cut_inside_a_cut_is_no_change() -> None:
    world = ready()
    world.type("cut 0:30-0:45")
    assert "dropped already" in world.type("cut 0:32-0:40")
    assert len(world.history[world.project.id]) == 1


def test_a_start_behind_a_cut_leaves_the_first_part_out() -> None:
    world = ready()
    world.type("cut 0:30-0:45")
    world.type("from 0:40")
    assert world.kept == [(45, END_S)]


@pytest.mark.parametrize(
    ("typed", "length"),
    [
        ("0:10-1:30", "0:41"),
        ("from 0:40", "0:53"),
        ("last 1:38", "0:53"),
        ("cut 1:10-1:20", "1:00"),
        ("off 3 and 5", "1:02"),
    ],
)
def test_the_answer_and_the_card_tell_the_same_length(typed: str, length: str) -> None:
    world = ready(pauses=((20.0, 50.0), (50.5, 60.0)))
    world.press("Sound")
    world.press("Cut pauses")
    world.press("Back")
    answer = world.type(typed)
    assert length in answer
    assert f"({length} of 1:58)" in world.view().text


def test_undoing_a_cut_tells_how_long_the_video_gets() -> None:
    world = ready(pauses=((20.0, 50.3),))
    world.press("Sound")
    world.press("Cut pauses")
    world.type("cut 1:00-1:10")
    assert world.type("undo") == "Undone. Length 1:09 → 1:19"


def test_first_may_have_meant_last() -> None:
    world = ready()
    world.type("30s")
    answer = world.notices[-1]
    assert answer.keyboard[0][0].label == "Meant the last 0:30?"
    world.press_data(answer.keyboard[0][0].data)
    assert world.kept == [(88, 118)]
    assert world.toast == "Keeping the last 0:30"


def test_the_answer_to_a_typed_change_can_be_undone_by_its_button() -> None:
    world = ready()
    world.type("0:10-1:30")
    world.press_data(world.notices[-1].keyboard[0][0].data)
    assert world.toast.startswith("Undone")
    assert world.kept == [(START_S, END_S)]


def test_undo_goes_back_step_by_step_and_says_what_was_undone() -> None:
    world = ready()
    world.press("Trim")
    for _ in range(3):
        world.press("+5")
    assert world.press("Undo") == "Undone. Start 0:18 → 0:13"
    assert world.press("Undo") == "Undone. Start 0:13 → 0:08"
    assert world.press("Undo") == "Undone. Start 0:08 → 0:03"
    assert world.kept == [(START_S, END_S)]
    assert "nothing left to undo" in world.press_data(f"un:{world.project.id}")


def test_twenty_steps_can_be_undone() -> None:
    world = ready()
    for second in range(25):
        world.type(f"0:{second:02d}-1:30")
    undone = 0
    while world.type("undo").startswith("Undone"):
        undone += 1
    assert undone == 20


def test_the_picture_is_drawn_again_after_a_change_and_older_requests_are_dropped() -> None:
    world = ready()
    shown = world.view().picture_key
    world.press("Trim")
    first = world.newest(JobKind.LOOK)
    world.press("+5")
    second = world.newest(JobKind.LOOK)
    assert world.jobs[first.id].status is JobStatus.CANCELLED
    assert second.input["edge"] == "s"
    assert world.view().picture_key == shown  # until the new one is there
    world.draw()
    assert world.view().picture_key == f"card-{second.id}"


def test_the_marked_edge_goes_when_the_face_does() -> None:
    world = ready()
    world.press("Trim")
    world.press("Done")
    assert world.project.face is Face.HOME
    assert world.newest(JobKind.LOOK).input["edge"] == ""


def test_an_older_picture_never_replaces_a_newer_one() -> None:
    world = ready()
    world.press("Trim")
    older = world.newest(JobKind.LOOK)
    world.work(JobKind.LOOK, older.stage, 10)
    world.press("+5")
    world.draw()
    newer = world.view().picture_key
    world._end(
        world.jobs[older.id], status=JobStatus.COMPLETE, result={"key": "old", "digest": "o"}
    )
    assert world.view().picture_key == newer
