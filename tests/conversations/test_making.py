"""From Make video to its end: pressed once or twice, stopped, failed, tried again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversations import flow, words
from jobs.model import JobKind, JobStatus, Stage
from jobs.payloads import RenderWork
from tests.conversations.samples import rendered
from tests.conversations.world import World, making, ready


def test_making_prepares_the_sound_and_then_draws() -> None:
    world = making()
    save, render = world.newest(JobKind.SAVE), world.newest(JobKind.RENDER)
    assert render.after_job == save.id
    work = RenderWork.from_json(render.input)
    assert (work.save_job, work.edit) == (save.id, world.edit)
    assert (world.project.save_job, world.project.render_job) == (save.id, render.id)
    assert world.toast == "On it."


def test_a_double_press_makes_one_video() -> None:
    world = making()
    jobs, revision = len(world.jobs), world.project.revision
    assert world.press_data(f"mk:{world.project.id}") == "Already on it."
    assert (len(world.jobs), world.project.revision) == (jobs, revision)


def test_deciding_again_on_the_same_facts_decides_the_same() -> None:
    world = ready()
    facts = world.facts(world.project)
    first, second = (flow.press(world.project, f"mk:{world.project.id}", facts) for _ in range(2))
    assert [job.kind for job in first.changes.jobs] == [job.kind for job in second.changes.jobs]
    assert first.toast == second.toast


def test_one_bar_shows_the_way_from_the_queue_to_the_packing() -> None:
    world = making()
    world.known = {"queue_place": 1, "eta_s": 175.0}
    assert "2nd in line · about 3 min. I'll message you here." in world.view().text
    world.work(JobKind.SAVE, Stage.LEVELLING, 20)
    assert "6%\n● sound  ○ pictures  ○ packing" in world.view().text  # no guess before 10 %
    world.work(JobKind.SAVE, Stage.LEVELLING, 60)
    assert "18% · about 3 min left" in world.view().text
    world.save()
    assert "30%\n✓ sound  ○ pictures  ○ packing\n2nd in line" in world.view().text
    world.work(JobKind.RENDER, Stage.DRAWING, 55)
    world.known = {"eta_s": 23.0}
    assert "▰▰▰▰▰▰▱▱▱▱ 68% · about 20 s left\n✓ sound  ● pictures" in world.view().text
    world.work(JobKind.RENDER, Stage.PACKING, 95)
    assert "✓ sound  ✓ pictures  ● packing" in world.view().text
    assert world.labels() == [["Stop"]]
    assert world.view().keyboard[0][0].style == "danger"


def test_the_time_left_is_remembered_with_what_is_shown() -> None:
    world = making()
    assert world.view().left_s == 0
    world.known = {"eta_s": 38.0}
    world.work(JobKind.SAVE, Stage.LEVELLING, 60)
    assert world.view().left_s == 40
    world.known = {"eta_s": 300.0, "said_left_s": 40}
    assert "about 50 s left" in world.view().text
    world.save()
    world.known = {"said_left_s": 40}
    assert world.view().left_s == 40, "while the render waits for its turn"
    world.work(JobKind.RENDER, Stage.DRAWING, 20)
    world.lose(JobKind.RENDER)
    assert world.view().left_s == 0, "it begins again, and so does what is said"


def test_work_that_tells_nothing_for_long_is_said_to_be_heavy() -> None:
    world = making()
    assert world.view().look_s == 0.0, "nobody is at work yet"
    world.save()
    world.work(JobKind.RENDER, Stage.DRAWING, 20)
    world.known = {"eta_s": 38.0}
    assert world.view().look_s == 20.0
    world.known = {"eta_s": 90.0, "said_left_s": 40, "is_quiet": True}
    quiet = world.view()
    assert "44%\n✓ sound  ● pictures  ○ packing\nStill going - a heavy part." in quiet.text
    assert (quiet.left_s, quiet.look_s) == (40, 0.0)
    world.work(JobKind.RENDER, Stage.DRAWING, 22)
    world.known = {"eta_s": 90.0, "said_left_s": 40}
    assert "45% · about 50 s left" in world.view().text


@pytest.mark.parametrize(
    ("kind", "bar"),
    [(JobKind.SAVE, " 0%\n○ sound  ○"), (JobKind.RENDER, " 30%\n✓ sound  ○")],
)
def test_an_interrupted_video_says_why_its_bar_fell_back(kind: JobKind, bar: str) -> None:
    world = making()
    if kind is JobKind.RENDER:
        world.save()
    world.work(kind, Stage.WAITING, 60)
    world.known = {"queue_place": 0}
    world.lose(kind)
    shown = world.view().text
    assert "in the queue" not in shown
    assert bar in shown
    assert "I was interrupted, so this part starts again.\nNext in line." in shown


@pytest.mark.parametrize("kind", [JobKind.INGEST, JobKind.SAVE, JobKind.RENDER])
def test_what_outlived_its_worker_says_so_until_that_part_is_done(kind: JobKind) -> None:
    world = World() if kind is JobKind.INGEST else making()
    if kind is JobKind.INGEST:
        world.send()
    if kind is JobKind.RENDER:
        world.save()
    world.work(kind, Stage.WAITING, 10)
    assert words.cards.RESTARTED.en not in world.view().text
    job = world.newest(kind)
    world.jobs[job.id] = replace(job, losses=1)
    assert world.view().text.count(words.cards.RESTARTED.en) == 1
    world.lose(kind)
    assert world.view().text.count(words.cards.RESTARTED.en) == 1
    assert words.cards.INTERRUPTED.en not in world.view().text


def test_the_bar_never_goes_back() -> None:
    world = making()
    seen = []
    for kind, stage in ((JobKind.SAVE, Stage.CUTTING), (JobKind.RENDER, Stage.DRAWING)):
        for progress in range(0, 101, 5):
            world.work(kind, stage, progress)
            line = next(
                line for line in world.view().text.splitlines() if "%" in line or "q" in line
            )
            seen.append(int(line.split()[1].rstrip("%")) if "%" in line else 0)
        if kind is JobKind.SAVE:
            world.save()
    assert seen == sorted(seen)
    assert seen[-1] == 100


def test_stopping_stops_both_and_keeps_the_edit() -> None:
    world = making()
    edit = world.edit
    assert world.press("Stop") == "Stopped."
    assert world.newest(JobKind.SAVE).status is JobStatus.CANCELLED
    assert world.newest(JobKind.RENDER).status is JobStatus.CANCELLED
    assert "Stopped. Your trim and look are safe." in world.view().text
    assert world.edit == edit
    assert world.labels()[0] == ["✨ Make video"]


def test_stopping_what_is_finished_says_so() -> None:
    world = making()
    world.save()
    world.complete(JobKind.RENDER, rendered())
    assert "finished before" in world.press_data(f"jx:{world.project.id}")


def test_after_a_stop_the_prepared_sound_is_used_again() -> None:
    world = making()
    world.save()
    world.press("Stop")
    save = world.project.save_job
    world.press("Make video")
    assert world.project.save_job == save
    assert world.newest(JobKind.RENDER).after_job == ""


def test_another_edit_needs_another_sound() -> None:
    world = making()
    world.save()
    world.press("Stop")
    save = world.project.save_job
    world.type("0:10-0:20")
    world.press("Make video")
    assert world.project.save_job != save


def test_another_look_does_not_need_another_sound() -> None:
    world = making()
    world.save()
    world.press("Stop")
    save = world.project.save_job
    world.type("square")
    world.press("Make video")
    assert world.project.save_job == save


def test_a_failed_render_is_told_and_can_be_tried_again_from_the_start() -> None:
    world = making()
    world.save()
    save = world.project.save_job
    world.fail(JobKind.RENDER, "render_failed")
    assert "Something broke while drawing (code R-" in world.view().text
    assert "didn't get finished" in world.notices[-1].text
    assert world.notices[-1].reply_to == world.project.message_id
    world.press("Try again")
    assert world.project.save_job != save
    assert world.labels() == [["Stop"]]


def test_a_failed_save_fails_the_video_with_the_same_words() -> None:
    world = making()
    world.fail(JobKind.SAVE, "edit_silent")
    assert "nothing to hear in what you keep" in world.view().text
    assert [view.text for view in world.notices] == [
        "Your video didn't get finished. The card above tells why."
    ]
    assert "Try again" not in str(world.labels())
    world.press("Sound")
    world.press("Keep")
    world.press("Back")
    assert "Make video" in world.labels()[0][0]


def test_nothing_can_be_changed_while_it_is_made() -> None:
    world = making()
    for data in ("vw:{}:trim", "tn:{}:5", "ls:{}:pulse", "un:{}", "sl:{}"):
        toast = world.press_data(data.format(world.project.id))
        assert toast == "I'm making it now. Press Stop first to change it."
