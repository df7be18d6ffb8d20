"""What needs the owner is told once when it begins and once when it is over."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jobs.alerts import AFFIRM_S, CALM_S, SILENT_S, Alerts, Cause
from jobs.database import Database
from jobs.model import Role
from jobs.opening import Store, build_store
from tests.jobs.databases import Clock
from tests.jobs.outbox_steps import ALERT, due
from tests.jobs.samples import outbox_rows, person
from tests.worker.shop import Watched

OWNER = 7
DISK, MODAL = Cause.DISK_FULL, Cause.RENDERER_AWAY
RETENTION_S = 7 * 86400.0


@pytest.fixture
async def owned(store: Store) -> Store:
    await store.people.put(person(OWNER, Role.OWNER))
    return store


async def tell(store: Store) -> list[tuple[str, bool]]:
    """Send what is due; the causes, and whether they are over."""
    told = []
    for row in await due(store, ALERT):
        assert row.chat_id == OWNER
        assert await store.outbox.sending(row)
        await store.outbox.sent(row)
        told.append((row.view["cause"], bool(row.view["is_over"])))
    return told


def elsewhere(connect: Callable[[], Database], source: str) -> Alerts:
    """As a process started anew sees it, on the machine of that name."""
    return Alerts(connect(), source=source)


async def test_a_trouble_is_told_once_and_so_is_its_end(owned: Store, clock: Clock) -> None:
    for _ in range(3):
        await owned.alerts.note(DISK, is_so=True)
    assert await tell(owned) == [("disk_full", False)]
    assert await owned.alerts.current() == ["disk_full"]
    for _ in range(3):
        await owned.alerts.note(DISK, is_so=False)
    assert await owned.alerts.current() == []
    assert await tell(owned) == []
    await clock.advance(CALM_S)
    assert await tell(owned) == [("disk_full", True)]
    await owned.alerts.note(DISK, is_so=True)
    assert await tell(owned) == [("disk_full", False)], "another time it is another trouble"


async def test_a_restart_repeats_nothing_and_ends_what_is_over(
    owned: Store, clock: Clock, connect: Callable[[], Database]
) -> None:
    await elsewhere(connect, "here").note(DISK, is_so=True)
    assert await tell(owned) == [("disk_full", False)]
    await elsewhere(connect, "here").note(DISK, is_so=True)
    assert await tell(owned) == []
    await elsewhere(connect, "here").note(DISK, is_so=False)
    await clock.advance(CALM_S)
    assert await tell(owned) == [("disk_full", True)]
    await elsewhere(connect, "here").note(DISK, is_so=False)
    await clock.advance(CALM_S)
    assert await tell(owned) == []


async def test_what_lasts_shorter_than_it_may_is_not_told(owned: Store, clock: Clock) -> None:
    await owned.alerts.note(MODAL, is_so=True)
    await clock.advance(599)
    assert await tell(owned) == []
    await owned.alerts.note(MODAL, is_so=False)
    await clock.advance(CALM_S + 2)
    assert await tell(owned) == [], "neither its beginning nor its end"
    await owned.alerts.note(MODAL, is_so=True)
    await clock.advance(600)
    assert await tell(owned) == [("renderer_away", False)]


async def test_what_comes_and_goes_is_one_trouble(owned: Store, clock: Clock) -> None:
    await owned.alerts.note(DISK, is_so=True)
    assert await tell(owned) == [("disk_full", False)]
    for _ in range(5):
        await owned.alerts.note(DISK, is_so=False)
        await clock.advance(CALM_S / 2)
        await owned.alerts.note(DISK, is_so=True)
        await clock.advance(CALM_S)
    assert await tell(owned) == []


async def test_it_is_over_when_it_is_over_on_every_machine(
    owned: Store, clock: Clock, connect: Callable[[], Database]
) -> None:
    one, other = elsewhere(connect, "one"), elsewhere(connect, "other")
    for machine in (one, other):
        await machine.note(DISK, is_so=True)
    assert await tell(owned) == [("disk_full", False)]
    await one.note(DISK, is_so=False)
    await clock.advance(CALM_S)
    assert await tell(owned) == []
    await other.note(DISK, is_so=False)
    await clock.advance(CALM_S)
    assert await tell(owned) == [("disk_full", True)]


async def test_causes_are_told_apart(owned: Store, clock: Clock) -> None:
    await owned.alerts.note(DISK, is_so=True)
    await owned.alerts.note(Cause.STORAGE_REFUSED, is_so=True)
    assert await tell(owned) == [("disk_full", False), ("storage_refused", False)]
    await owned.alerts.note(DISK, is_so=False)
    await clock.advance(CALM_S)
    assert await tell(owned) == [("disk_full", True)]


async def test_what_nobody_sees_any_more_is_over(
    owned: Store, clock: Clock, connect: Callable[[], Database]
) -> None:
    await elsewhere(connect, "gone").note(DISK, is_so=True)
    assert await tell(owned) == [("disk_full", False)]
    await clock.advance(SILENT_S - 1)
    await owned.alerts.forget_silent()
    assert await owned.alerts.current() == ["disk_full"]
    await clock.advance(2)
    await owned.alerts.forget_silent()
    assert await owned.alerts.current() == []
    await clock.advance(CALM_S)
    assert await tell(owned) == [("disk_full", True)]


async def test_whoever_comes_to_own_the_bot_hears_of_what_lasts(
    store: Store, clock: Clock, connect: Callable[[], Database]
) -> None:
    await store.alerts.note(DISK, is_so=True)
    await store.alerts.note(Cause.STORAGE_REFUSED, is_so=True)
    await store.alerts.note(Cause.STORAGE_REFUSED, is_so=False)
    await clock.advance(CALM_S)
    assert await due(store) == []
    await store.people.put(person(OWNER, Role.OWNER))
    await store.alerts.forget_silent()
    assert await tell(store) == [("disk_full", False)]


async def test_what_the_owner_believes_outlives_tidying(owned: Store, clock: Clock) -> None:
    await owned.alerts.note(DISK, is_so=True)
    assert await tell(owned) == [("disk_full", False)]
    await clock.advance(RETENTION_S + 60)
    await owned.projects.expire(RETENTION_S)
    await owned.alerts.note(DISK, is_so=False)
    await clock.advance(CALM_S)
    assert await tell(owned) == [("disk_full", True)]
    await clock.advance(RETENTION_S + 60)
    await owned.projects.expire(RETENTION_S)
    assert await outbox_rows(owned.database, "alert") == []


async def test_a_kill_while_it_is_sent_does_not_send_it_again(owned: Store, clock: Clock) -> None:
    await owned.alerts.note(DISK, is_so=True)
    (row,) = await due(owned, ALERT)
    assert await owned.outbox.sending(row)
    assert await owned.outbox.recover() == 1
    await owned.alerts.forget_silent()
    assert await tell(owned) == []


async def test_saying_the_same_again_asks_the_database_nothing(
    connect: Callable[[], Database], store: Store
) -> None:
    await store.people.put(person(OWNER, Role.OWNER))
    watched = Watched(connect())
    alerts = build_store(watched).alerts
    for is_so in (False, True):
        before = watched.questions
        for _ in range(10):
            await alerts.note(DISK, is_so=is_so)
        assert watched.questions == before + 1
    assert AFFIRM_S < SILENT_S / 2


async def test_what_a_store_that_was_away_did_not_hear_is_said_again(
    connect: Callable[[], Database], owned: Store
) -> None:
    watched = Watched(connect())
    alerts = build_store(watched).alerts
    watched.is_away = True
    await alerts.note(DISK, is_so=True)
    watched.is_away = False
    assert await owned.alerts.current() == []
    await alerts.note(DISK, is_so=True)
    assert await owned.alerts.current() == ["disk_full"]
