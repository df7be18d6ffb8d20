"""A server that freezes, restarts, or whose answers get lost: nothing is lost, nothing doubled."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping

import pytest

from jobs.database import ConstraintViolated, Database, Statement, StatementRefused
from jobs.errors import StoreUnavailable, StoreUnusable
from jobs.libsql import LibsqlWire
from jobs.model import Changes, JobKind, JobStatus
from jobs.opening import Store, build_store
from jobs.remote import NothingApplied, RemoteDatabase, Wire, refusal
from jobs.turso import HranaWire
from tests.jobs.databases import Clock, swift_folder, wipe
from tests.jobs.proxy import Proxy
from tests.jobs.samples import (
    EVERY_KIND,
    LEASE_S,
    claim,
    new_job,
    nothing_to_claim,
    outbox_rows,
    project,
    the_job,
)
from tests.jobs.sqld import Sqld

pytestmark = pytest.mark.sqld

IN_TIME_S = 20.0
SHORT_S = 1.0
WIRES: Mapping[str, Callable[..., Wire]] = {"http": HranaWire, "ws": LibsqlWire}
Connect = Callable[..., Database]


@pytest.fixture(params=sorted(WIRES))
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def connect(scheme: str, sqld: Sqld) -> AsyncIterator[Connect]:
    """Opens databases, of the test's server unless it names another port."""
    opened: list[Database] = []

    def another(
        port: int = sqld.port,
        token: str = sqld.token,
        answer_s: float = IN_TIME_S,
        patience_s: float = IN_TIME_S,
    ) -> Database:
        wire = WIRES[scheme](f"{scheme}://127.0.0.1:{port}", token, answer_s=answer_s)
        opened.append(RemoteDatabase(wire, patience_s=patience_s))
        return opened[-1]

    yield another
    for database in opened:
        await database.close()


@pytest.fixture
async def direct(connect: Connect) -> Store:
    """The store, without anything between."""
    made = build_store(connect())
    await wipe(made.database)
    await made.jobs.setup()
    return made


@pytest.fixture
async def clock(direct: Store) -> Clock:
    standing = Clock(direct.database)
    await standing.install()
    return standing


@pytest.fixture
async def proxy(sqld: Sqld) -> AsyncIterator[Proxy]:
    made = Proxy(sqld.port)
    await made.open()
    yield made
    made.thaw()
    await made.close()


@pytest.fixture
async def store(direct: Store, connect: Connect, proxy: Proxy) -> Store:
    """The same store behind the proxy, over a connection that stands."""
    made = build_store(connect(proxy.port))
    await made.database.execute("SELECT 1")
    return made


@pytest.fixture
async def hasty(direct: Store, connect: Connect, proxy: Proxy) -> Store:
    """As `store`, of somebody who waits for an answer for a second."""
    made = build_store(connect(proxy.port, answer_s=SHORT_S))
    await made.database.execute("SELECT 1")
    return made


async def test_a_read_whose_answer_is_lost_is_asked_again(store: Store, proxy: Proxy) -> None:
    await store.jobs.create(new_job("job1"))
    proxy.lost_answers = 2
    assert (await the_job(store, "job1")).id == "job1"
    assert proxy.lost_answers == 0


async def test_a_claim_whose_answer_is_lost_leaks_for_no_longer_than_its_lease(
    store: Store, direct: Store, proxy: Proxy, clock: Clock
) -> None:
    await direct.jobs.create(new_job("job1"))
    proxy.lost_answers = 1
    with pytest.raises(StoreUnavailable):
        await claim(store)
    assert await nothing_to_claim(store)
    assert (await the_job(direct, "job1")).status is JobStatus.PROCESSING
    await clock.advance(LEASE_S + 1)
    assert await store.jobs.sweep() == 1
    again = await claim(store)
    assert (again.id, again.attempt) == ("job1", 2)


async def test_a_result_whose_answer_is_lost_is_there_once(
    store: Store, direct: Store, proxy: Proxy
) -> None:
    await direct.jobs.create(new_job("job1"))
    held = await claim(direct)
    proxy.lost_answers = 1
    with pytest.raises(StoreUnavailable):
        await store.jobs.complete("job1", held.attempt, {"key": "first"})
    assert not await store.jobs.complete("job1", held.attempt, {"key": "second"})
    done = await the_job(direct, "job1")
    assert (done.status, done.result) == (JobStatus.COMPLETE, {"key": "first"})
    assert len(await outbox_rows(direct.database, "final")) == 1


