"""What only a part can be made of, silence, and lists: each refusal leads on."""

from __future__ import annotations

import pytest

from conversations import flow
from conversations.phases import Phase, phase
from jobs.model import Changes, Job, JobKind, Source, SourceKind
from jobs.payloads import asset_to_json, source_from_json
from jobs.recipe import Clean
from tests.conversations.samples import a_voice_note, an_asset
from tests.conversations.world import World, ready

WHICH = "1:12:40 is more than the 30 min I make. Which part? Type 0:10-5:00, or press:"


def too_long(*, claimed: bool = True) -> World:
    """A recording of 1:12:40, as its sender says or as it was found."""
    world = World()
    world.send(a_voice_note(4360 if claimed else 0))
    if not claimed:
        world.fail(JobKind.INGEST, "source_too_long", duration_s=4360.0, limit_s=1800.0)
    return world


def wanted(job: Job) -> tuple[float, float, bool]:
    source = source_from_json(job.input)
    return source.start_s, source.length_s, source.is_loudest


@pytest.mark.parametrize("claimed", [True, False])
@pytest.mark.parametrize(
    ("label", "part"),
    [("First 10 min", (0.0, 600.0, False)), ("Loudest 60 s", (0.0, 60.0, True))],
)
def test_too_long_asks_which_part(
    claimed: bool, label: str, part: tuple[float, float, bool]
) -> None:
    world = too_long(claimed=claimed)
    assert world.view().text == WHICH
    assert world.labels() == [["First 10 min", "Loudest 60 s"], ["Delete"]]
    assert world.press(label) == "Taking that part."
    assert wanted(world.newest(JobKind.INGEST)) == part
    assert world.press_data(f"pf:{world.project.id}").startswith("I'm still listening")
    world.hear()
    assert "Make video" in world.labels()[0][0]


@pytest.mark.parametrize("claimed", [True, False])
@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("0:10-5:00", (10.0, 290.0, False)),
        ("from 1:00:00", (3600.0, 760.0, False)),
        ("first 90", (0.0, 90.0, False)),
        ("last 2 min", (4240.0, 120.0, False)),
        ("1:10:00-2:00:00", (4200.0, 160.0, False)),
    ],
)
def test_the_part_can_be_typed(claimed: bool, text: str, part: tuple[float, float, bool]) -> None:
    world = too_long(claimed=claimed)
    assert world.type(text) == "Taking that part."
    assert wanted(world.newest(JobKind.INGEST)) == part
    assert phase(world.project, world.facts(world.project)) is Phase.LISTENING


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("0:00-45:00", "That part is 45:00 long, and 30 min is the most."),
        ("1:20:00-1:30:00", "It ends at 1:12:40."),
        ("0:10-0:10.5", "At least 1 s"),
        ("hello", "Type the part you want"),
        ("cut 0:10-0:20", "Type the part you want"),
    ],
)
def test_a_part_that_cannot_be_is_refused_with_the_way_out(text: str, answer: str) -> None:
    world = too_long()
    assert world.type(text).startswith(answer)
    assert world.jobs == {}


def test_silence_is_made_when_somebody_wants_it() -> None:
    world = World(asset=an_asset(true_peak_db=-100.0, loudness_lufs=-70.0))
    world.send()
    world.fail(JobKind.INGEST, "source_silent")
    assert "I can't hear anything" in world.view().text
    assert world.labels() == [["Make it anyway"], ["Delete"]]
    assert world.press("Make it anyway") == "On it."
    assert source_from_json(world.newest(JobKind.INGEST).input).may_be_silent
    assert world.press_data(f"an:{world.project.id}").startswith("I'm still listening")
    world.hear()
    assert (world.edit.recipe.clean, world.edit.recipe.level_lufs) == (Clean.OFF, None)


def a_list() -> World:
    world = World(asset=an_asset(listed=23))
    world.send(Source(kind=SourceKind.LINK, media="link", url="https://example.com/list"))
    world.hear()
    return world


def test_of_a_list_the_first_is_taken_and_another_can_be_picked() -> None:
    world = a_list()
    assert "That's a list of 23. I took number 1." in world.view().text
    first = world.project
    assert world.press("Pick another") == "Fetching number 2 on a new card."
    assert world.project.id != first.id
    job = world.newest(JobKind.INGEST)
    assert source_from_json(job.input).item == 2
    assert job.id == world.project.ingest_job
    world.complete(JobKind.INGEST, asset_to_json(world.asset))
    assert "I took number 2." in world.view().text


def test_picking_twice_picks_once() -> None:
    world = a_list()
    first = world.project
    facts = world.facts(first)
    decided = [flow.press(first, f"pa:{first.id}", facts) for _ in range(2)]
    keys = {decision.changes.jobs[0].dedupe_key for decision in decided}
    assert keys == {f"pick:{first.id}:2"}


def test_what_stands_alone_has_no_other_to_pick() -> None:
    assert "Pick another" not in str(ready().labels())


def test_a_forged_pick_of_what_stands_alone_makes_no_card() -> None:
    world = ready()
    facts = world.facts(world.project)
    decided = flow.press(world.project, f"pa:{world.project.id}", facts)
    assert decided.changes == Changes()
    assert "older version" in decided.toast


def test_a_pick_before_anything_was_heard_says_that_it_is_listened_to() -> None:
    world = World()
    world.send()
    decided = flow.press(world.project, f"pa:{world.project.id}", world.facts(world.project))
    assert decided.changes == Changes()
    assert "still listening" in decided.toast
