"""A database that breaks during a decision: the decision is whole, or it never was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jobs.database import Database
from jobs.errors import StoreUnavailable
from jobs.model import Changes, Face, JobKind, JobStatus, Notice
from jobs.opening import Store, build_store
from tests.jobs.faults import Fault, Faulty
from tests.jobs.samples import begin, edit, new_job, outbox_rows, person, the_job, the_project

STATEMENTS = 10  # of the decision below


@pytest.fixture
def faulty(database: Database) -> Faulty:
    return Faulty(database)


@pytest.fixture
async def store(faulty: Faulty) -> Store:
    made = build_store(faulty)
    await made.jobs.setup()
    return made


async def a_decision(store: Store) -> Changes:
    """One that writes all that a decision can write."""
    before = await begin(store)
    await store.jobs.create(new_job("old look", JobKind.LOOK))
    await store.projects.accept(None, Changes(project=replace(before, edit=edit("one"))))
    return Changes(
        project=replace(await the_project(store), face=Face.TRIM, edit=edit("two")),
        remember=True,
        supersede=(JobKind.LOOK,),
        jobs=(new_job("new look", JobKind.LOOK),),
        cancels=(before.ingest_job,),
        notices=(Notice(chat_id=1, view={}),),
        person=person(),
    )


async def _everything(store: Store) -> list[object]:
    tables = ("projects", "jobs", "history", "outbox", "people", "updates")
    return [await store.database.execute(f"SELECT * FROM {table}") for table in tables]


@pytest.mark.parametrize("statements", range(STATEMENTS))
async def test_a_decision_broken_within_leaves_no_trace_and_may_be_repeated(
    store: Store, faulty: Faulty, statements: int
) -> None:
    decision = await a_decision(store)
    before = await _everything(store)
    faulty.fault, faulty.after_statements = Fault.WITHIN, statements
    with pytest.raises(StoreUnavailable):
        await store.projects.accept(5, decision)
    assert await _everything(store) == before
    assert await store.projects.accept(5, decision)
    assert (await the_job(store, "old look")).status is JobStatus.CANCELLED


async def test_a_decision_whose_answer_was_lost_is_not_written_twice(
    store: Store, faulty: Faulty
) -> None:
    decision = await a_decision(store)
    faulty.fault = Fault.AFTER
    with pytest.raises(StoreUnavailable):
        await store.projects.accept(5, decision)
    after = await _everything(store)
    assert not await store.projects.accept(5, decision)
    assert await _everything(store) == after
    assert len(await outbox_rows(store.database, "notice")) == 1
    assert await store.projects.last_edit("project1") == edit("one")


async def test_a_setup_that_broke_is_done_by_the_next(faulty: Faulty) -> None:
    for statements in (0, 1, 20, 60):
        faulty.fault = Fault.WITHIN
        faulty.after_statements = statements
        with pytest.raises(StoreUnavailable):
            await build_store(faulty).jobs.setup()
    await build_store(faulty).jobs.setup()
    await begin(build_store(faulty))