async def test_a_decision_whose_answer_is_lost_is_written_once(
    store: Store, direct: Store, proxy: Proxy
) -> None:
    decision = Changes(project=project(), jobs=(new_job("job1"),))
    proxy.lost_answers = 1
    with pytest.raises(StoreUnavailable):
        await store.projects.accept(7, decision)
    assert not await store.projects.accept(7, decision)
    assert (await the_job(direct, "job1")).attempt == 0
    assert len(await outbox_rows(direct.database, "greeting")) == 1
    assert await direct.updates.next_offset() == 8


async def test_a_frozen_server_is_given_up_in_time_and_asked_again(
    hasty: Store, proxy: Proxy
) -> None:
    await hasty.jobs.create(new_job("job1"))
    proxy.freeze()
    began = asyncio.get_running_loop().time()
    patient = asyncio.create_task(the_job(hasty, "job1"))
    with pytest.raises(StoreUnavailable):
        await hasty.jobs.create(new_job("job2"))
    assert asyncio.get_running_loop().time() - began < SHORT_S + IN_TIME_S / 2
    assert not patient.done()
    proxy.thaw()
    assert (await patient).id == "job1"


async def test_a_write_that_arrives_late_is_fenced(
    hasty: Store, direct: Store, proxy: Proxy, clock: Clock
) -> None:
    await direct.jobs.create(new_job("job1"))
    ghost = await claim(direct)
    proxy.freeze()
    with pytest.raises(StoreUnavailable):
        await hasty.jobs.complete("job1", ghost.attempt, {"key": "late"})
    await clock.advance(LEASE_S + 1)
    await direct.jobs.sweep()
    held = await claim(direct)
    proxy.thaw()
    assert not await hasty.jobs.beat(ghost, stage=ghost.stage, progress=1, lease_s=LEASE_S)
    assert await direct.jobs.complete("job1", held.attempt, {"key": "in time"})
    assert (await the_job(hasty, "job1")).result == {"key": "in time"}


async def test_a_server_that_is_not_there_is_waited_for(
    direct: Store, connect: Connect, proxy: Proxy
) -> None:
    await proxy.close()
    early = build_store(connect(proxy.port))
    patient = asyncio.create_task(early.jobs.create(new_job("job1")))
    await asyncio.sleep(0.2)
    assert not patient.done()
    await proxy.open()
    assert await patient
    assert (await the_job(direct, "job1")).status is JobStatus.PENDING


async def test_a_server_that_never_comes_is_unavailable(connect: Connect, proxy: Proxy) -> None:
    await proxy.close()
    database = connect(proxy.port, patience_s=0.2)
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        await database.execute("SELECT 1")


async def test_a_caller_who_is_cancelled_leaves_no_open_transaction(
    direct: Store, connect: Connect
) -> None:
    database = connect()
    one = Statement("INSERT INTO updates (id, at) VALUES (:id, 0)", {"id": 1})
    other = Statement("INSERT INTO updates (id, at) VALUES (:id, 0)", {"id": 2})
    for turns in range(30):
        caller = asyncio.create_task(database.batch([one, other]))
        for _ in range(turns):
            await asyncio.sleep(0)
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
        (row,) = await direct.database.execute("SELECT count(*) AS n FROM updates")
        assert row["n"] in (0, 2)
        await direct.database.execute("DELETE FROM updates")


async def test_a_token_that_is_refused_is_said_without_it(connect: Connect) -> None:
    database = connect(token="not.the.token")
    with pytest.raises(StoreUnusable, match="renew TURSO_AUTH_TOKEN") as refused:
        await database.execute("SELECT 1")
    assert "not.the.token" not in str(refused.value)


async def test_a_closed_database_is_not_opened_again(connect: Connect) -> None:
    database = connect()
    await database.execute("SELECT 1")
    await database.close()
    await database.close()
    with pytest.raises(StoreUnavailable):
        await database.execute("SELECT 1")


