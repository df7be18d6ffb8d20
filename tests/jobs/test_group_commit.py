"""What several callers ask for at once shares a commit, and each still stands for itself."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.database import ConstraintViolated, Statement
from jobs.group_commit import MOST, Request, Requests, commit
from jobs.sqlite import SqliteDatabase
from tests.jobs.databases import OpenAt
from tests.jobs.test_turnstile import somebody_inside


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(path, isolation_level=None, timeout=0)
    opened.row_factory = sqlite3.Row
    opened.execute("CREATE TABLE things (name TEXT UNIQUE NOT NULL)")
    yield opened
    opened.close()


@pytest.fixture
async def database(path: Path, open_at: OpenAt) -> SqliteDatabase:
    opened = open_at(path)
    await opened.execute("CREATE TABLE things (name TEXT UNIQUE NOT NULL)")
    return opened


def insert(name: str) -> Statement:
    return Statement("INSERT INTO things (name) VALUES (:name) RETURNING name", {"name": name})


def asking(*names: str) -> Request:
    return Request([insert(name) for name in names])


def names(connection: sqlite3.Connection) -> list[str]:
    return [row["name"] for row in connection.execute("SELECT name FROM things ORDER BY rowid")]


def test_all_share_one_commit_and_each_has_its_own_answers(connection: sqlite3.Connection) -> None:
    said: list[str] = []
    connection.set_trace_callback(said.append)
    group = [asking("one"), asking("two", "three"), Request([Statement("SELECT 1 AS n", {})])]
    commit(connection, group)
    assert [_plain(request.ending) for request in group] == [
        [[{"name": "one"}]],
        [[{"name": "two"}], [{"name": "three"}]],
        [[{"n": 1}]],
    ]
    assert said.count("COMMIT") == 1
    assert names(connection) == ["one", "two", "three"]


def test_who_is_refused_leaves_nothing_and_the_others_everything(
    connection: sqlite3.Connection,
) -> None:
    group = [asking("one"), asking("two", "one"), asking("three")]
    commit(connection, group)
    assert isinstance(group[1].ending, sqlite3.IntegrityError)
    assert names(connection) == ["one", "three"]


def test_who_undoes_all_fails_alone(connection: sqlite3.Connection) -> None:
    connection.execute(
        "CREATE TRIGGER too_much AFTER INSERT ON things WHEN NEW.name = 'two'"
        " BEGIN SELECT RAISE(ROLLBACK, 'as on a full disk'); END"
    )
    group = [asking("one"), asking("two"), asking("three")]
    commit(connection, group)
    assert str(group[1].ending) == "as on a full disk"
    assert names(connection) == ["one", "three"]
    assert not connection.in_transaction


def test_while_others_write_nobody_has_an_ending(
    connection: sqlite3.Connection, path: Path
) -> None:
    group = [asking("one"), asking("two")]
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        commit(connection, group)
    assert [request.ending for request in group] == [None, None]
    other.execute("COMMIT")
    other.close()
    commit(connection, group)
    assert names(connection) == ["one", "two"]


def test_those_put_back_go_first_in_their_order_and_those_at_their_end_do_not() -> None:
    requests, group = Requests(), [asking(str(number)) for number in range(MOST + 2)]
    for request in group:
        requests.add(request)
    taken = requests.take()
    assert taken == group[:MOST]
    taken[1].ending = []
    requests.put_back(taken)
    assert requests.withdraw(group[2])
    assert not requests.withdraw(group[1])
    assert requests.take() == [group[0], *group[3 : MOST + 2]]


async def test_callers_behind_the_turn_of_another_process_are_seen_all_at_once(
    database: SqliteDatabase, path: Path
) -> None:
    seen = set()
    with somebody_inside(path.parent) as process, sqlite3.connect(path, timeout=30) as reader:
        waiting = [asyncio.create_task(database.execute(*_row(number))) for number in range(20)]
        await asyncio.sleep(0.1)
        process.kill()
        while not all(task.done() for task in waiting):
            seen.add(reader.execute("SELECT count(*) FROM things").fetchone()[0])
            await asyncio.sleep(0)
    reader.close()
    assert seen <= {0, 20}
    assert await database.execute("SELECT count(*) AS n FROM things") == [{"n": 20}]


async def test_a_caller_hears_only_of_its_own_refusal(database: SqliteDatabase, path: Path) -> None:
    with somebody_inside(path.parent) as process:
        twice = [asyncio.create_task(database.execute(*_row(number // 2))) for number in range(10)]
        await asyncio.sleep(0.1)
        process.kill()
        answers = await asyncio.gather(*twice, return_exceptions=True)
    assert [type(answer) for answer in answers] == [list, ConstraintViolated] * 5


def _plain(ending: object) -> list[list[dict[str, object]]]:
    assert isinstance(ending, list)
    return [[dict(row) for row in rows] for rows in ending]


def _row(number: int) -> tuple[str, dict[str, str]]:
    return insert("").sql, {"name": f"{number}"}
