"""Which updates were dealt with, and where to go on reading."""

from __future__ import annotations

from jobs.model import Changes
from jobs.opening import Store
from tests.jobs.databases import Clock
from tests.jobs.samples import project

DAY_S = 86400.0


async def test_reading_starts_wherever_telegram_is(store: Store) -> None:
    assert await store.updates.next_offset() == 0


async def test_reading_goes_on_behind_the_last_update_dealt_with(store: Store) -> None:
    for update_id in (7, 9, 8):
        await store.projects.accept(update_id, Changes())
    assert await store.updates.next_offset() == 10


async def test_an_update_that_failed_is_read_again(store: Store) -> None:
    await store.projects.accept(7, Changes())
    assert await store.updates.failed(8, "why") == 1
    assert await store.updates.failed(8, "why") == 2
    assert await store.updates.failed(9, "why") == 1
    assert await store.updates.next_offset() == 8


async def test_an_update_that_failed_before_is_accepted(store: Store) -> None:
    await store.updates.failed(8, "why")
    assert await store.projects.accept(8, Changes(project=project()))
    assert not await store.projects.accept(8, Changes(project=project("project2")))
    assert await store.updates.next_offset() == 9


async def test_a_skipped_update_counts_as_dealt_with_and_keeps_its_reason(store: Store) -> None:
    for _ in range(3):
        await store.updates.failed(8, "could not be read")
    await store.updates.skip(8)
    await store.updates.skip(8)
    assert await store.updates.next_offset() == 9
    assert not await store.projects.accept(8, Changes(project=project()))
    assert await store.projects.get("project1") is None
    (row,) = await store.database.execute("SELECT tries, reason FROM updates")
    assert row == {"tries": 3, "reason": "could not be read"}


async def test_an_update_that_never_failed_can_be_skipped(store: Store) -> None:
    await store.updates.skip(8)
    assert await store.updates.next_offset() == 9


async def test_an_update_dealt_with_is_not_undone_by_a_late_failure(store: Store) -> None:
    await store.projects.accept(8, Changes())
    await store.updates.failed(8, "late")
    assert not await store.projects.accept(8, Changes())
    assert await store.updates.next_offset() == 9


async def test_numbers_from_before_a_quiet_week_say_nothing(store: Store, clock: Clock) -> None:
    await store.projects.accept(1_000_000, Changes())
    await clock.advance(6 * DAY_S + 1)
    assert await store.updates.next_offset() == 0
    assert await store.projects.accept(500, Changes())
    assert await store.updates.next_offset() == 501
