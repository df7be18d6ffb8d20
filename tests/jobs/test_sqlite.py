"""SQLite behind the three verbs: one connection, no open transaction, patience."""

from __future__ import annotations

import asyncio
import gc
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.database import ConstraintViolated, Statement, StatementRefused
from jobs.errors import StoreUnavailable
from jobs.opening import build_store
from jobs.sqlite import SqliteDatabase, journal_mode
from tests.jobs.databases import OpenAt, connections, connections_left
from tests.jobs.samples import new_job


@pytest.fixture
async def database(path: Path, open_at: OpenAt) -> SqliteDatabase:
    opened = open_at(path, patience_s=0.3)
    await opened.execute("CREATE TABLE things (name TEXT UNIQUE NOT NULL)")
    return opened


@pytest.fixture
def locked(database: SqliteDatabase, path: Path) -> Iterator[sqlite3.Connection]:
    """Somebody else is writing, until they commit."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield other
    other.close()


def insert(name: str) -> Statement:
    return Statement("INSERT INTO things (name) VALUES (:name)", {"name": name})


async def names(database: SqliteDatabase) -> list[str]:
    return [row["name"] for row in await database.execute("SELECT name FROM things")]


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 34, 1), "TRUNCATE"),
        ((3, 40, 1), "TRUNCATE"),
        ((3, 44, 5), "TRUNCATE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "TRUNCATE"),
        ((3, 50, 6), "TRUNCATE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 0), "TRUNCATE"),
        ((3, 51, 2), "TRUNCATE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "WAL"),
        ((4, 0, 0), "WAL"),
    ],
)
def test_wal_is_used_only_where_it_cannot_corrupt(version: tuple[int, int, int], mode: str) -> None:
    assert journal_mode(version) == mode


async def test_every_commit_is_on_the_disk(database: SqliteDatabase) -> None:
    (synchronous,) = await database.execute("PRAGMA synchronous")
    assert synchronous["synchronous"] == 2  # FULL
    (journal,) = await database.execute("PRAGMA journal_mode")
    assert journal["journal_mode"].upper() == journal_mode(sqlite3.sqlite_version_info)


async def test_a_batch_answers_statement_by_statement(database: SqliteDatabase) -> None:
    answers = await database.batch(
        [
            insert("one"),
            Statement("INSERT INTO things VALUES ('two') RETURNING name", {}),
            Statement("SELECT count(*) AS n FROM things", {}),
        ]
    )
    assert answers == [[], [{"name": "two"}], [{"n": 2}]]


async def test_a_batch_is_applied_whole_or_not_at_all(database: SqliteDatabase) -> None:
    with pytest.raises(ConstraintViolated, match=r"things\.name"):
        await database.batch([insert("one"), insert("two"), insert("one")])
    assert await names(database) == []
    await database.batch([insert("one"), insert("two")])
    assert await names(database) == ["one", "two"]


async def test_a_wrong_statement_is_our_mistake_and_leaves_nothing_open(
    database: SqliteDatabase,
) -> None:
    with pytest.raises(StatementRefused, match="no such table"):
        await database.batch([insert("one"), Statement("SELECT * FROM nowhere", {})])
    await database.execute("INSERT INTO things VALUES ('after')")
    assert await names(database) == ["after"]


@pytest.mark.parametrize("turns", range(12))
async def test_a_cancelled_caller_leaves_no_open_transaction(
    database: SqliteDatabase, path: Path, turns: int
) -> None:
    caller = asyncio.create_task(database.batch([insert("one"), insert("two")]))
    for _ in range(turns):
        await asyncio.sleep(0)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)  # it may have ended before
    await database.execute("INSERT INTO things VALUES ('after')")
    assert "after" in await names(database)
    # Another connection can write at once: nothing is held.
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    other.execute("INSERT INTO things VALUES ('other')")
    assert other.execute("SELECT count(*) FROM things").fetchone() in [(2,), (4,)]
    other.close()


async def test_first_callers_at_once_open_one_connection(open_at: OpenAt, path: Path) -> None:
    await connections_left(0)
    database = open_at(path)
    await asyncio.gather(*(database.execute("SELECT 1") for _ in range(20)))
    assert connections() == 1
    await database.close()
    await connections_left(0)


async def test_a_first_caller_who_is_cancelled_leaves_no_connection_behind(
    open_at: OpenAt, path: Path
) -> None:
    for turns in range(10):
        database = open_at(path)
        caller = asyncio.create_task(database.execute("SELECT 1"))
        for _ in range(turns):
            await asyncio.sleep(0)
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
        await database.close()
    await connections_left(0)


async def test_statements_of_others_do_not_slip_into_a_batch(database: SqliteDatabase) -> None:
    async def refused(number: int) -> None:
        with pytest.raises(ConstraintViolated):
            await database.batch([insert(f"refused{number}"), insert("same"), insert("same")])

    async def written(number: int) -> None:
        await database.execute("INSERT INTO things VALUES (:n)", {"n": f"written{number}"})

    turns = [turn(number) for number in range(20) for turn in (refused, written)]
    await asyncio.gather(*turns)
    assert await names(database) == [f"written{number}" for number in range(20)]


async def test_a_locked_database_is_asked_again_until_it_answers(
    database: SqliteDatabase, locked: sqlite3.Connection
) -> None:
    patient = asyncio.create_task(database.batch([insert("one"), insert("two")]))
    await asyncio.sleep(0.1)
    assert not patient.done()
    locked.execute("COMMIT")
    await patient
    assert await names(database) == ["one", "two"]


async def test_a_reader_that_holds_the_commit_up_is_waited_for(
    database: SqliteDatabase, path: Path
) -> None:
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM things").fetchall()
    single = asyncio.create_task(database.execute("INSERT INTO things VALUES ('one')"))
    batch = asyncio.create_task(database.batch([insert("two"), insert("three")]))
    await asyncio.sleep(0.1)
    reader.execute("COMMIT")
    reader.close()
    await asyncio.gather(single, batch)
    assert await names(database) == ["one", "two", "three"]


async def test_a_database_locked_for_too_long_is_unavailable(
    database: SqliteDatabase, locked: sqlite3.Connection
) -> None:
    began = asyncio.get_running_loop().time()
    callers = [database.execute("INSERT INTO things VALUES ('one')") for _ in range(3)]
    answers = await asyncio.gather(*callers, return_exceptions=True)
    assert [type(answer) for answer in answers] == [StoreUnavailable] * 3
    # The patience of all runs at once: each waits its time, and for one more busy time-out each.
    assert asyncio.get_running_loop().time() - began < 0.3 + 3 * 0.4
    locked.execute("COMMIT")
    await database.execute("INSERT INTO things VALUES ('two')")
    assert await names(database) == ["two"]


async def test_a_caller_who_does_not_wait_is_not_told_and_nor_is_the_log(
    database: SqliteDatabase, locked: sqlite3.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await database.execute("INSERT INTO things VALUES ('one')")
    with pytest.raises(StoreUnavailable):
        await database.execute("INSERT INTO things VALUES ('two')")
    gc.collect()
    assert "never retrieved" not in caplog.text


async def test_a_database_locked_while_it_is_opened_is_waited_for(
    open_at: OpenAt, path: Path, locked: sqlite3.Connection
) -> None:
    second = open_at(path)
    patient = asyncio.create_task(second.execute("SELECT count(*) AS n FROM things"))
    await asyncio.sleep(0.1)
    locked.execute("COMMIT")
    assert await patient == [{"n": 0}]
    await second.close()


async def test_a_closed_database_is_not_opened_again(database: SqliteDatabase) -> None:
    await database.close()
    await database.close()
    with pytest.raises(StoreUnavailable):
        await database.execute("SELECT 1")
    await connections_left(0)


async def test_the_folder_is_made(open_at: OpenAt, folder: Path) -> None:
    database = open_at(folder / "deep" / "down" / "jobs.sqlite3")
    await database.execute("SELECT 1")
    await database.close()
    assert (folder / "deep" / "down" / "jobs.sqlite3").is_file()


async def test_nobody_else_may_read_it(open_at: OpenAt, folder: Path) -> None:
    path = folder / "ours" / "jobs.sqlite3"
    database = open_at(path)
    await database.execute("CREATE TABLE names (name TEXT)")
    await database.close()
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (path.parent, *path.parent.iterdir())]
    assert modes[0] == 0o700
    assert set(modes[1:]) == {0o600}


async def test_a_full_disk_is_unavailable_and_loses_nothing(open_at: OpenAt, path: Path) -> None:
    database = open_at(path)
    store = build_store(database)
    await store.jobs.setup()
    (pages,) = await database.execute("PRAGMA page_count")
    await database.execute(f"PRAGMA max_page_count = {pages['page_count'] + 2}")
    long = [new_job(owner_id=number, input={"long": "x" * 3000}) for number in range(20)]
    answers = await asyncio.gather(*map(store.jobs.create, long), return_exceptions=True)
    assert answers.count(True) >= 1
    assert {type(answer) for answer in answers} == {bool, StoreUnavailable}
    await database.execute("PRAGMA max_page_count = 100000")
    assert await store.jobs.create(new_job())
    assert len(await store.jobs.of_project("project1")) == answers.count(True) + 1
    await store.close()


async def test_a_copy_made_under_load_is_whole(open_at: OpenAt, path: Path, folder: Path) -> None:
    database = open_at(path)
    store = build_store(database)
    await store.jobs.setup()
    for number in range(50):
        await store.jobs.create(new_job(owner_id=number))
    copy = folder / "copy.sqlite3"
    await database.execute("VACUUM INTO :copy", {"copy": str(copy)})
    await store.jobs.create(new_job())
    await store.close()
    shutil.move(copy, path)
    restored = build_store(open_at(path))
    await restored.jobs.setup()
    assert len(await restored.jobs.of_project("project1")) == 50
    await restored.close()