async def test_statements_of_several_callers_do_not_mix(direct: Store, connect: Connect) -> None:
    database = connect()

    def insert(number: int) -> Statement:
        return Statement("INSERT INTO updates (id, at) VALUES (:id, 0)", {"id": number})

    async def refused(number: int) -> None:
        with pytest.raises(ConstraintViolated):
            await database.batch([insert(number), insert(1000), insert(1000)])

    async def written(number: int) -> None:
        await database.batch([insert(100 + number), insert(200 + number)])

    await asyncio.gather(*(turn(n) for n in range(10) for turn in (refused, written)))
    rows = await direct.database.execute("SELECT id FROM updates ORDER BY id")
    assert [row["id"] for row in rows] == [*range(100, 110), *range(200, 210)]


@pytest.fixture
def mortal() -> Iterator[Sqld]:
    """A server of the test's own, to be killed."""
    with swift_folder() as made:
        server = Sqld(made)
        server.start()
        yield server
        server.stop()


async def _work(store: Store, done: Counter[str], wanted: int) -> None:
    """Complete what there is, whatever the server does, until all is done."""
    while len(done) < wanted:
        try:
            await store.jobs.sweep()
            job = await store.jobs.claim_next_pending("w", EVERY_KIND, LEASE_S / 15)
            if job is None:
                await asyncio.sleep(0.05)
            elif await store.jobs.complete(job.id, job.attempt, {}):
                done[job.id] += 1
            done.update(await _found_complete(store, done))
        except StoreUnavailable:
            await asyncio.sleep(0.01)


async def _found_complete(store: Store, done: Counter[str]) -> list[str]:
    """Those whose completion nobody was told of."""
    rows = await store.database.execute("SELECT id FROM jobs WHERE status = 'complete'")
    return [row["id"] for row in rows if row["id"] not in done]


async def test_a_server_that_is_killed_and_comes_back_loses_and_doubles_nothing(
    mortal: Sqld, connect: Connect
) -> None:
    store = build_store(connect(mortal.port, mortal.token))
    await store.jobs.setup()
    jobs = [new_job(f"job{n:03}", JobKind.LOOK, dedupe_key=f"key{n}") for n in range(60)]
    done: Counter[str] = Counter()

    async def create_all() -> None:
        for job in jobs:
            while True:
                try:
                    await store.jobs.create(job)
                    break
                except StoreUnavailable:
                    await asyncio.sleep(0.01)

    async def kill_twice() -> None:
        for enough in (5, 30):
            while len(done) < enough:  # noqa: ASYNC110 - it rings no bell
                await asyncio.sleep(0.01)
            await asyncio.to_thread(mortal.kill)
            await asyncio.to_thread(mortal.start)

    async with asyncio.timeout(3 * IN_TIME_S), asyncio.TaskGroup() as group:
        group.create_task(create_all())
        group.create_task(kill_twice())
        for _ in range(4):
            group.create_task(_work(store, done, len(jobs)))
    found = await store.jobs.of_project("project1")
    assert {job.id for job in found} == {job.id for job in jobs}
    assert {job.status for job in found} == {JobStatus.COMPLETE}
    finals = await outbox_rows(store.database, "final")
    assert sorted(row["job_id"] for row in finals) == sorted(job.id for job in jobs)


@pytest.mark.parametrize(
    ("code", "message", "meaning", "said"),
    [
        ("SQLITE_CONSTRAINT", "SQLite error: stale", ConstraintViolated, "stale"),
        ("SQLITE_CONSTRAINT_UNIQUE", "UNIQUE: meta.name", ConstraintViolated, "UNIQUE: meta.name"),
        ("SQLITE_BUSY", "SQLite error: database is locked", NothingApplied, "database is locked"),
        ("SQLITE_UNKNOWN", "SQLite error: no such table: t", StatementRefused, "no such table: t"),
        ("SQL_PARSE_ERROR", "near x", StatementRefused, "near x"),
        ("ARGS_INVALID", "too many", StatementRefused, "too many"),
        ("SQLITE_CORRUPT", "SQLite error: malformed", StoreUnusable, "malformed"),
        ("SQLITE_FULL", "SQLite error: full", StoreUnavailable, "full"),
        ("STREAM_EXPIRED", "gone", StoreUnavailable, "gone"),
    ],
)
def test_errors_get_their_meaning(
    code: str, message: str, meaning: type[Exception], said: str
) -> None:
    found = refusal(code, message)
    assert type(found) is meaning
    assert str(found).endswith(said)
