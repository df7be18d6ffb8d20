"""A link lets in whoever opens it first, within two days; and what ends when somebody has to go."""

from __future__ import annotations

import pytest

from jobs import invites
from jobs.model import Changes, JobKind, JobStatus, Role
from jobs.opening import Store
from tests.jobs.databases import Clock
from tests.jobs.samples import begin, claim, keyed, person, the_job

CODE = "abcdefghijklmnopqrstuvwxyz"
STRANGER = person(5, Role.STRANGER)


async def invite(store: Store, code: str = CODE) -> None:
    assert await store.projects.accept(None, Changes(new_invite=invites.digest_of(code)))


async def role_of(store: Store, person_id: int) -> Role | None:
    known = await store.people.get(person_id)
    return known.role if known else None


async def test_whoever_opens_it_first_is_in(store: Store) -> None:
    await invite(store)
    assert await store.invites.use(CODE, STRANGER)
    assert await role_of(store, 5) is Role.GUEST
    assert await store.invites.use(CODE, STRANGER)  # the same update once more
    assert not await store.invites.use(CODE, person(6, Role.STRANGER))
    assert await role_of(store, 6) is None


@pytest.mark.parametrize("code", ["", "x", CODE.upper(), CODE + " "])
async def test_another_code_opens_nothing(store: Store, code: str) -> None:
    await invite(store)
    assert not await store.invites.use(code, STRANGER)
    assert await role_of(store, 5) is None


async def test_it_is_good_for_two_days(store: Store, clock: Clock) -> None:
    await invite(store)
    await clock.advance(invites.VALID_S - 60)
    await invite(store, "another")
    assert await store.invites.use(CODE, STRANGER)
    await clock.advance(invites.VALID_S + 60)
    assert not await store.invites.use("another", person(6, Role.STRANGER))


async def test_the_code_itself_is_kept_nowhere(store: Store) -> None:
    await invite(store)
    rows = await store.database.execute("SELECT * FROM invites")
    assert CODE not in str(rows)


async def test_who_was_refused_is_let_in_by_a_new_link_and_the_owner_stays_owner(
    store: Store,
) -> None:
    await store.people.put(person(5, Role.REFUSED))
    await store.people.put(person(1, Role.OWNER))
    await invite(store)
    assert await store.invites.use(CODE, STRANGER)
    assert await role_of(store, 5) is Role.GUEST
    await invite(store, "another")
    assert await store.invites.use("another", person(1, Role.OWNER))
    assert await role_of(store, 1) is Role.OWNER


async def test_who_has_to_go_leaves_no_key_no_work_and_no_way_back(store: Store) -> None:
    await invite(store)
    assert await store.invites.use(CODE, STRANGER)
    key = await keyed(store, 5)
    project = await begin(store, owner_id=5)
    other = await begin(store, "project2", owner_id=1)
    job = await claim(store, JobKind.INGEST)
    await store.projects.accept(None, Changes(person=person(5, Role.REFUSED)))
    assert await store.api_keys.holder(key) is None
    assert (await the_job(store, project.ingest_job)).status is JobStatus.CANCELLED
    assert (await the_job(store, other.ingest_job)).status in (
        JobStatus.PENDING,
        JobStatus.PROCESSING,
    )
    assert job.id in (project.ingest_job, other.ingest_job)
    assert not await store.invites.use(CODE, STRANGER)
    assert await role_of(store, 5) is Role.REFUSED
