"""The bot's side: accepts the work, and empties the outbox by the bot's own rules."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from telegram import Bot

from bot.actions import Actions
from bot.delivery import Delivery
from bot.facts import FactsReader, limits_of
from bot.pace import Pace as ChatPace
from bot.pace import Spacing
from bot.progress import Progress
from bot.sending import Post
from bot.web.health import Condition
from bot.web.links import VideoLinks
from chaos.ground import Ground
from chaos.phone import NOTE_ID, Transport
from chaos.work import Pace
from jobs.model import (
    Changes,
    Edit,
    JobKind,
    NewJob,
    Project,
    Shape,
    Source,
    SourceKind,
)
from jobs.opening import Store
from jobs.recipe import Clip, Recipe

# A person waits for a second between two messages; ten thousand people here do not.
_AT_ONCE = Spacing(progress_s=0.5, answer_s=0.0, send_s=0.0, overall_per_s=1e6)
_EDIT = Edit(
    recipe=Recipe(clips=(Clip(source="0123456789abcdef", start_s=0.0, end_s=1.0),)),
    look="pulse",
    shape=Shape.VERTICAL,
    title="Chaos",
)
_SOURCE = Source(kind=SourceKind.TELEGRAM, media="voice", file_id="file", duration_s=1.0)


def project_id(number: int) -> str:
    return f"p{number:07d}"


def job_id(number: int) -> str:
    return f"job{number:07d}"


async def accept(store: Store, numbers: range, paces: Mapping[int, Pace]) -> None:
    """A card with a render for each number, in a chat of its own, as updates bring them in."""
    for number in numbers:
        project = Project(
            id=project_id(number),
            owner_id=number + 1,
            chat_id=number + 1,
            source=_SOURCE,
            source_message_id=NOTE_ID,
            ingest_job="",
            edit=_EDIT,
            render_job=job_id(number),
        )
        render = NewJob(
            id=job_id(number),
            kind=JobKind.RENDER,
            project_id=project.id,
            owner_id=project.owner_id,
            chat_id=project.chat_id,
            input={"number": number, "pace": paces.get(number, Pace.USUAL)},
        )
        await store.projects.accept(number + 1, Changes(project=project, jobs=(render,)))


async def deliver(
    ground: Ground, store: Store, transport: Transport, stopping: asyncio.Event
) -> None:
    """Tell the chats until `stopping`."""
    storage = ground.storage()
    telegram = Bot("1:chaos", request=transport, get_updates_request=transport)
    facts = FactsReader(
        store=store,
        storage=storage,
        links=VideoLinks("", b"key", 3600.0),
        limits=limits_of(ground.settings),
    )
    pace = ChatPace(_AT_ONCE)
    delivery = Delivery(Post(telegram, storage), store, facts, pace, Actions(telegram, pace))
    await Progress(delivery, Condition(), idle_s=0.2).run(stopping)
