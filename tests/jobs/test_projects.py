"""What one decision writes: all of it or nothing, once, and never over somebody else's change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from jobs.database import Database
from jobs.errors import QuotaExceeded, StaleProject
from jobs.model import Changes, Edge, Face, JobKind, JobStatus, Notice, Project, ProjectStatus, Role
from jobs.opening import Store, build_store
from jobs.outgoing import OutgoingKind
from jobs.projects import UNDO_STEPS
from tests.jobs.databases import Clock
from tests.jobs.samples import (
    begin,
    claim,
    edit,
    new_job,
    outbox_rows,
    person,
    project,
    source,
    the_job,
    the_project,
)

DAY_S = 86400.0
WEEK_S = 7 * DAY_S


async def _change(store: Store, changed: Project, **changes: object) -> Project:
    """Write the project as it is given; how it reads afterwards."""
    decision = Changes(project=changed, **changes)  # type: ignore[arg-type]
    assert await store.projects.accept(None, decision)
    return await the_project(store, changed.id)


async def _retitle(store: Store, title: str, *, remember: bool = True) -> Project:
    current = await the_project(store)
    return await _change(store, replace(current, edit=edit(title)), remember=remember)


async def _undo(store: Store) -> Project:
    last = await store.projects.last_edit("project1")
    assert last is not None
    current = await the_project(store)
    return await _change(store, replace(current, edit=last), forget_last=True)


async def test_a_decision_is_written_whole(store: Store, clock: Clock) -> None:
    await store.jobs.create(new_job("old"))
    fresh = project(source=source(name="Ünï '); DROP TABLE jobs; --"))
    decision = Changes(
        project=fresh,
        jobs=(new_job("new"),),
        cancels=("old",),
        notices=(Notice(chat_id=1, view={"text": "hello"}),),
        person=person(1, Role.ASKING),
    )
    assert await store.projects.accept(9, decision)
    written = await the_project(store)
    assert written == replace(fresh, revision=1, created_at=clock.now_s, touched_at=clock.now_s)
    assert (await the_job(store, "new")).status is JobStatus.PENDING
    assert (await the_job(store, "old")).status is JobStatus.CANCELLED
    assert await store.people.get(1) == person(1, Role.ASKING)
    assert await store.updates.next_offset() == 10
    kinds = [outgoing.kind for outgoing in await store.outbox.due()]
    assert kinds == [OutgoingKind.GREETING, OutgoingKind.FINAL, OutgoingKind.NOTICE]


async def test_every_field_of_a_project_reads_as_it_was_written(store: Store) -> None:
    before = await begin(store)
    wanted = replace(
        before,
        status=ProjectStatus.DELETED,
        edit=replace(edit("Title"), subtitle="Sub", cover_key="cover.jpg"),
        face=Face.TRIM,
        edge=Edge.END,
        card_job="card",
        save_job="save",
        render_job="render",
        preview_job="preview",
    )
    after = await _change(store, wanted)
    assert after == replace(wanted, revision=2, touched_at=after.touched_at)
    assert after.touched_at >= before.touched_at


async def test_an_empty_decision_marks_its_update(store: Store) -> None:
    assert await store.projects.accept(None, Changes())
    assert await store.projects.accept(5, Changes())
    assert not await store.projects.accept(5, Changes())


async def test_an_update_counts_once(store: Store) -> None:
    assert await store.projects.accept(5, Changes(project=project()))
    before = await the_project(store)
    again = Changes(project=replace(before, face=Face.TRIM), jobs=(new_job("job1"),))
    assert not await store.projects.accept(5, again)
    assert await the_project(store) == before
    assert await store.jobs.get("job1") is None


async def test_a_recording_that_comes_as_two_updates_counts_once(store: Store) -> None:
    job = new_job("job1", dedupe_key="tg:1:7")
    assert await store.projects.accept(5, Changes(project=project(), jobs=(job,)))
    twin = Changes(project=project("project2"), jobs=(replace(job, id="job2"),))
    assert not await store.projects.accept(6, twin)
    assert await store.projects.get("project2") is None


async def test_a_change_of_an_older_revision_is_refused_whole(store: Store) -> None:
    before = await begin(store)
    await _change(store, replace(before, face=Face.TRIM))
    decision = Changes(
        project=replace(before, face=Face.SOUND),
        remember=True,
        supersede=(JobKind.INGEST,),
        jobs=(new_job("job1"),),
        notices=(Notice(chat_id=1, view={}),),
    )
    with pytest.raises(StaleProject):
        await store.projects.accept(5, decision)
    assert (await the_project(store)).face is Face.TRIM
    assert await store.jobs.get("job1") is None
    assert (await the_job(store, before.ingest_job)).status is JobStatus.PENDING
    assert await outbox_rows(store.database, "notice") == []
    assert await store.projects.accept(5, Changes())


async def test_a_second_project_of_the_same_name_is_refused(store: Store) -> None:
    await begin(store)
    with pytest.raises(StaleProject):
        await store.projects.accept(5, Changes(project=project(chat_id=2)))


async def test_of_two_changes_at_once_one_is_refused(
    store: Store, connect: Callable[[], Database]
) -> None:
    before = await begin(store)
    other = build_store(connect())
    outcomes = await asyncio.gather(
        store.projects.accept(5, Changes(project=replace(before, face=Face.TRIM))),
        other.projects.accept(6, Changes(project=replace(before, face=Face.SOUND))),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["StaleProject", "bool"]
    assert (await the_project(store)).revision == 2


async def test_a_quota_takes_the_whole_decision_back(store: Store) -> None:
    before = await begin(store)
    jobs = tuple(new_job(f"job{number}") for number in range(20))
    with pytest.raises(QuotaExceeded) as refused:
        await store.projects.accept(5, Changes(project=before, jobs=jobs))
    assert refused.value.quota == "queued_ingests"
    assert await the_project(store) == before
    assert len(await store.jobs.of_project("project1")) == 1
    assert await store.updates.next_offset() == 0


async def test_a_row_is_settled_once(store: Store) -> None:
    before = await begin(store)
    await store.jobs.cancel(before.ingest_job)
    final = next(row for row in await store.outbox.due() if row.kind is OutgoingKind.FINAL)
    first = Changes(jobs=(new_job("job1"),))
    assert await store.projects.accept(None, first, settles=final.id)
    second = Changes(jobs=(new_job("job2"),))
    assert not await store.projects.accept(None, second, settles=final.id)
    assert await store.jobs.get("job2") is None
    assert OutgoingKind.FINAL not in {row.kind for row in await store.outbox.due()}


async def test_dealing_with_the_end_of_a_job_is_nobodys_touch(store: Store, clock: Clock) -> None:
    before = await begin(store)
    await clock.advance(60)
    await store.jobs.cancel(before.ingest_job)
    final = next(row for row in await store.outbox.due() if row.kind is OutgoingKind.FINAL)
    await store.projects.accept(None, Changes(project=before), settles=final.id)
    after = await the_project(store)
    assert (after.revision, after.touched_at) == (before.revision + 1, before.touched_at)


async def test_a_refused_decision_leaves_its_row_unsettled(store: Store) -> None:
    before = await begin(store)
    await store.jobs.cancel(before.ingest_job)
    final = next(row for row in await store.outbox.due() if row.kind is OutgoingKind.FINAL)
    stale = Changes(project=replace(before, revision=7))
    with pytest.raises(StaleProject):
        await store.projects.accept(None, stale, settles=final.id)
    assert final.id in {row.id for row in await store.outbox.due()}


async def test_undo_brings_back_what_was_remembered_one_by_one(store: Store) -> None:
    await begin(store)
    assert await store.projects.last_edit("project1") is None
    await _retitle(store, "one")  # before it there was no edit to remember
    assert await store.projects.last_edit("project1") is None
    await _retitle(store, "two")
    await _retitle(store, "three")
    assert (await _undo(store)).edit == edit("two")
    assert (await _undo(store)).edit == edit("one")
    assert await store.projects.last_edit("project1") is None


async def test_a_change_that_is_not_remembered_is_no_step(store: Store) -> None:
    await begin(store)
    await _retitle(store, "one")
    await _retitle(store, "two")
    await _retitle(store, "three", remember=False)
    assert await store.projects.last_edit("project1") == edit("one")


async def test_twenty_steps_are_remembered_and_survive_reopening(
    store: Store, connect: Callable[[], Database]
) -> None:
    await begin(store)
    for number in range(30):
        await _retitle(store, f"title {number}")
    await store.close()
    reopened = build_store(connect())
    await reopened.jobs.setup()
    titles = []
    for _ in range(UNDO_STEPS):
        undone = await _undo(reopened)
        assert undone.edit is not None
        titles.append(undone.edit.title)
    assert titles == [f"title {number}" for number in range(28, 8, -1)]
    assert await reopened.projects.last_edit("project1") is None


async def test_the_steps_of_one_project_are_its_own(store: Store) -> None:
    await begin(store)
    await begin(store, "project2")
    await _retitle(store, "one")
    await _retitle(store, "two")
    assert await store.projects.last_edit("project2") is None


async def test_a_newer_picture_supersedes_the_ones_still_waiting(store: Store) -> None:
    before = await begin(store)
    for job_id in ("at work", "waiting"):
        await store.jobs.create(new_job(job_id, JobKind.LOOK))
    await store.jobs.create(new_job("preview", JobKind.PREVIEW))
    await store.jobs.create(new_job("elsewhere", JobKind.LOOK, project_id="project2"))
    at_work = await claim(store, JobKind.LOOK)
    fresh = new_job("newest", JobKind.LOOK)
    await _change(store, before, supersede=(JobKind.LOOK,), jobs=(fresh,))
    statuses = {
        job_id: (await the_job(store, job_id)).status
        for job_id in ("at work", "waiting", "preview", "elsewhere", "newest")
    }
    assert at_work.id == "at work"
    assert statuses == {
        "at work": JobStatus.PROCESSING,
        "waiting": JobStatus.CANCELLED,
        "preview": JobStatus.PENDING,
        "elsewhere": JobStatus.PENDING,
        "newest": JobStatus.PENDING,
    }


async def test_cancelling_rings_for_the_workers(store: Store) -> None:
    before = await begin(store)
    await claim(store)
    assert not await store.bells.cancelled.wait(0.001)
    await store.projects.accept(5, Changes(cancels=(before.ingest_job,)))
    assert await store.bells.cancelled.wait(1)


async def test_a_job_that_ended_is_cancelled_without_effect(store: Store) -> None:
    before = await begin(store)
    await store.jobs.complete(before.ingest_job, (await claim(store)).attempt, {"n": 1})
    assert await store.projects.accept(5, Changes(cancels=(before.ingest_job, "never was")))
    assert (await the_job(store, before.ingest_job)).status is JobStatus.COMPLETE


async def test_a_project_is_found_by_its_message_and_by_the_recordings(store: Store) -> None:
    await begin(store, source_message_id=7)
    (greeting,) = await store.outbox.due()
    await store.outbox.sending(greeting)
    await store.outbox.greeted(greeting, 8, "")
    for message_id in (7, 8):
        found = await store.projects.by_message(1, message_id)
        assert found is not None
        assert found.id == "project1"
    assert await store.projects.by_message(1, 9) is None
    assert await store.projects.by_message(2, 8) is None


async def test_the_newest_open_card_is_the_one_touched_last(store: Store, clock: Clock) -> None:
    assert await store.projects.newest_open(1, 1) is None
    older = await begin(store, "older")
    await clock.advance(1)
    await begin(store, "newer")
    await begin(store, "elsewhere", chat_id=2)
    await begin(store, "not mine", owner_id=2)
    assert await store.projects.newest_open(1, 1) == await the_project(store, "newer")
    await clock.advance(1)
    older = await _change(store, older)
    assert await store.projects.newest_open(1, 1) == older
    await _change(store, replace(older, status=ProjectStatus.DELETED))
    assert await store.projects.newest_open(1, 1) == await the_project(store, "newer")


async def test_a_card_whose_recording_never_came_takes_no_words(store: Store, clock: Clock) -> None:
    await begin(store, "heard")
    heard = await the_project(store, "heard")
    await clock.advance(1)
    await begin(store, "unheard")
    assert await store.projects.newest_open(1, 1) == await the_project(store, "unheard")
    await store.jobs.cancel((await the_project(store, "unheard")).ingest_job)
    assert await store.projects.newest_open(1, 1) == heard


async def test_a_recording_is_used_while_an_open_card_shows_it(store: Store) -> None:
    current = await begin(store)
    assert await store.projects.is_used(current.ingest_job)
    assert not await store.projects.is_used("other")
    await _change(store, replace(current, status=ProjectStatus.DELETED))
    assert not await store.projects.is_used(current.ingest_job)


async def test_cards_that_were_quiet_for_long_are_closed_and_say_so(
    store: Store, clock: Clock
) -> None:
    await begin(store, "quiet")
    await clock.advance(WEEK_S - DAY_S)
    await begin(store, "busy")
    await clock.advance(DAY_S + 1)
    assert await store.projects.expire(WEEK_S) == 1
    assert await store.projects.expire(WEEK_S) == 0
    quiet = await the_project(store, "quiet")
    assert (quiet.status, quiet.revision) == (ProjectStatus.EXPIRED, 2)
    assert (await the_project(store, "busy")).status is ProjectStatus.OPEN
    (card,) = (row for row in await outbox_rows(store.database, "card") if row["wanted"])
    assert card["project_id"] == "quiet"


async def test_what_nobody_can_ask_for_any_more_is_forgotten(store: Store, clock: Clock) -> None:
    await begin(store)
    await _retitle(store, "one")
    await _retitle(store, "two")
    await store.projects.accept(5, Changes(notices=(Notice(chat_id=1, view={}),)))
    await store.outbox.undeliverable((await store.outbox.due())[0])
    await clock.advance(WEEK_S + 1)
    await store.projects.expire(WEEK_S)
    assert await store.projects.get("project1") is not None
    await clock.advance(WEEK_S)
    await store.projects.expire(WEEK_S)
    for table in ("projects", "jobs", "history", "outbox", "updates"):
        assert await store.database.execute(f"SELECT * FROM {table}") == [], table


async def test_what_is_still_owed_is_not_forgotten(store: Store, clock: Clock) -> None:
    await store.projects.accept(5, Changes(notices=(Notice(chat_id=1, view={}),)))
    await clock.advance(WEEK_S * 3)
    await store.projects.expire(WEEK_S)
    assert [row.kind for row in await store.outbox.due()] == [OutgoingKind.NOTICE]


@pytest.mark.parametrize(
    "column",
    ["ingest_job", "card_job", "save_job", "render_job", "preview_job", "glimpse_job", "cover_job"],
)
async def test_a_job_stays_while_an_open_card_names_it(
    store: Store, clock: Clock, column: str
) -> None:
    first = await begin(store, "first")
    await clock.advance(2 * WEEK_S + 1)
    second = project("second", **{"ingest_job": "another", column: first.ingest_job})
    await store.projects.accept(None, Changes(project=second))
    await store.projects.expire(WEEK_S)
    await store.projects.expire(WEEK_S)
    assert await store.jobs.get(first.ingest_job) is not None
    await clock.advance(2 * WEEK_S + 1)
    await store.projects.expire(WEEK_S)
    assert await store.jobs.get(first.ingest_job) is None
    assert await store.projects.get("first") is None
