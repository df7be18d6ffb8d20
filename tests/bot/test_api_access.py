"""Who may use the API, and that nobody sees what is another's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from bot.web.api import examples
from bot.web.api.operations import OPERATIONS, Credential, Operation
from jobs import api_keys
from jobs.model import PHOTO, Changes, JobKind, Person, Role
from jobs.opening import Store
from jobs.payloads import Part, source_to_json
from storage.local import LocalStorage
from tests.bot.api_world import ADA, KIM, Program, api_of, furnished, job_of, keyed

MO = Person(id=3, name="Mo", language="en", role=Role.GUEST)
LOCKED = [o.name for o in OPERATIONS if o.credential is not Credential.NONE]
NAMING = [o for o in OPERATIONS if o.parameters or o.name in ("ingest", "download")]
NAMING += [o for o in OPERATIONS if o.body in ("Edit", "Render")]


@pytest.fixture
async def session(store: Store, storage: LocalStorage) -> AsyncIterator[aiohttp.ClientSession]:
    async with api_of(store, storage) as made:
        yield made


@pytest.fixture
async def kim(store: Store, storage: LocalStorage, session: aiohttp.ClientSession) -> Program:
    """Of the one person who has something."""
    return Program(session, await furnished(store, storage))


async def example(program: Program, operation: Operation) -> int:
    """The status that the operation's first example is answered with."""
    bodies = examples.BODIES.get(operation.name, {})
    given = examples.PARAMETERS.get(operation.name, {})
    answer = await program.ask(operation.name, body=next(iter(bodies.values()), None), **given)
    return answer.status


@pytest.mark.parametrize("operation", NAMING, ids=lambda operation: operation.name)
async def test_what_is_another_persons_is_not_there(
    operation: Operation, store: Store, kim: Program
) -> None:
    for other in (MO, ADA):  # the owner of the bot does not own what guests bring
        theirs = Program(kim.session, await keyed(store, other))
        assert await example(theirs, operation) == 404
    assert await example(kim, operation) == operation.status


async def test_lists_hold_nothing_of_anybody_else(store: Store, kim: Program) -> None:
    mo = Program(kim.session, await keyed(store, MO))
    for name, many in (("assets", "assets"), ("renders", "renders")):
        assert (await mo.ask(name)).body == {many: [], "next": None}
        assert len((await kim.ask(name)).body[many]) == 1
        before = {"assets": examples.ASSET, "renders": examples.RENDER_JOB}[name]
        assert (await mo.ask(name, before=before)).body[many] == []


async def test_what_only_a_card_shows_is_none_of_a_programs_jobs(
    store: Store, kim: Program
) -> None:
    project = await store.projects.get("examplec")
    assert project is not None
    photo = replace(project.source, media=PHOTO)
    for job_id, kind, given in (
        ("picture", JobKind.LOOK, {}),
        ("cover", JobKind.INGEST, source_to_json(photo)),
        ("glimpse", JobKind.PREVIEW, {"part": Part.GLIMPSE.value}),
    ):
        await store.jobs.create(job_of(project, job_id, kind, given))
        assert (await kim.ask("job", job=job_id)).status == 404
        assert (await kim.ask("cancel", job=job_id)).status == 404
    await store.jobs.cancel(examples.WAITING_JOB)
    await store.jobs.claim_next_pending("worker", [JobKind.INGEST], 60.0)
    await store.jobs.complete("cover", 1, {"key": "assets/cover-1/cover.jpg"})
    assert (await kim.ask("asset", asset="cover-1")).status == 404


@pytest.mark.parametrize("name", LOCKED)
async def test_a_key_that_was_revoked_opens_nothing(name: str, store: Store, kim: Program) -> None:
    await store.projects.accept(None, Changes(revoked_key=api_keys.id_of(kim.key)))
    operation = next(o for o in OPERATIONS if o.name == name)
    assert await example(kim, operation) == 401


async def test_whoever_is_removed_loses_access_at_once(store: Store, kim: Program) -> None:
    assert (await kim.ask("assets")).status == 200
    refused = Person(id=KIM.id, name=KIM.name, language="en", role=Role.REFUSED)
    await store.projects.accept(None, Changes(person=refused))
    answer = await kim.ask("assets")
    assert (answer.status, answer.code) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_the_use_of_a_key_is_told_in_the_chat(store: Store, kim: Program) -> None:
    (known,) = await store.api_keys.of_person(KIM.id)
    assert known.used_at is None
    await kim.ask("assets")
    (known,) = await store.api_keys.of_person(KIM.id)
    assert known.used_at is not None


async def test_a_key_is_read_from_its_header_and_from_nowhere_else(kim: Program) -> None:
    key = kim.key
    for shown, status in (
        (f"Bearer {key}", 200),
        (f"bearer {key}", 200),
        (key, 401),
        (f"Basic {key}", 401),
        (f"Bearer  {key}", 401),
        (f"Bearer {key} ", 200),  # HTTP takes spaces off the end of a header
        (f"Bearer {key}x", 401),
        (f"Bearer {key.upper()}", 401),
        ("Bearer \u00e9", 401),
        ("Bearer", 401),
    ):
        headers = {"Authorization": shown}
        async with kim.session.get("/api/audio/assets", headers=headers) as answer:
            assert answer.status == status, shown
    async with kim.session.get("/api/audio/assets", params={"key": key}) as answer:
        assert answer.status == 401


async def test_no_body_of_a_stranger_is_read(session: aiohttp.ClientSession) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        while read < 10_000:
            read += 1
            yield b" " * 60_000

    async with session.post("/api/render", data=body()) as answer:
        assert answer.status == 401
    assert read < 1000
