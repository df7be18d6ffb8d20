"""What a person's cards begin with is kept, whatever else is written."""

from __future__ import annotations

from dataclasses import replace

from jobs.model import Changes, Habits, ProjectStatus, Shape
from jobs.opening import Store
from jobs.recipe import Clean, TrimSilence
from tests.jobs.databases import Clock
from tests.jobs.samples import DIGEST, begin, edit, the_project

DAY_S = 86_400.0


async def test_whoever_chose_nothing_has_the_first_defaults(store: Store) -> None:
    assert await store.habits.of(7) == Habits(person_id=7)


async def test_habits_are_kept_and_replaced(store: Store) -> None:
    first = Habits(
        person_id=7,
        look="neon",
        shape=Shape.WIDE,
        clean=Clean.OFF,
        level=False,
        trim_silence=TrimSilence.EDGES,
        response="music",
        brand="#ff7a00",
        portrait=False,
        follows=False,
        autopilot=True,
        unchanged=2,
        offered=True,
    )
    for habits in (first, replace(first, look="", shape=Shape.SQUARE)):
        await store.projects.accept(None, Changes(habits=habits))
        assert await store.habits.of(7) == habits
    assert await store.habits.of(8) == Habits(person_id=8)


async def test_what_another_version_wrote_is_read_as_far_as_it_is_known(store: Store) -> None:
    await store.projects.accept(None, Changes(habits=Habits(person_id=7, look="neon")))
    await store.database.execute(
        "UPDATE habits SET habits = json_set(json_remove(habits, '$.brand'), '$.new', 1)"
    )
    assert await store.habits.of(7) == Habits(person_id=7, look="neon")


async def test_telegram_is_asked_for_a_persons_photo_once_a_day(store: Store, clock: Clock) -> None:
    ask = store.jobs.may_ask_for_portrait
    assert await ask(7, DAY_S)
    assert not await ask(7, DAY_S)
    assert await ask(8, DAY_S), "each person for themselves"
    await clock.advance(DAY_S - 1)
    assert not await ask(7, DAY_S)
    await clock.advance(2)
    assert await ask(7, DAY_S)
    await clock.advance(-2 * DAY_S)
    assert await ask(7, DAY_S), "the clock was set back"


async def test_what_a_card_began_with_is_known_until_all_is_undone(store: Store) -> None:
    project = await begin(store)
    await store.projects.accept(None, Changes(project=replace(project, edit=edit("one"))))
    assert await store.projects.first_edit(project.id) is None
    for title in ("two", "three"):
        project = replace(await the_project(store), edit=edit(title))
        await store.projects.accept(None, Changes(project=project, remember=True))
    first, last = (
        await store.projects.first_edit(project.id),
        await store.projects.last_edit(project.id),
    )
    assert (first, last) == (edit("one"), edit("two"))
    for _ in range(2):
        project = await the_project(store)
        await store.projects.accept(None, Changes(project=project, forget_last=True))
    assert await store.projects.first_edit(project.id) is None


async def test_the_look_of_a_recording_that_was_tidied_away_is_found(
    store: Store, clock: Clock
) -> None:
    for name in ("older", "newer"):
        card = await begin(store, name)
        await store.projects.accept(None, Changes(project=replace(card, edit=edit(name))))
        await clock.advance(10)
    again = await begin(store, "again")
    assert await store.projects.tidied_edit(again, DIGEST, 100) is None, "they still have it"
    await clock.advance(100)
    assert await store.projects.tidied_edit(again, DIGEST, 100) == edit("newer")
    newer = await the_project(store, "newer")
    await store.projects.accept(None, Changes(project=replace(newer, status=ProjectStatus.DELETED)))
    assert await store.projects.tidied_edit(again, DIGEST, 100) == edit("older")
    await store.projects.accept(
        None,
        Changes(project=replace(await the_project(store, "older"), status=ProjectStatus.EXPIRED)),
    )
    assert await store.projects.tidied_edit(again, DIGEST, 1000) == edit("older")
    assert await store.projects.tidied_edit(again, "0" * 16, 100) is None
    stranger = replace(again, owner_id=99)
    assert await store.projects.tidied_edit(stranger, DIGEST, 100) is None
