"""The queue against its model: any steps in any order, with broken calls and a clock that jumps.

`STATE_MACHINE=long` (make state-machine) tries ten times as many, and longer, runs.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from jobs.database import Database
from tests.jobs.databases import DATABASES, REMOTE, wipe
from tests.jobs.grounds import FileGround, Ground, ServerGround, lay_out
from tests.jobs.queue_machine import QueueMachine, seen_transitions
from tests.jobs.queue_model import TRANSITIONS

IS_LONG = os.environ.get("STATE_MACHINE") == "long"
# A server takes several times as long for a step as a file in memory.
GAMES = (500, 40), (100, 30)  # runs and steps: in a file, on a server
LONG = (5000, 60), (1000, 60)


@pytest.fixture
def ground(backend: str, folder: Path) -> Ground:
    def connect() -> Database:
        return DATABASES[backend](folder)

    asyncio.run(_lay_out(connect, is_clean=backend not in REMOTE))
    if backend in REMOTE:
        return ServerGround(connect, folder)
    return FileGround(folder / "jobs.sqlite3")


async def _lay_out(connect: Callable[[], Database], *, is_clean: bool) -> None:
    database = connect()
    if not is_clean:
        await wipe(database)
    await lay_out(database)
    await database.close()


def test_the_queue_keeps_its_rules_whatever_happens(backend: str, ground: Ground) -> None:
    seen_transitions.clear()
    QueueMachine.ground = ground
    examples, steps = (LONG if IS_LONG else GAMES)[backend in REMOTE]
    run_state_machine_as_test(
        QueueMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    if backend not in REMOTE:
        assert seen_transitions == TRANSITIONS
