"""What the bot owes its chats: neither forgotten nor doubled by a crash, and in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from jobs.database import Database
from jobs.model import Changes, JobKind, Notice, ProjectStatus
from jobs.opening import Store
from jobs.outgoing import OutgoingKind
from tests.jobs.databases import Clock
from tests.jobs.outbox_steps import (
    CARD,
    FINAL,
    GREETING,
    NOTICE,
    PING,
    a_card,
    due,
    finish_a_video,
    greet,
    owe_a_notice,
    restart,
    settle,
    the_due,
    touch,
)
from tests.jobs.samples import (
    a_render,
    begin,
    claim,
    new_job,
    outbox_rows,
    project,
    the_project,
)


async def test_a_new_project_is_greeted_once(store: Store) -> None:
    await begin(store)
    greeting = await the_due(store, GREETING)
    assert (greeting.project_id, greeting.chat_id, greeting.tries) == ("project1", 1, 0)
    assert await store.outbox.sending(greeting)
    assert not await store.outbox.sending(greeting)
    assert await due(store) == []
    await store.outbox.greeted(greeting, 100, "looks so")
    assert (await the_project(store)).message_id == 100
    assert await due(store) == []


async def test_greeting_does_not_make_older_changes_stale(store: Store) -> None:
    before = await begin(store)
    await greet(store)
    assert (await the_project(store)).revision == before.revision


async def test_what_the_greeting_showed_is_known_when_the_card_is_drawn(store: Store) -> None:
    await begin(store)
    await touch(store)
    await greet(store)
    assert (await the_due(store, CARD)).shown == "greeted"


async def test_a_greeting_found_half_sent_is_never_sent_again(
    store: Store, connect: Callable[[], Database]
) -> None:
    await begin(store)
    await store.outbox.sending(await the_due(store, GREETING))
    again, given_up = await restart(connect)
    assert given_up == 1
    assert await due(again, GREETING) == []
    again, given_up = await restart(connect)
    assert given_up == 0
    assert await due(again, GREETING) == []


async def test_a_project_whose_greeting_is_unknown_gets_its_card_as_a_message(
    store: Store, connect: Callable[[], Database]
) -> None:
    await begin(store)
    await store.outbox.sending(await the_due(store, GREETING))
    again, _ = await restart(connect)
    card = await the_due(again, CARD)
    assert (await the_project(again)).message_id == 0
    assert await again.outbox.sending(card)
    await again.outbox.greeted(card, 101, "fresh")
    assert (await the_project(again)).message_id == 101
    assert await due(again) == []


async def test_a_greeting_recorded_before_the_crash_is_left_alone(
    store: Store, connect: Callable[[], Database]
) -> None:
    await begin(store)
    await greet(store)
    again, given_up = await restart(connect)
    assert given_up == 0
    assert await due(again) == []


@pytest.mark.parametrize("kind", [NOTICE, PING])
async def test_a_message_found_half_sent_is_never_sent_again(
    store: Store, connect: Callable[[], Database], kind: OutgoingKind
) -> None:
    await begin(store)
    await greet(store)
    await owe_a_notice(store)
    await finish_a_video(store)
    assert await store.outbox.sending(await the_due(store, kind))
    again, given_up = await restart(connect)
    assert given_up == 1
    assert await due(again, kind) == []


async def test_a_card_found_half_sent_is_drawn_again(
    store: Store, connect: Callable[[], Database]
) -> None:
    await begin(store)
    await greet(store)
    await store.outbox.message_lost(await a_card(store))
    assert await store.outbox.sending(await the_due(store, CARD))
    again, _ = await restart(connect)
    await the_due(again, CARD)


async def test_a_chats_rows_come_in_their_order(store: Store) -> None:
    await begin(store)
    await greet(store)
    await store.jobs.create(a_render("video"))
    job = await claim(store, JobKind.RENDER)
    await store.jobs.complete(job.id, job.attempt, {})
    await owe_a_notice(store)
    await touch(store)
    await begin(store, "project2")
    kinds = [row.kind for row in await due(store)]
    assert kinds == [GREETING, FINAL, NOTICE, CARD]
    assert kinds == sorted(kinds, key=list(OutgoingKind).index)


async def test_rows_of_one_kind_come_oldest_first_and_no_more_than_asked(store: Store) -> None:
    for chat_id in range(10):
        await owe_a_notice(store, chat_id)
    assert [row.chat_id for row in await store.outbox.due(4)] == [0, 1, 2, 3]


async def test_a_notice_carries_its_view_and_is_sent_once(store: Store) -> None:
    await owe_a_notice(store)
    notice = await the_due(store, NOTICE)
    assert notice.view == {"n": 1}
    assert await store.outbox.sending(notice)
    await store.outbox.sent(notice)
    assert not await store.outbox.sending(notice)
    assert await due(store) == []


async def test_a_ping_waits_until_the_video_is_in_its_place(store: Store) -> None:
    await begin(store)
    await store.jobs.create(a_render("video"))
    job = await claim(store, JobKind.RENDER)
    await store.jobs.complete(job.id, job.attempt, {})
    assert await due(store, PING) == []  # not greeted
    await greet(store)
    assert await due(store, PING) == []  # its end is not dealt with
    await settle(store)
    assert await due(store, PING) == []  # the card does not show it
    await store.outbox.showed(await the_due(store, CARD), "the video")
    ping = await the_due(store, PING)
    assert (ping.project_id, ping.job_id) == ("project1", "video")
    await store.outbox.sending(ping)
    await store.outbox.sent(ping)
    assert await due(store) == []


async def test_a_ping_waits_for_no_other_project(store: Store) -> None:
    await begin(store)
    await greet(store)
    await begin(store, "project2")
    await store.jobs.cancel("project2-ingest")
    await store.jobs.create(a_render("video"))
    job = await claim(store, JobKind.RENDER)
    await store.jobs.complete(job.id, job.attempt, {})
    (final,) = (row for row in await due(store, FINAL) if row.project_id == "project1")
    await store.projects.accept(None, Changes(), settles=final.id)
    await store.outbox.showed(await the_due(store, CARD), "the video")
    await the_due(store, PING)


@pytest.mark.parametrize("kind", [JobKind.SAVE, JobKind.LOOK, JobKind.PREVIEW])
async def test_only_a_video_calls_back(store: Store, kind: JobKind) -> None:
    await begin(store)
    await store.jobs.create(new_job("job1", kind))
    await store.jobs.complete("job1", (await claim(store, kind)).attempt, {})
    assert await outbox_rows(store.database, "ping") == []


async def test_a_video_that_failed_does_not_call_back(store: Store) -> None:
    await begin(store)
    await store.jobs.create(a_render("video"))
    await store.jobs.cancel("video")
    assert await outbox_rows(store.database, "ping") == []


async def test_a_lost_message_is_replaced_by_a_new_one(store: Store) -> None:
    await begin(store)
    await greet(store)
    await store.outbox.message_lost(await a_card(store))
    card = await the_due(store, CARD)
    assert card.shown == ""
    assert (await the_project(store)).message_id == 0
    await store.outbox.sending(card)
    await store.outbox.greeted(card, 200, "again")
    assert (await the_project(store)).message_id == 200
    assert await due(store) == []


async def test_a_message_lost_when_nothing_was_due_is_replaced_too(store: Store) -> None:
    await begin(store)
    await greet(store)
    card = await a_card(store)
    await store.outbox.showed(card, "")
    await store.outbox.message_lost(card)
    await the_due(store, CARD)


async def test_a_chat_that_cannot_be_written_to_is_left_alone(store: Store) -> None:
    await begin(store)
    await touch(store)
    await owe_a_notice(store)
    await begin(store, "project2", chat_id=2)
    await store.jobs.cancel("project1-ingest")
    refused = (await due(store, GREETING))[0]
    await store.outbox.sending(refused)
    await store.outbox.undeliverable(refused)
    rows = await due(store)
    assert [(row.kind, row.chat_id) for row in rows] == [(GREETING, 2), (FINAL, 1)]
    assert not await store.outbox.sending(refused)


async def test_whoever_comes_back_gets_a_fresh_card(store: Store) -> None:
    await begin(store)
    await store.outbox.undeliverable(await the_due(store, GREETING))
    await touch(store)
    assert (await the_project(store)).message_id == 0
    await the_due(store, CARD)


async def test_whoever_lost_their_card_and_comes_back_gets_a_fresh_one(store: Store) -> None:
    await begin(store)
    await greet(store)
    await store.outbox.message_lost(await a_card(store))
    card = await the_due(store, CARD)
    await store.outbox.sending(card)
    await store.outbox.undeliverable(card)
    assert await due(store) == []
    await touch(store)
    await the_due(store, CARD)


async def test_a_postponed_row_is_due_later(store: Store, clock: Clock) -> None:
    await begin(store)
    greeting = await the_due(store, GREETING)
    assert await store.outbox.next_due_s() is None
    await store.outbox.sending(greeting)
    await store.outbox.later(greeting, 30)
    assert await due(store) == []
    assert await store.outbox.oldest_due_s() is None
    assert await store.outbox.next_due_s() == pytest.approx(30)
    await clock.advance(30)
    again = await the_due(store, GREETING)
    assert again.tries == 1
    assert await store.outbox.sending(again)


async def test_a_mark_whose_answer_was_lost_is_taken_back(store: Store) -> None:
    await begin(store)
    greeting = await the_due(store, GREETING)
    assert await store.outbox.sending(greeting)  # that is what nobody heard
    for _ in range(2):
        await store.outbox.not_sending(greeting)
    assert not await store.outbox.sending(greeting)  # that is the mark arriving late
    again = await the_due(store, GREETING)
    assert await store.outbox.sending(again)
    await store.outbox.not_sending(greeting)  # late as well
    assert await due(store, GREETING) == []


async def test_what_was_settled_is_not_postponed_back_to_life(store: Store) -> None:
    await owe_a_notice(store)
    notice = await the_due(store, NOTICE)
    await store.outbox.sending(notice)
    await store.outbox.sent(notice)
    await store.outbox.later(notice, 0)
    await store.outbox.undeliverable(notice)
    assert await due(store) == []
    assert (await outbox_rows(store.database, "notice"))[0]["state"] == "sent"


async def test_a_postponed_greeting_holds_its_card_back(store: Store, clock: Clock) -> None:
    await begin(store)
    await touch(store)
    await store.outbox.later(await the_due(store, GREETING), 30)
    assert await due(store) == []


async def test_a_deleted_project_is_drawn_a_last_time(store: Store) -> None:
    current = await begin(store)
    await greet(store)
    deleted = replace(current, status=ProjectStatus.DELETED)
    await store.projects.accept(None, Changes(project=deleted))
    assert (await the_due(store, CARD)).asked


async def test_the_bell_rings_for_the_sender(store: Store) -> None:
    assert not await store.bells.outbox.wait(0.001)
    await begin(store)
    assert await store.bells.outbox.wait(1)


async def test_what_is_to_be_said_seldom_is_said_once_a_day(store: Store, clock: Clock) -> None:
    async def say(chat_id: int = 1) -> None:
        told = Notice(chat_id=chat_id, view={"n": 1}, seldom=True)
        assert await store.projects.accept(None, Changes(notices=(told,)))

    await say()
    await store.outbox.sent(await the_due(store, NOTICE))
    await say()
    assert await due(store, NOTICE) == []
    await say(chat_id=2)
    assert (await the_due(store, NOTICE)).chat_id == 2
    await clock.advance(86_401)
    await say()
    assert len(await due(store, NOTICE)) == 2


async def test_the_next_fifty_in_line_are_told_that_they_moved_up(store: Store) -> None:
    for n in range(53):
        whose = {"owner_id": n, "chat_id": n}
        render = a_render(f"video{n:02}", project_id=f"card{n:02}", **whose)
        await store.projects.accept(
            None, Changes(project=project(f"card{n:02}", **whose), jobs=(render,))
        )
    before = {row["project_id"]: row["wanted"] for row in await outbox_rows(store.database, "card")}
    assert (await claim(store, JobKind.RENDER)).id == "video00"
    told = [
        row["project_id"]
        for row in await outbox_rows(store.database, "card")
        if row["wanted"] > before[row["project_id"]]
    ]
    assert told == [f"card{n:02}" for n in range(51)]
