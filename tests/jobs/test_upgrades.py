"""A database that an older version made is brought up to date, with all that is in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import pytest

from jobs import schema
from jobs.alerts import Cause
from jobs.database import Database, Statement
from jobs.errors import ErrorClass
from jobs.model import JobStatus, Role
from jobs.opening import Store, build_store
from jobs.outgoing import OutgoingKind
from jobs.upgrades import OUTBOX_OF_6, STEPS
from tests.jobs.samples import claim, new_job, person, the_job

LAX = "CREATE TRIGGER jobs_terminal BEFORE UPDATE ON jobs WHEN 0 BEGIN SELECT 1; END"


async def test_a_rule_of_an_older_version_gives_way_to_todays(store: Store) -> None:
    await store.database.batch([Statement("DROP TRIGGER jobs_terminal", {}), Statement(LAX, {})])
    await store.jobs.setup()
    await store.jobs.create(new_job("job1"))
    await store.jobs.cancel("job1")
    await store.database.execute("UPDATE jobs SET progress = 50")
    job = await the_job(store, "job1")
    assert (job.status, job.progress) == (JobStatus.CANCELLED, 0)


# What takes out of each version's tables that which the one before did not have.
BACKWARDS: Mapping[int, tuple[str, ...]] = {
    6: (
        "DROP INDEX projects_cover",
        "ALTER TABLE projects DROP COLUMN cover_job",
        "DROP INDEX outbox_look",
        "ALTER TABLE outbox DROP COLUMN look_at",
        "DROP TABLE alerts",
        "DROP TRIGGER quota_videos_per_day",
        "DROP TRIGGER quota_edits_per_day",
        "DROP TRIGGER quota_bytes_per_day",
        "DROP TABLE spent",
        "CREATE TABLE outbox_of_6 AS SELECT * FROM outbox",
        "DROP TABLE outbox",
        OUTBOX_OF_6.replace(", 'alert'", ""),
        "INSERT INTO outbox SELECT * FROM outbox_of_6",
        "DROP TABLE outbox_of_6",
        "DROP TABLE portraits",
    ),
    5: (
        "DROP TRIGGER videos_made",
        "DROP TRIGGER videos_deleted",
        "DROP TABLE videos",
        "DROP TABLE habits",
        "ALTER TABLE projects DROP COLUMN glimpse_job",
    ),
    4: ("ALTER TABLE projects DROP COLUMN page",),
    3: (
        "DROP TRIGGER api_keys_end",
        "DROP TABLE api_keys",
        "DROP TABLE uploads",
        "DROP TABLE pages",
        "DROP TRIGGER jobs_leave_call",
        "DROP TABLE stray_calls",
        "ALTER TABLE jobs DROP COLUMN deadline",
        "ALTER TABLE jobs DROP COLUMN redispatches",
        "ALTER TABLE people DROP COLUMN chosen_language",
    ),
    2: ("ALTER TABLE jobs DROP COLUMN shortages",),
}


async def make_older(database: Database, version: int) -> None:
    """Make of today's tables those of an older version."""
    steps = [text for later, texts in BACKWARDS.items() if later > version for text in texts]
    became = f"UPDATE meta SET value = '{version}' WHERE name = 'schema'"
    await database.batch([Statement(text, {}) for text in (*steps, became)])


async def columns(database: Database) -> set[tuple[str, str]]:
    rows = await database.execute(
        "SELECT t.name, c.name AS has FROM sqlite_master AS t, pragma_table_info(t.name) AS c"
    )
    return {(row["name"], row["has"]) for row in rows}


def test_every_version_has_its_step() -> None:
    assert list(STEPS) == list(range(2, schema.VERSION + 1))


@pytest.mark.parametrize("version", range(1, schema.VERSION))
async def test_tables_of_an_older_version_become_todays_with_their_rows(
    store: Store, version: int
) -> None:
    todays = await columns(store.database)
    await store.jobs.create(new_job("job1"))
    before = await the_job(store, "job1")
    await make_older(store.database, version)
    assert await columns(store.database) != todays
    for _ in range(2):
        await store.jobs.setup()
    assert await columns(store.database) == todays
    assert await the_job(store, "job1") == before
    await store.people.put(person(1, Role.OWNER))
    await store.alerts.note(Cause.DISK_FULL, is_so=True)
    assert [row.kind for row in await store.outbox.due()] == [OutgoingKind.ALERT]
    held = await claim(store)
    assert await store.jobs.fail("job1", held.attempt, "disk_full", ErrorClass.RESOURCE, {})


async def test_several_may_bring_it_up_to_date_at_once(
    store: Store, connect: Callable[[], Database]
) -> None:
    todays = await columns(store.database)
    sides = [build_store(connect()) for _ in range(5)]
    for _ in range(5):
        await make_older(store.database, 1)
        await asyncio.gather(*(side.jobs.setup() for side in sides))
        assert await columns(store.database) == todays
