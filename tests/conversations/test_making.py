"""From Make video to the finished one: pressed once or twice, stopped, failed, made again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversations import flow
from jobs.model import JobKind, JobStatus, Project, ProjectStatus, Shape, Stage
from jobs.payloads import RenderWork
from tests.conversations.world import GUEST, MIB, World, ready, rendered


def making() -> World:
    world = ready()
    world.press("Make video")
    return world


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
    assert world.labels()[0] == ["Try again"]


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
    world.press("Try again")
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
    assert "Nothing is left once silence is cut" in world.view().text
    assert [view.text for view in world.notices] == [
        "Your video didn't get finished. The card above tells why."
    ]
    assert "Try again" not in str(world.labels())
    world.press("Sound")
    world.press("Keep")
    world.press("Back")
    assert "Make video" in world.labels()[0][0]


def test_the_sound_face_tells_how_much_silence_there_is_to_cut() -> None:
    world = ready(pauses=((10.0, 12.3), (30.0, 42.3)))
    world.press("Sound")
    assert world.labels()[2] == ["Silence: Keep ✓", "Cut ends", "Cut pauses \u221214 s"]
    assert world.press("Cut pauses") == "Silence: kept → long pauses cut"
    assert "(1:35 of 1:58)" in world.view().text
    assert world.newest(JobKind.LOOK).input["edit"]["recipe"]["trim_silence"] == "long_pauses"


def test_how_the_sound_is_cleaned_does_not_draw_a_new_picture() -> None:
    world = ready()
    world.press("Sound")
    pictures = world.newest(JobKind.LOOK)
    assert world.press("Strong") == "Noise cleaning: soft → strong"
    assert world.press("Even volume") == "Even volume: on → off"
    assert world.newest(JobKind.LOOK) == pictures
    assert world.press("Undo") == "Undone. Even volume: off → on"


def test_nothing_can_be_changed_while_it_is_made() -> None:
    world = making()
    for data in ("vw:{}:trim", "tn:{}:5", "ls:{}:pulse", "un:{}", "sl:{}"):
        toast = world.press_data(data.format(world.project.id))
        assert toast == "I'm making it now. Press Stop first to change it."


def test_the_message_becomes_the_video() -> None:
    world = ready(title="Monday thoughts")
    world.make()
    world.now += 38
    view = world.view()
    assert view.text == "<b>Monday thoughts</b> · 1:49\nMade in 1 s"
    assert view.video is not None
    assert (view.video.key, view.video.width) == ("renders/r/a1/output.mp4", 1080)
    assert world.labels() == [["■ Square too", "▬ Wide too", "Change"]]
    ping = flow.ping(world.project, world.facts(world.project))
    assert (ping.text, ping.reply_to) == ("Your video is ready.", world.project.message_id)


def test_how_long_it_took_is_measured_from_the_press() -> None:
    world = making()
    world.save()
    world.now += 38
    world.complete(JobKind.RENDER, rendered())
    assert "Made in 38 s" in world.view().text


def test_a_link_is_shown_only_while_there_is_one() -> None:
    world = ready()
    world.make()
    assert "ink" not in world.view().text
    world.known = {"link": "https://example.com/v"}
    assert "Link good until 22 January" in world.view().text
    button = world.view().keyboard[0][0]
    assert (button.label, button.url) == (
        "⬇️ Full quality (1080x1920, 5.0 MB)",
        "https://example.com/v",
    )
    world.now += 8 * 86400
    assert "ink" not in world.view().text


def test_a_large_video_is_shown_as_its_phone_size_copy() -> None:
    world = making()
    world.save()
    world.complete(JobKind.RENDER, rendered(62 * MIB, 46 * MIB))
    view = world.view()
    assert view.video is not None
    assert (view.video.key, view.video.width) == ("renders/r/a1/inline.mp4", 720)
    assert "phone-size" not in view.text
    world.known = {"link": "https://example.com/v"}
    assert world.view().text.endswith(
        "This is the phone-size copy (46 MB). The full one is behind the link, good until"
        " 22 January."
    )


def test_another_size_is_made_at_once_on_a_card_of_its_own() -> None:
    world = ready()
    world.make()
    old = world.project
    world.press("Square too")
    new = world.project
    assert new.id != old.id
    assert (new.source_message_id, new.ingest_job) == (old.message_id, old.ingest_job)
    assert world.edit == replace(old.edit or world.edit, shape=Shape.SQUARE)
    assert world.newest(JobKind.RENDER).project_id == new.id
    assert world.newest(JobKind.LOOK).project_id == new.id
    assert world.projects[old.id] == old
    assert world.view(new).reply_to == old.message_id
    world.complete(JobKind.RENDER, rendered())
    assert world.view(new).video is not None


@pytest.mark.parametrize(
    ("label", "answer"), [("Square too", "Already on it."), ("Change", "open")]
)
def test_a_double_press_opens_one_card(label: str, answer: str) -> None:
    world = ready()
    world.make()
    old = world.project
    world.press(label)
    count = len(world.projects)
    assert answer in world.press(label, old)
    assert len(world.projects) == count


def test_change_opens_the_same_edit_and_makes_nothing_yet() -> None:
    world = ready()
    world.make()
    old = world.project
    world.press("Change")
    assert world.edit == old.edit
    assert world.project.render_job == ""
    assert "Make video" in world.labels()[0][0]
    world.make()
    assert world.view().video is not None


def test_a_finished_card_refuses_changes_and_says_where_they_go() -> None:
    world = ready()
    world.make()
    assert "Press Change" in world.press_data(f"tn:{world.project.id}:5")
    assert "Press Change" in world.type("0:10-0:20")
    assert world.notices[-1].keyboard[0][0].label == "Change"
    assert "Press Change" in world.press_data(f"mk:{world.project.id}")


def test_only_whoever_sent_it_steers() -> None:
    world = ready()
    world.person = GUEST
    for label in ("Make video", "Trim", "Hear it"):
        assert world.press(label) == "Only Ada can steer this one. Send me your own recording."
    assert len(world.jobs) == 2


@pytest.mark.parametrize(
    ("status", "told"),
    [(ProjectStatus.EXPIRED, "tidied this one away"), (ProjectStatus.DELETED, "Deleted.")],
)
def test_a_closed_card_tells_the_way_out(status: ProjectStatus, told: str) -> None:
    world = ready()
    closed: Project = replace(world.project, status=status)
    world.projects[closed.id] = closed
    for data in ("mk", "un", "hr", "jx", "dy"):
        assert told in world.press_data(f"{data}:{closed.id}")
    assert told in world.view().text
    assert world.view().keyboard == ()
    assert told in world.type("0:10-0:20")


def test_an_unknown_card_and_an_unknown_button_tell_the_way_out() -> None:
    world = ready()
    assert "Send the recording again" in world.press_data("mk:zzzzzzzz")
    assert "Send the recording again" in world.press_data("xx:zzzzzzzz")
    assert "Send the recording again" in world.press_data("")


def test_deleting_is_asked_about_first() -> None:
    world = making()
    world.press("Stop")
    world.press("Delete")
    assert "can't be undone" in world.notices[-1].text
    assert world.labels()[0] == ["Try again"]
    world.press_data(world.notices[-1].keyboard[0][0].data)
    assert world.view().text == "Deleted. Send another recording whenever you like."


def test_hearing_it_sends_the_preview_once() -> None:
    world = ready()
    world.press("Hear it")
    assert world.press("Hear it") == "Already on it."
    world.listen()
    audio = world.notices[-1].audio
    assert audio is not None
    assert (audio.key, audio.title) == ("preview.mp3", "Your voice note")
    world.press("Hear it")  # made before: sent at once
    assert [view.audio for view in world.notices] == [audio, audio]
    assert len([job for job in world.jobs.values() if job.kind is JobKind.PREVIEW]) == 1


def test_hearing_another_edit_replaces_the_preview_under_way() -> None:
    world = ready()
    world.press("Hear it")
    first = world.newest(JobKind.PREVIEW)
    world.type("0:10-0:20")
    world.press("Hear it")
    assert world.jobs[first.id].status is JobStatus.CANCELLED
    world.fail(JobKind.PREVIEW, "edit_failed")
    assert "couldn't cut it" in world.notices[-1].text


@pytest.mark.parametrize("quota", ["active_renders", "videos_per_day", "bytes_per_day"])
def test_a_quota_is_told_where_the_person_looks(quota: str) -> None:
    world = ready()
    facts = world.facts(world.project)
    assert flow.over_quota(quota, facts).changes.notices
    assert flow.over_quota(quota, facts, pressed=True).toast


def test_change_before_there_is_a_video_says_where_to_change() -> None:
    world = World()
    world.send()
    assert world.type("change") == "I'm still listening. The buttons come in a moment."
    assert "still listening" in world.press_data(f"rf:{world.project.id}:s")
    world.hear()
    assert world.type("change") == "This one isn't made yet. Change it right here."
