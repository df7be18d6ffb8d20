"""A group that moves takes its cards along; one that puts the bot out is left alone."""

from __future__ import annotations

from dataclasses import replace

from jobs.model import Changes, JobKind, JobStatus, Notice, Project
from jobs.opening import Store
from jobs.outgoing import OutgoingKind
from tests.jobs.samples import a_render, begin, claim, the_job, the_project

GROUP, MOVED, OTHER = -7, -1_000_000_000_007, -8
CARD = OutgoingKind.CARD


async def a_group_card(store: Store, chat_id: int = GROUP) -> Project:
    """A card in the group, whose message is there."""
    project = await begin(store, f"project{-chat_id}", chat_id=chat_id)
    [greeting] = [row for row in await store.outbox.due() if row.chat_id == chat_id]
    await store.outbox.sending(greeting)
    await store.outbox.greeted(greeting, 100, "as it looks")
    return project


async def test_cards_move_and_get_new_messages(store: Store) -> None:
    project, other = await a_group_card(store), await a_group_card(store, OTHER)
    await store.groups.moved(GROUP, MOVED)
    now = await the_project(store, project.id)
    assert (now.chat_id, now.message_id, now.source_message_id) == (MOVED, 0, 0)
    [card] = await store.outbox.due()
    assert (card.kind, card.chat_id, card.shown) == (CARD, MOVED, "")
    assert (await the_project(store, other.id)).message_id == 100
    await store.groups.moved(GROUP, MOVED)
    assert await store.outbox.due() == [card]


async def test_work_and_messages_under_way_move_along(store: Store) -> None:
    project = await a_group_card(store)
    told = Notice(chat_id=GROUP, view={"text": "hello", "reply_to": 5})
    await store.projects.accept(None, Changes(notices=(told,)))
    job = await claim(store, JobKind.INGEST)
    await store.groups.moved(GROUP, MOVED)
    assert (await the_job(store, job.id)).chat_id == MOVED
    await store.jobs.complete(job.id, job.attempt, {})
    due = await store.outbox.due()
    assert {row.chat_id for row in due} == {MOVED}
    [notice] = [row for row in due if row.kind is OutgoingKind.NOTICE]
    assert notice.view == {"text": "hello", "reply_to": 0}
    assert project.id in {row.project_id for row in due}


async def test_a_video_that_was_delivered_is_not_sent_again(store: Store) -> None:
    project = await a_group_card(store)
    render = a_render("r1", project_id=project.id, chat_id=GROUP)
    named = replace(await the_project(store, project.id), render_job="r1")
    await store.projects.accept(None, Changes(project=named, jobs=(render,)))
    job = await claim(store, JobKind.RENDER)
    await store.jobs.complete(job.id, job.attempt, {})
    for row in await store.outbox.due():
        if row.kind is CARD:
            await store.outbox.showed(row, "the video")
        else:
            await store.outbox.sent(row)
    await store.groups.moved(GROUP, MOVED)
    assert [row for row in await store.outbox.due() if row.kind is CARD] == []


async def test_a_group_that_puts_the_bot_out_is_owed_nothing(store: Store) -> None:
    project = await a_group_card(store)
    await store.groups.left(GROUP)
    assert await store.groups.is_left(GROUP)
    assert not await store.groups.is_left(OTHER)
    assert (await the_job(store, project.ingest_job)).status is JobStatus.CANCELLED
    due = await store.outbox.due()
    assert [row for row in due if row.kind is not OutgoingKind.FINAL] == []
    await store.groups.left(GROUP)
    await store.groups.came_back(GROUP)
    assert not await store.groups.is_left(GROUP)
