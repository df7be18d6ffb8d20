"""The queue against its model: any steps in any order, with broken calls and a clock that jumps.

`STATE_MACHINE=long` (make state-machine) tries ten times as many, and longer, runs.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from jobs.opening import build_store
from jobs.sqlite import SqliteDatabase
from tests.jobs.databases import Clock, swift_folder
from tests.jobs.queue_machine import PROJECTS, QUOTAS, QueueMachine, seen_transitions
from tests.jobs.queue_model import TRANSITIONS
from tests.jobs.samples import begin

IS_LONG = os.environ.get("STATE_MACHINE") == "long"
EXAMPLES, STEPS = (5000, 60) if IS_LONG else (500, 40)
# Written beside the tables by triggers of the test's own.
WITNESS = """
CREATE TABLE witness (job_id TEXT, before TEXT, after TEXT);
CREATE TRIGGER witness_insert AFTER INSERT ON jobs
BEGIN INSERT INTO witness VALUES (NEW.id, '', 'pending'); END;
CREATE TRIGGER witness_update AFTER UPDATE OF status ON jobs
BEGIN INSERT INTO witness VALUES (NEW.id, OLD.status, NEW.status); END;
"""


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    """A database set up once; every run begins with a copy."""
    with swift_folder() as folder:
        asyncio.run(_make(folder / "template.sqlite3"))
        yield folder / "template.sqlite3"


async def _make(path: Path) -> None:
    store = build_store(SqliteDatabase(path), QUOTAS)
    await store.jobs.setup()
    await Clock(store.database).install()
    for owner_id, project_id in PROJECTS.items():
        await begin(store, project_id, owner_id=owner_id)
    await store.database.execute("DELETE FROM jobs")
    await store.close()
    with sqlite3.connect(path) as connection:
        connection.executescript(WITNESS)
    connection.close()


def test_the_queue_keeps_its_rules_whatever_happens(template: Path) -> None:
    seen_transitions.clear()
    QueueMachine.template = template
    run_state_machine_as_test(
        QueueMachine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert seen_transitions == TRANSITIONS
