"""Keys to the API, as the database keeps them."""

from __future__ import annotations

import pytest

from jobs import api_keys, api_sql
from jobs.database import Statement
from jobs.errors import QuotaExceeded
from jobs.model import ApiKey, Changes, NewApiKey, Role
from jobs.opening import Store
from tests.jobs.databases import Clock
from tests.jobs.samples import keyed, person


async def test_a_key_tells_who_holds_it(store: Store) -> None:
    for known in (person(1), person(2, Role.OWNER)):
        await store.people.put(known)
        assert await store.api_keys.holder(await keyed(store, known.id)) == known


async def test_the_key_itself_is_kept_nowhere(store: Store) -> None:
    await store.people.put(person(1))
    key = await keyed(store)
    assert await store.api_keys.holder(key)
    (row,) = await store.database.execute("SELECT * FROM api_keys")
    assert row["digest"] not in key
    for secret in (key, key[3:], key[3 + len(row["id"]) :]):
        assert secret not in str(dict(row))


@pytest.mark.parametrize("role", [Role.STRANGER, Role.ASKING, Role.REFUSED])
async def test_whoever_is_removed_loses_access_at_once_and_for_good(
    store: Store, role: Role
) -> None:
    await store.people.put(person(1))
    await store.people.put(person(2))
    key, other = await keyed(store, 1), await keyed(store, 2)
    await store.people.put(person(1, role))
    assert await store.api_keys.holder(key) is None
    assert await store.api_keys.of_person(1) == ()
    await store.people.put(person(1))
    assert await store.api_keys.holder(key) is None
    assert await store.api_keys.holder(other) == person(2)


async def test_a_key_of_somebody_who_is_not_in_opens_nothing(store: Store) -> None:
    await store.people.put(person(1, Role.ASKING))
    assert await store.api_keys.holder(await keyed(store, 1)) is None


async def test_a_revoked_key_opens_nothing(store: Store) -> None:
    await store.people.put(person(1))
    key, other = await keyed(store), await keyed(store)
    await store.projects.accept(None, Changes(revoked_key=api_keys.id_of(key)))
    assert await store.api_keys.holder(key) is None
    assert await store.api_keys.holder(other)
    assert [known.id for known in await store.api_keys.of_person(1)] == [api_keys.id_of(other)]


async def test_a_person_has_three_keys_at_most(store: Store) -> None:
    for _ in range(3):
        await keyed(store, 1)
    with pytest.raises(QuotaExceeded, match="api_keys"):
        await keyed(store, 1)
    assert await keyed(store, 2)


async def test_it_is_known_to_the_minute_when_a_key_was_used(store: Store, clock: Clock) -> None:
    await store.people.put(person(1))
    key = await keyed(store)
    known = ApiKey(id=api_keys.id_of(key), owner_id=1, made_at=clock.now_s, used_at=None)
    assert await store.api_keys.of_person(1) == (known,)
    used = []
    for _ in range(3):
        await clock.advance(50)
        assert await store.api_keys.holder(key)
        (known,) = await store.api_keys.of_person(1)
        used.append(known.used_at)
    assert used == [clock.now_s - 100, clock.now_s - 100, clock.now_s]


@pytest.mark.parametrize("shown", ["", "pr_", "pr_" + "a" * 52, "pr_" + "a" * 53, "é", "\x00"])
async def test_what_is_no_key_opens_nothing(store: Store, shown: str) -> None:
    await store.people.put(person(1))
    await keyed(store)
    assert await store.api_keys.holder(shown) is None


async def test_two_keys_cannot_be_one(store: Store) -> None:
    key = NewApiKey(id="abcdefgh", owner_id=1, digest="d")
    again = NewApiKey(id="bcdefghi", owner_id=1, digest="d")
    await store.projects.accept(None, Changes(new_key=key))
    with pytest.raises(Exception, match="digest"):
        await store.database.batch(
            [Statement(api_sql.INSERT_API_KEY, {"id": again.id, "owner_id": 1, "digest": "d"})]
        )
