"""What programs ask for is decided as the chat decides it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conversations import flow, orders
from conversations.model import Decision
from conversations.orders import Card, Refused, Wish
from conversations.phases import Phase, phase
from jobs.model import JobKind, JobStatus, Project, ProjectStatus, Shape, Source, SourceKind
from jobs.payloads import EditWork, RenderWork, asset_to_json
from jobs.recipe import Clean, Clip, TrimSilence
from tests.conversations.samples import GUEST, rendered
from tests.conversations.world import World, ready

LINK = Source(kind=SourceKind.LINK, media="link", url="https://example.com/a.mp3")
SQUARE = Wish(shape=Shape.SQUARE)


def cards(world: World) -> list[Card]:
    """Those a program can speak of, the oldest first."""
    return [
        Card(project=project, facts=world.facts(project))
        for project in world.projects.values()
        if project.status is ProjectStatus.OPEN
    ]


def order(world: World, wish: Wish | None = None) -> str:
    """Ask for a video; the job to wait for."""
    ordered = orders.video(cards(world), wish or Wish())
    world.apply(Decision(changes=ordered.changes))
    assert ordered.job_id in world.jobs
    return ordered.job_id


def work_of(world: World, job_id: str) -> RenderWork:
    return RenderWork.from_json(world.jobs[job_id].input)


def first(world: World) -> Project:
    return next(iter(world.projects.values()))


def test_what_is_brought_in_gets_a_card_in_its_owners_chat() -> None:
    world = World(person=GUEST)
    ordered = orders.bring(replace(LINK, title=" My\u202e day "), world.facts(), dedupe_key="k")
    project = ordered.changes.project
    assert project is not None
    assert (project.owner_id, project.chat_id, project.source_message_id) == (GUEST.id, GUEST.id, 0)
    assert project.source.title == "My day"
    (job,) = ordered.changes.jobs
    assert (job.id, job.kind, job.dedupe_key) == (ordered.job_id, JobKind.INGEST, "k")
    world.apply(Decision(changes=ordered.changes))
    assert "Fetching" in world.view().text


@pytest.mark.parametrize("url", ["http://example.com/a.mp3", "ftp://x/y", "nonsense", "https://["])
def test_only_https_links_are_brought_in(url: str) -> None:
    with pytest.raises(Refused, match="link_not_https"):
        orders.bring(replace(LINK, url=url), World().facts())


def test_youtube_needs_the_yes_that_the_chat_asks_for_once() -> None:
    tube = replace(LINK, url="https://youtu.be/dQw4w9WgXcQ")
    world = World()
    with pytest.raises(Refused, match="not_attested"):
        orders.bring(tube, world.facts())
    world.person = replace(world.person, attested=True)
    ordered = orders.bring(tube, world.facts())
    assert ordered.changes.project is not None
    assert ordered.changes.project.source.kind is SourceKind.YOUTUBE


def test_a_video_without_wishes_is_the_one_that_the_button_makes() -> None:
    pressed, asked = ready(), ready()
    pressed.press("Make video")
    job_id = order(asked)
    assert asked.project.render_job == job_id
    assert work_of(asked, job_id).edit == work_of(pressed, pressed.project.render_job).edit
    kinds = [job.kind for job in asked.jobs.values()]
    assert kinds == [job.kind for job in pressed.jobs.values()]
    assert asked.jobs[job_id].after_job == asked.newest(JobKind.SAVE).id
    assert phase(asked.project, asked.facts(asked.project)) is Phase.MAKING


def test_every_wish_is_in_the_video() -> None:
    world = ready()
    clip = Clip(source="", start_s=10.0, end_s=20.0, fade_out_s=1.0)
    recipe = {
        "clips": (clip,),
        "clean": Clean.OFF,
        "level_lufs": None,
        "trim_silence": TrimSilence.EDGES,
    }
    wish = Wish(
        recipe=recipe,
        look="aurora",
        shape=Shape.WIDE,
        title="A  day",
        subtitle="Out",
        response="cinematic",
        brand="#ff7a00",
    )
    edit = work_of(world, order(world, wish)).edit
    assert edit.recipe.clips == (replace(clip, source=world.asset.digest),)
    assert (edit.recipe.clean, edit.recipe.level_lufs) == (Clean.OFF, None)
    assert (edit.look, edit.shape, edit.title, edit.subtitle) == (
        *("aurora", Shape.WIDE, "A day", "Out"),
    )
    assert (edit.response, edit.brand) == ("cinematic", "#ff7a00")
    assert world.edit == edit


def test_what_is_not_wished_is_as_on_the_card() -> None:
    world = ready()
    world.type("0:10-0:20")
    world.type("title: Mine")
    edit = work_of(world, order(world, SQUARE)).edit
    assert edit == replace(world.edit, shape=Shape.SQUARE)
    assert (edit.title, world.kept) == ("Mine", [(10.0, 20.0)])


def test_a_wish_can_be_undone_in_the_chat() -> None:
    world = ready()
    before = world.edit
    order(world, SQUARE)
    assert world.edit.shape is Shape.SQUARE
    world.press("Stop")
    world.type("undo")
    assert world.edit == before


def test_a_response_that_the_sound_asks_for_anyway_changes_nothing() -> None:
    world = ready()
    before = world.edit
    order(world, Wish(response=world.asset.character))
    assert world.edit == before


def test_the_same_video_asked_for_again_is_made_once() -> None:
    world = ready()
    job_id = order(world, SQUARE)
    assert order(world, SQUARE) == job_id
    world.save()
    world.complete(JobKind.RENDER, rendered())
    assert order(world, SQUARE) == job_id
    assert order(world) == job_id  # what is not said is as on the card
    assert len(world.projects) == 1


def test_a_video_that_was_tidied_away_is_made_again() -> None:
    world = ready()
    job_id = order(world)
    world.save()
    world.complete(JobKind.RENDER, rendered())
    world.now += world.facts().limits.retention_s + 1
    assert order(world) != job_id


def test_another_video_gets_a_card_of_its_own() -> None:
    world = ready()
    upright = order(world)
    square = order(world, SQUARE)
    assert square != upright
    assert len(world.projects) == 2
    assert first(world).render_job == upright
    assert world.project.render_job == square
    assert work_of(world, square).edit.shape is Shape.SQUARE
    assert order(world, SQUARE) == square
    assert order(world) == upright


def test_another_shape_of_a_made_video_uses_its_sound_again() -> None:
    world = ready()
    order(world)
    world.save()
    world.complete(JobKind.RENDER, rendered())
    square = order(world, SQUARE)
    assert world.jobs[square].after_job == ""
    assert sum(job.kind is JobKind.SAVE for job in world.jobs.values()) == 1


@pytest.mark.parametrize("how", ["fail", "stop"])
def test_a_video_that_failed_or_was_stopped_is_made_anew(how: str) -> None:
    world = ready()
    job_id = order(world)
    world.save()
    if how == "fail":
        world.fail(JobKind.RENDER, "render_failed")
    else:
        world.press("Stop")
    again = order(world)
    assert again != job_id
    assert len(world.projects) == 1
    is_saved_anew = world.jobs[again].after_job != ""
    assert is_saved_anew == (how == "fail")


def test_who_asks_before_the_chat_has_heard_of_the_recording_gets_what_it_would_show() -> None:
    heard, early = ready(), World()
    early.send()
    job = early.newest(JobKind.INGEST)
    early.jobs[job.id] = replace(job, status=JobStatus.COMPLETE, result=asset_to_json(early.asset))
    job_id = order(early)
    assert early.edit == heard.edit
    assert work_of(early, job_id).edit == heard.edit
    assert early.newest(JobKind.LOOK).status is JobStatus.PENDING
    decision = flow.job_ended(early.project, early.jobs[job.id], early.facts(early.project))
    assert decision == Decision()


def test_a_recording_that_is_not_there_yet_cannot_be_made_a_video_of() -> None:
    world = World()
    world.send()
    with pytest.raises(Refused, match="not_found"):
        orders.video(cards(world), Wish())


CLIP = Clip(source="", start_s=1.0, end_s=9.0)


@pytest.mark.parametrize(
    ("clips", "code"),
    [
        ((replace(CLIP, end_s=118.1),), "recipe_range"),
        ((replace(CLIP, start_s=9.5),), "recipe_range"),
        ((replace(CLIP, end_s=1.05),), "recipe_clip_too_short"),
        ((replace(CLIP, end_s=1.9),), "recipe_too_short"),
        ((replace(CLIP, fade_in_s=5.0, fade_out_s=4.0),), "recipe_fade"),
        ((replace(CLIP, end_s=118.0),) * 16, "recipe_too_long"),
    ],
)
def test_a_recipe_that_cannot_be_made_is_refused_by_name(clips: Any, code: str) -> None:
    world = ready()
    wish = Wish(recipe={"clips": clips})
    with pytest.raises(Refused, match=code):
        orders.video(cards(world), wish)
    with pytest.raises(Refused, match=code):
        orders.edit(cards(world), JobKind.PREVIEW, wish)


@pytest.mark.parametrize("kind", [JobKind.PREVIEW, JobKind.SAVE])
def test_an_edit_to_hear_leaves_the_card_alone_and_the_chat_silent(kind: JobKind) -> None:
    world = ready()
    before = world.project
    ordered = orders.edit(cards(world), kind, Wish(recipe={"clips": (CLIP,)}))
    world.apply(Decision(changes=ordered.changes))
    job = world.newest(kind)
    assert job.id == ordered.job_id
    assert EditWork.from_json(job.input).recipe.clips[0].end_s == 9.0
    (world.listen if kind is JobKind.PREVIEW else world.save)()
    assert world.project == before
    assert world.notices == []
