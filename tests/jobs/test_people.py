"""Who may use the bot, and how one of them comes to own it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from jobs.database import ConstraintViolated, Database
from jobs.model import Changes, Role
from jobs.opening import Store, build_store
from tests.jobs.samples import person


async def test_a_person_reads_as_they_were_written(store: Store) -> None:
    assert await store.people.get(1) is None
    ada = person(1, Role.ASKING, name="Ada '); --", attested=True, blocked=True)
    await store.people.put(ada)
    assert await store.people.get(1) == ada
    changed = person(1, Role.REFUSED, name="A.", language="de", chosen_language="es")
    await store.people.put(changed)
    assert await store.people.get(1) == changed


async def test_every_role_can_be_kept(store: Store) -> None:
    everybody = [person(number, role) for number, role in enumerate(Role)]
    for somebody in everybody:
        await store.people.put(somebody)
    assert [await store.people.get(one.id) for one in everybody] == everybody


async def test_the_code_stays_until_somebody_owns_the_bot(
    store: Store, connect: Callable[[], Database]
) -> None:
    code = await store.people.claim_code()
    assert len(code) >= 16
    assert await build_store(connect()).people.claim_code() == code
    assert await store.people.claim(code, person(1))
    assert await store.people.claim_code() == ""


async def test_whoever_knows_the_code_first_owns_the_bot(store: Store) -> None:
    assert await store.people.owner() is None
    code = await store.people.claim_code()
    assert await store.people.claim(code, person(1))
    assert await store.people.claim(code, person(1))  # Telegram repeats itself
    assert not await store.people.claim(code, person(2))
    owner = await store.people.owner()
    assert owner == person(1, Role.OWNER)
    assert await store.people.get(2) is None


async def test_a_wrong_code_makes_nobody_owner(store: Store) -> None:
    assert not await store.people.claim("", person(1))
    await store.people.claim_code()
    for wrong in ("", "%", "wrong", "' OR 1=1 --"):
        assert not await store.people.claim(wrong, person(1))
    assert await store.people.owner() is None


async def test_an_owner_cannot_be_claimed_by_another_code(store: Store) -> None:
    code = await store.people.claim_code()
    await store.people.claim(code, person(1))
    assert not await store.people.claim("wrong", person(1))


async def test_a_guest_may_become_the_owner(store: Store) -> None:
    await store.people.put(person(1, Role.GUEST, attested=True))
    assert await store.people.claim(await store.people.claim_code(), person(1))
    assert await store.people.owner() == person(1, Role.OWNER, attested=True)


async def test_an_owner_stays_owner_whatever_is_written_about_them(store: Store) -> None:
    await store.people.claim(await store.people.claim_code(), person(1))
    await store.people.put(person(1, Role.GUEST, name="Renamed"))
    await store.projects.accept(5, Changes(person=person(1, Role.REFUSED, name="Renamed")))
    assert await store.people.owner() == person(1, Role.OWNER, name="Renamed")


async def test_a_new_name_and_a_block_leave_answers_and_choices_alone(store: Store) -> None:
    await store.people.put(person(1, Role.ASKING))
    await store.people.put(person(1, Role.GUEST, attested=True, chosen_language="es"))
    await store.people.rename(1, "Grace", "de")
    await store.people.set_blocked(1, blocked=True)
    known = person(1, Role.GUEST, attested=True, name="Grace", language="de", chosen_language="es")
    assert await store.people.get(1) == replace(known, blocked=True)
    await store.people.set_blocked(1, blocked=False)
    assert await store.people.get(1) == known


async def test_nobody_comes_to_be_known_by_a_new_name_or_a_block(store: Store) -> None:
    await store.people.put(person(2))
    await store.people.rename(1, "Grace", "de")
    await store.people.set_blocked(1, blocked=True)
    assert await store.people.all() == [person(2)]


async def test_two_owners_cannot_be_written(store: Store) -> None:
    for person_id in (1, 2):
        await store.people.put(person(person_id))
    with pytest.raises(ConstraintViolated, match="role"):
        await store.database.execute("UPDATE people SET role = 'owner'")
    assert await store.people.owner() is None


async def test_of_many_who_claim_at_once_one_owns_the_bot(
    store: Store, connect: Callable[[], Database]
) -> None:
    code = await store.people.claim_code()
    sides = [build_store(connect()) for _ in range(4)]
    won = await asyncio.gather(
        *(sides[number % 4].people.claim(code, person(number)) for number in range(20))
    )
    assert sum(won) == 1
    assert await store.people.owner() == person(won.index(True), Role.OWNER)


async def test_strangers_are_known_and_not_listed(store: Store) -> None:
    await store.people.put(person(2))
    await store.people.put(person(3, Role.STRANGER))
    assert await store.people.all() == [person(2)]
    assert await store.people.get(3) == person(3, Role.STRANGER)
