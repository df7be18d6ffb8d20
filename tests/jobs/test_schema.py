"""Tables and triggers: made once, made again without harm, and found by an index."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
from collections.abc import Callable, Iterator

import pytest

from jobs import (
    alerts_sql,
    api_sql,
    elsewhere_sql,
    forget_sql,
    gauges_sql,
    groups_sql,
    habits_sql,
    invites_sql,
    library_sql,
    outbox_sql,
    schema,
    sql,
    tidy_sql,
    usage_sql,
)
from jobs.database import Database, Statement
from jobs.opening import Store, build_store
from tests.jobs.databases import Clock
from tests.jobs.samples import begin, claim, the_job


def test_every_statement_is_one_and_may_be_repeated() -> None:
    found = schema.statements()
    for text in found:
        assert re.match(r"CREATE (TABLE|VIEW|INDEX|UNIQUE INDEX|TRIGGER) IF NOT EXISTS \w+", text)
        assert text.count("CREATE ") == 1
    names = [text.split("EXISTS ")[1].split()[0] for text in found]
    assert len(set(names)) == len(names)
    whole = "\n".join(
        value for name, value in vars(schema).items() if name.isupper() and "_" in name
    )
    whole += library_sql.TABLES + library_sql.TRIGGERS + habits_sql.TABLES
    whole += alerts_sql.TABLES + alerts_sql.INDEXES + forget_sql.TABLES
    whole += groups_sql.TABLES + invites_sql.TABLES + invites_sql.TRIGGERS
    assert len(found) == whole.count("CREATE ")


async def test_setting_up_again_changes_nothing(store: Store, clock: Clock) -> None:
    project = await begin(store)
    await claim(store)
    before = await _everything(store.database)
    for _ in range(3):
        await store.jobs.setup()
    assert await _everything(store.database) == before
    assert (await the_job(store, project.ingest_job)).attempt == 1


async def _everything(database: Database) -> list[object]:
    tables = ("meta", "limits", "projects", "jobs", "outbox", "clock")
    statements = [Statement(f"SELECT * FROM {name}", {}) for name in tables]
    made = Statement("SELECT type, name, sql FROM sqlite_master ORDER BY name", {})
    statements.append(made)
    return list(await database.batch(statements))


async def test_several_may_set_up_at_once(connect: Callable[[], Database]) -> None:
    sides = [build_store(connect()) for _ in range(5)]
    await asyncio.gather(*(side.jobs.setup() for side in sides))
    await begin(sides[0])
    assert (await claim(sides[4])).attempt == 1


async def test_the_clock_is_the_databases(store: Store) -> None:
    (row,) = await store.database.execute(
        f"SELECT {sql.NOW} - unixepoch('now') AS off, {sql.NOW} AS now"
    )
    assert -1.1 < row["off"] < 1.1
    assert row["now"] > 1_700_000_000


async def _plan(database: Database, statement: str) -> list[str]:
    parameters = dict.fromkeys(re.findall(r":(\w+)", statement), "[]")
    rows = await database.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
    return [row["detail"] for row in rows]


def _reads_a_whole_table(plan: list[str]) -> bool:
    tables = r"o|outbox|jobs|p|projects|history|updates|people|k|api_keys|u|uploads|videos|habits"
    return any(re.match(rf"SCAN ({tables})\b", step) for step in plan)


async def test_a_claim_walks_the_queue_in_its_order(store: Store) -> None:
    plan = await _plan(store.database, sql.CLAIM_JOB)
    assert "SEARCH jobs USING INDEX jobs_line (status=? AND kind=?)" in plan
    # Of the first of each kind the first is taken; the line itself is not sorted.
    assert sum("TEMP B-TREE" in step for step in plan) == 1


async def test_the_last_renders_are_found_without_reading_all_that_ended(store: Store) -> None:
    plan = await _plan(store.database, gauges_sql.RECENT_RENDERS)
    assert any("USING INDEX jobs_rendered" in step for step in plan)
    assert not any("TEMP B-TREE" in step for step in plan)


async def test_a_place_in_the_queue_is_told_from_the_index_alone(store: Store) -> None:
    plan = await _plan(store.database, sql.QUEUE_PLACE)
    assert any("SEARCH jobs USING COVERING INDEX jobs_line" in step for step in plan)


async def test_what_is_due_is_found_without_reading_what_is_not(store: Store) -> None:
    for statement in (outbox_sql.DUE_OUTGOING, outbox_sql.NEXT_DUE):
        plan = await _plan(store.database, statement)
        assert any("USING INDEX outbox_due (not_before" in step for step in plan), plan


# Once at a start, every ten minutes, or of a table as small as a family.
RARE = {
    "ALL_PEOPLE",
    "CARDS_WAIT_AGAIN",
    "DELETED_CARDS",
    "FORGET_SPENT",
    "COUNT_JOBS",  # of an index alone
    "EXPIRE_PROJECTS",
    "FORGET_SENDING",
    "FORGET_TOLD_ALERTS",
    "GIVE_UP_CARDS",
    "GIVE_UP_MESSAGES",
    "SHOW_AFTER_UNKNOWN",
    "STOP_JOBS",
    "PORTRAITS",  # of whom was asked about these two days
    "USAGE",
}
_ROOMS = (
    sql,
    alerts_sql,
    api_sql,
    elsewhere_sql,
    forget_sql,
    groups_sql,
    habits_sql,
    invites_sql,
    library_sql,
    outbox_sql,
    tidy_sql,
    usage_sql,
)
_ALL = {
    name: text
    for room in _ROOMS
    for name, text in vars(room).items()
    if name not in ("TABLES", "TRIGGERS", "INDEXES")
}
STATEMENTS = {
    name: text
    for name, text in _ALL.items()
    if isinstance(text, str)
    and name.isupper()
    and name[0] != "_"
    and name not in {*RARE, "NOW", "ACTIVE", "NAMED_JOBS"}
}


@pytest.mark.parametrize("name", sorted(STATEMENTS))
async def test_what_is_asked_often_reads_no_whole_table(store: Store, name: str) -> None:
    plan = await _plan(store.database, STATEMENTS[name])
    assert not _reads_a_whole_table(plan), plan


def _trigger_parts() -> Iterator[tuple[str, str]]:
    """What each trigger asks and does, with parameters where it names the row."""
    for text in schema.statements():
        if found := re.match(r"CREATE TRIGGER .* EXISTS (\w+)(.*)\bBEGIN\b(.*)END;", text, re.S):
            name, head, body = found.groups()
            asks = [f"SELECT {when}" for when in re.findall(r"\bWHEN\b(.*)", head, re.S)]
            does = [part for part in body.split(";") if part.strip() and "RAISE" not in part]
            for part in asks + does:
                yield name, re.sub(r"\b(NEW|OLD)\.(\w+)", r":\2", part)


async def test_no_trigger_reads_a_whole_table(store: Store) -> None:
    for trigger, part in _trigger_parts():
        plan = await _plan(store.database, part)
        assert not _reads_a_whole_table(plan), (trigger, plan)


def test_the_triggers_are_all_looked_at() -> None:
    looked_at = {name for name, _ in _trigger_parts()}
    assert {text.split()[5] for text in schema.statements() if "TRIGGER" in text} == looked_at


def test_no_statement_is_planned_anew_with_each_use() -> None:
    """Planning one with all its triggers takes half a millisecond, running it a fiftieth."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    for text in schema.statements():
        database.execute(text)
    assert [name for name in STATEMENTS if _plans(database, STATEMENTS[name]) > 1] == []
    database.close()


def _plans(database: sqlite3.Connection, text: str) -> int:
    """In how many of three uses the statement was planned."""
    asked = []

    def ask(*_: object) -> int:
        asked.append(turn)
        return sqlite3.SQLITE_OK

    # SQLite asks what a statement may do whenever it plans it.
    database.set_authorizer(ask)
    for turn in range(3):
        values = {each: _value(each, turn) for each in re.findall(r":(\w+)", text)}
        with contextlib.suppress(sqlite3.IntegrityError):
            database.execute(text, values).fetchall()
    return len(set(asked))


def _value(name: str, turn: int) -> str:
    if name == "kind":
        return ("ingest", "save", "render")[turn]
    return f'["{turn}"]' if name in ("ids", "kinds", "held") else str(turn)
