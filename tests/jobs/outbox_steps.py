"""What the tests of the outbox do with it, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from jobs.database import Database
from jobs.model import Changes, Face, JobKind, Notice, Project
from jobs.opening import Store, build_store
from jobs.outgoing import Outgoing, OutgoingKind
from tests.jobs.samples import (
    a_render,
    claim,
    the_project,
)

ALERT, GREETING, FINAL, NOTICE, CARD, PING = OutgoingKind


async def due(store: Store, *kinds: OutgoingKind) -> list[Outgoing]:
    """What is due now, of these kinds or of any."""
    return [row for row in await store.outbox.due() if not kinds or row.kind in kinds]


async def the_due(store: Store, kind: OutgoingKind) -> Outgoing:
    """The one row of that kind that is due."""
    (row,) = await due(store, kind)
    return row


async def greet(store: Store, message_id: int = 100) -> None:
    greeting = await the_due(store, GREETING)
    assert await store.outbox.sending(greeting)
    await store.outbox.greeted(greeting, message_id, "greeted")


async def touch(store: Store, face: Face = Face.HOME, project_id: str = "project1") -> Project:
    """A person's press changes the project."""
    changed = replace(await the_project(store, project_id), face=face)
    assert await store.projects.accept(None, Changes(project=changed))
    return await the_project(store, project_id)


async def settle(store: Store) -> None:
    for final in await due(store, FINAL):
        assert await store.projects.accept(None, Changes(), settles=final.id)


async def restart(connect: Callable[[], Database]) -> tuple[Store, int]:
    """The bot died and starts anew: its store, and how many sends it gave up."""
    again = build_store(connect())
    await again.jobs.setup()
    return again, await again.outbox.recover()


async def owe_a_notice(store: Store, chat_id: int = 1) -> None:
    await store.projects.accept(None, Changes(notices=(Notice(chat_id=chat_id, view={"n": 1}),)))


async def a_card(store: Store) -> Outgoing:
    await touch(store)
    return await the_due(store, CARD)


async def finish_a_video(store: Store, job_id: str = "video") -> None:
    """Make a video and deal with its end, so that its ping is due."""
    await store.jobs.create(a_render(job_id))
    job = await claim(store, JobKind.RENDER)
    await store.jobs.complete(job.id, job.attempt, {})
    await settle(store)
    for card in await due(store, CARD):
        await store.outbox.showed(card, "the video")
