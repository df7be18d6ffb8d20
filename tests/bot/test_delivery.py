"""What a turn costs, and what is remembered after it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from telegram import Bot

from bot.actions import Actions
from bot.delivery import TRICKLE_S, Delivery
from bot.facts import FactsReader
from bot.pace import Occasion, Pace, Spacing
from bot.progress import MEMORY_S, Progress
from bot.sending import Post
from bot.web.health import Condition
from bot.web.links import VideoLinks
from conversations.model import Limits, View, view_to_json
from jobs import outbox_sql
from jobs.database import Parameters, Row, Statement
from jobs.errors import StoreUnavailable
from jobs.model import (
    Changes,
    JobKind,
    NewJob,
    Notice,
    Person,
    Project,
    Role,
    Source,
    SourceKind,
    Stage,
)
from jobs.opening import Store
from jobs.outgoing import Outgoing, OutgoingKind
from jobs.sqlite import SqliteDatabase
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.visitor import Visitor
from storage.local import LocalStorage
from tests.bot.conftest import LINK_BASE, SECRET
from tests.bot.life import Hands
from tests.worker.shop import Watched, until


class Forgetful(Watched):
    """Writes what it is asked to; of the statements in `lost`, nobody hears the next time."""

    def __init__(self, path: Path) -> None:
        super().__init__(SqliteDatabase(path))
        self.lost: list[str] = []

    async def execute(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        rows = await super().execute(sql, parameters)
        self._lose(sql)
        return rows

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        answers = await super().batch(statements)
        for statement in statements:
            self._lose(statement.sql)
        return answers

    def _lose(self, sql: str) -> None:
        if sql in self.lost:
            self.lost.remove(sql)
            raise StoreUnavailable


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def database(tmp_path: Path) -> Forgetful:
    return Forgetful(tmp_path / "jobs.sqlite3")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def delivery(bot: Bot, store: Store, storage: LocalStorage, clock: Clock) -> Delivery:
    pace = Pace(clock=clock)
    links = VideoLinks(LINK_BASE, SECRET, 3600.0)
    facts = FactsReader(store=store, storage=storage, links=links, limits=Limits())
    return Delivery(Post(bot, storage), store, facts, pace, Actions(bot, pace))


@pytest.fixture
async def card(visitor: Visitor, store: Store, storage: LocalStorage, delivery: Delivery) -> str:
    """A greeted project whose recording is being fetched; its id."""
    owner = Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    await store.people.put(owner)
    await _add(store, "project1")
    await delivery.greet(await _due(store, OutgoingKind.GREETING))
    hands = Hands(store, storage)
    await hands.tell(await hands.claim(JobKind.INGEST), Stage.FETCHING, 50)
    return "project1"


async def test_news_that_comes_too_early_costs_two_looks(
    delivery: Delivery, card: str, store: Store, database: Watched
) -> None:
    row = await _due(store, OutgoingKind.CARD)
    delivery.pace.spend(PAGE_USER_ID, Occasion.SEND)
    before = database.questions
    assert await delivery.draw(row) > 0
    assert database.questions - before == 2


async def test_a_drawn_card_costs_few_looks(
    delivery: Delivery, card: str, store: Store, database: Watched, clock: Clock
) -> None:
    row = await _due(store, OutgoingKind.CARD)
    clock.now += 60.0
    before = database.questions
    assert await delivery.draw(row) == 0
    assert database.questions - before <= 5


async def test_what_was_told_is_not_remembered_for_ever(
    delivery: Delivery, card: str, store: Store, clock: Clock
) -> None:
    clock.now += 60.0
    await delivery.draw(await _due(store, OutgoingKind.CARD))
    assert delivery.remembered == 1
    clock.now += TRICKLE_S + 1.0
    await _add(store, "project2")
    await delivery.greet(await _due(store, OutgoingKind.GREETING))
    await store.jobs.cancel("ingest-project2")
    clock.now += 60.0
    rows = [row for row in await store.outbox.due() if row.kind is OutgoingKind.CARD]
    await delivery.draw(next(row for row in rows if row.project_id == "project2"))
    assert delivery.remembered == 0


async def test_rows_that_went_wrong_are_not_remembered_for_ever(
    delivery: Delivery, store: Store, clock: Clock
) -> None:
    progress = Progress(delivery, Condition(introduced=True), idle_s=0.01)
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(progress.run(stopping))
        for stranger in range(1, 4):  # in chats that the phone does not know
            told = Notice(chat_id=stranger, view=view_to_json(View(text="hello?")))
            await store.projects.accept(None, Changes(notices=(told,)))
            await until(lambda: _nothing_waits(store))
            clock.now += MEMORY_S + 1.0
        stopping.set()
    assert progress.remembered == 1


async def test_a_short_wait_does_not_become_a_long_one(
    visitor: Visitor, delivery: Delivery, store: Store
) -> None:
    delivery.pace = Pace(Spacing(send_s=0.3, burst=1))
    delivery.pace.spend(PAGE_USER_ID, Occasion.SEND)
    told = Notice(chat_id=PAGE_USER_ID, view=view_to_json(View(text="soon")))
    await store.projects.accept(None, Changes(notices=(told,)))
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(Progress(delivery, Condition(), idle_s=10.0).run(stopping))
        try:
            await visitor.wait_for(lambda message: message.text == "soon", timeout_s=5.0)
        finally:
            stopping.set()
            store.bells.outbox.ring()


async def test_a_call_that_fails_says_that_it_is_telegram(
    visitor: Visitor, delivery: Delivery, store: Store
) -> None:
    await visitor.add_fault("sendMessage", "refuse", code=502, description="Bad Gateway")
    told = Notice(chat_id=PAGE_USER_ID, view=view_to_json(View(text="hello?")))
    await store.projects.accept(None, Changes(notices=(told,)))
    condition = Condition(introduced=True)
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(Progress(delivery, condition, idle_s=0.01).run(stopping))
        await until(lambda: condition.telegram_failed_at > 0)
        stopping.set()


async def test_an_end_that_breaks_every_time_is_kept_and_known(
    delivery: Delivery, store: Store, storage: LocalStorage, clock: Clock
) -> None:
    await _add(store, "project1")
    job = await Hands(store, storage).claim(JobKind.INGEST)
    await store.jobs.complete(job.id, job.attempt, {"nothing": "of a recording"})
    condition = Condition(introduced=True)
    stopping = asyncio.Event()

    async def is_stuck() -> bool:
        await store.database.execute("UPDATE outbox SET not_before = 0 WHERE kind = 'final'")
        clock.now += 10.0
        store.bells.outbox.ring()
        return condition.stuck_at > 0

    async with asyncio.TaskGroup() as group:
        group.create_task(Progress(delivery, condition, idle_s=0.01).run(stopping))
        await until(is_stuck)
        stopping.set()
    (final,) = await store.database.execute("SELECT state FROM outbox WHERE kind = 'final'")
    assert final["state"] == "waiting"


async def test_a_mark_that_nobody_answered_for_delays_a_greeting_and_no_more(
    visitor: Visitor, delivery: Delivery, store: Store, database: Forgetful
) -> None:
    await _add(store, "project1")
    database.lost = [outbox_sql.MARK_SENDING, outbox_sql.UNMARK_SENDING]
    with pytest.raises(StoreUnavailable):
        await delivery.greet(await _due(store, OutgoingKind.GREETING))
    await delivery.greet(await _due(store, OutgoingKind.GREETING))
    assert await _from_bot(visitor) == 1
    assert await _message_id(store) > 0


async def test_a_greeting_that_was_sent_is_recorded_however_often_it_takes(
    visitor: Visitor, delivery: Delivery, store: Store, database: Forgetful
) -> None:
    await _add(store, "project1")
    database.lost = [outbox_sql.SET_MESSAGE] * 2
    await delivery.greet(await _due(store, OutgoingKind.GREETING))
    assert await _from_bot(visitor) == 1
    assert await _message_id(store) > 0


async def test_a_notice_that_was_sent_is_not_sent_again(
    visitor: Visitor, delivery: Delivery, store: Store, database: Forgetful
) -> None:
    told = Notice(chat_id=PAGE_USER_ID, view=view_to_json(View(text="once")))
    await store.projects.accept(None, Changes(notices=(told,)))
    database.lost = [outbox_sql.MARK_SENT]
    await delivery.tell(await _due(store, OutgoingKind.NOTICE))
    assert await _from_bot(visitor) == 1
    assert await _nothing_waits(store)


async def _from_bot(visitor: Visitor) -> int:
    return len([message for message in await visitor.messages() if message.from_bot])


async def _message_id(store: Store) -> int:
    project = await store.projects.get("project1")
    assert project is not None
    return project.message_id


async def _nothing_waits(store: Store) -> bool:
    return not await store.database.execute(
        "SELECT 1 FROM outbox WHERE state IN ('waiting', 'sending')"
    )


async def _add(store: Store, project_id: str) -> None:
    project = Project(
        id=project_id,
        owner_id=PAGE_USER_ID,
        chat_id=PAGE_USER_ID,
        source=Source(kind=SourceKind.LINK, media="link", url="https://a.example/x.mp3"),
        source_message_id=1,
        ingest_job=f"ingest-{project_id}",
    )
    job = NewJob(
        id=project.ingest_job,
        kind=JobKind.INGEST,
        project_id=project_id,
        owner_id=PAGE_USER_ID,
        chat_id=PAGE_USER_ID,
        input={},
    )
    await store.projects.accept(None, Changes(project=project, jobs=(job,)))


async def _due(store: Store, kind: OutgoingKind) -> Outgoing:
    return next(row for row in await store.outbox.due() if row.kind is kind)
