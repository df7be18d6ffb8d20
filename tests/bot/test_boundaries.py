"""What nobody foresaw breaks one answer or one turn, never the bot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import Bot

from bot.answers import Answers
from bot.decisions import Taken
from bot.pace import Pace
from bot.sending import Post
from bot.updates import Incoming, Press
from conversations.model import Decision, View, view_to_json
from jobs import outbox_sql
from jobs.database import Parameters, Row
from jobs.model import Changes, Notice, Person, Role
from jobs.opening import Store
from jobs.sqlite import SqliteDatabase
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import Visitor
from storage.local import LocalStorage
from tests.bot.life import living, settings_for
from tests.worker.shop import Watched, until

PRESS = Incoming(
    update_id=1,
    user_id=1,
    name="Kim",
    language="en",
    chat_id=1,
    message_id=1,
    event=Press(query_id="q", data="mk:p"),
)


class Broken(Watched):
    """Breaks at one statement, in a way that nobody foresaw, as often as it is told."""

    def __init__(self, path: Path) -> None:
        super().__init__(SqliteDatabase(path))
        self.statement = ""
        self.times = 0

    async def execute(self, text: str, parameters: Parameters | None = None) -> list[Row]:
        if text == self.statement and self.times:
            self.times -= 1
            raise RuntimeError("nobody foresaw this")
        return await super().execute(text, parameters)


@pytest.fixture
def database(tmp_path: Path) -> Broken:
    return Broken(tmp_path / "jobs.sqlite3")


@pytest.fixture
async def owner(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> AsyncIterator[Visitor]:
    """Somebody to whom the living bot may write."""
    person = Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    await store.people.put(person)
    async with Visitor(phone.url) as visitor, living(settings_for(phone, tmp_path), store, storage):
        await visitor.start()
        await visitor.wait_for(lambda message: message.from_bot)
        yield visitor


class BrokenBot(Bot):
    """The library's client with a bug."""

    async def answer_callback_query(self, *_: object, **__: object) -> bool:
        raise RuntimeError("nobody foresaw this")


async def test_an_answer_that_breaks_is_logged_and_forgotten(
    phone: Phone, storage: LocalStorage, caplog: pytest.LogCaptureFixture
) -> None:
    async with asyncio.TaskGroup() as group:
        answers = Answers(Post(BrokenBot(phone.token), storage), Pace(), group)
        answers.give(PRESS, Taken(decision=Decision(toast="done")))
    assert "an answer broke" in caplog.text
    assert "RuntimeError" in caplog.text


async def test_an_outbox_that_cannot_be_read_does_not_end_the_bot(
    owner: Visitor, store: Store, database: Broken, caplog: pytest.LogCaptureFixture
) -> None:
    database.statement, database.times = outbox_sql.DUE_OUTGOING, 3
    await store.projects.accept(None, told("one"))
    store.bells.outbox.ring()
    await until(lambda: "the outbox cannot be read" in caplog.text)
    await owner.wait_for(lambda message: message.text == "one")
    assert caplog.text.count("the outbox cannot be read") == 1


async def test_a_turn_that_cannot_even_be_put_off_does_not_end_the_bot(
    owner: Visitor, store: Store, database: Broken, caplog: pytest.LogCaptureFixture
) -> None:
    database.statement, database.times = outbox_sql.POSTPONE_OUTGOING, 1
    await owner.add_fault("sendMessage", "500")
    await store.projects.accept(None, told("one"))
    await until(lambda: "could not be put off" in caplog.text)
    assert "nobody foresaw this" in caplog.text
    await store.projects.accept(None, told("two"))
    await owner.wait_for(lambda message: message.text == "two", timeout_s=15.0)


def told(text: str) -> Changes:
    notice = Notice(chat_id=PAGE_USER_ID, view=view_to_json(View(text=text)))
    return Changes(notices=(notice,))
